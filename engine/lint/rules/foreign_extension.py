"""Additions of other tools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("foreign-extension")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<serviceTask id="a" camunda:type="external" camunda:topic="tick"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<serviceTask id="a" camunda:topic="tick">
  <extensionElements><zeebe:taskDefinition type="tick"/></extensionElements>
</serviceTask>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """What another tool has written into the diagram means nothing here; it is told, because the other tool may have
    meant it (BPMN 8.3.3).
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "foreign" and oddity.what.startswith("zeebe:"):
                yield report.error(
                    process,
                    oddity.id,
                    "'{what}' is of another dialect and is not executed",
                    "Draw the diagram for Camunda Platform 7, or set the values again in the designer.",
                    what=oddity.what,
                )
            elif oddity.kind == "foreign":
                yield report.warning(
                    process,
                    oddity.id,
                    "'{what}' is of another tool and has no effect here",
                    "Remove it if it is to do something.",
                    what=oddity.what,
                )
