"""Entries that are forgotten because they go into a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import INPUT, OUTPUT
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.lint.rules.shared_write import entries
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("forgotten-entry")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="n" name="n"/>
<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="n">
  <dataInputAssociation id="i"><sourceRef>n</sourceRef></dataInputAssociation>
  <dataOutputAssociation id="o"><targetRef>n</targetRef></dataOutputAssociation>
  <script>n + 1</script>
</scriptTask>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="n" name="n"/>
<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="n">
  <dataInputAssociation id="i"><sourceRef>n</sourceRef></dataInputAssociation>
  <script>n + 1</script>
</scriptTask>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A data input is a copy that dies with its activity (BPMN 10.4.2); without a data output of the same name nobody
    learns what was entered there.
    """
    for process, node in nodes(bundle):
        copies = {*node.data.names(INPUT)} - {*node.data.names(OUTPUT)}
        for name in sorted(copies.intersection(entries(bundle, node))):
            yield report.warning(
                process,
                node,
                "What is entered as '{name}' goes into a data input and is forgotten",
                "Draw a data output association, too, or give one of them another name.",
                name=name,
            )
