"""Processes that are only drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("not-executable")
GOOD = """
<process id="q" isExecutable="true">
  <startEvent id="s"/> <endEvent id="e"/>
  s -> e
</process>
"""
BAD = """
<process id="q">
  <startEvent id="s"/> <endEvent id="e"/>
  s -> e
</process>
"""
AT = "q"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A process that is not meant to run must not be deployed by mistake; BPMN 10.2, isExecutable."""
    for process in processes(bundle):
        if not process.executable:
            yield report.error(
                process,
                process,
                "The process '{id}' is not executable",
                "Tick 'executable' in the properties of the process, or leave the file out of the bundle.",
                id=process.id,
            )
