"""Loops that never end, or never begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("standard-loop")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><standardLoopCharacteristics loopMaximum="3"/></task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><standardLoopCharacteristics loopMaximum="0"/></task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A loop goes on while its condition holds, at most as often as its maximum says; with neither it would never end,
    with a maximum below one never begin; BPMN 10.3.8, 13.3.6.
    """
    for process, node in nodes(bundle):
        loop = node.loop
        if loop is None or not loop.standard:
            continue
        if not loop.condition and loop.maximum is None:
            yield report.error(
                process,
                node,
                "The loop has neither a condition nor a maximum",
                "Say while which condition it goes on, or how often at most.",
            )
        if loop.maximum is not None and not re.fullmatch(r"\+?0*[1-9]\d*", loop.maximum.strip()):
            yield report.error(
                process,
                node,
                "Expected a whole number from 1 as loopMaximum, but got '{text}'",
                "Write how often it runs at most, or remove it.",
                text=loop.maximum,
            )
