"""Timers that would never be due, or at the wrong time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine import due
from engine.bpmn.compiler import ISO_START
from engine.bpmn.model import EventDefinition, Node, Process
from engine.environment import Limits
from engine.errors import Fault
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("timer")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="t">
  <timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
s -> t -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="t">
  <timerEventDefinition><timeDuration>P3</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
s -> t -> e
"""
AT = "t"
REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)
DATED = re.compile(r"^(R\d*/)(\d{4}-[^/]+)/(?=P)")
ADVICE = {
    "date": 'Write a FEEL expression that gives a date and time, e.g. =date and time("2026-03-01T09:00:00").',
    "duration": "Write a duration like PT4H or P3D, or a FEEL expression that begins with '='.",
    "cycle": "Write a cycle like R3/PT1H, at least a minute apart, or a FEEL expression that begins with '='.",
}


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A timer has exactly one date, duration or cycle (BPMN 10.5.5), as ISO 8601, within the bounds of
    the engine.
    """
    for process, node in nodes(bundle):
        for event in node.events:
            if event.kind == "timer":
                yield from _timer(process, node, event)


def _timer(process: Process, node: Node, event: EventDefinition) -> Iterator[Finding]:
    if len(event.timers) != 1 or not event.timer:
        yield report.error(
            process,
            node,
            "Expected one of date, duration and cycle, but the timer has {n}",
            "Choose when the timer is due.",
            n=len(event.timers),
        )
    elif not event.text:
        yield report.error(process, node, "The timer does not say when it is due", ADVICE[event.timer])
    elif event.timer == "date" and re.match(r"\d{4}-\d{2}-\d{2}", event.text):
        template = "The date {text} is not a FEEL expression"
        yield report.error(process, node, template, ADVICE["date"], text=event.text)
    elif event.timer != "date" and event.text.startswith(ISO_START):
        try:
            _check(event.timer, event.text)
        except Fault as error:
            yield report.error(process, node, error.template, ADVICE[event.timer], **error.parameters)


def _check(kind: str, text: str) -> None:
    """Schedule it as the engine will. Raises Fault with the reason."""
    if kind == "cycle" and (dated := DATED.match(text)):
        due.parse(dated[2])
        text = DATED.sub(r"\1", text)
    limits = Limits()
    found = due.schedule(kind, text, REFERENCE, years=limits.timer_years, cycle_seconds=limits.cycle_seconds)
    if found.due_at < REFERENCE or found.repeats == -1 or (kind == "cycle" and found.due_at == REFERENCE):
        raise Fault("Expected a time to come, but {text} is none", text=text)
