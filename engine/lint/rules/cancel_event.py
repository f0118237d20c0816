"""Cancelling a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("cancel-event")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/> <endEvent id="off"/>
<transaction id="tx">
  <startEvent id="i"/> <endEvent id="o"><cancelEventDefinition/></endEvent>
  i -> o
</transaction>
<boundaryEvent id="b" attachedToRef="tx"><cancelEventDefinition/></boundaryEvent>
s -> tx -> e
b -> off
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<subProcess id="sp">
  <startEvent id="i"/> <endEvent id="o"><cancelEventDefinition/></endEvent>
  i -> o
</subProcess>
s -> sp -> e
"""
AT = "o"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Only a transaction can be cancelled, from an end event inside of it, and goes on at its one boundary event;
    BPMN 10.3.5, 10.5.3, 10.5.4, 13.3.5.
    """
    for process, node in nodes(bundle):
        if node.kind == "endEvent" and node.catches("cancel"):
            yield from _end(process, node)
        elif node.kind == "boundaryEvent" and node.catches("cancel"):
            yield from _boundary(process, node)


def _end(process: Process, node: Node) -> Iterator[Finding]:
    around = process.nodes.get(node.scope or "")
    if around is None or around.kind != "transaction":
        yield report.error(
            process,
            node,
            "A cancel end event stands outside of a transaction",
            "Put it into a transaction, or use an error end event.",
        )
    elif not any(event.catches("cancel") for event in process.boundaries(around.id)):
        yield report.error(
            process,
            node,
            "The transaction '{transaction}' has no cancel boundary event",
            "Attach one: there the way goes on when the transaction is cancelled.",
            transaction=around.name or around.id,
        )


def _boundary(process: Process, node: Node) -> Iterator[Finding]:
    host = process.nodes.get(node.attached_to or "")
    if host is None or host.kind != "transaction":
        yield report.error(
            process,
            node,
            "A cancel boundary event is attached to something else than a transaction",
            "Make its host a transaction, or use an error boundary event.",
        )
        return
    first = next(event for event in process.boundaries(host.id) if event.catches("cancel"))
    if first.id != node.id:
        yield report.error(
            process,
            node,
            "The transaction '{transaction}' has more than one cancel boundary event",
            "Keep one of them.",
            transaction=host.name or host.id,
        )
    if not any(end.kind == "endEvent" and end.catches("cancel") for end in process.inside(host.id)):
        yield report.warning(
            process,
            node,
            "Nothing cancels the transaction '{transaction}'",
            "Draw a cancel end event in it, or remove the boundary event.",
            transaction=host.name or host.id,
        )
