"""What the reader of the dialect leaves unread, found by a grammar of everything that it does read.

An element or attribute that is not in the grammar below has no effect when the diagram runs, so it is told, and lint
refuses it by name. Whoever teaches the reader a new attribute adds it here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn import data_grammar
from engine.bpmn.model import ACTIVITIES, EVENTS, FLOW_NODES, Oddity

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
DIALECTS = (
    "{http://camunda.org/schema/1.0/bpmn}",
    "{http://operaton.org/schema/1.0/bpmn}",
    "{http://flowable.org/bpmn}",
    "{http://activiti.org/bpmn}",
)
EVENT_KINDS = frozenset(
    {
        "message",
        "signal",
        "error",
        "timer",
        "terminate",
        "escalation",
        "conditional",
        "link",
        "compensate",
        "cancel",
    }
)
OTHER_DIALECTS = {"http://camunda.org/schema/zeebe/1.0": "zeebe"}
CONTAINERS = ("process", "subProcess", "transaction", "adHocSubProcess")

NEUTRAL: Mapping[str, frozenset[str]] = {
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "instantiate": frozenset({"true", "1", "false", "0"}),
    "eventGatewayType": frozenset({"Exclusive", "Parallel"}),
    "behavior": frozenset({"All"}),
    "waitForCompletion": frozenset({"true", "1"}),
    "language": frozenset({"feel", "FEEL", "https://www.omg.org/spec/DMN/20191111/FEEL/"}),
    "camunda:type": frozenset({"external"}),
    "camunda:formRefBinding": frozenset({"deployment"}),
    "camunda:decisionRefBinding": frozenset({"deployment"}),
    "camunda:calledElementBinding": frozenset({"deployment", "latest", "version"}),
    "camunda:variables": frozenset({"all"}),
    "camunda:exclusive": frozenset({"true", "false"}),
    "businessKey": frozenset({"#{execution.processBusinessKey}", "${execution.processBusinessKey}"}),
    "variables": frozenset({"all"}),
    "local": frozenset({"false"}),
}
"""Attributes whose only values that mean what the engine does anyway are these."""

_NODE = "id name camunda:asyncBefore camunda:asyncAfter camunda:exclusive"
_WORK = f"{_NODE} isForCompensation startQuantity completionQuantity default"
_PEOPLE = "camunda:assignee camunda:candidateGroups camunda:candidateUsers camunda:dueDate camunda:followUpDate"
_TOPIC = "implementation camunda:type camunda:topic camunda:resultVariable"
_SHARED = "incoming outgoing documentation extensionElements"
_TEXTS = "text id language xsi:type evaluatesToTypeRef"

ATTRIBUTES: Mapping[str, str] = {
    "process": "id name isExecutable processType isClosed",
    "sequenceFlow": "id name sourceRef targetRef isImmediate",
    "task": _WORK,
    "manualTask": _WORK,
    "userTask": f"{_WORK} {_PEOPLE} implementation camunda:priority camunda:formKey camunda:formRef "
    "camunda:formRefBinding",
    "serviceTask": f"{_WORK} {_TOPIC}",
    "sendTask": f"{_WORK} {_TOPIC} messageRef",
    "receiveTask": f"{_WORK} implementation instantiate messageRef",
    "scriptTask": f"{_WORK} scriptFormat camunda:resultVariable",
    "businessRuleTask": f"{_WORK} implementation camunda:decisionRef camunda:decisionRefBinding "
    "camunda:mapDecisionResult camunda:resultVariable",
    "callActivity": f"{_WORK} calledElement camunda:calledElementBinding camunda:calledElementVersion",
    "subProcess": f"{_WORK} triggeredByEvent",
    "transaction": f"{_WORK} triggeredByEvent method",
    "adHocSubProcess": f"{_WORK} triggeredByEvent ordering cancelRemainingInstances",
    "startEvent": f"{_NODE} isInterrupting parallelMultiple",
    "endEvent": _NODE,
    "intermediateCatchEvent": f"{_NODE} parallelMultiple",
    "intermediateThrowEvent": _NODE,
    "boundaryEvent": f"{_NODE} attachedToRef cancelActivity parallelMultiple",
    "exclusiveGateway": f"{_NODE} gatewayDirection default",
    "parallelGateway": f"{_NODE} gatewayDirection",
    "inclusiveGateway": f"{_NODE} gatewayDirection default",
    "complexGateway": f"{_NODE} gatewayDirection default",
    "activationCondition": _TEXTS,
    "eventBasedGateway": f"{_NODE} gatewayDirection instantiate eventGatewayType",
    "messageEventDefinition": "id messageRef",
    "signalEventDefinition": "id signalRef",
    "errorEventDefinition": "id errorRef",
    "escalationEventDefinition": "id escalationRef",
    "conditionalEventDefinition": "id",
    "condition": _TEXTS,
    "compensateEventDefinition": "id activityRef waitForCompletion",
    "cancelEventDefinition": "id",
    "linkEventDefinition": "id name",
    "timerEventDefinition": "id",
    "terminateEventDefinition": "id",
    "timeDate": _TEXTS,
    "timeDuration": _TEXTS,
    "timeCycle": _TEXTS,
    "conditionExpression": _TEXTS,
    "loopCardinality": _TEXTS,
    "completionCondition": _TEXTS,
    "loopCondition": _TEXTS,
    "standardLoopCharacteristics": "id testBefore loopMaximum",
    "loopDataInputRef": "",
    "loopDataOutputRef": "",
    "inputDataItem": "id name isCollection itemSubjectRef",
    "outputDataItem": "id name isCollection itemSubjectRef",
    "multiInstanceLoopCharacteristics": "id isSequential behavior camunda:collection camunda:elementVariable",
    "script": "",
    "extensionElements": "",
    "camunda:properties": "",
    "camunda:property": "id name value",
    "camunda:inputOutput": "",
    "camunda:inputParameter": "name",
    "camunda:outputParameter": "name",
    "camunda:failedJobRetryTimeCycle": "",
    "camunda:in": "source sourceExpression target variables businessKey local",
    "camunda:out": "source sourceExpression target variables local",
}
"""Element → the attributes that are read, or mean nothing to a token. Elements that are missing are not looked into."""

_INSIDE = (
    "sequenceFlow laneSet association group textAnnotation auditing monitoring categoryValueRef "
    + " ".join(sorted(FLOW_NODES))
    + " documentation extensionElements"
)
_DEFINITIONS = " ".join(f"{kind}EventDefinition" for kind in sorted(EVENT_KINDS))
CHILDREN: Mapping[str, str] = {
    **dict.fromkeys(ACTIVITIES, f"{_SHARED} multiInstanceLoopCharacteristics standardLoopCharacteristics"),
    **dict.fromkeys(EVENTS, f"{_SHARED} {_DEFINITIONS}"),
    **dict.fromkeys(("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"), _SHARED),
    **dict.fromkeys(CONTAINERS, f"{_INSIDE} {_SHARED} multiInstanceLoopCharacteristics standardLoopCharacteristics"),
    "adHocSubProcess": f"{_INSIDE} {_SHARED} completionCondition multiInstanceLoopCharacteristics "
    "standardLoopCharacteristics",
    "complexGateway": f"{_SHARED} activationCondition",
    "process": _INSIDE,
    "scriptTask": f"{_SHARED} script multiInstanceLoopCharacteristics standardLoopCharacteristics",
    "sequenceFlow": "documentation extensionElements conditionExpression",
    "timerEventDefinition": "documentation extensionElements timeDate timeDuration timeCycle",
    **dict.fromkeys(
        [f"{kind}EventDefinition" for kind in EVENT_KINDS - {"timer", "conditional"}],
        "documentation extensionElements",
    ),
    "conditionalEventDefinition": "documentation extensionElements condition",
    "standardLoopCharacteristics": "documentation loopCondition",
    "multiInstanceLoopCharacteristics": "documentation loopCardinality loopDataInputRef loopDataOutputRef "
    "inputDataItem outputDataItem completionCondition",
    "camunda:properties": "camunda:property",
    "camunda:inputOutput": "camunda:inputParameter camunda:outputParameter",
}
"""Element → the child elements that are read or mean nothing to a token."""

_WORKING = "camunda:properties camunda:inputOutput camunda:failedJobRetryTimeCycle"
EXTENSIONS: Mapping[str, str] = {
    **dict.fromkeys(ACTIVITIES, _WORKING),
    **dict.fromkeys(EVENTS, "camunda:properties camunda:inputOutput"),
    "callActivity": f"{_WORKING} camunda:in camunda:out",
}
"""Element → what is read in its `extensionElements`; elsewhere only `camunda:properties`."""

DATA = (data_grammar.ATTRIBUTES, data_grammar.CHILDREN)
ROOT = (
    "import itemDefinition message signal error escalation dataStore interface category collaboration process resource "
    "endPoint partnerEntity partnerRole documentation extensionElements extension relationship BPMNDiagram"
)
COLLABORATION = "participant messageFlow association group textAnnotation documentation extensionElements"


def inside(process: Any) -> Iterator[Oddity]:
    """Everything unread in a `process` element, in document order."""
    yield from _walk(process, "process", process.get("id", ""))
    yield from _references(process)


def outside(root: Any, process: str) -> Iterator[Oddity]:
    """Everything unread beside the processes of a file, told at its first process."""
    known = {element.get("id") for element in root.findall(BPMN + "process")}
    for child in root:
        tag = called(child.tag, child)
        if tag.rpartition(":")[2] not in ROOT.split():
            yield Oddity(process, "element", tag)
        for part in child if tag == "collaboration" else ():
            if called(part.tag, part) not in COLLABORATION.split():
                yield Oddity(process, "element", called(part.tag, part))
            if (reference := part.get("processRef")) and reference not in known:
                yield Oddity(process, "reference", "processRef", reference)


def called(tag: str, element: Any) -> str:
    """How a person knows an element or attribute: `userTask`, `camunda:topic`, `zeebe:header`."""
    namespace, _, name = tag.rpartition("}")
    if namespace + "}" == BPMN or not namespace:
        return name
    if (namespace + "}").startswith(DIALECTS):
        return f"camunda:{name}"
    if namespace + "}" == XSI:
        return f"xsi:{name}"
    uri = namespace[1:]
    prefix = next((prefix for prefix, known in element.nsmap.items() if known == uri), None)
    return f"{OTHER_DIALECTS.get(uri) or prefix or uri}:{name}"


def _walk(element: Any, tag: str, owner: str) -> Iterator[Oddity]:
    if not any(tag in grammar for grammar in (ATTRIBUTES, CHILDREN, *DATA)):
        return
    yield from _attributes(element, tag, owner)
    allowed = f"{CHILDREN.get(tag, '')} {data_grammar.CHILDREN.get(tag, '')}".split()
    if tag == "extensionElements":
        allowed = EXTENSIONS.get(called(element.getparent().tag, element), "camunda:properties").split()
    for child in element:
        name = called(child.tag, child)
        inner = child.get("id", "") if name in FLOW_NODES or name == "sequenceFlow" else owner
        if name in allowed:
            yield from _walk(child, name, inner)
        else:
            yield Oddity(inner, "foreign" if _foreign(child.tag) else "element", name)


def _attributes(element: Any, tag: str, owner: str) -> Iterator[Oddity]:
    if tag not in ATTRIBUTES and tag not in data_grammar.ATTRIBUTES:
        return
    allowed = f"{ATTRIBUTES.get(tag, '')} {data_grammar.ATTRIBUTES.get(tag, '')}".split()
    for key, value in element.attrib.items():
        name = called(key, element)
        if _foreign(key):
            yield Oddity(owner, "foreign", name, value)
        elif name not in allowed or (name in NEUTRAL and value not in NEUTRAL[name]):
            yield Oddity(owner, "attribute", name, value)


def _foreign(tag: str) -> bool:
    return tag.startswith("{") and not tag.startswith((BPMN, XSI, *DIALECTS))


def _references(process: Any) -> Iterator[Oddity]:
    """Lanes that list nodes which are not there, nodes that list flows which do not begin or end at them."""
    tags = {BPMN + name for name in FLOW_NODES}
    nodes = {element.get("id", ""): element for element in process.iter(*tags)}
    flows = {element.get("id", ""): element for element in process.iter(BPMN + "sequenceFlow")}
    for reference in process.iter(BPMN + "flowNodeRef"):
        if (text := (reference.text or "").strip()) not in nodes:
            yield Oddity(process.get("id", ""), "reference", "flowNodeRef", text)
    for identity, node in nodes.items():
        for name, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for reference in node.findall(BPMN + name):
                text = (reference.text or "").strip()
                if text not in flows or flows[text].get(end) != identity:
                    yield Oddity(identity, "reference", name, text)
