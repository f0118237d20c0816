"""Start events that wait for the same message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.instantiating import beginnings
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("start-name")
GOOD = """
<message id="M" name="told"/> <message id="N" name="asked"/>
<startEvent id="s"><messageEventDefinition messageRef="M"/></startEvent>
<startEvent id="t"><messageEventDefinition messageRef="N"/></startEvent>
<endEvent id="e"/>
s -> e
t -> e
"""
BAD = """
<message id="M" name="asked"/> <message id="N" name="asked"/>
<startEvent id="s"><messageEventDefinition messageRef="M"/></startEvent>
<startEvent id="t"><messageEventDefinition messageRef="N"/></startEvent>
<endEvent id="e"/>
s -> e
t -> e
"""
AT = "t"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A message starts one process; with two start events of one name nobody could tell which (BPMN 10.5.2). A signal
    starts all.
    """
    known: dict[str, str] = {}
    for process in processes(bundle):
        for node, _, event in beginnings(process):
            if event.kind != "message" or not event.name:
                continue
            other = known.setdefault(event.name, f"{process.id}#{node.id}")
            if other != f"{process.id}#{node.id}":
                yield report.error(
                    process,
                    node,
                    "The {kind} '{name}' starts {other} already",
                    "Use a name of its own, or start both parts from one process.",
                    kind=event.kind,
                    name=event.name,
                    other=other,
                )
