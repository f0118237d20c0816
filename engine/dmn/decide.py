"""Make a decision: what it requires first, then itself, with a trace of what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import feel
from engine.dmn import logic
from engine.dmn.errors import DecisionError
from engine.dmn.model import Decision, Model


@dataclass(frozen=True)
class Result:
    """What came out.

    `value` is the value as DMN has it; `rows` the outputs of the rules that count, by name (for a decision without a
    table: its value under its name); `trace` is JSON-able, one entry per decision made, the last the one asked for.
    """

    value: feel.Value
    trace: list[dict[str, Any]]
    rows: list[dict[str, feel.Value]] = field(default_factory=list)


def decide(model: Model, decision_id: str, context: Mapping[str, object], scope: feel.Scope) -> Result:
    """Make a decision with the caller's variables.

    One evaluation, so all of it shares the step bound. Raises DecisionError when there is no such decision, an input
    is not allowed or a table is violated (with the rule numbers), feel.FeelError over a bound.
    """
    if decision_id not in model.decisions:
        raise DecisionError("Expected a decision, but there is no '{decision}' in the model", decision=decision_id)
    run = feel.Run(scope)
    results: dict[str, feel.Value] = {}
    trace: list[dict[str, Any]] = []
    rows: list[dict[str, feel.Value]] = []
    for decision in model.chain(decision_id):
        notes: list[logic.Note] = []
        own = {model.decisions[id].result: results[id] for id in decision.requires}
        own |= _Knowledge(model, decision.knows, run, notes)
        frame = feel.root(logic.Layer(own, context) if own else context, run)
        value = results[decision.id] = decision.logic.evaluate(frame, notes)
        rows = _rows(decision, value, notes)
        trace.append(_entry(decision, value, notes, frame))
    return Result(results[decision_id], trace, rows)


class _Knowledge(Mapping[str, feel.Value]):
    """Knowledge models by name as callable values, made when asked for: only calls may nest, and those are bounded.

    The bodies see only their parameters and the knowledge they require.
    """

    def __init__(self, model: Model, ids: tuple[str, ...], run: feel.Run, notes: list[logic.Note]) -> None:
        self.known = {model.knowledge[id].name: model.knowledge[id] for id in ids}
        self.model, self.run, self.notes = model, run, notes

    def __getitem__(self, name: str) -> feel.Value:
        known = self.known[name]
        inner = _Knowledge(self.model, known.knows, self.run, self.notes)
        return known.function.evaluate(feel.root(inner, self.run), self.notes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def _rows(decision: Decision, value: feel.Value, notes: list[logic.Note]) -> list[dict[str, feel.Value]]:
    table = getattr(decision.logic, "policy", None)
    if table is None:
        return [{decision.result: value}]
    rows: list[dict[str, feel.Value]] = notes[-1]["rows"]
    return [{next(iter(rows[0])): value}] if table.aggregation and rows else rows


def _entry(decision: Decision, value: feel.Value, notes: list[logic.Note], frame: feel.Frame) -> dict[str, Any]:
    plain = [{key: part for key, part in note.items() if key != "rows"} for note in notes]
    entry: dict[str, Any] = {"decision": decision.id, "name": decision.name}
    if hasattr(decision.logic, "policy"):
        entry |= plain.pop()
    else:
        names = sorted(decision.logic.names)
        entry["inputs"] = [{"name": name, "value": _data(frame.context.get(name), frame)} for name in names]
        entry["rules"] = []
    if plain:
        entry["inner"] = plain  # tables inside knowledge models and boxed expressions
    return entry | {"outputs": _data(value, frame)}


def _data(value: object, frame: feel.Frame) -> Any:
    known = feel.to_feel(value, frame.run.zone)
    return f"function {known.name}" if isinstance(known, feel.Function) else feel.from_feel(known)
