"""Where a process may pause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("asynchronous")
GOOD = """
<startEvent id="s"/>
<task id="a" camunda:asyncBefore="true"/>
<endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/>
<parallelGateway id="g" camunda:asyncBefore="true"/>
<endEvent id="e"/>
s -> g -> e
"""
AT = "g"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A pause before or after (asyncBefore, asyncAfter) is a job of an activity; events and gateways take no time."""
    for process, node in nodes(bundle):
        for name in ("asyncBefore", "asyncAfter"):
            value = node.attributes.get(name, "false")
            if value not in ("true", "false"):
                yield report.error(
                    process,
                    node,
                    "Expected {attribute} to be true or false, but got '{value}'",
                    "Tick it or remove it.",
                    attribute=name,
                    value=value,
                )
            elif value == "true" and node.kind not in ACTIVITIES:
                yield report.error(
                    process,
                    node,
                    "{attribute} is executed at activities only",
                    "Set it at the task before or behind.",
                    attribute=name,
                )
