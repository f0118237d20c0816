"""Conditions where none is looked at, and choices without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("condition")
GOOD = """
<startEvent id="s"/> <exclusiveGateway id="g" default="g-a"/> <endEvent id="a"/> <endEvent id="b"/>
s -> g -> a
g -> b: amount > 100
"""
BAD = """
<startEvent id="s"/> <exclusiveGateway id="g" default="g-a"/> <endEvent id="a"/> <endEvent id="b"/>
s -> g -> a
g -> b
"""
AT = "g-b"
LOOKED_AT = ACTIVITIES | {"complexGateway"}


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Conditions choose at exclusive, inclusive and complex gateways and behind activities, nowhere else (BPMN 8.4.13,
    10.6); a flow without one would take every case.
    """
    for process, node in nodes(bundle):
        flows = process.outgoing(node.id)
        for flow in flows:
            choice = node.kind in ("exclusiveGateway", "inclusiveGateway") and len(flows) > 1
            if flow.condition is None and choice and flow.id != node.default:
                yield report.error(
                    process,
                    flow,
                    "The flow out of a choice has no condition",
                    "Write the condition, or make the flow the default.",
                )
            elif flow.condition is not None and not choice and node.kind not in LOOKED_AT:
                yield report.error(
                    process,
                    flow,
                    "The condition on this flow is never looked at",
                    "Remove it, or draw an exclusive gateway with a default flow.",
                )
