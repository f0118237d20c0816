"""Decision tables: which rules match, and what the hit policy makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import feel
from engine.dmn import policies, types
from engine.dmn.errors import DecisionError
from engine.dmn.logic import Note

UNKNOWN = object()


@dataclass(frozen=True)
class Input:
    """A column of conditions; `allowed`, its input values, are part of the type, too."""

    id: str
    label: str
    expression: feel.Expression
    type: types.Type
    allowed: feel.UnaryTests | None


@dataclass(frozen=True)
class Output:
    """A column of results; `allowed`, its output values, are part of the type, too.

    `order` lists them by priority; `default` counts when no rule matches.
    """

    id: str
    name: str
    type: types.Type
    allowed: feel.UnaryTests | None
    order: feel.Expression | None
    default: feel.Expression | None


@dataclass(frozen=True)
class Rule:
    """A row; its number is counted from 1."""

    number: int
    id: str
    cells: tuple[feel.UnaryTests, ...]
    outputs: tuple[feel.Expression, ...]
    annotations: dict[str, str]


@dataclass(frozen=True, eq=False)
class Table:
    """A decision table of the decision `owner`."""

    id: str
    owner: str
    policy: policies.Policy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """The free names of all texts."""
        parts: list[Any] = [part for column in self.inputs for part in (column.expression, column.allowed) if part]
        parts += [part for output in self.outputs for part in (output.allowed, output.default) if part]
        parts += [part for rule in self.rules for part in (*rule.cells, *rule.outputs)]
        return frozenset().union(*(part.names for part in parts))

    @cached_property
    def tests(self) -> list[tuple[int, feel.UnaryTests]]:
        """Each different cell once, with its column: rules share them, so each is asked at most once."""
        seen = {(column, cell.text): cell for rule in self.rules for column, cell in enumerate(rule.cells)}
        return [(column, cell) for (column, _), cell in seen.items()]

    @cached_property
    def plan(self) -> list[tuple[Rule, tuple[int, ...]]]:
        """Each rule with the tests it needs, by their place in `tests`; a cell `-` needs none."""
        places = {(column, cell.text): place for place, (column, cell) in enumerate(self.tests)}
        return [
            (
                rule,
                tuple(
                    places[column, cell.text]
                    for column, cell in enumerate(rule.cells)
                    if cell.text.strip() not in ("", "-")
                ),
            )
            for rule in self.rules
        ]

    def evaluate(self, frame: feel.Frame, notes: list[Note]) -> feel.Value:
        """The value by the hit policy. Raises DecisionError, naming the rules, when the table is violated."""
        values = [self._input(column, frame) for column in self.inputs]
        matched = self._matched(values, frame)
        rows = policies.choose(self, matched, frame)
        notes.append(
            {
                "inputs": [
                    {"name": column.label, "value": feel.from_feel(value)}
                    for column, value in zip(self.inputs, values, strict=True)
                ],
                "rules": [
                    {"number": rule.number, "id": rule.id}
                    | ({"annotations": rule.annotations} if rule.annotations else {})
                    for rule in matched
                ],
                "rows": rows,
            }
        )
        return policies.value(self, rows, frame)

    def _input(self, column: Input, frame: feel.Frame) -> feel.Value:
        value = column.type.fit(column.expression.within(frame), frame)
        if not isinstance(value, types.Misfit):
            return value
        raise DecisionError(
            "Expected one of {type} as input '{input}' of decision '{decision}', but got {value}"
            if value.listed
            else "Expected a {type} as input '{input}' of decision '{decision}', but got {value}",
            type=value.wanted,
            input=column.label,
            decision=self.owner,
            value=feel.text(value.value),
        )

    def _matched(self, values: list[feel.Value], frame: feel.Frame) -> list[Rule]:
        tests = self.tests
        answers: list[Any] = [UNKNOWN] * len(tests)
        matched = []
        for rule, places in self.plan:
            for place in places:
                answer = answers[place]
                if answer is UNKNOWN:
                    column, cell = tests[place]
                    answer = answers[place] = cell.within(values[column], frame)
                if answer is not True:
                    break
            else:
                matched.append(rule)
                if self.policy.first_only:
                    break
        return matched
