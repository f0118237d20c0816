"""A form as JSON Schema (draft 2020-12), for the description of the API; the form itself remains the judge."""

from __future__ import annotations

from forms import components, values
from forms.components import Component, Section

FORMATS = {"date": "date", "datetime": "date-time", "time": "time"}
Json = dict[str, object]


def of_section(section: Section, locale: str) -> Json:
    """An object schema; what can be hidden by a condition is never required here."""
    root = _object()
    conditional = _conditional(section)
    for component in section.fields.values():
        node = root
        for key in component.path[:-1]:
            node = _properties(node).setdefault(key, _object())
        _properties(node)[component.path[-1]] = of_component(component, locale)
        if component.required and component.number not in conditional and not component.readonly:
            node.setdefault("required", []).append(component.path[-1])  # type: ignore[attr-defined]
    return root


def _object() -> Json:
    return {"type": "object", "properties": {}, "additionalProperties": False}


def _properties(node: Json) -> dict[str, Json]:
    return node["properties"]  # type: ignore[return-value]


def _conditional(section: Section) -> set[int]:
    """Numbers of the components that a condition, theirs or their group's, can hide."""
    found: set[int] = set()
    for component in section.everything:
        if component.hide is not None or component.parent in found:
            found.add(component.number)
    return found


def of_component(component: Component, locale: str) -> Json:
    """The schema of one value."""
    described: Json = {"title": component.title(locale), "description": component.help(locale)}
    described["readOnly"] = component.readonly
    schema = {name: value for name, value in described.items() if value}
    if component.section is not None:
        limits = component.rules
        rows: Json = {"type": "array", "items": of_section(component.section, locale), "maxItems": limits.max_rows}
        return schema | rows
    return schema | _value(component)


def _value(component: Component) -> Json:
    limits = component.rules
    if component.type == "checkbox":
        return {"type": "boolean"}
    if component.type == "number":
        bounds = {"minimum": limits.minimum, "maximum": limits.maximum, "multipleOf": limits.step}
        kind = "integer" if limits.digits == 0 else "number"
        return {"type": kind} | {name: float(str(value)) for name, value in bounds.items() if value is not None}
    if component.type == "datetime":
        return {"type": "string", "format": FORMATS[component.subtype]}
    if component.type == "filepicker":
        return {"type": "array", "maxItems": 0, "description": "Files are sent as multipart/form-data."}
    if component.type in components.CHOICES:
        one: Json = {"type": "string"}
        if component.options and not component.values_key:
            one["enum"] = [option.value for option in component.options]
        return {"type": "array", "items": one, "uniqueItems": True} if component.type == "checklist" else one
    text: Json = {"type": "string", "maxLength": limits.max_length or values.LIMITS[component.type]}
    extras = {"minLength": limits.min_length, "pattern": limits.pattern, "format": _format(limits.kind)}
    return text | {name: value for name, value in extras.items() if value}


def _format(kind: str) -> str:
    return "email" if kind == "email" else ""
