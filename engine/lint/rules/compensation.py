"""Compensation: events, handlers, and the lines between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES, SUBPROCESSES, EventDefinition, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("compensation")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"><compensateEventDefinition activityRef="a"/></endEvent>
<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>
<task id="undo" isForCompensation="true"/>
<association id="l" sourceRef="b" targetRef="undo"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>
s -> a -> e
"""
AT = "b"
THROWS = frozenset({"endEvent", "intermediateThrowEvent"})


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An association joins a compensation boundary event to the one activity that undoes; that one is marked for it and
    stands beside the flow. A throw names an activity of its own scope that can be compensated; BPMN 10.5.4, 10.7.
    """
    for process, node in nodes(bundle):
        if node.for_compensation:
            yield from _handler(process, node)
        for event in (event for event in node.events if event.kind == "compensate"):
            if node.kind == "boundaryEvent":
                yield from _boundary(process, node)
            if node.kind in THROWS:
                yield from _throw(process, node, event)
            elif event.activity is not None:
                template = "A compensation event that waits names the activity '{activity}'"
                advice = "Remove activityRef: it waits for what it is attached to."
                yield report.error(process, node, template, advice, activity=event.activity)
        if node.by_event and node.scope is None and any(s.catches("compensate") for s in process.starts(node.id)):
            yield report.error(
                process,
                node,
                "A compensation event subprocess of the process itself never begins",
                "Put it into the subprocess that it undoes.",
            )


def _boundary(process: Process, node: Node) -> Iterator[Finding]:
    joined = [
        line.target for line in process.associated(node.id) if line.source == node.id and line.target in process.nodes
    ]
    if len(joined) != 1:
        yield report.error(
            process,
            node,
            "Expected an association from the compensation event to one activity, but there are {n}",
            "Draw an association to the activity that undoes the work.",
            n=len(joined),
        )
    for handler in (process.nodes[identity] for identity in joined):
        if not handler.for_compensation or handler.kind not in ACTIVITIES or handler.scope != node.scope:
            yield report.error(
                process,
                handler,
                "A compensation event leads here, but this is no activity for compensation of the same scope",
                "Mark the activity as one for compensation, and draw it beside the event.",
            )
    for flow in process.outgoing(node.id):
        yield report.error(
            process, flow, "A flow leaves a compensation event", "Draw an association to the activity that undoes."
        )


def _handler(process: Process, node: Node) -> Iterator[Finding]:
    sources = [process.nodes.get(line.source) for line in process.associated(node.id) if line.target == node.id]
    if not any(event and event.kind == "boundaryEvent" and event.catches("compensate") for event in sources):
        yield report.error(
            process,
            node,
            "No compensation event leads to this activity for compensation",
            "Draw an association from a compensation boundary event to it.",
        )
    for flow in (*process.incoming(node.id), *process.outgoing(node.id)):
        yield report.error(
            process,
            flow,
            "The flow leads to or from an activity for compensation",
            "Remove the flow: the activity runs when its event is compensated, and nothing comes behind it.",
        )
    if node.by_event:
        yield report.error(
            process,
            node,
            "An event subprocess cannot be an activity for compensation",
            "Remove isForCompensation; a compensation start event begins it.",
        )


def _throw(process: Process, node: Node, event: EventDefinition) -> Iterator[Finding]:
    if event.activity is None:
        return
    around, target = process.nodes.get(node.scope or ""), process.nodes.get(event.activity)
    scopes = {node.scope, around.scope} if around and around.by_event else {node.scope}
    if target is None or target.kind not in ACTIVITIES:
        template = "The activity '{activity}' that is to be compensated is not there"
        advice = "Choose an activity, or none: then all that was done in the scope is compensated."
    elif target.scope not in scopes:
        template = "The activity '{activity}' that is to be compensated is in another scope"
        advice = "Choose an activity beside the event."
    elif not _can_be_compensated(process, target):
        template = "The activity '{activity}' cannot be compensated"
        advice = "Attach a compensation event to it, or put a compensation event subprocess into it."
    else:
        return
    yield report.error(process, node, template, advice, activity=event.activity)


def _can_be_compensated(process: Process, node: Node) -> bool:
    if any(event.catches("compensate") for event in process.boundaries(node.id)):
        return True
    inside = process.inside(node.id) if node.kind in SUBPROCESSES else ()
    begun = (start for inner in inside if inner.by_event for start in process.starts(inner.id))
    return any(start.catches("compensate") for start in begun) or any(
        _can_be_compensated(process, inner) for inner in inside if inner.kind in ACTIVITIES
    )
