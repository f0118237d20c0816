"""Service operations by name: plain Python functions that the house above registers, typed by their signatures.

A service task names one with `camunda:topic`; its input parameters arrive as keyword arguments, converted to the
annotated types. Lint checks name and parameters at deployment, so that a diagram cannot call what does not exist.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.errors import Fault

if TYPE_CHECKING:
    from engine.environment import Transaction

Result = Mapping[str, object] | None


@dataclass(frozen=True)
class OperationCall:
    """Where an operation is called: the command, the process instance, the element and its diagram properties."""

    tx: Transaction
    instance_id: str
    business_key: str | None
    stream: str
    element_id: str
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A named input: its type, and whether the diagram must give it."""

    type: Any
    required: bool


@dataclass(frozen=True)
class Operation:
    """A registered function and the inputs that it declares."""

    name: str
    function: Callable[..., Result]
    parameters: Mapping[str, Parameter]

    def __call__(self, call: OperationCall, inputs: Mapping[str, object]) -> Result:
        """Convert the inputs and call. Raises Fault naming the input that does not fit."""
        unknown = sorted(set(inputs) - set(self.parameters))
        missing = sorted(name for name, spec in self.parameters.items() if spec.required and inputs.get(name) is None)
        if unknown or missing:
            raise Fault(
                "Expected the inputs {expected} for operation '{name}', but missing [{missing}], unknown [{unknown}]",
                name=self.name,
                expected=", ".join(self.parameters) or "none",
                missing=", ".join(missing),
                unknown=", ".join(unknown),
            )
        given = {name: _convert(self.name, name, value, self.parameters[name].type) for name, value in inputs.items()}
        return self.function(call, **given)


@dataclass
class Operations:
    """The registry. Use as a decorator: `@operations.operation("post-letter")`."""

    by_name: dict[str, Operation] = field(default_factory=dict)

    def operation(self, name: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
        """Register a function under `name`. Raises ValueError when the name is taken."""

        def register(function: Callable[..., Result]) -> Callable[..., Result]:
            if name in self.by_name:
                raise ValueError(f"expected a new operation name, but '{name}' is registered already")
            self.by_name[name] = Operation(name, function, _parameters(function))
            return function

        return register


def _parameters(function: Callable[..., Result]) -> dict[str, Parameter]:
    hints = typing.get_type_hints(function, include_extras=False, localns={"Transaction": object})
    return {
        name: Parameter(hints.get(name, object), parameter.default is inspect.Parameter.empty)
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _convert(operation: str, name: str, value: object, kind: Any) -> object:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        if value is None:
            return None
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    kind = typing.get_origin(kind) or kind
    try:
        return _converted(value, kind)
    except (ValueError, TypeError, ArithmeticError):
        raise Fault(
            "Expected input '{input}' of operation '{name}' to be {kind}, but got {value}",
            input=name,
            name=operation,
            kind=getattr(kind, "__name__", str(kind)),
            value=repr(value)[:200],
        ) from None


def _converted(value: object, kind: Any) -> object:
    if kind in (object, Any) or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    if kind is int and isinstance(value, (Decimal, str)) and Decimal(value) == int(Decimal(value)):
        return int(Decimal(value))
    if kind is Decimal and isinstance(value, (int, str)) and not isinstance(value, bool):
        return Decimal(value)
    if kind is str and isinstance(value, Decimal):
        return str(value)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    raise TypeError
