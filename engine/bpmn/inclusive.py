"""Joins that wait for every token that can still come, and for no other (BPMN 13.4.3, 13.4.5).

An inclusive join fires when each token elsewhere that could reach one of its empty flows could reach a filled one as
well. A token inside an activity may leave by its flows and by those of its boundary events; links are ways like flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.model import Node, Process
    from engine.bpmn.tokens import Token


def fire(x: Execution) -> bool:
    """Let the first join go on that waits for nothing more; False when there is none."""
    seen: set[tuple[str, str | None]] = set()
    for token in x.live():
        if token.task_spec.node.id not in x.compiled.upstream or not waits(token):
            continue
        place = (token.task_spec.node.id, token.internal_data.get("scope"))
        if place not in seen and token.task_spec.look(token, x):
            return True
        seen.add(place)
    return False


def waits(token: Token) -> bool:
    """Does the token wait at a join for others?"""
    return bool(token._state == TaskState.WAITING and token.internal_data.get("parked", "join") == "join")


def more_can_come(x: Execution, token: Token, filled: set[str]) -> bool:
    """Can another token of the scope still reach an empty flow of the join, and none of the filled ones?"""
    upstream, scope = x.compiled.upstream[token.task_spec.node.id], token.internal_data.get("scope")
    near = set().union(*(upstream[flow] for flow in filled))
    far = set().union(*(nodes for flow, nodes in upstream.items() if flow not in filled)) - near
    return any(
        other.task_spec.node.id in far
        and other.internal_data.get("scope") == scope
        and not other.internal_data.keys() & {"host", "body"}  # who carries them counts
        for other in x.live()
    )


def sources(process: Process, join: str) -> dict[str, frozenset[str]]:
    """For each flow into the join, the nodes from which a token can reach it without passing the join."""
    nodes = process.nodes
    found = {}
    for entry in process.incoming(join):
        reached: set[str] = set()
        waiting = [entry.source]
        while waiting:
            identity = waiting.pop()
            if identity in reached or identity == join or identity not in nodes:
                continue
            reached.add(identity)
            node = nodes[identity]
            waiting += [flow.source for flow in process.incoming(identity)]
            if node.kind == "boundaryEvent":
                waiting.append(node.attached_to or "")
            elif node.catches("link"):
                waiting += _jumps(process, node)
        found[entry.id] = frozenset(reached)
    return found


def _jumps(process: Process, catch: Node) -> list[str]:
    """The link events that throw to this one."""
    name = catch.events[0].name
    return [
        node.id
        for node in process.inside(catch.scope)
        if node.kind == "intermediateThrowEvent"
        and any(event.kind == "link" and event.name == name for event in node.events)
    ]
