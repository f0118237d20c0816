"""Data inputs and outputs that are declared and cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import INPUT, Data
from engine.bpmn.model import SUBPROCESSES, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("data-specification")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="letter" name="letter"/>
<task id="a">
  <ioSpecification>
    <dataInput id="text" name="text"/>
    <inputSet><dataInputRefs>text</dataInputRefs></inputSet> <outputSet/>
  </ioSpecification>
  <dataInputAssociation id="i"><sourceRef>letter</sourceRef><targetRef>text</targetRef></dataInputAssociation>
</task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a">
  <ioSpecification>
    <dataInput id="text" name="text"/>
    <inputSet><dataInputRefs>text</dataInputRefs></inputSet> <outputSet/>
  </ioSpecification>
</task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An activity begins when the data inputs of its set are there (BPMN 10.4.2, 13.3.2); one that nothing fills would
    hold it for ever. Alternatives, of several sets, are not executed.
    """
    for process in processes(bundle):
        yield from _sets(process, process, process.data)
    for process, node in nodes(bundle):
        if node.data.specified and node.kind in SUBPROCESSES:
            template = "A subprocess has no data inputs and outputs of its own"
            advice = "Use its data objects and properties, or the data inputs of the tasks in it."
            yield report.error(process, node, template, advice)
        yield from _sets(process, node, node.data)
        for data in (node.data, node.whole):
            filled = {association.target.name for association in data.inputs if association.target}
            for name in data.names(INPUT):
                if name in data.required - filled:
                    yield report.error(
                        process,
                        node,
                        "Nothing fills the data input '{name}', so the activity would wait for ever",
                        "Draw a data association to it, or list it among the optionalInputRefs.",
                        name=name,
                    )


def _sets(process: Process, element: Process | Node, data: Data) -> Iterator[Finding]:
    if max(data.sets) > 1:
        template = "Several input sets or output sets are not executed"
        yield report.error(process, element, template, "Keep one of each, with what is not always there as optional.")
    for name in data.unused:
        template = "The data input or output '{name}' stands in no set"
        advice = "List it in the inputSet or outputSet of the element."
        yield report.error(process, element, template, advice, name=name)
