"""The dialect of the diagrams: BPMN 2.0 with Camunda-7 attributes, read into the model.

`operaton:`, `flowable:` and `activiti:` attributes are read as `camunda:`. What is not read here is told in
`Process.oddities` (engine/bpmn/leftovers.py), so that lint can refuse it by name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.bpmn import data_reader, lanes, leftovers, pools, schema
from engine.bpmn.lanes import Lanes
from engine.bpmn.leftovers import BPMN, DIALECTS
from engine.bpmn.model import (
    FLOW_NODES,
    SUBPROCESSES,
    Association,
    EventDefinition,
    Flow,
    Loop,
    Node,
    Oddity,
    Process,
    Transfer,
)

ROOT = BPMN + "definitions"
CONDITIONS = {"adHocSubProcess": "completionCondition", "complexGateway": "activationCondition"}


def local(element: Any) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def truth(text: str | None) -> bool:
    """A boolean as XML Schema writes it."""
    return text in ("true", "1")


def read(root: Any, file: str) -> list[Process]:
    """All processes of a `definitions` element, in document order."""
    names = _references(root)
    drawn = frozenset(item.get("bpmnElement", "") for item in root.iter() if local(item) in ("BPMNShape", "BPMNEdge"))
    people = lanes.read(root)
    processes = [_process(element, file, names, people, drawn) for element in root.findall(BPMN + "process")]
    told = [list(process.oddities) for process in processes]
    if processes:
        told[0] += leftovers.outside(root, processes[0].id)
        for position, oddity in schema.check(root):
            told[position].append(oddity)
    processes = [replace(process, oddities=tuple(found)) for process, found in zip(processes, told, strict=True)]
    return pools.connect(root, processes, {key: name for key, (kind, name) in names.items() if kind == "message"})


def _references(root: Any) -> dict[str, tuple[str, str | None]]:
    kinds = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
    return {
        element.get("id"): (kind, element.get(attribute))
        for kind, attribute in kinds.items()
        for element in root.findall(BPMN + kind)
    }


def _process(element: Any, file: str, names: dict[str, Any], people: Lanes, drawn: frozenset[str]) -> Process:
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    _collect(element, None, nodes, flows, names, people)
    associations = tuple(
        Association(line.get("id", ""), line.get("sourceRef", ""), line.get("targetRef", ""))
        for line in (
            *element.iter(BPMN + "association"),
            *element.iterfind(f"../{BPMN}collaboration/{BPMN}association"),
        )
    )
    _join_handlers(nodes, associations)
    data, missing = data_reader.read(element, nodes)
    torn = (Oddity(node, "lanes", "flowNodeRef", people.torn[node]) for node in nodes if node in people.torn)
    return Process(
        id=element.get("id", ""),
        name=element.get("name") or element.get("id", ""),
        file=file,
        executable=truth(element.get("isExecutable")),
        nodes=nodes,
        flows=flows,
        properties=_properties(element),
        oddities=(*leftovers.inside(element), *missing, *torn),
        drawn=drawn,
        associations=associations,
        line=element.sourceline or 0,
        data=data,
        lanes={lanes.name(lane): _properties(lane) for lane in element.iter(BPMN + "lane")},
    )


def _join_handlers(nodes: dict[str, Node], associations: tuple[Association, ...]) -> None:
    """An association from a compensation boundary event leads to its handler (BPMN 10.7.1)."""
    for line in associations:
        source = nodes.get(line.source)
        joins = source is not None and source.kind == "boundaryEvent" and source.catches("compensate")
        if source is not None and joins and line.target in nodes:
            nodes[source.id] = replace(source, handler=line.target)


def _collect(
    parent: Any,
    scope: str | None,
    nodes: dict[str, Node],
    flows: dict[str, Flow],
    names: dict[str, Any],
    people: Lanes,
) -> None:
    for element in parent:
        tag = local(element)
        if element.tag == BPMN + "sequenceFlow":
            flow = _flow(element)
            flows[flow.id] = flow
        elif element.tag == BPMN + tag and tag in FLOW_NODES:
            node = _node(element, scope, names, people)
            nodes[node.id] = node
            if tag in SUBPROCESSES:
                _collect(element, node.id, nodes, flows, names, people)


def _flow(element: Any) -> Flow:
    condition = element.find(BPMN + "conditionExpression")
    return Flow(
        id=element.get("id", ""),
        name=element.get("name") or "",
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=None if condition is None else (condition.text or "").strip(),
        line=element.sourceline or 0,
    )


def _node(element: Any, scope: str | None, names: dict[str, Any], people: Lanes) -> Node:
    extensions = element.find(BPMN + "extensionElements")
    inputs, outputs = _parameters(extensions)
    calls_in, calls_out = _transfers(extensions, "in"), _transfers(extensions, "out")
    kind, script = local(element), element.find(BPMN + "script")
    return Node(
        id=element.get("id", ""),
        kind=kind,
        name=element.get("name") or "",
        scope=scope,
        line=element.sourceline or 0,
        attributes=_dialect_attributes(element),
        plain={name: value for name, value in element.attrib.items() if not name.startswith("{")},
        properties=_properties(element),
        inputs=inputs,
        outputs=outputs,
        events=_events(element, names),
        loop=_loop(element),
        attached_to=element.get("attachedToRef"),
        interrupting=truth(element.get("isInterrupting" if kind == "startEvent" else "cancelActivity", "true")),
        default=element.get("default"),
        documentation=_text(element.find(BPMN + "documentation")),
        lane=people.of.get(element.get("id", "")),
        called=element.get("calledElement"),
        calls_in=calls_in,
        calls_out=calls_out,
        script=_text(script) or element.get("script"),
        retry_cycle=_text(_child(extensions, "failedJobRetryTimeCycle")),
        condition=_text(element.find(BPMN + CONDITIONS.get(kind, "-"))),
    )


def _text(element: Any) -> str | None:
    return None if element is None else (element.text or "").strip()


def _child(parent: Any, name: str) -> Any:
    if parent is None:
        return None
    return next((found for prefix in DIALECTS if (found := parent.find(prefix + name)) is not None), None)


def _children(parent: Any, name: str) -> list[Any]:
    if parent is None:
        return []
    return [child for child in parent if child.tag in {prefix + name for prefix in DIALECTS}]


def _dialect_attributes(element: Any) -> dict[str, str]:
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items() if name.startswith(DIALECTS)}


def _properties(element: Any) -> dict[str, str]:
    holder = _child(element.find(BPMN + "extensionElements"), "properties")
    return {item.get("name", ""): item.get("value", "") for item in _children(holder, "property")}


def _parameters(extensions: Any) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    holder = _child(extensions, "inputOutput")
    inputs = tuple((item.get("name", ""), _text(item) or "") for item in _children(holder, "inputParameter"))
    outputs = tuple((item.get("name", ""), _text(item) or "") for item in _children(holder, "outputParameter"))
    return inputs, outputs


def _transfers(extensions: Any, name: str) -> tuple[Transfer, ...]:
    found = []
    for item in _children(extensions, name):
        if item.get("businessKey") is not None:
            continue  # the business key is always passed on
        if item.get("variables") == "all":
            found.append(Transfer("all", "all", False))
        elif item.get("sourceExpression") is not None:
            found.append(Transfer(item.get("sourceExpression"), item.get("target", ""), True))
        else:
            found.append(Transfer(item.get("source", ""), item.get("target", ""), False))
    return tuple(found)


def _events(element: Any, names: dict[str, Any]) -> tuple[EventDefinition, ...]:
    found = []
    for item in element:
        tag = local(item)
        if item.tag != BPMN + tag or not tag.endswith("EventDefinition"):
            continue
        kind = tag.removesuffix("EventDefinition")
        reference = item.get(f"{kind}Ref")
        timers = [part for part in item if local(part) in ("timeDate", "timeDuration", "timeCycle")]
        timer = next(iter(timers), None)
        condition = item.find(BPMN + "condition")
        found.append(
            EventDefinition(
                kind=kind,
                name=names.get(reference, (None, None))[1] if reference else item.get("name"),
                reference=reference,
                refers_to=names.get(reference, (None, None))[0],
                timer=None if timer is None else local(timer).removeprefix("time").lower(),
                text=_text(timer) if timer is not None else _text(condition),
                timers=tuple(local(part).removeprefix("time").lower() for part in timers),
                properties=_properties(item),
                activity=item.get("activityRef"),
                waits=truth(item.get("waitForCompletion", "true")),
            )
        )
    reference = element.get("messageRef")
    if not found and reference:  # send and receive tasks
        kind, name = names.get(reference, (None, None))
        found.append(EventDefinition("message", name, reference, kind))
    return tuple(found)


def _loop(element: Any) -> Loop | None:
    holder = element.find(BPMN + "multiInstanceLoopCharacteristics")
    if holder is None:
        return _standard_loop(element.find(BPMN + "standardLoopCharacteristics"))
    attributes = _dialect_attributes(holder)
    item, output = holder.find(BPMN + "inputDataItem"), holder.find(BPMN + "outputDataItem")
    return Loop(
        sequential=truth(holder.get("isSequential")),
        collection=attributes.get("collection") or _text(holder.find(BPMN + "loopDataInputRef")),
        cardinality=_text(holder.find(BPMN + "loopCardinality")),
        item=attributes.get("elementVariable") or (None if item is None else item.get("name") or item.get("id")),
        condition=_text(holder.find(BPMN + "completionCondition")),
        output_collection=_text(holder.find(BPMN + "loopDataOutputRef")),
        output_item=None if output is None else output.get("name") or output.get("id"),
    )


def _standard_loop(holder: Any) -> Loop | None:
    if holder is None:
        return None
    return Loop(
        sequential=True,
        collection=None,
        cardinality=None,
        item=None,
        condition=_text(holder.find(BPMN + "loopCondition")),
        output_collection=None,
        output_item=None,
        standard=True,
        test_before=truth(holder.get("testBefore", "false")),
        maximum=holder.get("loopMaximum"),
    )
