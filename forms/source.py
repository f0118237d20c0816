"""Reading a JSON object attribute by attribute: every mistake is kept with its place, none stops the reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms import messages
from forms.errors import Problem

LARGEST = 1_000_000
"""Bytes of a schema."""
MAGNITUDE = 30
"""Powers of ten in a bound: beyond, writing it out would fill the memory."""


@dataclass(frozen=True)
class Source:
    """One object of the file, its place in words, and the list that collects what is wrong."""

    raw: Mapping[str, object]
    where: str
    problems: list[Problem]

    def complain(self, template: str, **parameters: object) -> None:
        """Keep one problem of this object."""
        self.problems.append(Problem(self.where, template, parameters))

    def text(self, attribute: str, literal: bool = True) -> str:
        """A text, empty when absent; an expression where a literal is meant would be shown as it is: a problem."""
        value = self.raw.get(attribute)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected="a text")
            return ""
        if literal and (value.lstrip().startswith("=") or "{{" in value):
            self.complain(messages.NO_EXPRESSION, attribute=attribute)
        return value

    def flag(self, attribute: str, default: bool = False) -> bool:
        """A yes or no; the form editor writes custom properties as the texts "true" and "false"."""
        value = self.raw.get(attribute, default)
        if value in (None, ""):
            return default
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if not isinstance(value, bool):
            self.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected="true or false")
            return default
        return value

    def number(self, attribute: str) -> Decimal | None:
        """A number, also written as text; nothing when absent."""
        value = self.raw.get(attribute)
        if value is None or value == "":
            return None
        if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool):
            try:
                number = Decimal(value)
            except ArithmeticError:
                number = Decimal("NaN")
            if number.is_finite() and abs(number.adjusted()) <= MAGNITUDE:
                return number
        self.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected="a number")
        return None

    def whole(self, attribute: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        number = self.number(attribute)
        if number is None:
            return default
        if number != number.to_integral_value() or not low <= number <= high:
            self.complain(
                messages.BAD_ATTRIBUTE, attribute=attribute, expected=f"a whole number between {low} and {high}"
            )
            return default
        return int(number)

    def child(self, attribute: str) -> Source:
        """An object inside, empty when absent."""
        value = self.raw.get(attribute)
        if value is not None and not isinstance(value, Mapping):
            self.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected="an object")
            value = None
        return Source(value or {}, self.where, self.problems)

    def items(self, attribute: str) -> list[Mapping[str, object]]:
        """A list of objects, empty when absent."""
        value = self.raw.get(attribute)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.complain(messages.BAD_ATTRIBUTE, attribute=attribute, expected="a list of objects")
            return []
        return value


def load(content: bytes, problems: list[Problem]) -> Source:
    """Parse the file: bounded, no NaN, numbers exact; an unreadable file is one problem and an empty object."""
    raw: object = None
    try:
        if len(content) > LARGEST:
            problems.append(Problem("", messages.TOO_LARGE_SCHEMA, {"size": len(content), "maximum": LARGEST}))
            return Source({}, "", problems)
        raw = json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        problems.append(Problem("", messages.NOT_JSON, {"reason": str(error) or type(error).__name__}))
        return Source({}, "", problems)
    if not isinstance(raw, dict) or raw.get("type") != "default" or not isinstance(raw.get("components"), list):
        problems.append(Problem("", messages.NOT_A_FORM))
        return Source({}, "", problems)
    return Source(raw, "", problems)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not a number")
