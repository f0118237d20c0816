"""Messages, signals, links, errors and escalations without a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("event-name")
GOOD = """
<message id="M" name="answer"/>
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
s -> m -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateCatchEvent id="m"><messageEventDefinition/></intermediateCatchEvent>
s -> m -> e
"""
AT = "m"
NAMED = frozenset({"message", "signal", "error", "escalation", "link"})
CATCH_ALL = frozenset({"error", "escalation"})
"""Without a code they catch every one."""


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Messages, signals and links find their receivers by name, errors and escalations by code; BPMN 8.4.11, 10.5.5:
    the reference is required.
    """
    for process, node in nodes(bundle):
        for event in node.events:
            if event.kind not in NAMED:
                continue
            if event.reference and event.refers_to != event.kind:
                yield report.error(
                    process,
                    node,
                    "The {kind} '{reference}' is not defined in the file",
                    "Choose the {kind} again, or define it.",
                    kind=event.kind,
                    reference=event.reference,
                )
            elif not event.name and not (
                event.kind in CATCH_ALL and node.kind in ("boundaryEvent", "startEvent") and not event.reference
            ):
                yield report.error(
                    process,
                    node,
                    "The {kind} of this event has no name",
                    "Choose a {kind} and give it a name; an error or escalation needs a code.",
                    kind=event.kind,
                )
    for process, node in nodes(bundle, "receiveTask", "sendTask"):
        if not node.events and "topic" not in node.attributes:
            yield report.error(
                process,
                node,
                "The task names no message",
                "Choose the message; a send task may call an operation instead.",
            )
