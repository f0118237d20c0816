"""Events that BPMN does not know in their place, or that the engine does not run there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("unsupported-event")
GOOD = """
<signal id="S" name="alarm"/>
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="c"><signalEventDefinition signalRef="S"/></intermediateCatchEvent>
s -> c -> e
"""
BAD = """
<startEvent id="s"/> <intermediateCatchEvent id="c"/> <endEvent id="e"/>
s -> c -> e
"""
AT = "c"
WAITED = ("message", "signal", "timer", "conditional")
PLACES = {
    "startEvent": ("plain", *WAITED),
    "event subprocess": (*WAITED, "error", "escalation", "compensate"),
    "endEvent": ("plain", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate"),
    "intermediateCatchEvent": (*WAITED, "link"),
    "intermediateThrowEvent": ("plain", "message", "signal", "escalation", "compensate", "link"),
    "boundaryEvent": (*WAITED, "error", "escalation", "compensate", "cancel"),
}
"""Where an event stands → what it may wait for or throw; BPMN 10.5.2 to 10.5.4."""
TOGETHER = {
    "endEvent": ("message", "signal", "escalation"),
    "intermediateThrowEvent": ("message", "signal", "escalation"),
    "boundaryEvent": (*WAITED, "error", "escalation"),
    "event subprocess": (*WAITED, "error", "escalation"),
    "intermediateCatchEvent": WAITED,
    "startEvent": WAITED,
}
"""What may be one definition among several, by place; BPMN 10.5.1."""
ALWAYS_INTERRUPT = frozenset({"error", "compensate", "cancel"})


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An event that nothing fires or nobody hears would hold a process for ever; BPMN 10.5."""
    for process, node in nodes(bundle, *PLACES):
        place = _place(process, node)
        kinds = [event.kind for event in node.events] or ["plain"]
        for kind in kinds if node.kind != "boundaryEvent" or node.events else []:
            if kind not in PLACES[place]:
                yield report.error(
                    process,
                    node,
                    "A {kind} event is not executed here ({place})",
                    "Here one of these is executed: {allowed}.",
                    kind=kind,
                    place=place,
                    allowed=", ".join(PLACES[place]),
                )
        yield from _several(process, node, TOGETHER[place])
        if not node.interrupting and (never := ALWAYS_INTERRUPT.intersection(kinds)):
            yield report.error(
                process,
                node,
                "A {kind} event always interrupts",
                "Make it interrupting.",
                kind=min(never),
            )


def _place(process: Process, node: Node) -> str:
    holder = process.nodes.get(node.scope or "")
    return "event subprocess" if node.kind == "startEvent" and holder and holder.by_event else node.kind


def _several(process: Process, node: Node, together: tuple[str, ...]) -> Iterator[Finding]:
    if len(node.events) < 2:
        return
    for kind in sorted({event.kind for event in node.events}.difference(together)):
        yield report.error(
            process,
            node,
            "A {kind} event cannot be one of several in the same event",
            "Draw an event of its own for it.",
            kind=kind,
        )
    if node.says("parallelMultiple") and any(event.kind in ("error", "escalation") for event in node.events):
        yield report.error(
            process,
            node,
            "An event that waits for all of several cannot wait for an error or escalation",
            "Draw an event of its own for it.",
        )
