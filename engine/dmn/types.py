"""The types a column may declare, and what of a variable's value fits them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine import feel

BAD = object()
Convert = Callable[[feel.Value], feel.Value]

KINDS = {
    "string": "string",
    "number": "number",
    "integer": "integer",
    "long": "integer",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "datetime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "context": "context",
    "list": "list",
    "Any": "Any",
    "any": "Any",
}
READ_FROM_TEXT = frozenset({"date", "time", "date and time", "days and time duration", "years and months duration"})


@dataclass(frozen=True)
class Type:
    """A type with its name in FEEL; `allowed` are the values that an item definition lists."""

    name: str
    many: bool = False
    allowed: feel.UnaryTests | None = None

    def fit(self, value: feel.Value) -> feel.Value:
        """The value as this type has it, BAD when it does not fit; null always fits.

        Variables keep dates as ISO text, so a column of dates reads text; a date fits where a date and time is
        wanted (its midnight), and the other way round (its day).
        """
        if not self.many:
            return self._fit_one(value)
        if value is None:
            return None
        items = [self._fit_one(item) for item in (value if isinstance(value, list) else [value])]
        return BAD if any(item is BAD for item in items) else items

    def _fit_one(self, value: feel.Value) -> feel.Value:
        if value is None or self.name == "Any":
            return value
        if isinstance(value, str) and self.name in READ_FROM_TEXT:
            value = feel.parse_temporal(value)
        kind = feel.kind(value)
        if kind == self.name:
            return value
        if self.name == "integer" and isinstance(value, Decimal):
            return value if value == value.to_integral_value() else BAD
        if self.name == "date and time" and kind == "date":
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a local time)
        if self.name == "date" and isinstance(value, datetime):
            return date(value.year, value.month, value.day)
        return BAD
