"""Hit policies: U A P F give one row, R O C all, C+ C# C< C> one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import feel
from engine.dmn import types
from engine.dmn.errors import DecisionError
from engine.dmn.logic import fitted
from engine.feel import compare

if TYPE_CHECKING:
    from engine.dmn.table import Output, Rule, Table

Row = dict[str, feel.Value]
SUMMARIES = {"SUM": "sum(list)", "MIN": "min(list)", "MAX": "max(list)", "COUNT": "count(list)"}


@dataclass(frozen=True)
class Policy:
    """A hit policy by its name in the file, with the aggregation of COLLECT."""

    name: str
    aggregation: str | None = None

    @property
    def many(self) -> bool:
        """Whether all matches count, not one of them."""
        return self.name in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")

    @property
    def ordered(self) -> bool:
        """Whether the output values must be listed by priority."""
        return self.name in ("PRIORITY", "OUTPUT ORDER")

    @property
    def first_only(self) -> bool:
        """Whether the first match decides."""
        return self.name == "FIRST"


NAMES = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})


def choose(table: Table, matched: list[Rule], frame: feel.Frame) -> list[Row]:
    """The rows that count, in their order. Raises DecisionError when the matches violate the policy."""
    policy = table.policy
    if policy.name == "UNIQUE" and len(matched) > 1:
        raise DecisionError(
            "Expected at most one rule of decision '{decision}' to match, but rules {rules} do",
            decision=table.owner,
            rules=numbers(matched),
        )
    rows = [_row(table, rule, frame) for rule in matched]
    if policy.name == "ANY" and any(compare.equals(row, rows[0], frame.run) is not True for row in rows):
        raise DecisionError(
            "Expected the same outputs of all matching rules of decision '{decision}', but rules {rules} differ",
            decision=table.owner,
            rules=numbers(matched),
        )
    if not rows:
        return _default(table, frame)
    if policy.ordered:
        rows = _by_priority(table, matched, rows, frame)
    return rows if policy.many else rows[:1]


def numbers(rules: list[Rule]) -> str:
    """The rule numbers for a message."""
    return ", ".join(str(rule.number) for rule in rules)


def _row(table: Table, rule: Rule, frame: feel.Frame) -> Row:
    row: Row = {}
    for output, expression in zip(table.outputs, rule.outputs, strict=True):
        row[output.name] = _typed(table, rule, output, expression.within(frame), frame)
    return row


def _typed(table: Table, rule: Rule, output: Output, value: feel.Value, frame: feel.Frame) -> feel.Value:
    found = output.type.fit(value, frame)
    if not isinstance(found, types.Misfit):
        return found
    raise DecisionError(
        "Expected a {type} as output '{output}' of '{decision}', but rule {rules} gave {value}"
        if not found.listed
        else "Expected one of {type} as output '{output}' of '{decision}', but rule {rules} gave {value}",
        type=found.wanted,
        output=output.name,
        decision=table.owner,
        rules=str(rule.number),
        value=feel.text(found.value),
    )


def _default(table: Table, frame: feel.Frame) -> list[Row]:
    if all(output.default is None for output in table.outputs):
        return []
    row: Row = {}
    for output in table.outputs:
        value = output.default.within(frame) if output.default else None
        row[output.name] = fitted(output.type, value, frame, output.name, table.owner)
    return [row]


def _by_priority(table: Table, matched: list[Rule], rows: list[Row], frame: feel.Frame) -> list[Row]:
    """Sort by the places of the outputs in their lists of values, the first output counting most."""
    orders = [output.order.within(frame) if output.order else [] for output in table.outputs]

    def places(row: Row) -> list[int]:
        return [order.index(row[o.name]) for o, order in zip(table.outputs, orders, strict=True) if order]

    try:
        return sorted(rows, key=places)
    except ValueError:
        raise DecisionError(
            "Expected outputs out of the listed values in decision '{decision}', but rules {rules} give others",
            decision=table.owner,
            rules=numbers(matched),
        )


def value(table: Table, rows: list[Row], frame: feel.Frame) -> feel.Value:
    """What the rows mean as the value of the decision: one output is its value, several are a context."""
    single = len(table.outputs) == 1
    values: list[Any] = [next(iter(row.values())) if single else row for row in rows]
    if table.policy.aggregation:
        return _aggregate(table, values, frame)
    if table.policy.many:
        return values
    return values[0] if values else None


def _aggregate(table: Table, values: list[feel.Value], frame: feel.Frame) -> feel.Value:
    summary = feel.compile(SUMMARIES[table.policy.aggregation or ""])
    result = summary.within(feel.root({"list": values}, frame.run))
    if values and result is None:
        raise DecisionError(
            "Expected outputs that can be aggregated in decision '{decision}', but got {value}",
            decision=table.owner,
            value=feel.text(values),
        )
    return result
