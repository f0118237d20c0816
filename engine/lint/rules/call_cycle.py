"""Processes that call themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("call-cycle")
GOOD = """
<startEvent id="s"/> <callActivity id="c" calledElement="q"/> <endEvent id="e"/>
s -> c -> e
<process id="q" isExecutable="true">
  <startEvent id="qs"/> <endEvent id="qe"/>
  qs -> qe
</process>
"""
BAD = """
<startEvent id="s"/> <callActivity id="c" calledElement="p"/> <endEvent id="e"/>
s -> c -> e
"""
AT = "c"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A process that calls itself, also through others, ends by a condition only; the depth is bounded.

    BPMN 13.3.4.
    """
    calls: dict[str, list[str]] = {}
    for process, node in nodes(bundle, "callActivity"):
        calls.setdefault(process.id, []).append((node.called or "").strip())
    for process, node in nodes(bundle, "callActivity"):
        seen: set[str] = set()
        waiting = [(node.called or "").strip()]
        while waiting:
            key = waiting.pop()
            if key not in seen:
                seen.add(key)
                waiting += calls.get(key, ())
        if process.id in seen:
            yield report.warning(
                process,
                node,
                "The call leads back to '{caller}'",
                "Make sure that a condition ends it before the bound of processes inside each other.",
                caller=process.id,
            )
