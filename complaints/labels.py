"""What codes in the file are called: fields and choices of forms, steps of diagrams, in the version used then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from complaints import catalogue
from engine import queries, tables, xml
from engine.bpmn import dialect
from engine.clock import ZONE

Names = Mapping[str, tuple[str, str]]
"""Id of an element or a process → name in Chinese and in English."""
Component = Mapping[str, Any]

_forms: dict[tuple[str, str], Mapping[str, Component]] = {}
_steps: dict[str, Names] = {}
_processes: dict[str, str] = {}
KEPT = 500
"""Versions that are kept parsed; they never change."""


def shown(
    connection: Connection, definition_id: str, form: str, data: Mapping[str, Any], locale: str
) -> list[tuple[str, str]]:
    """The filled-in fields of a form as label and text, in the order of the form, choices by their names."""
    components = _components(connection, definition_id, form)
    return [
        (_label(components.get(name, {}), locale) or name, _text(connection, components.get(name, {}), value, locale))
        for name, value in _ordered(components, data)
        if value not in (None, "", [], {})
    ]


def _ordered(components: Mapping[str, Component], data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What was typed in the order of the form; what the form does not know comes last."""
    places = {name: place for place, name in enumerate(components)}
    return sorted(data.items(), key=lambda item: places.get(item[0], len(places)))


def _label(component: Component, locale: str) -> str:
    english = component.get("properties", {}).get("label_en") if locale.startswith("en") else None
    return str(english or component.get("label", ""))


def _text(connection: Connection, component: Component, value: Any, locale: str) -> str:
    english = locale.startswith("en")
    if isinstance(value, bool):
        return ("Yes" if value else "No") if english else ("是" if value else "否")
    if isinstance(value, list):
        return "、".join(_text(connection, component, item, locale) for item in value)
    if isinstance(value, dict):
        parts = dict(_inputs(component))
        typed = [(parts.get(name, {}), item) for name, item in _ordered(parts, value) if item]
        return " · ".join(_text(connection, part, item, locale) for part, item in typed)
    for option in component.get("values", ()):
        if option["value"] == value:
            return str((option.get("label_en") if english else None) or option["label"])
    if component.get("type") == "datetime" and "T" in str(value):
        return datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    key = component.get("valuesKey")
    return catalogue.named(connection, key, str(value), locale) if key else str(value)


def _components(connection: Connection, definition_id: str, form: str) -> Mapping[str, Component]:
    if (definition_id, form) not in _forms:
        definition, resource = tables.definition, tables.resource
        content = connection.scalar(
            select(resource.c.content)
            .join(definition, definition.c.deployment_id == resource.c.deployment_id)
            .where(definition.c.id == definition_id, resource.c.name == f"{form}.form")
        )
        parts = _inputs(orjson.loads(bytes(content))) if content else ()
        _keep(_forms, (definition_id, form), dict(parts))
    return _forms[definition_id, form]


def _inputs(group: Component) -> Iterator[tuple[str, Component]]:
    """What takes input, by its name in the data; a list of rows is one."""
    for component in group.get("components", ()):
        rows = component["type"] == "dynamiclist"
        if name := component.get("path" if rows else "key"):
            yield name, component
        else:
            yield from _inputs(component)


def step(connection: Connection, definition_id: str | None, element: str | None, locale: str) -> str:
    """The name of an element of a diagram; its id where it has none."""
    if definition_id is None or element is None:
        return element or ""
    if definition_id not in _steps:
        _keep(_steps, definition_id, _names(connection, definition_id))
    chinese, english = _steps[definition_id].get(element, ("", ""))
    return (english if locale.startswith("en") else "") or chinese or element


def process(connection: Connection, definition_id: str, locale: str) -> str:
    """The name of a process in the reader's language; its key where it has none."""
    if definition_id not in _processes:
        key = connection.scalar(select(tables.definition.c.key).where(tables.definition.c.id == definition_id))
        _keep(_processes, definition_id, str(key))
    return step(connection, definition_id, _processes[definition_id], locale)


def _names(connection: Connection, definition_id: str) -> Names:
    found = queries.resource(connection, definition_id)
    if found is None:
        return {}
    processes = dialect.read(xml.read(found[1], frozenset({dialect.ROOT})), found[0])
    names = {each.id: (each.name or "", each.properties.get("name_en", "")) for each in processes}
    for each in processes:
        names |= {node.id: (node.name or "", node.properties.get("name_en", "")) for node in each.nodes.values()}
    return names


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value
