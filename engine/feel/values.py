"""FEEL's own kinds of value, beside Decimal, str, bool, None, date, time, datetime, timedelta, list and dict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine import clock
from engine.feel import limits
from engine.feel.errors import TooMuch

Value = Any
"""A FEEL value."""


@dataclass(frozen=True, order=True, slots=True)
class YearsMonths:
    """A duration in calendar months; months have no fixed length, so it never compares with a timedelta."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two end points; None as an end point means that there is no bound."""

    low: Value
    high: Value
    low_closed: bool = True
    high_closed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called with as many values as it has parameters."""

    name: str
    parameters: tuple[str, ...] | None  # None: any number
    invoke: Callable[[list[Value], Run], Value]
    types: tuple[Any, ...] = ()  # of the parameters as the text declares them, None where it does not


@dataclass(frozen=True)
class Scope:
    """What an evaluation is handed from outside.

    `now` is the instant of the command (aware); `functions` are the host functions by name; `steps` bounds one
    evaluation; `zone` is the local zone, in which `now()`, `today()` and times without an offset are meant.
    """

    now: datetime
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    steps: int = limits.STEPS
    zone: tzinfo = clock.ZONE


class Run:
    """One evaluation under way: what it has used of its bounds."""

    __slots__ = ("calls", "left", "scope", "zone")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.zone = scope.zone
        self.left = scope.steps
        self.calls = 0

    def spend(self, steps: int = 1) -> None:
        """Count work. Raises TooMuch when the bound is reached."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch(what="steps", limit=self.scope.steps)

    def string(self, value: str) -> str:
        """Count a new string. Raises TooMuch when it or all of them are too long."""
        if len(value) > 100:
            if len(value) > limits.STRING:
                raise TooMuch(what="characters in a string", limit=limits.STRING)
            self.spend(len(value) // 100)
        return value

    def items(self, value: list[Value]) -> list[Value]:
        """Count a new list. Raises TooMuch when it or all of them are too long."""
        if len(value) > limits.LIST:
            raise TooMuch(what="items in a list", limit=limits.LIST)
        self.spend(len(value) // 16)
        return value

    def call(self, function: Function, arguments: list[Value]) -> Value:
        """Call a function value. Raises TooMuch when calls nest too deeply."""
        self.spend()
        if self.calls >= limits.CALLS:
            raise TooMuch(what="calls inside each other", limit=limits.CALLS)
        self.calls += 1
        try:
            return function.invoke(arguments, self)
        finally:
            self.calls -= 1


class Frame:
    """The names a closure can see: its own, then those outside, at last the context of the caller."""

    __slots__ = ("context", "converted", "names", "outer", "run")

    def __init__(
        self,
        context: Mapping[str, Value],
        run: Run,
        converted: dict[str, Value],
        names: Mapping[str, Value],
        outer: Frame | None = None,
    ) -> None:
        self.context = context
        self.run = run
        self.converted = converted  # what was read of the context as a list or context, made FEEL once
        self.names = names
        self.outer = outer

    def inner(self, names: Mapping[str, Value]) -> Frame:
        """A frame inside this one."""
        return Frame(self.context, self.run, self.converted, names, self)


def root(context: Mapping[str, Value], run: Run) -> Frame:
    """The outermost frame of an evaluation over the caller's variables, which may be Python numbers."""
    return Frame(context, run, {}, context)


KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind(value: Value) -> str:
    """The FEEL name of the type of a value."""
    return KINDS.get(type(value), "unknown")
