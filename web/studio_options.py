"""What the designer's panel offers, how findings are told, and what a new file begins with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from complaints import people
from engine import bundle, change_parts, xml
from engine.bpmn import dialect
from engine.bpmn.model import Process
from engine.environment import Environment
from engine.errors import Invalid
from engine.lint import Finding
from web import control_words, i18n

Option = dict[str, Any]
ORDER = ("bpmn", "dmn", "form")


def message(finding: Finding) -> str:
    """What is wrong, in the reader's language."""
    return i18n.gettext(finding.template, **finding.parameters)


def of(environment: Environment, connection: Any, files: Mapping[str, bytes]) -> dict[str, list[Option]]:
    """The lists of docs/frontend.md; forms, decisions and processes are those of the draft."""
    return {
        "groups": _groups(connection),
        "forms": list(_forms(files)),
        "decisions": list(_decisions(files)),
        "operations": _operations(environment),
        "processes": list(of_processes(files)),
        "messages": [{"value": name, "label": name} for name in sorted(_messages(files))],
    }


def title(name: str, content: bytes) -> str:
    """What a file is about: the names of its processes or decisions, the title of its form."""
    found = {"bpmn": of_processes, "dmn": _decisions, "form": _forms}[bundle.kind_of(name)]({name: content})
    return "、".join(i18n.twin(str(option["label"]), option.get("label_en")) for option in found)


def of_processes(files: Mapping[str, bytes]) -> Iterator[Option]:
    """The processes to call or look at."""
    for process in _processes(files):
        english = process.properties.get("name_en") or process.name
        yield {"value": process.id, "label": process.name, "label_en": english}


def _groups(connection: Any) -> list[Option]:
    named = [{"value": code, "label": control_words.term("group", code)} for code in people.GROUPS]
    units = [(f"unit:{unit.code}", unit.name, unit.name_en) for unit in people.units(connection)]
    return named + [{"value": code, "label": name, "label_en": english or name} for code, name, english in units]


def _forms(files: Mapping[str, bytes]) -> Iterator[Option]:
    for name, content in files.items():
        if bundle.kind_of(name) == "form":
            title = change_parts.of_form(content)["form"]
            label, english = title.attributes.get("title", ""), title.attributes.get("title_en", "")
            key = PurePosixPath(name).stem
            yield {"value": key, "label": label or key, "label_en": english or label or key}


def _decisions(files: Mapping[str, bytes]) -> Iterator[Option]:
    for name, content in files.items():
        if bundle.kind_of(name) == "dmn":
            parts = change_parts.of_decisions(content)
            yield from ({"value": key, "label": part.name} for key, part in parts.items() if part.kind == "decision")


def _processes(files: Mapping[str, bytes]) -> Iterator[Process]:
    for name, content in files.items():
        if bundle.kind_of(name) == "bpmn":
            yield from dialect.read(xml.read(content, frozenset({dialect.ROOT})), name)


def _messages(files: Mapping[str, bytes]) -> set[str]:
    events = (event for process in _processes(files) for node in process.nodes.values() for event in node.events)
    return {event.name for event in events if event.kind == "message" and event.name}


def _operations(environment: Environment) -> list[Option]:
    found = []
    for name, operation in sorted(environment.operations.by_name.items()):
        about = (operation.function.__doc__ or "").strip().splitlines()
        inputs = [{"name": key, "required": spec.required} for key, spec in operation.parameters.items()]
        found.append({"value": name, "label": name, "description": about[0] if about else "", "inputs": inputs})
    return found


# new files

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  id="Definitions_{id}" targetNamespace="http://huiyin.example/processes">
  <bpmn:process id={key} name={title} isExecutable="true">
    <bpmn:startEvent id="Begun"><bpmn:outgoing>Flow_Begun</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="FirstTask" name={title}>
      <bpmn:incoming>Flow_Begun</bpmn:incoming><bpmn:outgoing>Flow_Done</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="Done"><bpmn:incoming>Flow_Done</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_Begun" sourceRef="Begun" targetRef="FirstTask"/>
    <bpmn:sequenceFlow id="Flow_Done" sourceRef="FirstTask" targetRef="Done"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_{id}"><bpmndi:BPMNPlane id="Plane_{id}" bpmnElement={key}>
    <bpmndi:BPMNShape id="Shape_Begun" bpmnElement="Begun"><dc:Bounds x="160" y="142" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="Shape_FirstTask" bpmnElement="FirstTask"><dc:Bounds x="260" y="120" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="Shape_Done" bpmnElement="Done"><dc:Bounds x="424" y="142" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="Edge_Begun" bpmnElement="Flow_Begun"><di:waypoint x="196" y="160"/><di:waypoint x="260" y="160"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="Edge_Done" bpmnElement="Flow_Done"><di:waypoint x="360" y="160"/><di:waypoint x="424" y="160"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
  id="Definitions_{id}" name={title} namespace="http://huiyin.example/decisions">
  <decision id={key} name={title}>
    <decisionTable id="Table_{id}" hitPolicy="UNIQUE">
      <input id="Input_1" label="subcategory">
        <inputExpression id="InputExpression_1" typeRef="string"><text>subcategory</text></inputExpression>
      </input>
      <output id="Output_1" label="result" name="result" typeRef="string"/>
      <rule id="Rule_1">
        <inputEntry id="Rule_1_input"><text>-</text></inputEntry>
        <outputEntry id="Rule_1_output"><text>""</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram id="Diagram_{id}"><dmndi:DMNShape id="Shape_{id}" dmnElementRef={key}>
    <dc:Bounds x="160" y="80" width="180" height="80"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


def _markup(template: str) -> Callable[[str, str], str]:
    def write(key: str, title: str) -> str:
        identity = re.sub(r"\W", "_", key)
        return template.format(id=escape(identity), key=quoteattr(key), title=quoteattr(title))

    return write


def _form(key: str, title: str) -> str:
    return json.dumps(
        {"type": "default", "id": key, "title": title, "schemaVersion": 18, "components": []},
        ensure_ascii=False,
        indent=2,
    )


BLANKS: dict[str, Callable[[str, str], str]] = {"bpmn": _markup(DIAGRAM), "dmn": _markup(TABLE), "form": _form}
"""Kind → what writes an empty file of it, given key and title."""


def blank(kind: str, key: str, title: str) -> bytes:
    """A new file. Raises Invalid for a key that diagrams could not refer to."""
    if kind not in BLANKS or not re.fullmatch(r"[A-Za-z_][\w.-]{0,79}", key, re.ASCII):
        raise Invalid(
            "Expected a name of letters, digits, '-' and '_', beginning with a letter, but got '{name}'", name=key
        )
    return BLANKS[kind](key, title).encode()
