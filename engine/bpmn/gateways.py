"""Gateways: one way, all ways, or the way of the first event (BPMN 10.6, 13.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import inclusive, listening
from engine.bpmn.elements import Element
from engine.bpmn.model import Node
from engine.errors import Conflict, Fault

if TYPE_CHECKING:
    from engine.bpmn.compiler import Compiled
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class ExclusiveGateway(Element):
    """One flow: the first whose condition holds, as written, else the default (BPMN 13.4.2)."""

    def choose(self, token: Token, x: Execution) -> list[str]:
        if len(self.flows) == 1:
            return [*self.flows]
        for flow in self.flows:
            if flow != self.node.default and x.holds(token, flow):
                return [flow]
        if self.node.default is None:
            raise Fault("No condition at gateway '{element}' holds and there is no default", element=self.node.id)
        return [self.node.default]


class ParallelGateway(Element):
    """Waits for one token on each incoming flow and takes one from each; surplus tokens stay (BPMN 13.4.1)."""

    joins = True

    def __init__(self, compiled: Compiled, node: Node) -> None:
        super().__init__(compiled, node)
        self.entries = tuple(flow.id for flow in compiled.incoming[node.id])

    def arrive(self, token: Token, x: Execution) -> bool:
        mates = self._mates(token, x)
        if len(mates) + 1 < len(self.entries):
            return False
        for mate in mates:
            x.consume(mate)
        return True

    def _mates(self, token: Token, x: Execution) -> list[Token]:
        """The longest waiting token of each other flow, in the same scope."""
        scope = token.internal_data.get("scope")
        mates: dict[str, Token] = {}
        for other in x.live():
            if other.task_spec is not self or other is token or other._state != TaskState.WAITING:
                continue
            remembered = other.internal_data
            if remembered.get("scope") == scope and remembered.get("parked", "join") == "join":
                mates.setdefault(remembered["via"], other)
        mates.pop(token.internal_data["via"], None)
        return list(mates.values())

    def resolve(self, token: Token, x: Execution) -> None:
        for mate in self._mates(token, x):
            x.consume(mate)
        x.finish(token)

    def choose(self, token: Token, x: Execution) -> list[str]:
        return [*self.flows]


class InclusiveGateway(Element):
    """Takes every way whose condition holds, and waits for all tokens that can still come (BPMN 10.6.3, 13.4.3)."""

    joins = True

    def arrive(self, token: Token, x: Execution) -> bool:
        return len(x.compiled.incoming[self.node.id]) < 2

    def choose(self, token: Token, x: Execution) -> list[str]:
        return [*self.flows] if len(self.flows) == 1 else super().choose(token, x)

    def resolve(self, token: Token, x: Execution) -> None:
        for mate in inclusive.mates(x, token):
            x.consume(mate)
        x.finish(token)


class EventBasedGateway(Element):
    """Waits for the first of the events behind it (BPMN 13.4.4)."""

    def arrive(self, token: Token, x: Execution) -> bool:
        x.record("element-entered", token, via=token.internal_data.get("via"))
        position = 0
        for flow in self.flows:
            target = x.compiled.process.nodes[x.compiled.process.flows[flow].target]
            listening.listen(x, token, target, position)
            position += len(target.events)
        return False

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        token.internal_data["fired"] = element
        x.finish(token)

    def choose(self, token: Token, x: Execution) -> list[str]:
        flows = x.compiled.process.flows
        return [flow for flow in self.flows if flows[flow].target == token.internal_data["fired"]]

    def resolve(self, token: Token, x: Execution) -> None:
        if "fired" not in token.internal_data:
            raise Conflict("None of the events behind '{element}' has happened: retry instead", element=self.node.id)
        x.finish(token)

    def leave(self, token: Token, x: Execution) -> None:
        x.record("element-left", token, via=token.internal_data.get("via"))
        x.follow(token, fired=True)
