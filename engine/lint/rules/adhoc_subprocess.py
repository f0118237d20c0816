"""Ad-hoc subprocesses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import ACTIVITIES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("adhoc-subprocess")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<adHocSubProcess id="any"> <task id="a"/> <task id="b"/> </adHocSubProcess>
s -> any -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<adHocSubProcess id="any"> <startEvent id="i"/> <task id="a"/> </adHocSubProcess>
s -> any -> e
"""
AT = "i"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """The activities of an ad-hoc subprocess begin by themselves and in any order: there is at least one, and neither a
    start nor an end event; BPMN 10.3.5.
    """
    for process, node in nodes(bundle, "adHocSubProcess"):
        inside = process.inside(node.id)
        for event in inside:
            if event.kind in ("startEvent", "endEvent"):
                yield report.error(
                    process,
                    event,
                    "An ad-hoc subprocess has neither start nor end events",
                    "Remove it: what no flow leads to begins by itself.",
                )
        if not any(activity.kind in ACTIVITIES and not activity.begins for activity in inside):
            yield report.error(
                process,
                node,
                "The ad-hoc subprocess has no activity",
                "Draw what is to be done in it, or remove it.",
            )
