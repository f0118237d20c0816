"""The types that a file may declare, and what of a value fits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from engine import feel

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
class Misfit:
    """A value that does not fit, and what was wanted: the name of a type, or (`listed`) the values that are allowed."""

    wanted: str
    listed: bool
    value: feel.Value


@dataclass(frozen=True)
class Type:
    """A type with its name in FEEL; of a list with the type of its `item`, of a context with those of its entries.

    `tests` are the allowed values of the item definition, of those it builds on, and of a column: all must hold.
    """

    name: str
    item: Type | None = None
    components: tuple[tuple[str, Type], ...] = ()
    tests: tuple[feel.UnaryTests, ...] = ()

    @property
    def any(self) -> bool:
        """Whether everything fits."""
        return self.name == "Any" and not self.tests

    def allowing(self, tests: feel.UnaryTests | None) -> Type:
        """This type with allowed values; of a list each item must be among them."""
        if tests is None or self.item is None:
            return self.narrowed(tests)
        return replace(self, item=self.item.narrowed(tests))

    def narrowed(self, tests: feel.UnaryTests | None) -> Type:
        """This type with tests that a value as a whole must pass."""
        return self if tests is None else replace(self, tests=(*self.tests, tests))

    def fit(self, value: feel.Value, frame: feel.Frame) -> feel.Value | Misfit:
        """The value as this type has it, else the Misfit; null always fits.

        Variables keep dates as ISO text, so a date is read from text; a date fits where a date and time is wanted (its
        midnight), and the other way round (its day). One value fits where a list of it is wanted, and a list of one
        value where the value is.
        """
        if value is None:
            return None
        fitted = self._fit_kind(value, frame)
        if isinstance(fitted, Misfit):
            return fitted
        for tests in self.tests:
            if tests.within(fitted, frame) is not True:
                return Misfit(tests.text, True, fitted)
        return fitted

    def _fit_kind(self, value: feel.Value, frame: feel.Frame) -> feel.Value | Misfit:
        if self.name == "Any":
            return value
        if self.item is not None:
            items = [self.item.fit(item, frame) for item in (value if isinstance(value, list) else [value])]
            return next((item for item in items if isinstance(item, Misfit)), items)
        if isinstance(value, list) and len(value) == 1 and self.name != "list":
            value = value[0]
        if self.components and isinstance(value, Mapping):
            return self._fit_entries(value, frame)
        return self._fit_one(value)

    def _fit_entries(self, value: Mapping[str, feel.Value], frame: feel.Frame) -> feel.Value | Misfit:
        entries = dict(value)
        for name, type in self.components:
            if name in entries:
                fitted = entries[name] = type.fit(entries[name], frame)
                if isinstance(fitted, Misfit):
                    return fitted
        return entries

    def _fit_one(self, value: feel.Value) -> feel.Value | Misfit:
        given = value
        if isinstance(value, str) and self.name in READ_FROM_TEXT:
            value = feel.parse_temporal(value)
        kind = feel.kind(value)
        if kind == self.name:
            return value
        if self.name == "integer" and isinstance(value, Decimal) and value == value.to_integral_value():
            return value
        if self.name == "date and time" and kind == "date":
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a local time)
        if self.name == "date" and isinstance(value, datetime):
            return date(value.year, value.month, value.day)
        return Misfit(self.name, False, given)


ANY = Type("Any")
