"""What a drawing says, read plainly from its XML: one sheet for a process and one for each subprocess."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NESTED = {"subProcess", "transaction", "adHocSubProcess"}
WAITS = {"message", "signal", "timer", "conditional"}
"""What an event can wait for; errors, escalations and cancels look for their handler instead."""
COMPARE = {"=": operator.eq, ">=": operator.ge, "<": operator.lt}


@dataclass(frozen=True)
class Definition:
    """What makes an event fire: `timer` and minutes, `message` and its id, `conditional` and a comparison."""

    kind: str
    ref: str | None


class Sheet:
    """The nodes and flows of one level."""

    def __init__(self, element: ElementTree.Element) -> None:
        self.element, self.id = element, element.get("id", "")
        self.flows = {e.get("id", ""): e for e in element if e.tag == BPMN + "sequenceFlow"}
        drawn = {e.get("id", ""): e for e in element if e.get("id")}
        self.handlers = {e.get("sourceRef"): e.get("targetRef", "") for e in element if e.tag == BPMN + "association"}
        self.nodes = {
            identity: e
            for identity, e in drawn.items()
            if e.tag not in (BPMN + "sequenceFlow", BPMN + "association", BPMN + "laneSet")
        }
        self.inner = {identity: Sheet(e) for identity, e in self.nodes.items() if self.kind(identity) in NESTED}

    def __deepcopy__(self, memo: object) -> Sheet:
        return self  # a drawing does not change while it is played

    def kind(self, node: str) -> str:
        return self.nodes[node].tag.removeprefix(BPMN)

    def is_(self, node: str, attribute: str, otherwise: str = "false") -> bool:
        return self.nodes[node].get(attribute, otherwise) == "true"

    def leaving(self, node: str) -> list[str]:
        return [identity for identity, flow in self.flows.items() if flow.get("sourceRef") == node]

    def entering(self, node: str) -> list[str]:
        return [identity for identity, flow in self.flows.items() if flow.get("targetRef") == node]

    def target(self, flow: str) -> str:
        return self.flows[flow].get("targetRef", "")

    def condition(self, flow: str) -> str | None:
        return self.flows[flow].findtext(BPMN + "conditionExpression")

    def part(self, node: str, name: str) -> ElementTree.Element | None:
        return self.nodes[node].find(BPMN + name)

    def starts(self) -> list[str]:
        """Where a token begins: the start event, or what nothing leads to in an ad-hoc subprocess."""
        if self.element.tag == BPMN + "adHocSubProcess":
            return [node for node in self.nodes if self._begins_by_itself(node)]
        return [node for node in self.nodes if self.kind(node) == "startEvent"]

    def _begins_by_itself(self, node: str) -> bool:
        asked = self.is_(node, "triggeredByEvent") or self.is_(node, "isForCompensation")
        return not asked and self.kind(node) != "boundaryEvent" and not self.entering(node)

    def borders(self, host: str) -> list[str]:
        return [node for node, e in self.nodes.items() if e.get("attachedToRef") == host]

    def events_inside(self) -> dict[str, str]:
        """The event subprocesses of this level and their start events."""
        return {node: inner.starts()[0] for node, inner in self.inner.items() if self.is_(node, "triggeredByEvent")}

    def definitions(self, node: str) -> list[Definition]:
        if self.kind(node) == "receiveTask":
            return [Definition("message", self.nodes[node].get("messageRef"))]
        found = [e for e in self.nodes[node] if e.tag.endswith("EventDefinition")]
        return [Definition(e.tag.removeprefix(BPMN).removesuffix("EventDefinition"), _reference(e)) for e in found]

    def compensates(self, node: str) -> str | None:
        """The handler that a compensation boundary event of the activity leads to."""
        found = (self.handlers[border] for border in self.borders(node) if border in self.handlers)
        return next(found, None)

    def catches_compensation(self) -> str | None:
        """The compensation event subprocess of this level."""
        return next(
            (
                node
                for node, start in self.events_inside().items()
                if self.inner[node].definitions(start)[0].kind == "compensate"
            ),
            None,
        )

    def link(self, name: str | None) -> str:
        """Where the link of this name comes out."""
        (found,) = [
            node
            for node in self.nodes
            if self.kind(node) == "intermediateCatchEvent" and Definition("link", name) in self.definitions(node)
        ]
        return found


def _reference(element: ElementTree.Element) -> str | None:
    for attribute in ("messageRef", "signalRef", "errorRef", "escalationRef", "activityRef", "name"):
        if element.get(attribute) is not None:
            return element.get(attribute)
    return element.findtext(BPMN + "timeDuration") or element.findtext(BPMN + "condition")


def seconds(duration: str | None) -> int:
    """The one form of a duration that these drawings use: `PT90S`."""
    (found,) = re.findall(r"^PT(\d+)S$", duration or "")
    return int(found)


def holds(text: str | None, values: Mapping[str, int]) -> bool:
    """The one form of a condition that these drawings use: `pick = 2`."""
    ((name, comparison, number),) = re.findall(r"^(\w+) (=|>=|<) (\d+)$", text or "")
    return bool(COMPARE[comparison](values[name], int(number)))
