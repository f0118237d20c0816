"""What was filled in, for reading: the labels of the form, the names of the codes, without what is empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import catalogue
from engine import definitions
from forms.components import Component
from forms.schema import Schema
from web import context, i18n, pages, words

Pairs = list[tuple[str, str]]
CATALOGUES = {"subcategories": "categories", "channels": "channels", "products": "products", "causes": "causes"}


@dataclass(frozen=True)
class Group:
    """A group of a form: its title and its written fields."""

    title: str
    pairs: Pairs


def schemas(connection: Any, instances: Iterable[Any]) -> dict[str, Schema]:
    """The forms of the deployments that a case runs on, by key; the newest wins."""
    found: dict[str, Schema] = {}
    for row in instances:
        found |= definitions.by_id(context.environment(), connection, row.definition_id).bundle.forms
    return found


def read(fields: Mapping[str, Component], data: Mapping[str, Any]) -> Pairs:
    """Data as label and text; what is no field of a form keeps its name."""
    return list(_pairs(fields, data))


def _pairs(fields: Mapping[str, Component], data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if value in (None, "", [], {}, False):
            continue
        component = fields.get(name)
        yield component.title(i18n.locale()) if component else words.word("fact", name), text(component, value)


def groups(schema: Schema, data: Mapping[str, Any]) -> list[Group]:
    """The same, by the groups of the form in their order, empty ones too: a report shows what is missing."""
    found = []
    for component in schema.section.everything:
        if component.type == "group" and component.title(i18n.locale()):
            inside = {part.key: part for part in schema.section.fields.values() if part.parent == component.number}
            given = {name: data[name] for name in inside if name in data}
            found.append(Group(component.title(i18n.locale()), list(_pairs(inside, given))))
    return found


def text(component: Component | None, value: Any) -> str:
    """One value as people read it."""
    if isinstance(value, bool):
        return i18n.gettext("Yes") if value else i18n.gettext("No")
    if isinstance(value, list):
        inner = component.section.fields if component and component.section else {}
        if all(isinstance(item, Mapping) for item in value):
            return "\n".join(" · ".join(f"{name} {shown}" for name, shown in _pairs(inner, item)) for item in value)
        return "、".join(text(component, item) for item in value)
    if isinstance(value, Mapping):
        return " · ".join(f"{name} {shown}" for name, shown in _pairs({}, value))
    return _named(component, str(value)) if component else moment(str(value))


def _named(component: Component, value: str) -> str:
    english = i18n.locale() == "en"
    for option in component.options:
        if option.value == value:
            return (option.label_en if english else "") or option.label
    if component.values_key in CATALOGUES:
        return catalogue.label(CATALOGUES[component.values_key], value, i18n.locale())
    if component.values_key in ("units", "branches"):
        return pages.label("units", value)
    if component.values_key == "people":
        return pages.person(value)
    return moment(value)


def moment(value: str) -> str:
    """An instant in ISO form as local time; any other text as it is."""
    if len(value) >= 16 and value[4:5] == "-" and value[10:11] == "T":
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return i18n.instant(at) if at.tzinfo else value.replace("T", " ")
    return value
