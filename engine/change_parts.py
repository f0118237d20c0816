"""Diagrams, decision tables and forms taken apart for comparison (engine/changes.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine import xml
from engine.bpmn import dialect
from engine.bpmn.instantiating import instantiates, is_parallel
from engine.bpmn.items import Data
from engine.bpmn.model import EventDefinition, Flow, Node, Process
from engine.dmn import xml as decisions


@dataclass(frozen=True)
class Part:
    """Something with an id that people would name: a task, a flow, a rule, a field.

    `labels` says what an attribute is called where its key is only an id, `order` are the ids of what it holds, and
    `identities` what decides instead of an attribute's text, so that a task's new name is no change of its flows.
    """

    kind: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    identities: Mapping[str, str] = field(default_factory=dict)


# diagrams

TOLD = frozenset(
    {
        *("id", "name", "default", "attachedToRef", "cancelActivity", "isInterrupting", "messageRef", "calledElement"),
        *("instantiate", "eventGatewayType", "parallelMultiple", "script"),
    }
)
"""Attributes of BPMN that are told in words of their own; all others as they are written."""


def of_diagram(content: bytes) -> dict[str, Part]:
    """The processes, nodes and sequence flows of a BPMN file by id. Raises BadXml."""
    parts: dict[str, Part] = {}
    for process in dialect.read(xml.read(content, frozenset({dialect.ROOT})), ""):
        attributes = {"name": process.name, "executable": _flag(process.executable), **process.properties}
        attributes |= {f"lane {name}": " · ".join(own.values()) or name for name, own in process.lanes.items()}
        attributes |= _data(process.data)
        parts[process.id] = Part("process", process.name, attributes)
        parts |= {node.id: _node(process, node) for node in process.nodes.values()}
        parts |= {flow.id: _flow(process, flow) for flow in process.flows.values()}
    return parts


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _called(process: Process, identity: str | None) -> str:
    node = process.nodes.get(identity or "")
    return (node.name or node.id) if node else identity or ""


def _flow(process: Process, flow: Flow) -> Part:
    source, target = _called(process, flow.source), _called(process, flow.target)
    attributes = {"name": flow.name, "from": source, "to": target, "condition": flow.condition or ""}
    identities = {"from": flow.source, "to": flow.target}
    return Part("flow", flow.name or f"{source} → {target}", _filled(attributes), identities=identities)


def _node(process: Process, node: Node) -> Part:
    attributes = {"name": node.name, **node.attributes, **node.properties}
    attributes |= {f"input {name}": text for name, text in node.inputs}
    attributes |= {f"output {name}": text for name, text in node.outputs}
    attributes |= {f"passed on {item.target}": item.source for item in node.calls_in}
    attributes |= {f"brought back {item.target}": item.source for item in node.calls_out}
    attributes |= _data(node.whole) | _data(node.data)
    for event in node.events:
        attributes |= _event(process, event)
    attributes |= {name: value for name, value in node.plain.items() if name not in TOLD}
    if node.loop is not None:
        loop = {name: value for name, value in vars(node.loop).items() if isinstance(value, str)}
        attributes |= {f"repeat {name.replace('_', ' ')}": value for name, value in loop.items()}
        attributes["repeat"] = "one after another" if node.loop.sequential else "at once"
        attributes["repeat tested before"] = _flag(True) if node.loop.test_before else ""
    default = process.flows.get(node.default or "")
    attributes |= {
        "attached to": _called(process, node.attached_to),
        "interrupting": _flag(node.interrupting) if node.kind in ("boundaryEvent", "startEvent") else "",
        "condition": node.condition or "",
        "undone by": _called(process, node.handler),
        "default flow": f"{_called(process, default.source)} → {_called(process, default.target)}" if default else "",
        "documentation": node.documentation or "",
        "lane": node.lane or "",
        "called process": node.called or "",
        "sends to": ", ".join(node.sends_to),
        "starts the process": _flag(True) if instantiates(node) else "",
        "waits for all": _flag(True) if is_parallel(node) or node.says("parallelMultiple") else "",
        "script": node.script or "",
        "retries": node.retry_cycle or "",
        "inside": _called(process, node.scope),
    }
    references = {"attached to": node.attached_to, "inside": node.scope, "default flow": node.default}
    identities = {name: identity for name, identity in references.items() if identity}
    return Part(node.kind, node.name or node.id, _filled(attributes), identities=identities)


def _data(data: Data) -> dict[str, str]:
    found = {f"declares {item.name}": item.kind for item in data.items if item.id}
    for line in (*data.inputs, *data.outputs):
        ends = f"{', '.join(item.name for item in line.sources)} → {line.target.name if line.target else ''}"
        assigned = [f"{part.to} = {part.value}" for part in line.assignments]
        found[f"data {line.id}"] = "; ".join(filter(None, (ends, line.transformation, *assigned)))
    return found | ({"required data": ", ".join(sorted(data.required))} if data.required else {})


def _event(process: Process, event: EventDefinition) -> dict[str, str]:
    if event.kind == "timer":
        return {f"timer {event.timer}": event.text or "", **event.properties}
    undone = _called(process, event.activity) + ("" if event.waits else " (waitForCompletion=false)")
    return {f"{event.kind} event": event.name or event.text or undone or event.kind, **event.properties}


def _filled(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value}


# decisions


def of_decisions(content: bytes) -> dict[str, Part]:
    """The decisions, columns and rules of a DMN file by id. Raises BadXml."""
    root = xml.read(content, decisions.ROOTS)
    parts: dict[str, Part] = {}
    for element in decisions.children(root, "decision", "businessKnowledgeModel", "inputData"):
        parts |= dict(_decision(element))
    for element in decisions.children(root, "itemDefinition", "decisionService", "import"):
        name = element.get("name") or element.get("namespace") or ""
        text = etree.tostring(element, method="c14n").decode()
        parts[element.get("id") or name] = Part(decisions.local(element), name, {"definition": text})
    return parts


def _decision(element: Any) -> Iterator[tuple[str, Part]]:
    kind, name = decisions.local(element), element.get("name") or element.get("id") or ""
    table = decisions.child(element, "decisionTable")
    requires = [one.get("href", "").removeprefix("#") for one in element.iter() if one.get("href")]
    attributes = {"name": name, "requires": ", ".join(sorted(requires)), "description": _description(element)}
    if table is None:
        attributes["expression"] = _expression(element)
        yield element.get("id") or name, Part(kind, name, _filled(attributes))
        return
    rules = list(decisions.children(table, "rule"))
    ids = [rule.get("id") or f"rule {number}" for number, rule in enumerate(rules, 1)]
    attributes["hit policy"] = " ".join(filter(None, (table.get("hitPolicy", "UNIQUE"), table.get("aggregation"))))
    yield element.get("id") or name, Part(kind, name, _filled(attributes), order=tuple(ids))
    columns = list(decisions.children(table, "input", "output"))
    labels = {decisions.identity(column): _heading(column) for column in columns}
    for column in columns:
        yield decisions.identity(column), Part(decisions.local(column), _heading(column), _column(column))
    for number, (identity, rule) in enumerate(zip(ids, rules, strict=True), 1):
        cells = [
            " ".join(decisions.text(cell).split()) for cell in decisions.children(rule, "inputEntry", "outputEntry")
        ]
        given = dict(zip(labels, cells, strict=False)) | {"annotation": _notes(rule)}
        yield identity, Part("rule", f"{name} {number}", _filled(given), labels)


def _heading(column: Any) -> str:
    expression = decisions.text(decisions.child(column, "inputExpression"))
    return str(column.get("label") or column.get("name") or expression or column.get("id") or "")


def _column(column: Any) -> dict[str, str]:
    asked = decisions.child(column, "inputExpression")
    attributes = {
        "label": column.get("label") or "",
        "name": column.get("name") or "",
        "expression": decisions.text(asked),
        "type": column.get("typeRef") or (asked.get("typeRef") if asked is not None else None) or "",
        "allowed values": decisions.text(decisions.child(column, "inputValues", "outputValues")),
        "default": decisions.text(decisions.child(column, "defaultOutputEntry")),
    }
    return _filled(attributes)


def _notes(rule: Any) -> str:
    return " · ".join(
        filter(None, (_description(rule), *map(decisions.text, decisions.children(rule, "annotationEntry"))))
    )


def _description(element: Any) -> str:
    found = decisions.child(element, "description")
    return "" if found is None else (found.text or "").strip()


def _expression(element: Any) -> str:
    """The logic other than a table: the text of a literal, else the XML of a boxed expression."""
    literal = decisions.child(element, "literalExpression")
    if literal is not None:
        return decisions.text(literal).strip()
    logic = decisions.child(
        element, "context", "list", "relation", "invocation", "functionDefinition", "encapsulatedLogic",
        "conditional", "filter", "for", "some", "every",
    )  # fmt: skip
    return "" if logic is None else etree.tostring(logic, method="c14n").decode()


# forms


def of_form(content: bytes) -> dict[str, Part]:
    """The fields of a form by id, and the form itself as `form`. Raises ValueError where it is no form-js schema."""
    raw = json.loads(content)
    if not isinstance(raw, dict):
        raise ValueError("expected an object")
    top = {name: value for name, value in raw.items() if name not in ("components", "schemaVersion", "exporter")}
    fields = list(_fields(raw, "", ""))
    title = str(raw.get("title") or raw.get("id") or "")
    return {"form": Part("form", title, _flat(top), order=tuple(identity for identity, _ in fields)), **dict(fields)}


def _fields(holder: Mapping[str, Any], prefix: str, inside: str) -> Iterator[tuple[str, Part]]:
    components = holder.get("components")
    for number, component in enumerate(components if isinstance(components, list) else ()):
        if not isinstance(component, dict):
            continue
        own = str(component.get("id") or component.get("key") or f"{component.get('type')} {number}")
        name = str(component.get("label") or component.get("text") or component.get("key") or own)
        kept = {key: value for key, value in component.items() if key not in ("components", "id", "layout", "type")}
        attributes = _flat(kept) | ({"inside": inside} if inside else {})
        yield prefix + own, Part(str(component.get("type")), name, attributes)
        yield from _fields(component, f"{prefix}{own}/", name)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        elif value not in (None, "", []):
            found[prefix + key] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _flag(value)
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return " · ".join(f"{key} {_text(item)}" for key, item in value.items() if item not in (None, ""))
    return str(value)
