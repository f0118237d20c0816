"""The components of a form as frozen values: what a schema says, read once and shared by every request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol


class Expression(Protocol):
    """A compiled condition; only the evaluator that was handed in knows how to run it."""

    @property
    def names(self) -> frozenset[str]: ...


Template = tuple["str | Expression", ...]
Compile = Callable[[str, frozenset[str]], Expression]
"""(text, names known in its place) → Expression; raises when the text cannot be read."""
Evaluate = Callable[[Expression, Mapping[str, object]], object]
"""(expression, values by key) → value; a component is hidden when the value is exactly True."""

TEXTS = frozenset({"textfield", "textarea"})
CHOICES = frozenset({"select", "radio", "checklist"})
INPUTS = TEXTS | CHOICES | {"number", "datetime", "checkbox", "filepicker", "dynamiclist"}
SUPPORTED = INPUTS | {"text", "group", "separator", "spacer"}
VARIABLES = CHOICES | {"checkbox", "number", "datetime"}
"""Kinds whose values become process variables unless `store` says otherwise: they decide; the others are content."""
RESERVED = "typename"
"""A key that workflow serialisers read as the name of a class to build; never accepted in data."""
COLUMNS = 16


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    label_en: str = ""


@dataclass(frozen=True)
class Rules:
    """What a value must fulfil; bounds of a datetime are dates, naive local datetimes or times."""

    required: bool = False
    minimum: object = None
    maximum: object = None
    min_length: int | None = None
    max_length: int | None = None
    lowest: Expression | None = None
    """A bound computed when the form is checked, beside the fixed one."""
    highest: Expression | None = None
    until_now: bool = False
    """`highest` is the present, for a clearer message."""
    pattern: str = ""
    pattern_message: str = ""
    pattern_message_en: str = ""
    kind: str = ""
    """"email", "phone" or nothing."""
    digits: int | None = None
    """Decimals allowed; 0 makes the value an int."""
    step: object = None
    not_future: bool = False
    not_past: bool = False
    accept: tuple[str, ...] = ()
    """Extensions (".pdf") and media types ("image/*")."""
    max_files: int = 1
    max_megabytes: int = 10
    min_rows: int = 0
    max_rows: int = 50


@dataclass(frozen=True, eq=False)
class Component:
    """One component of a schema. Identity is its place in the schema, so it hashes by identity."""

    number: int
    type: str
    key: str = ""
    path: tuple[str, ...] = ()
    """Where its value lies in the data of its section; the HTML name joins it with "-"."""
    parent: int | None = None
    """`number` of the group around it, within the same section."""
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    text: Template = ()
    text_en: Template = ()
    """Static text: literal pieces and expressions."""
    prefix: str = ""
    suffix: str = ""
    readonly: bool = False
    hide: Expression | None = None
    condition: str = ""
    default: object = None
    initial: Expression | None = None
    """Computes the value that a field starts with, before `default`."""
    options: tuple[Option, ...] = ()
    values_key: str = ""
    subtype: str = ""
    multiple: bool = False
    rules: Rules = field(default_factory=Rules)
    store: str = ""
    properties: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    row: str = ""
    columns: int | None = None
    parts: tuple[Component, ...] = ()
    """What a group holds."""
    section: Section | None = None
    """What one row of a dynamic list holds."""
    repetitions: int = 1
    resizable: bool = True

    @property
    def name(self) -> str:
        """The HTML name within its section."""
        return "-".join(self.path)

    @property
    def required(self) -> bool:
        """Whether it must be filled in while it is visible."""
        return self.rules.required

    def title(self, locale: str) -> str:
        """The label in the locale, the Chinese one when there is no other."""
        return (self.label_en if locale.startswith("en") else "") or self.label

    def help(self, locale: str) -> str:
        """The description in the locale."""
        return (self.description_en if locale.startswith("en") else "") or self.description

    def words(self, locale: str) -> Template:
        """The static text in the locale."""
        return (self.text_en if locale.startswith("en") else ()) or self.text

    @property
    def is_variable(self) -> bool:
        """Whether its value becomes a process variable."""
        return self.store == "variable" or (not self.store and self.type in VARIABLES)


@dataclass(frozen=True, eq=False)
class Section:
    """One scope of keys: the whole form, or one row of a dynamic list."""

    components: tuple[Component, ...]
    everything: tuple[Component, ...]
    """All components of this scope, groups before what they hold; rows of lists have a section of their own."""
    order: tuple[Component, ...] = ()
    """`everything` in the order in which visibility can be decided."""
    fields: Mapping[str, Component] = field(default_factory=dict)
    """HTML name → component that takes input."""
    layout: tuple[Row, ...] = ()


@dataclass(frozen=True, eq=False)
class Cell:
    """A place in the 16-column grid; `rows` are those inside a group or inside one row of a dynamic list."""

    component: Component
    columns: int
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, eq=False)
class Row:
    """Cells side by side, from left to right."""

    cells: tuple[Cell, ...]


def lookup(data: Mapping[str, object], path: tuple[str, ...]) -> tuple[bool, object]:
    """(there, value) at a path of nested mappings."""
    value: object = data
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False, None
        value = value[key]
    return True, value


def put(data: dict[str, object], path: tuple[str, ...], value: object) -> None:
    """Set the value at a path; mappings on the way are made."""
    for key in path[:-1]:
        inner = data.get(key)
        if not isinstance(inner, dict):
            inner = data[key] = {}
        data = inner
    data[path[-1]] = value
