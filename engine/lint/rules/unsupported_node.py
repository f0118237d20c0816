"""Nodes that the engine does not run yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.kinds import KINDS
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("unsupported-node")
GOOD = """
<startEvent id="s"/> <parallelGateway id="g"/> <endEvent id="e"/>
s -> g -> e
"""
BAD = """
<startEvent id="s"/> <complexGateway id="g"/> <endEvent id="e"/>
s -> g -> e
"""
AT = "g"
TEXTS = {
    "complexGateway": ("Complex gateways are not executed", "Use exclusive and parallel gateways."),
}


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """What is not run right is refused by name, never passed over; BPMN 10.3.5, 10.3.6, 10.6.3, 10.6.5."""
    for process, node in nodes(bundle):
        if node.kind not in KINDS:
            template, advice = TEXTS[node.kind]
            yield report.error(process, node, template, advice)
