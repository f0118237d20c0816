"""What the XML Schema of BPMN 2.0.2 asks of a file, where the reader of the dialect would not notice.

An id stands once in a file, a boolean is a boolean, what may stand once does not stand twice, and a reference leads
somewhere. The schema itself is not applied: a person is told the element and what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn.leftovers import BPMN, called
from engine.bpmn.model import SUBPROCESSES, Oddity

HOLDERS = SUBPROCESSES | {"definitions", "process", "collaboration", "laneSet"}
"""What stands directly in one of these is an element of its own; anything deeper belongs to such an element."""

BOOLEAN = ("true", "false")
VALUES: Mapping[str, tuple[str, ...]] = {
    "isExecutable": BOOLEAN,
    "isClosed": BOOLEAN,
    "isImmediate": BOOLEAN,
    "isForCompensation": BOOLEAN,
    "isInterrupting": BOOLEAN,
    "cancelActivity": BOOLEAN,
    "parallelMultiple": BOOLEAN,
    "triggeredByEvent": BOOLEAN,
    "cancelRemainingInstances": BOOLEAN,
    "instantiate": BOOLEAN,
    "isSequential": BOOLEAN,
    "testBefore": BOOLEAN,
    "waitForCompletion": BOOLEAN,
    "isCollection": BOOLEAN,
    "gatewayDirection": ("Unspecified", "Converging", "Diverging", "Mixed"),
    "eventGatewayType": ("Exclusive", "Parallel"),
    "ordering": ("Parallel", "Sequential"),
    "behavior": ("None", "One", "All", "Complex"),
    "processType": ("None", "Public", "Private"),
    "associationDirection": ("None", "One", "Both"),
}
"""Attribute → what it may be; booleans also as 1 and 0."""

LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
ONCE = frozenset(
    {
        *LOOPS,
        "extensionElements",
        "conditionExpression",
        "script",
        "condition",
        "activationCondition",
        "completionCondition",
        "loopCondition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "ioSpecification",
        "camunda:inputOutput",
        "camunda:properties",
        "camunda:failedJobRetryTimeCycle",
    }
)
"""What may stand once in an element; a second one would be passed over."""

SAME = {
    "camunda:collection": "loopDataInputRef",
    "camunda:elementVariable": "inputDataItem",
}
"""Attribute → the element that says the same; one of both would be passed over."""

REFERENCES: Mapping[str, tuple[str, ...]] = {
    "association": ("sourceRef", "targetRef"),
    "group": ("categoryValueRef",),
    "lane": ("partitionElementRef",),
    "dataStoreReference": ("dataStoreRef",),
}
"""Element → its attributes that name another element. What is missing here has a rule of its own."""
REQUIRED = ("sourceRef", "targetRef")


Found = Iterator[tuple[Any, Oddity]]
"""What is wrong, each with the element where it stands."""


def check(root: Any) -> Iterator[tuple[int, Oddity]]:
    """Everything wrong, each with the position of its process in the file; what stands outside belongs to the first."""
    positions = {process: position for position, process in enumerate(root.findall(BPMN + "process"))}
    elements = list(root.iter(BPMN + "*"))
    for rule in (_ids, _values, _references, _repeated, _pools):
        for element, oddity in rule(elements):
            process = next(element.iterancestors(BPMN + "process"), element)
            yield positions.get(process, 0), replace(oddity, line=element.sourceline or 0)


def _ids(elements: list[Any]) -> Found:
    known: set[str] = set()
    for element in elements:
        identity = element.get("id")
        if identity in known:
            yield element, Oddity(identity, "duplicate-id", identity)
        elif identity is not None:
            known.add(identity)


def _values(elements: list[Any]) -> Found:
    for element in elements:
        for name, value in element.attrib.items():
            known = VALUES.get(name, (value,))
            if value not in known and not (known is BOOLEAN and value in ("1", "0")):
                yield element, Oddity(_owner(element), "value", name, value)


def _references(elements: list[Any]) -> Found:
    known = {element.get("id") for element in elements}
    for element in elements:
        for name in REFERENCES.get(called(element.tag, element), ()):
            named = element.get(name, "" if name in REQUIRED else None)
            if named is not None and named not in known and named.rpartition(":")[2] not in known:
                yield element, Oddity(_owner(element), "reference", name, named)


def _repeated(elements: list[Any]) -> Found:
    for element in elements:
        seen: set[object] = {SAME[name] for key in element.attrib if (name := called(key, element)) in SAME}
        for child in element:
            name = called(child.tag, child)
            kind = LOOPS if name in LOOPS else name
            if kind in seen and name in ONCE:
                yield element, Oddity(_owner(element), "repeated", name)
            seen.add(kind)
            names = [item.get("name") for item in child] if name == "camunda:properties" else []
            for twice in sorted({item for item in names if item and names.count(item) > 1}):
                yield element, Oddity(_owner(element), "repeated", twice)


def _pools(elements: list[Any]) -> Found:
    known: set[str] = set()
    for element in elements:
        process = element.get("processRef")
        if process in known:
            yield element, Oddity(_owner(element), "pool", "processRef", process)
        elif process is not None:
            known.add(process)


def _owner(element: Any) -> str:
    """The id of the element that a person would look for: a node, a flow, a lane, a message."""
    while (parent := element.getparent()) is not None:
        if called(parent.tag, parent) in HOLDERS and element.get("id"):
            break
        element = parent
    return str(element.get("id", ""))
