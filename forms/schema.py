"""A form-js schema, read, checked and frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms import components, json_schema, messages, source
from forms.components import Compile, Component, Row, Section
from forms.errors import Problem, SchemaError
from forms.reader import Reader


@dataclass(frozen=True, eq=False)
class Schema:
    """A form as it was deployed. Immutable; may be shared by threads and cached under its `sha`."""

    id: str
    title: str
    title_en: str
    sha: str
    """SHA-256 of the file, in hex."""
    section: Section
    inputs: frozenset[str] = field(default_factory=frozenset)
    """Names of data that is no field of the form but that conditions may read."""

    @property
    def fields(self) -> Mapping[str, Component]:
        """Key ("path-key" in a group with a path) → component that takes input; rows: `component.section.fields`."""
        return self.section.fields

    @property
    def layout(self) -> tuple[Row, ...]:
        """Rows of cells in a 16-column grid."""
        return self.section.layout

    def name(self, locale: str) -> str:
        """The title in the locale."""
        return (self.title_en if locale.startswith("en") else "") or self.title

    def variables(self, data: Mapping[str, object]) -> dict[str, object]:
        """The part of a form's data that becomes process variables.

        Choices, ticks, numbers and dates do, texts, files and lists do not, unless the property `store` says otherwise.
        """
        chosen: dict[str, object] = {}
        for component in self.fields.values():
            there, value = components.lookup(data, component.path)
            if there and component.is_variable:
                components.put(chosen, component.path, value)
        return chosen

    def json_schema(self, locale: str = "zh") -> dict[str, object]:
        """The form as JSON Schema (draft 2020-12), to describe the API."""
        described = json_schema.of_section(self.section, locale)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": self.name(locale), **described}


def read(content: bytes, compile: Compile) -> Schema:
    """Read a form-js schema. `compile` turns (text of a condition, known names) into an expression or raises.

    Raises SchemaError with every problem found: components that are not supported, by name, and mistakes in the others.
    """
    problems: list[Problem] = []
    top = source.load(content, problems)
    inputs = frozenset(_inputs(top))
    section = Reader(compile, problems).section(top.items("components"), inputs, 0, False)
    schema = Schema(
        id=top.text("id"),
        title=top.text("title"),
        title_en=top.text("title_en"),
        sha=hashlib.sha256(content).hexdigest(),
        section=section,
        inputs=inputs,
    )
    if problems:
        raise SchemaError(problems)
    return schema


def _inputs(top: source.Source) -> list[str]:
    value = top.raw.get("inputs", [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        top.complain(messages.BAD_ATTRIBUTE, attribute="inputs", expected="a list of names")
        return []
    return value
