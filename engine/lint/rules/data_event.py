"""Data of events that nothing brings or nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import INPUT, OUTPUT, PROPERTY
from engine.bpmn.model import EVENTS, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("data-event")
THROWN = frozenset({"message", "signal"})
CAUGHT = frozenset({"message", "signal", "error", "escalation"})
HEARD = CAUGHT | {"timer", "conditional"}
GOOD = """
<message id="M" name="answer"/>
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="reply" name="reply"/>
<intermediateCatchEvent id="c">
  <dataOutput id="text" name="text"/>
  <dataOutputAssociation id="o"><sourceRef>text</sourceRef><targetRef>reply</targetRef></dataOutputAssociation>
  <messageEventDefinition messageRef="M"/>
</intermediateCatchEvent>
s -> c -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="reply" name="reply"/>
<intermediateCatchEvent id="c">
  <dataOutput id="text" name="text"/>
  <dataOutputAssociation id="o"><sourceRef>text</sourceRef><targetRef>reply</targetRef></dataOutputAssociation>
  <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
s -> c -> e
"""
AT = "c"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Data inputs of an event become the message or signal that it throws, data outputs come from what it catches
    (BPMN 10.4.2); other events carry none.
    """
    for process, node in nodes(bundle):
        if node.kind not in EVENTS:
            continue
        kinds = {event.kind for event in node.events}
        if node.data.names(INPUT) and not (kinds and kinds <= THROWN):
            template = "The event carries no data, so nobody gets its data inputs"
            yield report.error(process, node, template, "Only messages and signals carry data; remove the association.")
        if node.data.names(OUTPUT) and not (kinds and kinds <= CAUGHT):
            template = "The event brings no data, so its data outputs stay empty"
            advice = "Only messages, signals, errors and escalations bring data; use a transformation or an assignment."
            yield report.error(process, node, template, advice)
        if node.data.outputs and not (kinds <= HEARD and (kinds or node.scope is None)):
            template = "Data associations of this event are not executed"
            advice = "Draw them at the activity before or behind it."
            yield report.error(process, node, template, advice)
        if any(association.target and association.target.kind != INPUT for association in node.data.inputs):
            template = "A data association into an event ends at one of its data inputs"
            yield report.error(process, node, template, "Declare a dataInput in the event and let it end there.")
        filled = {association.target.name for association in node.data.inputs if association.target}
        used = {item.name for association in node.data.outputs for item in association.sources}
        for name in (*sorted({*node.data.names(INPUT)} - filled), *sorted({*node.data.names(OUTPUT)} - used)):
            template, advice = "No data association names '{name}' of the event", "Draw one, or remove it."
            yield report.error(process, node, template, advice, name=name)
        if node.data.names(PROPERTY) and _passes(process, node):
            yield report.error(
                process,
                node,
                "A property of this event would be gone before anybody could read it",
                "Declare it at the subprocess or the process.",
            )


def _passes(process: Process, node: Node) -> bool:
    """Is what came with the event handed on before a token stands on the event itself?"""
    before = {process.nodes[flow.source].kind for flow in process.incoming(node.id) if flow.source in process.nodes}
    begins = node.kind == "startEvent" and node.scope is not None and process.nodes[node.scope].by_event
    return node.kind == "boundaryEvent" or begins or "eventBasedGateway" in before
