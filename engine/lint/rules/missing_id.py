"""Elements without an id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, elements, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("missing-id")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="e"/>
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<sequenceFlow sourceRef="s" targetRef="e"/>
"""
AT = "p"
ADVICE = "Give it an id."


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """History, tasks and timers name an element by its id; XML Schema ID, BPMN 8.3.1."""
    for process in processes(bundle):
        if not process.id:
            yield report.error(process, process, "A process has no id", ADVICE)
        for element in elements(process):
            if not element.id:
                found = report.error(process, process, "An element in line {line} has no id", ADVICE, line=element.line)
                yield replace(found, line=element.line)
