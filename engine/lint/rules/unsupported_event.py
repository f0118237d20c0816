"""Events that the engine does not run yet, or not in this place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
PLACES = {
    "startEvent": ("plain", "message", "signal"),
    "endEvent": ("plain", "message", "signal", "error", "terminate"),
    "intermediateCatchEvent": ("message", "signal", "timer"),
    "intermediateThrowEvent": ("plain", "message", "signal"),
    "boundaryEvent": ("timer", "message", "signal", "error"),
}


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An event that nothing fires or nobody hears would hold a process for ever; BPMN 10.5."""
    for process, node in nodes(bundle, *PLACES):
        if len(node.events) > 1:
            yield report.error(
                process,
                node,
                "The event has {n} event definitions",
                "Draw one event for each; an event-based gateway waits for the first of several.",
                n=len(node.events),
            )
        kinds = [event.kind for event in node.events] or ["plain"]
        for kind in kinds if node.kind != "boundaryEvent" or node.events else []:
            if kind not in PLACES[node.kind]:
                yield report.error(
                    process,
                    node,
                    "A {kind} event is not executed here ({place})",
                    "Here one of these is executed: {allowed}.",
                    kind=kind,
                    place=node.kind,
                    allowed=", ".join(PLACES[node.kind]),
                )
        if node.kind == "boundaryEvent" and "error" in kinds and not node.interrupting:
            yield report.error(
                process,
                node,
                "An error event that does not interrupt is not executed",
                "Make it interrupting; an error always ends the activity.",
            )
