"""Nodes that no token ever reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, is_event_subprocess, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("unreachable")
GOOD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> e
a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """What cannot be reached never runs although it is drawn; BPMN 13.2: tokens come from start and boundary events."""
    for process in processes(bundle):
        reached = _reached(process)
        for node in process.nodes.values():
            inside = node.scope is None or node.scope in reached
            silent = not process.starts(node.scope) or is_event_subprocess(node)
            if node.id not in reached and inside and not silent and node.kind != "boundaryEvent":
                yield report.error(
                    process,
                    node,
                    "No way leads to '{node}'",
                    "Connect it with a sequence flow, or remove it.",
                    node=node.name or node.id,
                )


def _reached(process: Process) -> set[str]:
    reached: set[str] = set()
    waiting = [node.id for node in process.starts()]
    while waiting:
        identity = waiting.pop()
        if identity in reached or identity not in process.nodes:
            continue
        reached.add(identity)
        waiting += [flow.target for flow in process.outgoing(identity)]
        waiting += [node.id for node in (*process.boundaries(identity), *process.starts(identity))]
    return reached
