"""What elements throw: messages and signals, errors and escalations to the nearest handler (BPMN 10.5.6, 13.5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import feel
from engine.bpmn import cancelling, data, listening
from engine.bpmn.model import EventDefinition, Node
from engine.errors import Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def throw_error(x: Execution, token: Token, code: str, message: str) -> None:
    """Throw a business error: caught here, in a calling process, or an incident. Raises Fault when uncaught.

    Uncaught, it ends its scope all the same: nothing that runs beside it goes on.
    """
    x.record("error-thrown", token, code=code, message=message)
    if (handler := listening.catcher(x, token, "error", code)) is not None:
        catch(x, handler, "error", code, {"errorCode": code, "errorMessage": message})
    elif not x.host.pass_error(x, code, message):
        cancelling.cancel_scope(x, token.internal_data.get("scope"), keep=token)
        raise Fault("Nobody catches the error '{code}': {message}", code=code, message=message)


def throw_escalation(x: Execution, token: Token, code: str) -> None:
    """Throw an escalation to the nearest handler; when there is none, nothing happens (BPMN 10.5.6)."""
    x.record("escalation-thrown", token, code=code)
    if (handler := listening.catcher(x, token, "escalation", code)) is not None:
        catch(x, handler, "escalation", code, {"escalationCode": code})
    elif not x.host.pass_escalation(x, code):
        x.record("escalation-uncaught", token, code=code)


def catch(x: Execution, handler: Token, kind: str, code: str, variables: dict[str, object]) -> None:
    """A handler takes an error or escalation."""
    node = listening.caught(x, handler)
    events = node.events
    index = next(
        (n for n, event in enumerate(events) if event.kind == kind and event.name == code),
        next(n for n, event in enumerate(events) if event.kind == kind),
    )
    x.set_all(handler, data.receive(x, handler, node.id, variables))
    handler.task_spec.trigger(handler, x, handler.task_spec.node.id, index, False)


def throw(x: Execution, token: Token, node: Node, event: EventDefinition) -> None:
    """A message or signal: at once to those in its call tree, by commands of their own to others (design §3)."""
    index = node.events.index(event)
    key = x.value(token, listening.slot("correlationKey", index))
    computed = x.context(token) if "entered" in token.internal_data else None  # by the activity itself, on entering
    payload = dict(data.payload(x, token, node))
    for name, _ in node.inputs:
        payload[name] = x.value(token, f"input:{name}") if computed is None else computed.get(name)
    row = {
        "kind": event.kind,
        "name": event.name,
        "correlation_key": None if key is None else str(key),
        "payload": {name: feel.from_feel(value) for name, value in payload.items()},
    }
    pools = node.sends_to if event.kind == "message" else ()
    for process in pools or (None,):
        x.host.send(x, row | {"process": process})
