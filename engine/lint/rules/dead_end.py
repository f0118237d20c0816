"""Nodes from which nothing leads on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import EVENTS, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dead-end")
GOOD = """
<startEvent id="s"/> <task id="a"/> <exclusiveGateway id="g"/> <endEvent id="e"/>
s -> a -> g -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <exclusiveGateway id="g"/> <endEvent id="e"/>
s -> a -> e
a -> g
"""
AT = "g"
MUST_LEAD_ON = EVENTS | {"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"}
TEMPLATE = "Nothing leads on from '{node}'"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A way that stops without an end event is an end that nobody sees (BPMN 13.2 allows it for activities); events
    and choices must lead on, BPMN 10.5, 10.6.
    """
    for process, node in nodes(bundle):
        if node.kind == "endEvent" or process.outgoing(node.id) or _is_meant(process, node):
            continue
        if node.kind in MUST_LEAD_ON:
            yield report.error(process, node, TEMPLATE, "Draw a sequence flow to what comes next.", node=_name(node))
        else:
            yield report.warning(process, node, TEMPLATE, "Draw an end event behind it.", node=_name(node))


def _is_meant(process: Process, node: Node) -> bool:
    """Nothing leads on from handlers, link events that throw, and activities of an ad-hoc subprocess."""
    holder = process.nodes.get(node.scope or "")
    linked = node.kind == "intermediateThrowEvent" and node.catches("link")
    handled = node.kind == "boundaryEvent" and node.catches("compensate")
    return node.begins or linked or handled or (holder is not None and holder.kind == "adHocSubProcess")


def _name(node: Node) -> str:
    return node.name or node.id
