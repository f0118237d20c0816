"""Diagrams in a few lines, for the examples of the rules and for tests.

What is written is the inside of a process in BPMN XML. Three things are shorter than in a file:

- `a -> b -> c` on a line of its own draws the sequence flows `a-b` and `b-c`,
- `a -> b: x > 1` draws one with a condition,
- what BPMN keeps outside of a process (`<message id="M" name="…"/>`, `<process …>`, …) may stand between the rest.
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
_ROUTE = re.compile(r"^(\s*)([^\s<>:]+(?: -> [^\s<>:]+)+)(?:: (.+))?$", re.MULTILINE)


def diagram(text: str) -> bytes:
    """The BPMN file that `text` is short for, with one executable process `p` around what belongs into one."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    root = etree.fromstring(f'<definitions xmlns="{BPMN}" {declared} id="D">{_ROUTE.sub(_flows, text)}</definitions>')
    process = etree.Element(f"{{{BPMN}}}process", {"id": "p", "isExecutable": "true"})
    process.text = root.text
    process.extend([child for child in root if not _outside(child)])
    if len(process):
        root.append(process)
    return etree.tostring(root)


def _outside(element: Any) -> bool:
    return etree.QName(element).localname in OUTSIDE


def _flows(route: re.Match[str]) -> str:
    indent, path, condition = route.groups()
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    return indent + "".join(
        f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        for source, target in pairwise(path.split(" -> "))
    )
