"""What elements throw: messages and signals to others, business errors to the nearest boundary event (BPMN 10.5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from engine import feel
from engine.bpmn.model import Node
from engine.errors import Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def catcher(x: Execution, token: Token, code: str) -> Token | None:
    """The nearest boundary event that catches a business error, from the token outwards (BPMN 10.5.6)."""
    for level in _outwards(x, token):
        for other in x.live():
            event = other.task_spec.node.event
            attached = other.internal_data.get("host") == level.key and event is not None and event.kind == "error"
            if attached and event.name in (None, "", code):
                return other
    return None


def _outwards(x: Execution, token: Token) -> Iterator[Token]:
    current: Token | None = token
    while current is not None:
        yield current
        up = current.internal_data.get("body") or current.internal_data.get("scope")
        current = None if up is None else x.game.tasks[UUID(up)]


def throw_error(x: Execution, token: Token, code: str, message: str) -> None:
    """Throw a business error: caught here, in a calling process, or an incident. Raises Fault when uncaught."""
    x.record("error-thrown", token, code=code, message=message)
    boundary = catcher(x, token, code)
    if boundary is not None:
        x.set_all(boundary, {"errorCode": code, "errorMessage": message})
        boundary.task_spec.trigger(boundary, x, boundary.task_spec.node.id, True)
    elif not x.host.escalate(x, token, code, message):
        raise Fault("Nobody catches the error '{code}': {message}", code=code, message=message)


def throw(x: Execution, token: Token, node: Node) -> None:
    """A message or signal leaves; it reaches its receivers by commands of their own."""
    event = node.event
    if event is None:
        raise Fault("Expected an event definition at '{element}'", element=node.id)
    key = x.value(token, "correlationKey")
    computed = x.context(token) if "entered" in token.internal_data else None  # by the activity itself, on entering
    payload = {
        name: x.value(token, f"input:{name}") if computed is None else computed.get(name) for name, _ in node.inputs
    }
    x.effects.thrown.append(
        {
            "kind": event.kind,
            "name": event.name,
            "correlation_key": None if key is None else str(key),
            "payload": {name: feel.from_feel(value) for name, value in payload.items()},
        }
    )
