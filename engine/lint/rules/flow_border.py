"""Flows that cross the border of a subprocess."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("flow-border")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
<subProcess id="sp">
  <startEvent id="i"/> <task id="x"/> <endEvent id="o"/>
  i -> x -> o
</subProcess>
s -> a -> sp -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
<subProcess id="sp">
  <startEvent id="i"/> <task id="x"/> <endEvent id="o"/>
  i -> x -> o
</subProcess>
s -> a -> sp -> e
a -> x
"""
AT = "a-x"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A subprocess is entered and left as a whole; BPMN 8.4.13: no sequence flow crosses its border."""
    for process in processes(bundle):
        for flow in process.flows.values():
            source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
            if source and target and source.scope != target.scope:
                yield report.error(
                    process,
                    flow,
                    "The flow from '{source}' to '{target}' crosses the border of a subprocess",
                    "Lead it to the subprocess itself, or out of its end or a boundary event.",
                    source=source.name or source.id,
                    target=target.name or target.id,
                )
