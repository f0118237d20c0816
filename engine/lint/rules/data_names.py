"""Data whose names contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine import feel
from engine.bpmn.items import DATA_OBJECT, INPUT, OUTPUT, OUTPUT_ITEM, Data, Item
from engine.bpmn.model import COUNTERS, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("data-names")
LONGEST = 200
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="letter" name="letter"/> <property id="draft" name="draft"/>
<task id="a"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<dataObject id="letter" name="letter"/> <property id="draft" name="letter"/>
<task id="a"/>
s -> a -> e
"""
AT = "p"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Each is a variable of its scope under its name (BPMN 10.4.1); two declarations of one name would be one variable
    with two meanings.
    """
    for process in processes(bundle):
        yield from _declared(process, process, process.data)
    for process, node in nodes(bundle):
        everything = Data((*node.whole.items, *node.data.items))
        yield from _declared(process, node, everything)
        yield from _mapped(process, node, everything)


def _declared(process: Process, element: Process | Node, data: Data) -> Iterator[Finding]:
    by_name: dict[str, list[Item]] = {}
    for item in data.items:
        by_name.setdefault(item.name, []).append(item)
    for name, items in by_name.items():
        if not name or len(name) > LONGEST:
            template, advice = "Expected a name of 1 to {limit} characters for data", "Give it a short name."
            yield report.error(process, element, template, advice, limit=LONGEST)
        elif not _readable(name):
            template = "'{name}' cannot be used in an expression"
            advice = "Begin the name with a letter, and use no word of FEEL such as 'in' or 'if'."
            yield report.error(process, element, template, advice, name=name)
        kinds = [item.kind for item in items]
        if len(kinds) > 1 and {*kinds} == {DATA_OBJECT}:
            template = "'{name}' is drawn as several data objects and is one variable"
            advice = "Let all of them refer to one data object."
            yield report.warning(process, element, template, advice, name=name)
        elif len(kinds) > 1 and sorted(kinds) != [INPUT, OUTPUT]:
            template = "'{name}' is declared more than once: {kinds}"
            yield report.error(process, element, template, "Give each a name.", name=name, kinds=", ".join(kinds))
        for label in (label for item in items for label in item.labels):
            template = "'{name}' is also drawn as '{label}'"
            advice = "Expressions only know the first name; use one name, and a state in brackets."
            yield report.warning(process, element, template, advice, name=name, label=label)


def _readable(name: str) -> bool:
    """Does FEEL know the name when it is declared?"""
    try:
        return re.match(r"[^\W\d]|_", name) is not None and feel.compile(name, (name,)).names == {name}
    except feel.FeelError:
        return False


def _mapped(process: Process, node: Node, data: Data) -> Iterator[Finding]:
    given = {*(name for name, _ in node.inputs), *(node.loop.names if node.loop else ())}
    outputs = data.names(OUTPUT)
    for item in data.items:
        if item.name in given and (item.kind not in (OUTPUT, OUTPUT_ITEM) or item.name in COUNTERS):
            template = "'{name}' is declared more than once: {kinds}"
            kinds = f"{item.kind}, camunda:inputParameter / loop"
            yield report.error(process, node, template, "Give each a name.", name=item.name, kinds=kinds)
    results = {name for name, _ in node.outputs} | {transfer.target for transfer in node.calls_out}
    results |= {node.attributes["resultVariable"]} if "resultVariable" in node.attributes else set()
    for association in (*node.whole.outputs, *node.data.outputs):
        target = association.target
        if target is not None and target.name in results - {*outputs}:
            yield report.error(
                process,
                node,
                "'{name}' is written by a mapping and by the data association '{association}'",
                "Keep one of them.",
                name=target.name,
                association=association.id,
            )
