"""Message flows between the pools of a file: who sends to whom, and which message (BPMN 7.6.2, 9.4).

A message flow without a message at one end takes the name of the other, or of the message that the flow refers to.
Partners without a process (black boxes) are outside: what is sent to them is only drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.leftovers import BPMN
from engine.bpmn.model import EventDefinition, MessageFlow, Node, Process

THROWS = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
CATCHES = frozenset({"receiveTask", "startEvent", "intermediateCatchEvent", "boundaryEvent"})


def connect(root: Any, processes: list[Process], messages: Mapping[str, str | None]) -> list[Process]:
    """The processes of a file, their nodes named and addressed by its message flows; `messages` are names by id."""
    flows = _flows(root, processes, messages)
    if not flows:
        return processes
    nodes = {identity: node for process in processes for identity, node in process.nodes.items()}
    while _name(flows, nodes):
        """A name may pass on from flow to flow."""
    for flow in flows:
        node = nodes.get(flow.source)
        if node is not None and flow.receiver not in (None, flow.sender, *node.sends_to):
            nodes[node.id] = replace(node, sends_to=(*node.sends_to, str(flow.receiver)))
    first, ends = processes[0].id, {end for flow in flows for end in (flow.source, flow.target)}
    return [
        replace(
            process,
            nodes={identity: nodes[identity] if identity in ends else node for identity, node in process.nodes.items()},
            messages=tuple(flow for flow in flows if (flow.sender or flow.receiver or first) == process.id),
        )
        for process in processes
    ]


def message(node: Node) -> EventDefinition | None:
    """The message that a node throws or catches."""
    return next((event for event in node.events if event.kind == "message"), None)


def _flows(root: Any, processes: Iterable[Process], messages: Mapping[str, str | None]) -> list[MessageFlow]:
    owners: dict[str, str | None] = {identity: process.id for process in processes for identity in process.nodes}
    owners |= {process.id: process.id for process in processes}
    for participant in root.iter(BPMN + "participant"):
        owners[participant.get("id", "")] = owners.get(participant.get("processRef", ""))
    return [_flow(element, owners, messages) for element in root.iterfind(f"{BPMN}collaboration/{BPMN}messageFlow")]


def _flow(element: Any, owners: Mapping[str, str | None], messages: Mapping[str, str | None]) -> MessageFlow:
    source, target = element.get("sourceRef", ""), element.get("targetRef", "")
    return MessageFlow(
        id=element.get("id", ""),
        name=element.get("name") or "",
        source=source,
        target=target,
        message=messages.get(element.get("messageRef", "")),
        sender=owners.get(source),
        receiver=owners.get(target),
        lost=next((end for end in (source, target) if end not in owners), None),
        line=element.sourceline or 0,
    )


def _name(flows: Iterable[MessageFlow], nodes: dict[str, Node]) -> bool:
    """Give the ends of each flow the name that one of them has; False when nothing has changed."""
    changed = False
    for flow in flows:
        ends = [node for end in (flow.source, flow.target) if (node := nodes.get(end)) is not None]
        known = [event.name for node in ends if (event := message(node)) is not None and event.name]
        for node in ends:
            name = next(iter([*known, flow.message]), None)
            if name and (named := _named(node, name)) is not node:
                nodes[node.id], changed = named, True
    return changed


def _named(node: Node, name: str) -> Node:
    """A node with this message where it has none; one that calls an operation, or is nothing for messages, stays."""
    if node.kind in ("sendTask", "receiveTask") and not node.events and "topic" not in node.attributes:
        return replace(node, events=(EventDefinition("message", name),))
    if not any(map(nameless, node.events)):
        return node
    given = (replace(event, name=name) if nameless(event) else event for event in node.events)
    return replace(node, events=tuple(given))


def nameless(event: EventDefinition) -> bool:
    """A message that says nothing of itself; a reference to what is not there is a mistake of its own."""
    return event.kind == "message" and not event.name and not event.reference
