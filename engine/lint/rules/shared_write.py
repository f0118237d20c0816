"""Parallel repetitions whose items write the same variable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import DATA_OBJECT, INPUT, OUTPUT, OUTPUT_ITEM, PROPERTY
from engine.bpmn.model import Node
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, around, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("shared-write")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<subProcess id="each">
  <multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/>
  <property id="opinion" name="opinion"/>
  <startEvent id="t"/> <endEvent id="f"/>
  <scriptTask id="a" scriptFormat="feel" camunda:resultVariable="opinion"><script>unit</script></scriptTask>
  <sequenceFlow id="t-a" sourceRef="t" targetRef="a"/> <sequenceFlow id="a-f" sourceRef="a" targetRef="f"/>
</subProcess>
s -> each -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<subProcess id="each">
  <multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/>
  <startEvent id="t"/> <endEvent id="f"/>
  <scriptTask id="a" scriptFormat="feel" camunda:resultVariable="opinion"><script>unit</script></scriptTask>
  <sequenceFlow id="t-a" sourceRef="t" targetRef="a"/> <sequenceFlow id="a-f" sourceRef="a" targetRef="f"/>
</subProcess>
s -> each -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Items that run side by side share what is not declared in them: the last one wins and the others are lost (BPMN
    13.3.7).
    """
    for process, node in nodes(bundle):
        levels = [node, *around(process, node)]
        repeated = [
            n for n, each in enumerate(levels) if each.loop and not each.loop.sequential and not each.loop.standard
        ]
        if not repeated:
            continue
        inside = levels[: repeated[-1] + 1]
        outer = {name for each in inside[1:] for name in _declares(each)}
        lost = {name for name in _results(node) if name not in outer | {*node.data.names(OUTPUT, OUTPUT_ITEM)}}
        lost |= {name for name in entries(bundle, node) if name not in outer | _declares(node)}
        lost |= {
            association.target.name
            for association in node.data.outputs
            if association.target and association.target.owner not in {each.id for each in inside}
        }
        for name in sorted(lost):
            yield report.warning(
                process,
                node,
                "Items of '{repeated}' that run side by side all write '{name}', and the last one wins",
                "Declare it in the repeated activity (a property, an input parameter) or collect the results.",
                repeated=levels[repeated[-1]].id,
                name=name,
            )


def _declares(node: Node) -> set[str]:
    """What is local in an activity, or in an item of it."""
    return {
        *node.data.names(DATA_OBJECT, PROPERTY, INPUT, OUTPUT, OUTPUT_ITEM),
        *(name for name, _ in node.inputs),
        *(node.loop.names if node.loop else ()),
    }


def _results(node: Node) -> Iterator[str]:
    """What an activity writes outside of itself when it is done."""
    yield from (name for name, _ in node.outputs)
    yield from (transfer.target for transfer in node.calls_out if transfer.source != "all")
    if node.kind != "scriptTask" and "resultVariable" in node.attributes:
        yield node.attributes["resultVariable"]


def entries(bundle: Bundle, node: Node) -> Iterator[str]:
    """What it writes where the nearest scope holds the name: a script, what people enter into a form."""
    if node.kind == "scriptTask" and "resultVariable" in node.attributes:
        yield node.attributes["resultVariable"]
    form = bundle.forms.get(node.attributes.get("formRef", ""))
    if form is not None and node.kind == "userTask":
        yield from (component.path[0] for component in form.fields.values() if component.is_variable)
