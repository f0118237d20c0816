"""Attributes whose value is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.schema import VALUES
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("attribute-value")
GOOD = """
<startEvent id="s"/> <receiveTask id="a" messageRef="M"/> <endEvent id="e"/>
s -> a -> e
<message id="M" name="answer"/>
<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">
  <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</boundaryEvent>
b -> e
"""
BAD = """
<startEvent id="s"/> <receiveTask id="a" messageRef="M"/> <endEvent id="e"/>
s -> a -> e
<message id="M" name="answer"/>
<boundaryEvent id="b" attachedToRef="a" cancelActivity="no">
  <timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>
</boundaryEvent>
b -> e
"""
AT = "b"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A value that the standard does not know would be read as the opposite, or as nothing; BPMN 15.3: booleans and
    enumerations are written as XML Schema says.
    """
    for process in processes(bundle):
        for oddity in process.oddities:
            if oddity.kind == "value":
                yield report.error(
                    process,
                    oddity,
                    "Expected {what} to be one of {known}, but got '{value}'",
                    "Open the diagram in the editor and set it again, or correct the value.",
                    what=oddity.what,
                    known=", ".join(VALUES[oddity.what]),
                    value=oddity.value,
                )
