"""Flows that run against an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("flow-direction")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
a -> s
"""
AT = "s"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Nothing leads to a start or boundary event and nothing leaves an end event; BPMN 10.5.2, 10.5.3, 10.5.4."""
    for process, node in nodes(bundle, "startEvent", "boundaryEvent", "endEvent"):
        if node.kind == "endEvent" and (flows := process.outgoing(node.id)):
            template = "The end event has an outgoing flow '{flow}'"
            advice = "Remove the flow, or make the event an intermediate one."
        elif node.kind == "startEvent" and (flows := process.incoming(node.id)):
            template = "The start event has an incoming flow '{flow}'"
            advice = "Lead the flow to the first element behind the start event."
        elif node.kind == "boundaryEvent" and (flows := process.incoming(node.id)):
            template = "The boundary event has an incoming flow '{flow}'"
            advice = "Lead the flow to the activity; the event begins to wait by itself."
        else:
            continue
        yield report.error(process, node, template, advice, flow=flows[0].id)
