"""Event subprocesses and what begins them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("event-subprocess")
GOOD = """
<message id="M" name="withdrawn"/>
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
<subProcess id="sp" triggeredByEvent="true">
  <startEvent id="i"><messageEventDefinition messageRef="M"/></startEvent> <endEvent id="o"/>
  i -> o
</subProcess>
"""
BAD = """
<startEvent id="s"/> <task id="a"/> <endEvent id="e"/>
s -> a -> e
<subProcess id="sp" triggeredByEvent="true">
  <startEvent id="i"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></startEvent>
  <endEvent id="o"/>
  i -> o
</subProcess>
a -> sp
"""
AT = "a-sp"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An event subprocess is begun by its one start event and by nothing else: no flow leads to it or leaves it, and
    nothing is attached to it. Only there a start event interrupts or not; BPMN 10.3.5, 10.5.2, 13.5.4.
    """
    for process, node in nodes(bundle):
        if node.by_event:
            yield from _around(process, node)
            yield from _starts(process, node)
        around = process.nodes.get(node.scope or "")
        if node.kind == "startEvent" and not node.interrupting and not (around and around.by_event):
            yield report.error(
                process,
                node,
                "This start event has nothing to interrupt, and yet says that it does not",
                "Remove isInterrupting; it belongs to start events of event subprocesses.",
            )


def _around(process: Process, node: Node) -> Iterator[Finding]:
    for flow in (*process.incoming(node.id), *process.outgoing(node.id)):
        yield report.error(
            process,
            flow,
            "The flow leads to or from an event subprocess",
            "Remove the flow: the event subprocess begins by its event, and its end is no way on.",
        )
    for event in process.boundaries(node.id):
        yield report.error(
            process,
            event,
            "The boundary event is attached to an event subprocess",
            "Put an event subprocess or a subprocess with the boundary event into it.",
        )
    if node.loop is not None:
        yield report.error(
            process,
            node,
            "The event subprocess is to be repeated",
            "Remove the repetition: it runs once for each event, or put a subprocess with it inside.",
        )


def _starts(process: Process, node: Node) -> Iterator[Finding]:
    starts = process.starts(node.id)
    if not starts:
        advice = "Draw one start event with what begins it, e.g. a message."
        yield report.error(process, node, "The event subprocess has no start event", advice)
    for extra in starts[1:]:
        yield report.error(
            process,
            extra,
            "The event subprocess has more than one start event",
            "Keep one, with all its triggers if any of them may begin it.",
        )
