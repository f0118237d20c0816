"""Call activities and what they call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, is_expression, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("called-process")
GOOD = """
<startEvent id="s"/> <callActivity id="c" calledElement="q"/> <endEvent id="e"/>
s -> c -> e
<process id="q" isExecutable="true">
  <startEvent id="qs"/> <endEvent id="qe"/>
  qs -> qe
</process>
"""
BAD = """
<startEvent id="s"/> <callActivity id="c" calledElement="gone"/> <endEvent id="e"/>
s -> c -> e
"""
AT = "c"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A call starts a process of its own deployment at its plain start event (BPMN 10.3.6, 13.3.4)."""
    for process, node in nodes(bundle, "callActivity"):
        called = (node.called or "").strip()
        if not called:
            yield report.error(process, node, "The call names no process", "Choose a process of the bundle.")
        elif is_expression(called):
            yield report.error(
                process,
                node,
                "The called process is an expression, which is not executed",
                "Draw an exclusive gateway with one call for each process.",
            )
        elif called not in bundle.processes:
            yield report.error(
                process,
                node,
                "The process '{called}' is not in the bundle",
                "Add its diagram to the bundle, or choose another process.",
                called=called,
            )
        elif all(start.events for start in bundle.processes[called].process.starts()):
            yield report.error(
                process,
                node,
                "The process '{called}' has no plain start event and cannot be called",
                "Draw a plain start event in it.",
                called=called,
            )
