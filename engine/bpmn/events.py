"""Events: start, end, caught and thrown in the flow, attached to activities (BPMN 10.5, 13.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import cancelling, raising
from engine.bpmn.elements import Element

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class StartEvent(Element):
    """Where a process or an embedded subprocess begins."""


class EndEvent(Element):
    """Ends a token, and with `terminate` or an error all that runs beside it."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        event = self.node.event
        if event is None:
            return True
        if event.kind == "terminate":
            cancelling.cancel_scope(x, token.internal_data.get("scope"), keep=token)
            return True
        if event.kind == "error":
            raising.throw_error(x, token, event.name or "", self.node.name)
            return None
        raising.throw(x, token, self.node)
        return True


class CatchEvent(Element):
    """Waits for a timer, a message or a signal in the flow."""

    def arrive(self, token: Token, x: Execution) -> bool:
        if token.internal_data.get("fired"):
            return True
        x.record("element-entered", token, via=token.internal_data.get("via"))
        x.wait_for(token, self.node, 0)
        return False

    def leave(self, token: Token, x: Execution) -> None:
        x.record("element-left", token, via=token.internal_data.get("via"))
        x.follow(token)


class ThrowEvent(Element):
    """Throws a message or a signal and goes on."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        if self.node.event is not None:
            raising.throw(x, token, self.node)
        return True


class BoundaryEvent(Element):
    """Waits beside its host; interrupting ones cancel the host at once, before anything else runs."""

    def trigger(self, token: Token, x: Execution, element: str, last: bool) -> None:
        remembered = token.internal_data
        if self.node.interrupting:
            cancelling.cancel(x, x.token(remembered["host"]), keep=token)
            x.gone(token)
            remembered["fired"] = True
            token._ready()
            return
        x.task_tree.spawn(self, scope=remembered.get("scope"), fired=True)._ready()
        if last:
            x.consume(token)
