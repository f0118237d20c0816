"""Boundary events and what they are attached to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("boundary-event")
GOOD = """
<message id="M" name="answer"/>
<startEvent id="s"/> <receiveTask id="a" messageRef="M"/> <endEvent id="e"/>
s -> a -> e
<boundaryEvent id="b" attachedToRef="a">
  <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</boundaryEvent>
b -> e
"""
BAD = """
<startEvent id="s"/> <parallelGateway id="g"/> <endEvent id="e"/>
s -> g -> e
<boundaryEvent id="b" attachedToRef="g">
  <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</boundaryEvent>
b -> e
"""
AT = "b"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A boundary event waits beside an activity for something; attached to nothing, or waiting for nothing, it never
    fires; BPMN 10.5.4.
    """
    for process, node in nodes(bundle, "boundaryEvent"):
        host = process.nodes.get(node.attached_to or "")
        if host is None:
            yield report.error(
                process,
                node,
                "The boundary event is attached to '{host}', which is not there",
                "Attach it to an activity.",
                host=node.attached_to or "",
            )
        elif host.kind not in ACTIVITIES or host.scope != node.scope:
            yield report.error(
                process,
                node,
                "The boundary event is attached to '{host}', which is not an activity of the same level",
                "Attach it to a task, a call or a subprocess.",
                host=host.name or host.id,
            )
        if not node.events:
            yield report.error(
                process,
                node,
                "The boundary event waits for nothing",
                "Make it a timer, message, signal or error event.",
            )
