"""The boxed expressions of DMN other than tables: each can be evaluated in a frame and knows its free names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine import feel
from engine.dmn import types
from engine.dmn.errors import DecisionError

Note = dict[str, Any]


class Logic(Protocol):
    """Something with a value. Tables leave a note of what they did in `notes`."""

    @property
    def names(self) -> frozenset[str]:
        """The free names."""
        ...

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        """The value."""
        ...


class Layer(Mapping[str, feel.Value]):
    """Some names over those of an outer context."""

    def __init__(self, own: Mapping[str, feel.Value], outer: Mapping[str, feel.Value]) -> None:
        self.own = own
        self.outer = outer

    def __getitem__(self, name: str) -> feel.Value:
        return self.own[name] if name in self.own else self.outer[name]

    def get(self, name: str, default: Any = None) -> feel.Value:
        """The innermost value of a name."""
        return self.own[name] if name in self.own else self.outer.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.outer), **dict.fromkeys(self.own)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def layered(frame: feel.Frame, own: Mapping[str, feel.Value]) -> feel.Frame:
    """A frame in which `own` hides the names outside."""
    return feel.root(Layer(own, frame.context), frame.run)


def fitted(type: types.Type, value: feel.Value, frame: feel.Frame, name: str, owner: str) -> feel.Value:
    """A value as its type has it. Raises DecisionError, naming what it is the value of."""
    if type.any:
        return value
    found = type.fit(value, frame)
    if not isinstance(found, types.Misfit):
        return found
    raise DecisionError(
        "Expected one of {type} as '{name}' of '{decision}', but got {value}"
        if found.listed
        else "Expected a {type} as '{name}' of '{decision}', but got {value}",
        type=found.wanted,
        name=name,
        decision=owner,
        value=feel.text(found.value),
    )


@dataclass(frozen=True)
class Typed:
    """An expression that says of which type its value is."""

    inner: Logic
    type: types.Type
    name: str
    owner: str

    @property
    def names(self) -> frozenset[str]:
        return self.inner.names

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        return fitted(self.type, self.inner.evaluate(frame, notes), frame, self.name, self.owner)


@dataclass(frozen=True)
class Literal:
    """A literal expression."""

    expression: feel.Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        return self.expression.within(frame)


@dataclass(frozen=True)
class Context:
    """Named entries, each seeing those before; a last one without a name is the result."""

    entries: tuple[tuple[str | None, Logic], ...]

    @property
    def names(self) -> frozenset[str]:
        free: set[str] = set()
        known: set[str] = set()
        for name, logic in self.entries:
            free |= logic.names - known
            known.add(name or "")
        return frozenset(free)

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        made: dict[str, feel.Value] = {}
        for name, logic in self.entries:
            value = logic.evaluate(layered(frame, dict(made)), notes)
            if name is None:
                return value
            made[name] = value
        return made


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Logic, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(item.names for item in self.items))

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        return [item.evaluate(frame, notes) for item in self.items]


@dataclass(frozen=True)
class Relation:
    """A list of contexts, written as a table without rules."""

    columns: tuple[str, ...]
    rows: tuple[Items, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(row.names for row in self.rows))

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        return [dict(zip(self.columns, row.evaluate(frame, notes), strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Function:
    """A function definition, also the body of a business knowledge model."""

    name: str
    parameters: tuple[str, ...]
    body: Logic
    types: tuple[types.Type, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return self.body.names - set(self.parameters)

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        def invoke(arguments: list[feel.Value], run: feel.Run) -> feel.Value:
            given = {
                name: fitted(type, argument, frame, name, self.name)
                for name, type, argument in zip(
                    self.parameters, self.types, arguments_of(self.name, self.parameters, arguments), strict=True
                )
            }
            return self.body.evaluate(layered(frame, given), notes)

        return feel.Function(self.name, self.parameters, invoke)


def arguments_of(name: str, parameters: tuple[str, ...], arguments: list[feel.Value]) -> list[feel.Value]:
    """The arguments of a call. Raises DecisionError when there are more or fewer than parameters."""
    if len(arguments) != len(parameters):
        raise DecisionError(
            "Expected {wanted} arguments of '{name}', but got {count}",
            wanted=len(parameters),
            name=name,
            count=len(arguments),
        )
    return arguments


@dataclass(frozen=True)
class Invocation:
    """A call with named arguments; a parameter without one is null."""

    function: Logic
    bindings: tuple[tuple[str, Logic], ...]
    called: str
    owner: str

    @property
    def names(self) -> frozenset[str]:
        return self.function.names.union(*(logic.names for _, logic in self.bindings))

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        target = self.function.evaluate(frame, notes)
        if not isinstance(target, feel.Function):
            raise DecisionError(
                "Expected a function to invoke in '{decision}', but '{name}' is none",
                decision=self.owner,
                name=self.called,
            )
        given = {name: logic.evaluate(frame, notes) for name, logic in self.bindings}
        if target.parameters is None:
            return frame.run.call(target, list(given.values()))
        if foreign := given.keys() - set(target.parameters):
            raise DecisionError(
                "Expected only parameters of '{name}' ({known}), but '{decision}' gives {found}",
                name=self.called,
                known=", ".join(target.parameters),
                decision=self.owner,
                found=", ".join(sorted(foreign)),
            )
        return frame.run.call(target, [given.get(name) for name in target.parameters])
