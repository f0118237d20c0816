"""Ids that the engine needs for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("reserved-id")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
BAD = """
<startEvent id="Start"/> <endEvent id="e"/>
Start -> e
"""
AT = "Start"
RESERVED = frozenset({"Start", "End", "Root"})


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A node with a name of the engine's own would be mistaken for it when a process is restored."""
    for process, node in nodes(bundle):
        if node.id in RESERVED or node.id.endswith(".EndJoin") or "#" in node.id:
            yield report.error(
                process,
                node,
                "The id '{id}' is reserved",
                "Give the element an English id of its own, e.g. 'FirstContact'; 'Start', 'End', 'Root', '#' and names "
                "that end in '.EndJoin' are the engine's.",
                id=node.id,
            )
