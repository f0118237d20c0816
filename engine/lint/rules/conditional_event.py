"""Conditional events without a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("conditional-event")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="c">
  <conditionalEventDefinition><condition>amount > 100</condition></conditionalEventDefinition>
</intermediateCatchEvent>
s -> c -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="c"><conditionalEventDefinition/></intermediateCatchEvent>
s -> c -> e
"""
AT = "c"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A conditional event waits until its condition holds; without one it would wait for ever (BPMN 10.5.5)."""
    for process, node in nodes(bundle):
        if any(event.kind == "conditional" and not event.text for event in node.events):
            yield report.error(
                process,
                node,
                "The conditional event has no condition",
                "Write a FEEL expression that becomes true.",
            )
