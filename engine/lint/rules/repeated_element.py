"""Elements that may stand once and stand twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("repeated-element")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/></task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a">
  <multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/>
  <multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>
</task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Of two conditions, scripts or loops of one element only the first would be read; BPMN 8 and 10 give each of them
    the multiplicity 0..1.
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "repeated":
                yield report.error(
                    process,
                    oddity,
                    "Expected one '{what}', but another stands beside it",
                    "Keep one of them.",
                    what=oddity.what,
                )
