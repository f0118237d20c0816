"""Diagrams that are not drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, elements, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("layout")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
s -> e
<bpmndi:BPMNDiagram>
  <bpmndi:BPMNShape bpmnElement="s"/> <bpmndi:BPMNShape bpmnElement="e"/> <bpmndi:BPMNEdge bpmnElement="s-e"/>
</bpmndi:BPMNDiagram>
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
AT = "p"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Without a layout nobody can see where a case stands; BPMN 12: shapes and edges are optional in the file."""
    for process in processes(bundle):
        everything = elements(process)
        missing = [element for element in everything if element.id not in process.drawn]
        if missing and len(missing) == len(everything):
            yield report.warning(
                process,
                process,
                "The process is not drawn",
                "Open it in the designer, which arranges its elements; your next change there saves them.",
            )
            continue
        for element in missing:
            yield report.warning(
                process, element, "The element is not drawn", "Place it in the designer, or remove it."
            )
