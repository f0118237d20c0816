"""Ids that stand for two elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("duplicate-id")
GOOD = """
<startEvent id="s"/> <task id="a"/> <manualTask id="b"/> <endEvent id="e"/>
s -> a -> b -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <manualTask id="a"/> <endEvent id="e"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Of two elements with one id only the last would exist; ids are unique in a file (XML Schema ID, BPMN 8.3.1)."""
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "duplicate-id":
                yield report.error(
                    process,
                    oddity,
                    "The id '{id}' is used more than once",
                    "Give each element an id of its own.",
                    id=oddity.what,
                )
