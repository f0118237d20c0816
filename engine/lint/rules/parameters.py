"""Inputs and outputs that would be lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import EVENTS, GATEWAYS
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("parameters")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="x">1</camunda:inputParameter>
  <camunda:inputParameter name="y">2</camunda:inputParameter>
</camunda:inputOutput></extensionElements></task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="x">1</camunda:inputParameter>
  <camunda:inputParameter name="x">2</camunda:inputParameter>
</camunda:inputOutput></extensionElements></task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Each value goes to one name; of two with the same name one would be lost (BPMN 10.4.1)."""
    for process, node in nodes(bundle):
        lists = {
            "input": [name for name, _ in node.inputs],
            "output": [name for name, _ in node.outputs],
            "in": [transfer.target for transfer in node.calls_in],
            "out": [transfer.target for transfer in node.calls_out],
        }
        for kind, names in lists.items():
            for name in sorted({name for name in names if names.count(name) > 1}):
                template = "The {kind} parameter '{name}' is there more than once"
                yield report.error(process, node, template, "Keep one of them.", kind=kind, name=name)
            if "" in names:
                template = "An {kind} parameter has no name"
                yield report.error(process, node, template, "Name the variable that takes the value.", kind=kind)
        for transfer in (*node.calls_in, *node.calls_out):
            if transfer.source == "all":
                yield report.warning(
                    process,
                    node,
                    "All variables are handed over",
                    "Name those that are needed; what both processes call the same would be overwritten.",
                )
        throws = node.event is not None and node.kind in ("endEvent", "intermediateThrowEvent")
        for name, _ in node.inputs if node.kind in EVENTS | GATEWAYS and not throws else ():
            template = "The input parameter '{name}' is not computed here"
            advice = "Only activities and events that throw a message or signal take inputs; compute it before."
            yield report.error(process, node, template, advice, name=name)
