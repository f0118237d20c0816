"""`camunda:mapDecisionResult`: how a business rule task sees the result of a decision."""

from __future__ import annotations

from engine import feel
from engine.dmn.decide import Result
from engine.dmn.errors import DecisionError

MODES = ("singleEntry", "singleResult", "collectEntries", "resultList")


def shape(result: Result | feel.Value, mode: str = "resultList") -> feel.Value:
    """The result of a decision in one of four shapes.

    `singleEntry`: the one output of the one rule, else null. `singleResult`: the outputs of the one rule as a
    context, else null. `collectEntries`: the one output of each rule, as a list. `resultList`: the outputs of each
    rule, as a list of contexts. Give the Result: a bare value has lost the names of its outputs, and a bare list is
    taken for several rules. Raises DecisionError when there are more rules or outputs than the mode takes, or no such
    mode.
    """
    rows = result.rows if isinstance(result, Result) else _bare(result)
    if mode not in MODES:
        raise DecisionError("Expected one of {modes}, but got '{mode}'", modes=", ".join(MODES), mode=mode)
    if mode in ("singleEntry", "singleResult") and len(rows) > 1:
        raise DecisionError("Expected one rule at most for {mode}, but {count} matched", mode=mode, count=len(rows))
    if mode in ("singleEntry", "collectEntries") and any(len(row) > 1 for row in rows):
        raise DecisionError("Expected one output for {mode}, but there are {count}", mode=mode, count=len(rows[0]))
    entries = [next(iter(row.values()), None) for row in rows]
    if mode == "singleEntry":
        return entries[0] if entries else None
    if mode == "singleResult":
        return rows[0] if rows else None
    return entries if mode == "collectEntries" else rows


def _bare(value: feel.Value) -> list[dict[str, feel.Value]]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [item if isinstance(item, dict) else {"result": item} for item in values]
