"""Two pools for one process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("pool")
GOOD = """
<collaboration id="co"> <participant id="one" processRef="p"/> <participant id="two"/> </collaboration>
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
BAD = """
<collaboration id="co">
  <participant id="one" processRef="p"/> <participant id="two" processRef="p"/>
</collaboration>
<startEvent id="s"/> <endEvent id="e"/>
s -> e
"""
AT = "two"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A pool is a participant, and its process is what that participant does; one process cannot be what two do, nor
    send messages to itself; BPMN 9.3.
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "pool":
                yield report.error(
                    process,
                    oddity,
                    "The process '{reference}' has a pool already",
                    "Leave the process of this pool empty, or give it one of its own.",
                    reference=oddity.value,
                )
