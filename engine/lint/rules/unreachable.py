"""Nodes that no token ever reaches."""

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
            silent = not _entered(process, node.scope) or node.begins
            if node.id not in reached and inside and not silent and node.kind != "boundaryEvent":
                yield report.error(
                    process,
                    node,
                    "No way leads to '{node}'",
                    "Connect it with a sequence flow, or remove it.",
                    node=node.name or node.id,
                )


def _entered(process: Process, scope: str | None) -> bool:
    return bool(process.starts(scope)) or (scope is None and any(map(instantiates, process.nodes.values())))


def _reached(process: Process) -> set[str]:
    reached: set[str] = set()
    waiting = [node.id for node in process.starts()]
    waiting += [
        node.id for node in process.nodes.values() if node.begins or instantiates(node) or _in_adhoc(process, node)
    ]
    while waiting:
        identity = waiting.pop()
        if identity in reached or identity not in process.nodes:
            continue
        reached.add(identity)
        waiting += [flow.target for flow in process.outgoing(identity)]
        waiting += [node.id for node in (*process.boundaries(identity), *process.starts(identity))]
        waiting += _jumps(process, process.nodes[identity])
    return reached


def _in_adhoc(process: Process, node: Node) -> bool:
    """An ad-hoc subprocess begins what no flow leads to."""
    holder = process.nodes.get(node.scope or "")
    return holder is not None and holder.kind == "adHocSubProcess"


def _jumps(process: Process, node: Node) -> list[str]:
    """Where a link event leads to."""
    if node.kind != "intermediateThrowEvent" or not node.catches("link"):
        return []
    name = node.events[0].name
    return [
        other.id
        for other in process.nodes.values()
        if other.kind == "intermediateCatchEvent"
        and other.scope == node.scope
        and any(event.kind == "link" and event.name == name for event in other.events)
    ]
