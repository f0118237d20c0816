"""Nodes and conditional flows without a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("names")
GOOD = """
<startEvent id="s" name="Asked"/> <task id="a" name="Answer"/> <endEvent id="e" name="Answered"/>
s -> a -> e
"""
BAD = """
<startEvent id="s" name="Asked"/> <task id="a"/> <endEvent id="e" name="Answered"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """People read the diagram and history by these names; an element without one is shown by its id."""
    for process in processes(bundle):
        for node in process.nodes.values():
            if not node.name.strip():
                yield report.warning(process, node, "The element has no name", "Name it, e.g. 'Check the form'.")
        for flow in process.flows.values():
            if flow.condition is not None and not flow.name.strip():
                yield report.warning(process, flow, "The condition has no name", "Name the flow, e.g. 'approved'.")
