"""Data stores that would be read or written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import STORE
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("data-store")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataStoreReference id="register" name="register"/>
<serviceTask id="a" camunda:topic="tick"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataStoreReference id="register" name="register"/>
<task id="a">
  <dataOutputAssociation id="o"><targetRef>register</targetRef></dataOutputAssociation>
</task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A data store outlives the process (BPMN 10.4.1), so it lies outside of the engine, and the only way there is a
    registered operation: checked, retried and recorded.
    """
    for process, node in nodes(bundle):
        for data in (node.data, node.whole):
            for association in (*data.inputs, *data.outputs):
                ends = (*association.sources, *([association.target] if association.target else []))
                for item in ends:
                    if item.kind == STORE:
                        yield report.error(
                            process,
                            node,
                            "The data store '{name}' is neither read nor written by an association",
                            "Read or write it with a service task that calls a registered operation.",
                            name=item.name,
                        )
