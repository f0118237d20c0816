"""Where a process and a subprocess begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.instantiating import instantiates
from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("start-event")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
BAD = """
<startEvent id="s"/> <startEvent id="t"/> <endEvent id="e"/>
s -> e
t -> e
"""
AT = "t"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """The engine has to know the one place to begin; BPMN 10.5.2: a called or embedded process starts at its plain
    start event.
    """
    for process in processes(bundle):
        yield from _process(process)
        for node in process.nodes.values():
            if node.kind in ("subProcess", "transaction") and not node.by_event:
                yield from _subprocess(process, node)


def _process(process: Process) -> Iterator[Finding]:
    starts = process.starts()
    if not starts and not any(instantiates(node) for node in process.nodes.values()):
        yield report.error(process, process, "The process has no start event", "Draw one start event.")
    for extra in [node for node in starts if not node.events][1:]:
        yield report.error(
            process,
            extra,
            "The process has more than one plain start event",
            "Keep one, or make the others message start events.",
        )


def _subprocess(process: Process, node: Node) -> Iterator[Finding]:
    starts = process.starts(node.id)
    if not starts:
        yield report.error(process, node, "The subprocess has no start event", "Draw one start event inside it.")
    for extra in starts[1:]:
        yield report.error(
            process,
            extra,
            "The subprocess has more than one start event",
            "Keep one; draw a parallel gateway behind it to begin several things at once.",
        )
    for start in starts[:1]:
        if start.events:
            yield report.error(
                process,
                start,
                "The start event of an embedded subprocess waits for something",
                "Make it a plain start event; the subprocess begins when the flow reaches it.",
            )
