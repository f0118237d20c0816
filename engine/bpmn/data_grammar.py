"""The part of the grammar of what is read (engine/bpmn/leftovers.py) that is about data and lanes (BPMN 10.4, 10.8)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.model import ACTIVITIES, SUBPROCESSES

_TEXTS = "id language xsi:type evaluatesToTypeRef"
_DOCUMENTED = "documentation extensionElements"
_HELD = "dataObject dataObjectReference property"
_CAUGHT = "property dataOutput outputSet dataOutputAssociation"
_THROWN = "property dataInput inputSet dataInputAssociation"

ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("laneSet", "childLaneSet", "lane", "inputSet", "outputSet", "dataState"), "id name"),
    **dict.fromkeys(("dataObject", "dataInput", "dataOutput"), "id name itemSubjectRef isCollection"),
    **dict.fromkeys(("ioSpecification", "dataInputAssociation", "dataOutputAssociation", "assignment"), "id"),
    **dict.fromkeys(("transformation", "from", "to"), _TEXTS),
    "property": "id name itemSubjectRef",
    "dataObjectReference": "id name itemSubjectRef dataObjectRef",
}
"""Element → the attributes that are read, or mean nothing to a token: types and states of data are only labels."""

CHILDREN: Mapping[str, str] = {
    **dict.fromkeys(ACTIVITIES, "ioSpecification property dataInputAssociation dataOutputAssociation"),
    **dict.fromkeys(SUBPROCESSES, f"ioSpecification dataInputAssociation dataOutputAssociation {_HELD}"),
    **dict.fromkeys(("startEvent", "intermediateCatchEvent", "boundaryEvent"), _CAUGHT),
    **dict.fromkeys(("endEvent", "intermediateThrowEvent"), _THROWN),
    **dict.fromkeys(("laneSet", "childLaneSet"), f"lane {_DOCUMENTED}"),
    **dict.fromkeys(("dataObject", "dataObjectReference", "dataInput", "dataOutput"), f"dataState {_DOCUMENTED}"),
    **dict.fromkeys(
        ("dataInputAssociation", "dataOutputAssociation"),
        f"sourceRef targetRef transformation assignment {_DOCUMENTED}",
    ),
    "process": f"ioSpecification {_HELD}",
    "lane": f"flowNodeRef childLaneSet {_DOCUMENTED}",
    "property": f"dataState {_DOCUMENTED}",
    "ioSpecification": f"dataInput dataOutput inputSet outputSet {_DOCUMENTED}",
    "inputSet": f"dataInputRefs optionalInputRefs outputSetRefs {_DOCUMENTED}",
    "outputSet": f"dataOutputRefs optionalOutputRefs inputSetRefs {_DOCUMENTED}",
    "assignment": f"from to {_DOCUMENTED}",
    "dataState": _DOCUMENTED,
}
"""Element → the child elements that are read or mean nothing to a token."""
