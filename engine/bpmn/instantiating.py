"""What begins a process instance: start events, receive tasks and event-based gateways that instantiate (BPMN 13.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn import scoping
from engine.bpmn.gateways import EventBasedGateway
from engine.bpmn.model import EventDefinition, Node, Process
from engine.errors import NotFound

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def instantiates(node: Node) -> bool:
    """Whether this gateway or receive task says that it starts the process."""
    return node.kind in ("eventBasedGateway", "receiveTask") and node.says("instantiate")


def is_parallel(gateway: Node) -> bool:
    """Whether an event-based gateway waits for all of its events instead of the first."""
    return gateway.plain.get("eventGatewayType") == "Parallel"


def gateways(process: Process) -> list[Node]:
    """The event-based gateways that start the process."""
    return [node for node in process.nodes.values() if node.kind == "eventBasedGateway" and instantiates(node)]


def gateway_before(process: Process, node: Node) -> Node | None:
    """The instantiating gateway behind which this event stands."""
    before = {flow.source for flow in process.incoming(node.id)}
    return next((gateway for gateway in gateways(process) if gateway.id in before), None)


def beginnings(process: Process) -> Iterator[tuple[Node, int, EventDefinition]]:
    """Every event that starts an instance by itself: its node, and the definition with its position there."""
    behind = {flow.target for gateway in gateways(process) for flow in process.outgoing(gateway.id)}
    for node in process.nodes.values():
        if node.id in behind or _alone(node):
            for position, event in enumerate(node.events):
                yield node, position, event


def begin(x: Execution, element: str) -> Token:
    """Put the first tokens where an instance begins when `element` has happened; returns its own. Raises NotFound.

    With several instantiating gateways one event of each has to come: the others begin to wait (BPMN 13.5.1).
    """
    process = x.compiled.process
    node = process.nodes.get(element)
    first = node if node is None or _alone(node) else gateway_before(process, node)
    if first is None:
        raise NotFound(what="start event", id=element)
    scoping.begin(x, None, None)
    tokens = {each.id: x.task_tree.spawn(x.spec(each.id)) for each in ([first] if first is node else gateways(process))}
    tokens[first.id].internal_data["fired"] = element
    for token in tokens.values():
        x.enqueue(token)
    return tokens[first.id]


def _alone(node: Node) -> bool:
    """Does an instance begin at this node itself, not at a gateway before it?"""
    start = node.kind == "startEvent" and node.scope is None
    return start or (node.kind == "receiveTask" and instantiates(node))


class InstantiatingGateway(EventBasedGateway):
    """Begins behind the event that has happened; a parallel one then waits for all its others (BPMN 10.6.6)."""

    def arrive(self, token: Token, x: Execution) -> bool:
        if "fired" in token.internal_data or is_parallel(self.node):
            return True
        return super().arrive(token, x)

    def choose(self, token: Token, x: Execution) -> list[str]:
        return [*self.flows] if is_parallel(self.node) else super().choose(token, x)

    def leave(self, token: Token, x: Execution) -> None:
        if not is_parallel(self.node):
            super().leave(token, x)
            return
        x.record("element-passed", token)
        x.follow(token)
