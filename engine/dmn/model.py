"""A decision model as it is used: decisions in the order in which they can be made."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.logic import Function, Logic


@dataclass(frozen=True)
class Decision:
    """One decision. `result` is the name under which others see it, `inputs` are the names the caller must give."""

    id: str
    name: str
    result: str
    logic: Logic
    requires: tuple[str, ...]  # ids of decisions
    knows: tuple[str, ...]  # ids of business knowledge models
    inputs: frozenset[str]


@dataclass(frozen=True)
class Knowledge:
    """A business knowledge model: a function that decisions share."""

    id: str
    name: str
    function: Function
    knows: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """What one file says. Immutable."""

    id: str
    name: str
    decisions: dict[str, Decision]
    knowledge: dict[str, Knowledge]

    def chain(self, decision_id: str) -> list[Decision]:
        """The decision with all it requires, each after what it requires itself. Raises KeyError if unknown."""
        done: dict[str, Decision] = {}
        waiting = [decision_id]
        while waiting:
            decision = self.decisions[waiting[-1]]
            missing = [id for id in decision.requires if id not in done]
            if missing:
                waiting += reversed(missing)
            else:
                done[waiting.pop()] = decision
        return list(done.values())
