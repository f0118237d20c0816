"""Events: start, end, caught and thrown in the flow, attached to activities (BPMN 10.5, 13.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn import cancelling, compensating, listening, raising
from engine.bpmn.elements import Element
from engine.errors import Conflict

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class StartEvent(Element):
    """Where a process or a subprocess begins."""


class ThrowEvent(Element):
    """Throws what its definitions say, in their order, and goes on (BPMN 13.5.2)."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        for event in self.node.events:
            if event.kind == "compensate":
                done = compensating.compensate(x, token, event.activity)
                if not done:  # its handlers come after it, also in history
                    x.record("element-entered", token, via=token.internal_data.get("via"))
                return done
            token.internal_data["throwing"] = True
            if event.kind == "escalation":
                raising.throw_escalation(x, token, event.name or "")
            elif event.kind != "link":
                raising.throw(x, token, self.node, event)
            if not token.live:  # what it threw has cancelled it
                return None
            del token.internal_data["throwing"]
        return True

    def leave(self, token: Token, x: Execution) -> None:
        if self.node.catches("link"):
            x.record("element-passed", token, via=token.internal_data.get("via"))
            x.jump(token, x.compiled.links[self.node.scope, self.node.events[0].name or ""])
        else:
            super().leave(token, x)


class EndEvent(ThrowEvent):
    """Ends a token, and with `terminate`, an error or a cancellation all that runs beside it (BPMN 13.5.3)."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        event = self.node.event
        if event is not None and event.kind == "terminate":
            cancelling.cancel_scope(x, token.internal_data.get("scope"), keep=token)
            return True
        if event is not None and event.kind == "error":
            raising.throw_error(x, token, event.name or "", self.node.name)
            return None
        if event is not None and event.kind == "cancel":
            cancelling.cancel_scope(x, token.internal_data["scope"], keep=token)
            return compensating.compensate(x, token, None)
        return super().execute(token, x)

    def leave(self, token: Token, x: Execution) -> None:
        if not self.node.catches("cancel"):
            super().leave(token, x)
            return
        x.record("element-passed", token, via=token.internal_data.get("via"))
        x.gone(token)
        transaction = x.holder(token.internal_data["scope"])
        host = transaction.internal_data.get("body", transaction.key)
        borders = (other for other in x.live() if other.internal_data.get("host") == host)
        border = next(other for other in borders if other.task_spec.node.catches("cancel"))
        border.task_spec.trigger(border, x, self.node.id, 0, True)


class CatchEvent(Element):
    """Waits in the flow for one of its definitions, or for all of them (BPMN 13.5.2)."""

    def arrive(self, token: Token, x: Execution) -> bool:
        if token.internal_data.get("fired") or self.node.catches("link"):
            return True
        self.say_entered(token, x)
        listening.listen(x, token, self.node)
        return False

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        if listening.complete(x, token, self.node, position, last):
            x.finish(token)

    def leave(self, token: Token, x: Execution) -> None:
        waited = token.internal_data.keys() & {"entered", "fired"}
        x.record("element-left" if waited else "element-passed", token, via=token.internal_data.get("via"))
        x.follow(token)


class BoundaryEvent(Element):
    """Waits beside its host; interrupting ones cancel the host at once, before anything else runs."""

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        remembered = token.internal_data
        if not listening.complete(x, token, self.node, position, last):
            return
        if self.node.interrupting:
            cancelling.cancel(x, x.token(remembered["host"]), keep=token)
            x.gone(token)
            remembered["fired"] = True
            token._ready()
            return
        x.task_tree.spawn(self, scope=remembered.get("scope"), fired=True)._ready()
        if not listening.wait_again(x, token, self.node):
            x.consume(token)

    def resolve(self, token: Token, x: Execution) -> None:
        if "fired" not in token.internal_data:
            raise Conflict("'{element}' waits for its event: retry instead", element=self.node.id)
        x.finish(token)
