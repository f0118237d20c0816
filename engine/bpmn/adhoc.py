"""Ad-hoc subprocesses: activities without an order, until a condition says that it is enough (BPMN 10.3.5, 13.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import cancelling, parking
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.model import Node
    from engine.bpmn.tokens import Token


def begin(x: Execution, holder: Token) -> None:
    """Begin all activities to which no flow leads, or with `ordering="Sequential"` the first of them."""
    node: Node = holder.task_spec.node
    roots = [n.id for n in x.compiled.process.inside(node.id) if _root(x, n)]
    first = roots[:1] if node.plain.get("ordering") == "Sequential" else roots
    holder.internal_data["todo"] = roots[len(first) :]
    for identity in first:
        x.enqueue(holder.spawn(x.spec(identity), scope=holder.key))


def _root(x: Execution, node: Node) -> bool:
    return not (x.compiled.process.incoming(node.id) or node.begins or node.kind == "boundaryEvent")


def look(x: Execution, token: Token) -> None:
    """An activity is over: when it was one of an ad-hoc subprocess, is that enough now?"""
    holder = x.holder(token.internal_data.get("scope"))
    if not holder.live or "todo" not in holder.internal_data or "enough" in holder.internal_data:
        return
    go_on(x, holder)


def go_on(x: Execution, holder: Token) -> None:
    """Look at the completion condition: true ends what still runs, or with `cancelRemainingInstances="false"` waits."""
    node: Node = holder.task_spec.node
    if not node.condition:
        return
    try:
        enough = x.value(holder, "completion") is True
    except EngineError as error:
        parking.park(x, holder, error, "adhoc")
        return
    if enough:
        holder.internal_data.update(todo=[], enough=True)
        if node.says("cancelRemainingInstances", default="true"):
            cancelling.cancel_scope(x, holder.key)
            x.emptied.append(holder.key)


def next_one(x: Execution, holder: Token) -> bool:
    """Nothing runs in the scope: begin the next activity of a sequential one; False when there is none."""
    todo = holder.internal_data.get("todo")
    if not todo:
        return False
    x.enqueue(holder.spawn(x.spec(todo.pop(0)), scope=holder.key))
    return True
