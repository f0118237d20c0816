"""The boxed expressions of DMN other than tables: each can be evaluated in a frame and knows its free names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine import feel

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

    @property
    def names(self) -> frozenset[str]:
        return self.body.names - set(self.parameters)

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        def invoke(arguments: list[feel.Value], run: feel.Run) -> feel.Value:
            if len(arguments) != len(self.parameters):
                return None
            given = dict(zip(self.parameters, arguments, strict=True))
            return self.body.evaluate(layered(frame, given), notes)

        return feel.Function(self.name, self.parameters, invoke)


@dataclass(frozen=True)
class Invocation:
    """A call with named arguments."""

    function: Literal
    bindings: tuple[tuple[str, Logic], ...] = field(default=())

    @property
    def names(self) -> frozenset[str]:
        return self.function.names.union(*(logic.names for _, logic in self.bindings))

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        target = self.function.evaluate(frame, notes)
        if not isinstance(target, feel.Function):
            return None
        given = {name: logic.evaluate(frame, notes) for name, logic in self.bindings}
        if target.parameters is None:
            return frame.run.call(target, list(given.values()))
        return frame.run.call(target, [given.get(name) for name in target.parameters])
