"""Compensation: what was completed is undone by its handlers, in reverse order (BPMN 10.7, 13.5.5).

The holder of a scope (a subprocess, or the process) remembers its completed activities that can be undone: which, the
local variables they had, and for a subprocess what is remembered inside it. What was undone is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine import variables
from engine.errors import Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.model import Node
    from engine.bpmn.tokens import Token

Record = dict[str, Any]
"""`of` the activity, `locals` its variables (type, text), `records` inside it."""


def remember(x: Execution, token: Token) -> None:
    """An activity was completed: can it be undone one day? Raises Fault beyond the bound."""
    node: Node = token.task_spec.node
    inner = token.internal_data.get("records", [])
    if "undoes" in token.internal_data or not (inner or node.id in x.compiled.handlers):
        return
    holder = x.holder(token.internal_data.get("body") or token.internal_data.get("scope"))
    records = holder.internal_data.get("records", [])
    if token.task_spec.repeats:
        records = records + inner  # of its items, in the order of their completion
    else:
        records = [*records, {"of": node.id, "locals": _locals(x, token), "records": inner}]
    if len(records) > x.host.instances:
        raise Fault("Expected at most {limit} completed activities that can be undone", limit=x.host.instances)
    holder.internal_data["records"] = records


def _locals(x: Execution, token: Token) -> dict[str, Any]:
    return {name: variables.encode(value)[:2] for name, value in x.scopes.documents.get(token.key, {}).items()}


def compensate(x: Execution, thrower: Token, activity: str | None) -> bool | None:
    """Undo what was completed in the scope of the thrower, or one activity of it; True when there is nothing to undo.

    The thrower waits until all handlers are done. In an event subprocess the scope around it is undone as well; but one
    that undoes a completed subprocess is bound to what was done in that.
    """
    steps: list[Record] = []
    scope = thrower.internal_data.get("scope")
    while True:
        holder = x.holder(scope)
        records = holder.internal_data.pop("records", [])
        chosen = [record for record in records if activity in (None, record["of"])]
        if len(chosen) < len(records):
            holder.internal_data["records"] = [record for record in records if record["of"] != activity]
        steps += [step | {"scope": scope} for step in _steps(x, chosen, {})]
        if holder is x.task_tree or "undoes" in holder.internal_data or not holder.task_spec.node.by_event:
            break
        scope = holder.internal_data.get("scope")
    thrower.internal_data["undo"] = steps
    return _next(x, thrower)


def _steps(x: Execution, records: list[Record], around: Mapping[str, Any]) -> Iterator[Record]:
    for record in reversed(records):
        seen = {**around, **record["locals"]}
        handler = x.compiled.handlers.get(record["of"])
        if handler is None:
            yield from _steps(x, record["records"], seen)
        else:
            yield {"run": handler, "locals": seen, "records": record["records"]}


def _next(x: Execution, thrower: Token) -> bool | None:
    """Begin the next handler; True when there is none left."""
    steps = thrower.internal_data["undo"]
    if not steps:
        return True
    step = steps.pop(0)
    token = x.task_tree.spawn(x.spec(step["run"]), scope=step["scope"], undoes=thrower.key)
    for name, value in step["locals"].items():
        x.scopes.set((token.key,), name, variables.decode(*value), local=True)
    if x.compiled.process.nodes[step["run"]].by_event:
        token.internal_data["records"] = step["records"]
    x.enqueue(token)
    return None


def handled(x: Execution, token: Token) -> None:
    """A handler is done: the next one, or the thrower goes on."""
    x.gone(token)
    thrower = x.token(token.internal_data["undoes"])
    if _next(x, thrower):
        x.finish(thrower)


def handlers(nodes: Mapping[str, Node]) -> dict[str, str]:
    """Activity → its compensation handler: the one its border is joined to, else its compensation event subprocess."""
    begun = {node.scope for node in nodes.values() if node.kind == "startEvent" and node.catches("compensate")}
    found = {node.scope: node.id for node in nodes.values() if node.by_event and node.id in begun}
    joined = {node.attached_to: node.handler for node in nodes.values() if node.handler in nodes}
    return {key: value for key, value in (found | joined).items() if key is not None and value is not None}
