"""Calls that do not fit the data of the called process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.compiler import Compiled
from engine.bpmn.items import INPUT, OUTPUT
from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("called-data")
CALLED = """
<process id="q" isExecutable="true">
  <ioSpecification>
    <dataInput id="amount" name="amount"/>
    <inputSet><dataInputRefs>amount</dataInputRefs></inputSet> <outputSet/>
  </ioSpecification>
  <startEvent id="t"/> <endEvent id="f"/> <sequenceFlow id="t-f" sourceRef="t" targetRef="f"/>
</process>
"""
GOOD = f"""{CALLED}<startEvent id="s"/> <endEvent id="e"/>
<callActivity id="a" calledElement="q">
  <extensionElements><camunda:in source="sum" target="amount"/></extensionElements>
</callActivity>
s -> a -> e
"""
BAD = f"""{CALLED}<startEvent id="s"/> <endEvent id="e"/>
<callActivity id="a" calledElement="q"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A process that declares its data inputs and outputs is given these and gives these, and nothing else (BPMN
    10.3.6, 10.4.1).
    """
    for process, node in nodes(bundle, "callActivity"):
        called = bundle.processes.get((node.called or "").strip())
        if called is not None and called.process.data.specified:
            yield from _given(process, node, called.process)
            yield from _taken(process, node, called.process, bundle.processes[process.id])


def _given(process: Process, node: Node, called: Process) -> Iterator[Finding]:
    inputs = called.data.names(INPUT)
    given = {transfer.target for transfer in node.calls_in if transfer.source != "all"} | {*node.data.names(INPUT)}
    if any(transfer.source == "all" for transfer in node.calls_in):
        template = "'{called}' declares its data inputs and cannot be given all variables"
        yield report.error(process, node, template, "Name what it is given.", called=called.id)
        return
    for name in sorted(given - {*inputs}):
        template = "'{name}' is no data input of '{called}'"
        yield report.error(process, node, template, "Declare it there, or leave it out.", name=name, called=called.id)
    for name in sorted(called.data.required.intersection(inputs) - given):
        template = "'{called}' requires the data input '{name}', which is not given"
        yield report.error(process, node, template, "Give it, or make it optional there.", name=name, called=called.id)


def _taken(process: Process, node: Node, called: Process, compiled: Compiled) -> Iterator[Finding]:
    taken = {*node.data.names(OUTPUT)}
    for transfer in node.calls_out:
        value = compiled.value(node.id, f"out:{transfer.target}")
        if value is not None and value.expression is not None:
            taken |= value.expression.names
    for name in sorted(taken - {*called.data.names(OUTPUT)}):
        template = "'{name}' is no data output of '{called}'"
        yield report.error(process, node, template, "Declare it there, or leave it out.", name=name, called=called.id)
