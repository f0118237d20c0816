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
    """What cannot be reached never runs although it is drawn; BPMN 13.2: tokens come from start and boundary events,
    and from what begins by itself.
    """
    for process in processes(bundle):
        reached = _reached(process)
        entered = {node.scope for node in process.nodes.values() if _begins(process, node) or _in_adhoc(process, node)}
        for node in process.nodes.values():
            inside = node.scope in entered and (node.scope is None or node.scope in reached)
            if node.id not in reached and inside and node.kind != "boundaryEvent":
                yield report.error(
                    process,
                    node,
                    "No way leads to '{node}'",
                    "Connect it with a sequence flow, or remove it.",
                    node=node.name or node.id,
                )


def _reached(process: Process) -> set[str]:
    reached: set[str] = set()
    waiting = _first(process, None)
    while waiting:
        identity = waiting.pop()
        if identity in reached or identity not in process.nodes:
            continue
        reached.add(identity)
        waiting += [flow.target for flow in process.outgoing(identity)]
        waiting += [node.id for node in process.boundaries(identity)]
        waiting += _first(process, identity)
    return reached


def _first(process: Process, scope: str | None) -> list[str]:
    """What may run in a scope although no flow leads to it; links and handlers without partner have their own rules."""
    return [
        node.id
        for node in process.inside(scope)
        if _begins(process, node) or node.begins or (node.kind == "intermediateCatchEvent" and node.catches("link"))
    ]


def _begins(process: Process, node: Node) -> bool:
    """Does its scope begin here? An ad-hoc subprocess begins where no flow leads to."""
    started = node.kind == "startEvent" or instantiates(node)
    return started or (_in_adhoc(process, node) and not process.incoming(node.id))


def _in_adhoc(process: Process, node: Node) -> bool:
    around = process.nodes.get(node.scope or "")
    return around is not None and around.kind == "adHocSubProcess"
