"""Business rule tasks and their decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.dmn.shape import MODES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("decision-reference")
GOOD = """
<startEvent id="s"/>
<businessRuleTask id="a" camunda:decisionRef="size" camunda:resultVariable="x"/>
<endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/>
<businessRuleTask id="a" camunda:decisionRef="gone" camunda:resultVariable="x"/>
<endEvent id="e"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A business rule task evaluates a decision of its own deployment into a variable (BPMN 10.3.3)."""
    for process, node in nodes(bundle, "businessRuleTask"):
        key = node.attributes.get("decisionRef", "").strip()
        if not key:
            yield report.error(process, node, "The task names no decision", "Choose a decision of the bundle.")
        elif key not in bundle.decisions:
            yield report.error(
                process,
                node,
                "The decision '{decision}' is not in the bundle",
                "Add the .dmn file with this decision, or choose another; its id is written literally.",
                decision=key,
            )
        if not node.attributes.get("resultVariable", "").strip():
            yield report.error(
                process, node, "The decision has no result variable", "Say in which variable its result is kept."
            )
        shape = node.attributes.get("mapDecisionResult")
        if shape is not None and shape not in MODES:
            yield report.error(
                process,
                node,
                "The decision result '{shape}' is not known",
                "Choose one of {known}.",
                shape=shape,
                known=", ".join(MODES),
            )
