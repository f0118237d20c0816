"""How often a failed operation is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.errors import Fault
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations
from engine.retries import Retries

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("retry-cycle")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<serviceTask id="a" camunda:topic="tick"><extensionElements>
  <camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>
</extensionElements></serviceTask>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<serviceTask id="a" camunda:topic="tick"><extensionElements>
  <camunda:failedJobRetryTimeCycle>three times</camunda:failedJobRetryTimeCycle>
</extensionElements></serviceTask>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A retry cycle that cannot be read would turn every failure into another one; it is looked at where an operation
    runs.
    """
    for process, node in nodes(bundle):
        if node.retry_cycle is None:
            continue
        if "topic" not in node.attributes or node.kind not in ("serviceTask", "sendTask"):
            yield report.warning(
                process,
                node,
                "The retry cycle has no effect here",
                "Remove it; operations of service tasks are tried again.",
            )
        try:
            Retries.read(node.retry_cycle)
        except (ValueError, Fault):
            yield report.error(
                process,
                node,
                "Expected a retry cycle like R3/PT5M, but got '{text}'",
                "Write how often and after which pause it is tried again.",
                text=node.retry_cycle,
            )
