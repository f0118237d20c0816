"""JSON in and out: a JSON object as the texts that a browser would send, and a form's data as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from forms import components, messages, values
from forms.components import Component, Section
from forms.errors import Problem
from forms.messages import Refused

LONGEST_KEY = 100


@dataclass
class Flattening:
    """Collects the texts by HTML name, and what cannot be written as texts at all."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[object]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def section(self, section: Section, data: object, prefix: str = "", place: str = "") -> None:
        """All values of one scope of keys."""
        if isinstance(data, Mapping):
            self._level(tuple(section.fields.values()), 0, data, prefix, place)
        elif place:
            self._expected(place, "an object", data)
        else:
            self.problems.append(Problem("", messages.NOT_AN_OBJECT))

    def _level(
        self, parts: tuple[Component, ...], depth: int, data: Mapping[object, object], prefix: str, place: str
    ) -> None:
        for key, value in data.items():
            where = f"{place}.{key}"[:LONGEST_KEY] if place else str(key)[:LONGEST_KEY]
            meant = tuple(part for part in parts if part.path[depth] == key)
            if key == components.RESERVED:
                self.problems.append(Problem(where, messages.RESERVED_KEY, {"key": key}))
            elif not meant:
                self.problems.append(Problem(where, messages.UNKNOWN_KEY))
            elif len(meant[0].path) == depth + 1:
                self._field(meant[0], value, prefix + meant[0].name, where)
            elif isinstance(value, Mapping):
                self._level(meant, depth + 1, value, prefix, where)
            elif value is not None:
                self._expected(where, "an object", value)

    def _field(self, part: Component, value: object, name: str, where: str) -> None:
        if part.readonly or value is None:
            return
        if part.section is not None:
            self._rows(part, part.section, value, name, where)
        elif part.type == "filepicker":
            self._files(value, name, where)
        else:
            try:
                self.texts[name] = values.encode(part, value)
            except Refused as refused:
                self.problems.append(Problem(where, refused.template, refused.parameters))

    def _files(self, value: object, name: str, where: str) -> None:
        """Uploads can only come from a caller in this process: the data of a form handed on; JSON holds none."""
        if isinstance(value, list) and all(hasattr(file, "filename") and hasattr(file, "stream") for file in value):
            self.files[name] = value
        else:
            self.problems.append(Problem(where, messages.FILES_BY_MULTIPART))

    def _rows(self, part: Component, section: Section, value: object, name: str, where: str) -> None:
        if not isinstance(value, (list, tuple)):
            self._expected(where, "a list", value)
            return
        # One row too many is enough to be refused for it.
        rows = value[: part.rules.max_rows + 1]
        self.texts[f"{name}-row"] = [str(index) for index in range(len(rows))]
        for index, row in enumerate(rows):
            self.section(section, row, f"{name}-{index}-", f"{where}.{index}")

    def _expected(self, where: str, expected: str, value: object) -> None:
        refused = values.expected(expected, value)
        self.problems.append(Problem(where, refused.template, refused.parameters))


def to_json(data: object) -> object:
    """Typed data as JSON: numbers stay exact (text where a JSON number would not be), dates ISO, files their names.

    Raises TypeError for what no form yields.
    """
    if data is None or isinstance(data, (bool, int, str)):
        return data
    if isinstance(data, Mapping):
        return {str(key): to_json(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [to_json(value) for value in data]
    if isinstance(data, Decimal):
        return _number(data)
    if isinstance(data, (date, time)):
        return data.isoformat()
    if hasattr(data, "filename"):
        return str(data.filename)
    raise TypeError(f"Expected data of a form, but got {type(data).__name__}.")


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else format(value, "f")
