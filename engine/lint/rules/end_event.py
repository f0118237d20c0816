"""Where a process and a subprocess end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.instantiating import instantiates
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("end-event")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/>
s -> a
"""
AT = "p"
ADVICE = "Draw an end event where the work is done."


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Who draws a start must draw an end, otherwise nobody sees when it is over; BPMN 10.5.3."""
    for process in processes(bundle):
        scopes = [node for node in process.nodes.values() if node.kind in ("subProcess", "transaction")]
        ended = {node.scope for node in process.nodes.values() if node.kind == "endEvent"}
        if (process.starts() or any(map(instantiates, process.nodes.values()))) and None not in ended:
            yield report.error(process, process, "The process has no end event", ADVICE)
        for node in scopes:
            if process.starts(node.id) and node.id not in ended:
                yield report.error(process, node, "The subprocess has no end event", ADVICE)
