"""The way when no condition holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("default-flow")
GOOD = """
<startEvent id="s"/> <exclusiveGateway id="g" default="g-a"/> <endEvent id="a"/> <endEvent id="b"/>
s -> g
g -> a
g -> b: amount > 100
"""
BAD = """
<startEvent id="s"/> <exclusiveGateway id="g" default="g-a"/> <endEvent id="a"/> <endEvent id="b"/>
s -> g
g -> a: amount <= 100
g -> b: amount > 100
"""
AT = "g-a"
ADVICE = "Mark the usual way as the default flow."


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Without a default the process stops where no condition holds; BPMN 10.6.2, 13.4.2. The default itself has no
    condition, BPMN 8.4.13.
    """
    for process, node in nodes(bundle):
        flows = process.outgoing(node.id)
        default = next((flow for flow in flows if flow.id == node.default), None)
        if node.default and default is None:
            yield report.error(
                process,
                node,
                "The default flow '{flow}' does not leave this node",
                "Choose one of its outgoing flows as default.",
                flow=node.default,
            )
        elif default is not None and default.condition is not None:
            yield report.error(
                process,
                default,
                "The default flow has a condition",
                "Remove the condition: the default is taken when no other condition holds.",
            )
        elif default is None and node.kind in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1:
            yield report.error(process, node, "The choice has no default flow", ADVICE)
        elif default is None and node.kind in ACTIVITIES and flows and all(flow.condition for flow in flows):
            yield report.warning(process, node, "Every flow out of it has a condition, and none is the default", ADVICE)
