"""What is written down of an evaluation: JSON-able, so that history can keep it."""

from __future__ import annotations

from typing import Any

from engine import feel
from engine.dmn.logic import Note
from engine.dmn.model import Decision, Service

MOST_INNER = 100  # tables and services inside one decision, which may stand in a loop


def entry(decision: Decision, value: feel.Value, notes: list[Note], frame: feel.Frame) -> dict[str, Any]:
    """What one decision was given, which rules matched and what came out; `inner` are tables and services inside."""
    plain = [{key: part for key, part in note.items() if key != "rows"} for note in notes]
    made: dict[str, Any] = {"decision": decision.id, "name": decision.name}
    if decision.table is not None:
        made |= plain.pop()
    else:
        names = sorted(decision.logic.names)
        made["inputs"] = [{"name": name, "value": data(frame.context.get(name), frame)} for name in names]
        made["rules"] = []
    if plain:
        made["inner"] = plain[:MOST_INNER]
        if len(plain) > MOST_INNER:
            made["inner_left_out"] = len(plain) - MOST_INNER
    return made | {"outputs": data(value, frame)}


def service_entry(
    service: Service, inputs: dict[str, Any], value: feel.Value, frame: feel.Frame, role: str
) -> dict[str, Any]:
    """What a service was given and what came out; `role` is the key of its id."""
    given = [{"name": name, "value": data(one, frame)} for name, one in inputs.items()]
    return {role: service.id, "name": service.name, "inputs": given, "rules": [], "outputs": data(value, frame)}


def data(value: object, frame: feel.Frame) -> Any:
    """A value as JSON; a function by its name."""
    return feel.from_feel(_named(feel.to_feel(value, frame.run.zone)))


def _named(value: feel.Value) -> feel.Value:
    if isinstance(value, feel.Function):
        return f"function {value.name}"
    if isinstance(value, list):
        return [_named(item) for item in value]
    return {key: _named(item) for key, item in value.items()} if isinstance(value, dict) else value
