"""Nodes that stand in several lanes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("lane")
GOOD = """
<laneSet id="l">
  <lane id="l1" name="clerks"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>
  <lane id="l2" name="office"><flowNodeRef>e</flowNodeRef></lane>
</laneSet>
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a"/>
s -> a -> e
"""
BAD = """
<laneSet id="l">
  <lane id="l1" name="clerks"><flowNodeRef>a</flowNodeRef></lane>
  <lane id="l2" name="office"><flowNodeRef>a</flowNodeRef></lane>
</laneSet>
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """The lane says whose task it is (BPMN 10.8): the innermost one. Of two that do not lie in each other nobody could
    tell which is meant.
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "lanes":
                yield report.error(
                    process,
                    oddity.id,
                    "The node stands in several lanes: {lanes}",
                    "List it in one lane, and in those around that lane.",
                    lanes=oddity.value,
                )
