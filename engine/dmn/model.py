"""A decision model as it is used: what a file declares, each element linked to what it requires."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

from engine.dmn import types
from engine.dmn.logic import Function, Logic, Typed
from engine.dmn.table import Table


@dataclass(frozen=True, eq=False)
class InputData:
    """A variable that the caller gives."""

    id: str
    name: str
    type: types.Type


@dataclass(frozen=True, eq=False)
class Knowledge:
    """A business knowledge model: a function that decisions share. `name` is the one under which it is called."""

    id: str
    name: str
    function: Function
    links: tuple[Link, ...]


@dataclass(frozen=True, eq=False)
class Decision:
    """One decision. `result` is the name under which others see it, `inputs` are the names the caller must give."""

    id: str
    name: str
    result: str
    type: types.Type
    logic: Logic
    links: tuple[Link, ...]
    inputs: frozenset[str]

    @cached_property
    def requires(self) -> tuple[Decision, ...]:
        """The decisions that are made before this one."""
        return tuple(link.target for link in self.links if isinstance(link.target, Decision))

    @property
    def table(self) -> Table | None:
        """Its decision table, when that is all its logic."""
        logic = self.logic.inner if isinstance(self.logic, Typed) else self.logic
        return logic if isinstance(logic, Table) else None

    def chain(self, known: Container[Element] = ()) -> list[Decision]:
        """All that is to be made for this decision, it last, each after what it requires itself; not what is known."""
        done: dict[Decision, None] = {}
        waiting = [self]
        while waiting:
            missing = [one for one in waiting[-1].requires if one not in done and one not in known]
            if missing:
                waiting += reversed(missing)
            else:
                done[waiting.pop()] = None
        return list(done)


@dataclass(frozen=True, eq=False)
class Service:
    """A decision service: output decisions as a function of input data and input decisions, in this order."""

    id: str
    name: str
    result: str
    type: types.Type
    outputs: tuple[Decision, ...]
    data: tuple[InputData, ...]
    decisions: tuple[Decision, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (*(one.name for one in self.data), *(one.result for one in self.decisions))

    @property
    def inputs(self) -> frozenset[str]:
        """The names the caller must give."""
        return frozenset(self.parameters)


Element = InputData | Knowledge | Decision | Service


@dataclass(frozen=True)
class Link:
    """A requirement: the name under which the target is seen, in front of it that of the import, if any."""

    path: tuple[str, ...]
    target: Element


@dataclass(frozen=True, eq=False)
class Model:
    """What one file says. Immutable. `names` and `functions` are those its texts were compiled with, `lines` the lines
    of its elements by id.
    """

    id: str
    name: str
    namespace: str
    elements: dict[str, Element]
    types: dict[str, types.Type] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    lines: dict[str, int] = field(default_factory=dict)

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """Its decisions by id."""
        return {id: one for id, one in self.elements.items() if isinstance(one, Decision)}

    @cached_property
    def services(self) -> dict[str, Service]:
        """Its decision services by id."""
        return {id: one for id, one in self.elements.items() if isinstance(one, Service)}
