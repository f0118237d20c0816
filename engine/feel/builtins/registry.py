"""Which functions FEEL has, with the names and types of their parameters.

A parameter is written `name: type`; `type?` may be missing or null, `type...` takes all further arguments as a list,
`type*` takes one list or any number of single values. A value of the wrong type makes the result null.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from engine.feel.values import Function, Range, Run, Value, YearsMonths

BAD = object()
Check = Callable[[Value], Value]
Implementation = Callable[..., Value]
F = TypeVar("F", bound=Implementation)


def _is(*kinds: type) -> Check:
    wanted = frozenset(kinds)

    def check(value: Value) -> Value:
        if type(value) in wanted:
            return value
        if type(value) is list and len(value) == 1 and type(value[0]) in wanted:
            return value[0]  # the standard takes a list of one for its item
        return BAD

    return check


def _list(value: Value) -> Value:
    if type(value) is list:
        return value
    return BAD if value is None else [value]


TYPES: dict[str, Check] = {
    "any": lambda value: value,
    "string": _is(str),
    "number": _is(Decimal),
    "boolean": _is(bool),
    "date": _is(date),
    "time": _is(time),
    "day": _is(date, datetime),
    "context": _is(dict),
    "months": _is(YearsMonths),
    "days": _is(timedelta),
    "range": _is(Range),
    "function": _is(Function),
    "list": _list,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    check: Check
    optional: bool
    rest: str  # "", "..." or "*"


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function."""

    name: str
    parameters: tuple[Parameter, ...]
    function: Implementation
    takes_run: bool

    @property
    def least(self) -> int:
        """How many arguments it needs."""
        return sum(not parameter.optional and parameter.rest != "..." for parameter in self.parameters)

    @property
    def most(self) -> int | None:
        """How many arguments it takes, None for any number."""
        if self.parameters and self.parameters[-1].rest:
            return None
        return len(self.parameters)

    def takes(self, count: int) -> bool:
        """Whether so many arguments fit."""
        return self.least <= count and (self.most is None or count <= self.most)


BUILTINS: dict[str, list[Signature]] = {}


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    optional, rest = kind.endswith("?"), next((mark for mark in ("...", "*") if kind.endswith(mark)), "")
    return Parameter(name, TYPES[kind.rstrip("?.*")], optional, rest)


def builtin(name: str, *parameters: str) -> Callable[[F], F]:
    """Register an implementation; it gets the evaluation first when its first parameter is called `run`."""

    def register(function: F) -> F:
        takes_run = next(iter(inspect.signature(function).parameters), "") == "run"
        signature = Signature(name, tuple(map(_parameter, parameters)), function, takes_run)
        BUILTINS.setdefault(name, []).append(signature)
        return function

    return register


def choose(name: str, count: int, named: tuple[str, ...]) -> Signature | None:
    """The signature of a built-in that takes so many arguments, or exactly these names; None when there is none."""
    for signature in BUILTINS[name]:
        names = {parameter.name for parameter in signature.parameters}
        required = {p.name for p in signature.parameters if not p.optional and p.rest != "..."}
        if named and required <= set(named) <= names:
            return signature
        if not named and signature.takes(count):
            return signature
    return None


def apply(signature: Signature, arguments: list[Value], run: Run) -> Value:
    """Check the arguments (in order, as many as fit) and call."""
    checked: list[Any] = []
    for index, parameter in enumerate(signature.parameters):
        if parameter.rest:
            rest = _rest(parameter, arguments[index:])
            if rest is BAD:
                return None
            run.spend(len(rest) // 16)
            checked.append(rest)
            break
        if index >= len(arguments):
            break
        value = arguments[index]
        if value is None and parameter.optional:
            checked.append(None)
            continue
        value = parameter.check(value)
        if value is BAD:
            return None
        if type(value) is list:
            run.spend(len(value) // 16)
        checked.append(value)
    result = signature.function(run, *checked) if signature.takes_run else signature.function(*checked)
    kind = type(result)
    return run.string(result) if kind is str else run.items(result) if kind is list else result


def _rest(parameter: Parameter, arguments: list[Any]) -> Any:
    if parameter.rest == "*" and len(arguments) == 1 and type(arguments[0]) is list:
        return arguments[0]
    checked = [parameter.check(value) for value in arguments]
    return BAD if any(value is BAD for value in checked) else checked


@lru_cache(maxsize=256)
def as_value(name: str) -> Function:
    """A built-in function as a value, for `sort(list, f)` and the like."""

    def invoke(arguments: list[Value], run: Run) -> Value:
        signature = choose(name, len(arguments), ())
        return None if signature is None else apply(signature, arguments, run)

    return Function(name, None, invoke)
