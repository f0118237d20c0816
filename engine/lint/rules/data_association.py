"""Data associations that cannot be followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.items import INPUT, PROPERTY, Assignment, DataAssociation
from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, around, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("data-association")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<property id="draft" name="draft"/> <property id="letter" name="letter"/>
<task id="a">
  <dataOutputAssociation id="o">
    <sourceRef>draft</sourceRef>
    <targetRef>letter</targetRef>
    <transformation>upper case(draft)</transformation>
  </dataOutputAssociation>
</task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<property id="draft" name="draft"/>
<task id="a">
  <dataOutputAssociation id="o">
    <sourceRef>draft</sourceRef>
    <transformation>upper case(draft)</transformation>
  </dataOutputAssociation>
</task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """An association carries one value, or several that a transformation makes into one, from what its element sees to
    what it may write; BPMN 10.4.2.
    """
    for process, node in nodes(bundle):
        seen = {node.id, process.id, *(holder.id for holder in around(process, node))}
        for data in (node.data, node.whole):
            for association in (*data.inputs, *data.outputs):
                yield from _ends(process, node, association, seen)
                for assignment in association.assignments:
                    yield from _assignment(process, node, association, assignment)
            for association in data.inputs:
                target = association.target
                if target is not None and (target.owner != node.id or target.kind not in (INPUT, PROPERTY)):
                    yield report.error(
                        process,
                        node,
                        "The data association '{association}' into the element ends outside of it",
                        "Let it end at a data input or a property of the element.",
                        association=association.id,
                    )


def _ends(process: Process, node: Node, association: DataAssociation, seen: set[str]) -> Iterator[Finding]:
    named = association.id
    if association.target is None:
        advice = "Name what takes the value with a targetRef."
        yield report.error(
            process, node, "The data association '{association}' leads nowhere", advice, association=named
        )
    if association.plain and not association.sources:
        advice = "Name what gives the value with a sourceRef."
        yield report.error(
            process, node, "The data association '{association}' comes from nowhere", advice, association=named
        )
    if len(association.sources) > 1 and association.transformation is None:
        yield report.error(
            process,
            node,
            "The data association '{association}' has several sources and no transformation",
            "Say with a transformation what becomes of them, or draw one association for each.",
            association=named,
        )
    for item in (*association.sources, *([association.target] if association.target else [])):
        if item.owner not in seen:
            yield report.error(
                process,
                node,
                "The data association '{association}' names '{name}', which cannot be seen from here",
                "Only what the element itself, the subprocesses around it or the process declare can be named.",
                association=named,
                name=item.name,
            )


def _assignment(
    process: Process, node: Node, association: DataAssociation, assignment: Assignment
) -> Iterator[Finding]:
    if association.target is not None and assignment.path is None:
        yield report.error(
            process,
            node,
            "An assignment of '{association}' goes to '{to}', which is not the target of the association",
            "Write the name of the target into 'to', or a path from it, e.g. letter.addressee.",
            association=association.id,
            to=assignment.to,
        )
