"""Repetition: a body holds its items, in turn or side by side (BPMN 13.3.6, 13.3.7)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine import variables
from engine.bpmn import cancelling, parking
from engine.bpmn.model import Node
from engine.errors import EngineError, Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token

ITEM = "#item"


def start_items(x: Execution, body: Token) -> bool:
    """Create the items of a multi-instance body; True when there is none."""
    loop, items = body.task_spec.node.loop, _items(x, body)
    body._set_state(TaskState.STARTED)
    remembered = body.internal_data
    remembered.update(total=len(items), done=0, outputs={})
    x.set(body, "nrOfInstances", len(items), local=True)
    first = items[:1] if loop.sequential else items
    if loop.sequential:
        remembered["items"] = [variables.encode(item)[:2] for item in items]
    _count(x, body, active=len(first))
    for index, item in enumerate(first):
        _start_item(x, body, index, item)
    if not items:
        _collect(x, body)
    return not items


def start_loop(x: Execution, body: Token) -> bool:
    """Begin a standard loop (BPMN 13.3.6); True when its condition does not even let it begin."""
    body._set_state(TaskState.STARTED)
    body.internal_data.update(done=0, outputs={})
    x.set(body, "loopCounter", 0, local=True)
    if body.task_spec.node.loop.test_before and not _again(x, body):
        return True
    _start_item(x, body, 0, None)
    return False


def _again(x: Execution, body: Token) -> bool:
    """Does a standard loop go on: below its maximum, and its condition holds?"""
    done, maximum = body.internal_data["done"], x.value(body, "loop:maximum")
    if isinstance(maximum, Decimal) and done >= maximum:
        return False
    return not body.task_spec.node.loop.condition or x.value(body, "loop:condition") is True


def _items(x: Execution, body: Token) -> list[object]:
    element, limit = body.task_spec.node.id, x.host.instances
    if x.compiled.value(element, "loop:collection") is not None:
        items = x.value(body, "loop:collection")
        if not isinstance(items, list):
            raise Fault("Expected a list to repeat '{element}' for", element=element)
        count = len(items)
    else:
        number = x.value(body, "loop:cardinality")
        if not isinstance(number, Decimal) or number != number.to_integral_value() or number < 0:
            raise Fault("Expected a number of repetitions of '{element}'", element=element)
        count, items = int(number), None
    if count > limit:
        raise Fault("Expected at most {limit} items, but got {n}", limit=limit, n=count)
    return [Decimal(n) for n in range(count)] if items is None else items


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
    """One item is over."""
    body = x.token(token.internal_data["body"])
    body.internal_data["done"] += 1
    x.gone(token)
    go_on(x, body)


def go_on(x: Execution, body: Token) -> None:
    """Between two items: look at the completion condition, then start the next item, go on waiting or end the body."""
    remembered, loop = body.internal_data, body.task_spec.node.loop
    if loop.standard:
        _next_round(x, body)
        return
    active = _active(x, body)
    following = remembered["done"] if loop.sequential and remembered["done"] < remembered["total"] else None
    _count(x, body, active=len(active) + (following is not None))
    enough = _ask(x, body, lambda: bool(loop.condition) and x.value(body, "loop:condition") is True)
    if enough is None:
        return
    if enough:
        cancel_items(x, body)
    elif following is not None:
        _start_item(x, body, following, variables.decode(*remembered["items"][following]))
        return
    elif active:
        return
    _collect(x, body)
    x.finish(body)


def _next_round(x: Execution, body: Token) -> None:
    done = body.internal_data["done"]
    x.set(body, "loopCounter", done, local=True)
    again = _ask(x, body, lambda: _again(x, body))
    if again:
        _start_item(x, body, done, None)
    elif again is False:
        x.finish(body)


def _ask(x: Execution, body: Token, condition: Callable[[], bool]) -> bool | None:
    """What a condition between two items says; None when that cannot be found out, which is an incident."""
    try:
        answer = condition()
    except EngineError as error:
        parking.unpark(x, body)
        parking.park(x, body, error, "loop")
        return None
    parking.unpark(x, body)
    body._set_state(TaskState.STARTED)
    return answer


def _active(x: Execution, body: Token) -> list[Token]:
    return [token for token in x.live() if token.internal_data.get("body") == body.key]


def cancel_items(x: Execution, body: Token) -> None:
    """End the items that still run."""
    for token in _active(x, body):
        cancelling.cancel(x, token)


def _collect(x: Execution, body: Token) -> None:
    loop = body.task_spec.node.loop
    if loop.output_collection:
        outputs = body.internal_data["outputs"]
        values = [variables.decode(*outputs[key]) for key in sorted(outputs, key=int)]
        x.set_outside(body, loop.output_collection, values)


def remember_output(x: Execution, token: Token) -> None:
    """Keep what an item gives to the output collection, in the order of the items."""
    body = x.token(token.internal_data["body"])
    loop = body.task_spec.node.loop
    if loop.output_item:
        value = x.context(token).get(loop.output_item)
        body.internal_data["outputs"][str(token.internal_data["index"])] = variables.encode(value)[:2]
