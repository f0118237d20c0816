"""Diagrams and decisions in a few lines, for the examples of the rules and for tests.

What is written is the inside of a process in BPMN XML. Three things are shorter than in a file:

- `a -> b -> c` on a line of its own draws the sequence flows `a-b` and `b-c`,
- `a -> b: x > 1` draws one with a condition,
- what BPMN keeps outside of a process (`<message id="M" name="…"/>`, `<process …>`, …) may stand between the rest.

A decision table is its hit policy, a line with its columns (`name: type (values)`, an output with ` = default`), and a
line for each rule, with `|` between cells and `=>` before the outputs.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NAMESPACES = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "other": "http://example.org/other",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
OUTSIDE = frozenset(
    {
        "process",
        "collaboration",
        "message",
        "signal",
        "error",
        "escalation",
        "itemDefinition",
        "dataStore",
        "interface",
        "category",
        "resource",
        "choreography",
        "BPMNDiagram",
    }
)
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
POLICIES = ("UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT")
_HEAD = re.compile(r"(?P<name>[^:(=]+)(?:: *(?P<type>[\w ]*\w))? *(?:\((?P<values>.*)\))?(?: = .*)?$")
_ROUTE = re.compile(r"^(\s*)([^\s<>:]+(?: -> [^\s<>:]+)+)(?:: (.+))?$", re.MULTILINE)


def diagram(text: str) -> bytes:
    """The BPMN file that `text` is short for, with one executable process `p` around what belongs into one."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    root = etree.fromstring(f'<definitions xmlns="{BPMN}" {declared} id="D">{_ROUTE.sub(_flows, text)}</definitions>')
    inside = [child for child in root if not _outside(child)]
    if inside:
        process = etree.Element(f"{{{BPMN}}}process", {"id": "p", "isExecutable": "true"})
        inside[0].addprevious(process)
        process.extend(inside)
    return etree.tostring(root)


def file(text: str) -> tuple[str, bytes]:
    """The file that an example is short for: a diagram, or when it has a decision or is a table, a DMN file."""
    if "<decision " in text:
        return "example.dmn", _definitions(text)
    if text.split(maxsplit=1)[0] in POLICIES:
        return "example.dmn", _definitions(_table(text))
    return "diagram.bpmn", diagram(text)


def _definitions(inside: str) -> bytes:
    return f'<definitions xmlns="{DMN}" id="D" name="D" namespace="urn:example">{inside}</definitions>'.encode()


def _table(text: str) -> str:
    """A line with the hit policy, one with the columns, one for each rule: `input | input => output | output`."""
    policy, heads, *rules = (line for line in text.splitlines() if line.strip())
    name, _, aggregation = policy.strip().partition(" ")
    attributes = f' aggregation="{aggregation}"' if aggregation else ""
    inputs, outputs = _cells(heads)
    inside = "".join(map(_input, inputs)) + "".join(map(_output, outputs))
    for number, line in enumerate(rules, 1):
        parts = zip(("inputEntry", "outputEntry"), _cells(line), strict=True)
        inside += (
            f'<rule id="rule{number}">{"".join(_text(tag, cell) for tag, cells in parts for cell in cells)}</rule>'
        )
    table = f'<decisionTable id="table" hitPolicy="{name}"{attributes}>{inside}</decisionTable>'
    return f'<decision id="example" name="example">{table}</decision>'


def _cells(line: str) -> list[list[str]]:
    sides = line.split("=>")
    return [[cell.strip() for cell in side.split("|") if cell.strip()] for side in sides]


def _column(head: str) -> tuple[str, str, str]:
    """`name: type (values) = default`, of which only the name must be there."""
    found = _HEAD.match(head)
    if found is None:
        raise ValueError(head)
    return found["name"].strip(), found["type"] or "", found["values"] or ""


def _input(head: str) -> str:
    name, kind, values = _column(head)
    allowed = _text("inputValues", values) if values else ""
    return f"<input>{_text('inputExpression', name, kind)}{allowed}</input>"


def _output(head: str) -> str:
    name, kind, values = _column(head)
    head, _, default = head.partition(" = ")
    inside = _text("outputValues", values) if values else ""
    inside += _text("defaultOutputEntry", default) if default else ""
    return f'<output name="{name}"{_type(kind)}>{inside}</output>'


def _type(kind: str) -> str:
    return f' typeRef="{kind}"' if kind else ""


def _text(tag: str, text: str, kind: str = "") -> str:
    return f"<{tag}{_type(kind)}><text>{escape(text)}</text></{tag}>"


def _outside(element: Any) -> bool:
    return etree.QName(element).localname in OUTSIDE


def _flows(route: re.Match[str]) -> str:
    indent, path, condition = route.groups()
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return indent + "".join(
        f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        for source, target in pairwise(path.split(" -> "))
    )
