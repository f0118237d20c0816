"""Flows that begin or end nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dangling-flow")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
a -> gone
"""
AT = "a-gone"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A token that follows such a flow would be lost; BPMN 8.4.13: source and target are nodes of the same process."""
    for process in processes(bundle):
        for flow in process.flows.values():
            for end in (flow.source, flow.target):
                if end not in process.nodes:
                    yield report.error(
                        process,
                        flow,
                        "The flow leads from '{source}' to '{target}', but '{end}' is not a node of this process",
                        "Draw the flow again between two nodes of the process; between pools draw a message flow.",
                        source=flow.source,
                        target=flow.target,
                        end=end,
                    )
