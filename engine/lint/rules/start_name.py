"""Start events that wait for the same message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
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
    """A message starts one process; with two start events of one name nobody could tell which (BPMN 10.5.2)."""
    known: dict[tuple[str, str], str] = {}
    for process, node in nodes(bundle, "startEvent"):
        if node.scope is not None or node.event is None or not node.event.name:
            continue
        other = known.setdefault((node.event.kind, node.event.name), f"{process.id}#{node.id}")
        if other != f"{process.id}#{node.id}":
            yield report.error(
                process,
                node,
                "The {kind} '{name}' starts {other} already",
                "Use a name of its own, or start both parts from one process.",
                kind=node.event.kind,
                name=node.event.name,
                other=other,
            )
