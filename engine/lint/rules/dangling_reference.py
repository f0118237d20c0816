"""References to what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dangling-reference")
GOOD = """
<laneSet><lane id="clerks"><flowNodeRef>s</flowNodeRef></lane></laneSet>
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
BAD = """
<laneSet><lane id="clerks"><flowNodeRef>gone</flowNodeRef></lane></laneSet>
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
AT = "p"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A lane, pool or node that names something missing shows a diagram that was edited by hand and is not whole; BPMN
    8.2.
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "reference":
                yield report.error(
                    process,
                    oddity,
                    "'{what}' names '{value}', which is not there",
                    "Open the diagram in the editor and save it again, or correct the reference.",
                    what=oddity.what,
                    value=oddity.value,
                )
