"""Complex joins that do not say when they go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("complex-gateway")
GOOD = """
<startEvent id="s"/> <parallelGateway id="f"/> <task id="a"/> <task id="b"/> <endEvent id="e"/>
<complexGateway id="g"><activationCondition>activationCount = 1</activationCondition></complexGateway>
s -> f -> a -> g -> e
f -> b -> g
"""
BAD = """
<startEvent id="s"/> <parallelGateway id="f"/> <task id="a"/> <task id="b"/> <endEvent id="e"/>
<complexGateway id="g"/>
s -> f -> a -> g -> e
f -> b -> g
"""
AT = "g"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A complex join goes on when its activation condition holds; without one it never would; BPMN 10.6.5, 13.4.5."""
    for process, node in nodes(bundle, "complexGateway"):
        if not node.condition:
            yield report.error(
                process,
                node,
                "The complex gateway has no activation condition",
                "Write when it goes on, e.g. activationCount >= 2, or use another gateway.",
            )
