"""Multi-instance: a body holds its items, in turn or side by side (BPMN 13.3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.bpmn import cancelling
from engine.bpmn.model import Node
from engine.errors import Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token

ITEM = "#item"


def start_items(x: Execution, body: Token) -> bool:
    """Create the items of a multi-instance body; True when there is none."""
    node: Node = body.task_spec.node
    loop = node.loop
    if loop is None:
        raise Fault("Expected loop characteristics at '{element}'", element=node.id)
    items = _items(x, body)
    if len(items) > x.host.instances:
        raise Fault("Expected at most {limit} items, but got {n}", limit=x.host.instances, n=len(items))
    body._set_state(TaskState.STARTED)
    remembered = body.internal_data
    remembered.update(total=len(items), done=0, outputs={})
    x.set(body, "nrOfInstances", len(items), local=True)
    first = items[:1] if loop.sequential else items
    if loop.sequential:
        remembered["items"] = [feel.from_feel(item) for item in items]
    _count(x, body, active=len(first))
    for index, item in enumerate(first):
        _start_item(x, body, index, item)
    if not items:
        _collect(x, body)
    return not items


def _items(x: Execution, body: Token) -> list[object]:
    if x.compiled.value(body.task_spec.node.id, "loop:collection") is not None:
        items = x.value(body, "loop:collection")
        if not isinstance(items, list):
            raise Fault("Expected a list to repeat '{element}' for", element=body.task_spec.node.id)
        return items
    count = x.value(body, "loop:cardinality")
    try:
        return list(range(int(count)))  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise Fault("Expected a number of repetitions of '{element}'", element=body.task_spec.node.id) from None


def _count(x: Execution, body: Token, active: int) -> None:
    x.set(body, "nrOfActiveInstances", active, local=True)
    x.set(body, "nrOfCompletedInstances", body.internal_data["done"], local=True)


def _start_item(x: Execution, body: Token, index: int, item: object) -> None:
    node: Node = body.task_spec.node
    token = x.task_tree.spawn(
        x.spec(node.id + ITEM),
        scope=body.internal_data.get("scope"),
        via=body.internal_data.get("via"),
        body=body.key,
        index=index,
    )
    x.set(token, "loopCounter", index, local=True)
    if node.loop is not None and node.loop.item:
        x.set(token, node.loop.item, item, local=True)
    x.enqueue(token)


def item_done(x: Execution, token: Token) -> None:
    """One item is over: collect its output, look at the completion condition, start the next or end the body."""
    body = x.token(token.internal_data["body"])
    remembered = body.internal_data
    remembered["done"] += 1
    x.gone(token)
    active = [t for t in x.live() if t.internal_data.get("body") == body.key and t is not token]
    loop = body.task_spec.node.loop
    following = remembered["done"] if loop.sequential and remembered["done"] < remembered["total"] else None
    _count(x, body, active=len(active) + (following is not None))
    if loop.condition and x.value(body, "loop:condition") is True:
        for other in active:
            cancelling.cancel(x, other)
    elif following is not None:
        _start_item(x, body, following, remembered["items"][following])
        return
    elif active:
        return
    _collect(x, body)
    x.finish(body)


def _collect(x: Execution, body: Token) -> None:
    loop = body.task_spec.node.loop
    if loop.output_collection:
        outputs = body.internal_data["outputs"]
        values = [outputs[key] for key in sorted(outputs, key=int)]
        x.set_outside(body, loop.output_collection, values)


def remember_output(x: Execution, token: Token) -> None:
    body = x.token(token.internal_data["body"])
    loop = body.task_spec.node.loop
    if loop.output_item:
        value = x.context(token).get(loop.output_item)
        body.internal_data["outputs"][str(token.internal_data["index"])] = feel.from_feel(value)
