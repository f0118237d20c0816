"""Diagrams for the lint tests in one line each, and what is found in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from support.engine import NAMESPACES

from engine import bundle as bundles
from engine.functions import Functions
from engine.lint import Finding
from engine.operations import OperationCall, Operations

OPERATIONS = Operations()


@OPERATIONS.operation("post")
def post(call: OperationCall, *, to: str, text: str = "") -> None:
    """An operation with one required input."""


@OPERATIONS.operation("tick")
def tick(call: OperationCall) -> None:
    """An operation without inputs."""


def n(kind: str, identity: str, attributes: str = "", inner: str = "") -> str:
    """A node; `attributes` may use camunda: names."""
    return f'<bpmn:{kind} id="{identity}" name="{identity}" {attributes}>{inner}</bpmn:{kind}>'


def way(*routes: str) -> str:
    """Flows along ids: `"s a e"` is s→a→e with the ids `s-a` and `a-e`; `"g b?ok = true"` has a condition."""
    found = ""
    for route in routes:
        path, _, condition = route.partition("?")
        for source, target in pairwise(path.split()):
            text = f"<bpmn:conditionExpression>{condition.strip()}</bpmn:conditionExpression>" if condition else ""
            found += (
                f'<bpmn:sequenceFlow id="{source}-{target}" name="{condition}" sourceRef="{source}" '
                f'targetRef="{target}">{text}</bpmn:sequenceFlow>'
            )
    return found


def process(body: str, identity: str = "p", attributes: str = 'isExecutable="true"') -> str:
    """A process."""
    return f'<bpmn:process id="{identity}" name="{identity}" {attributes}>{body}</bpmn:process>'


def file(*processes: str, extra: str = "") -> bytes:
    """A BPMN file."""
    inner = extra + "".join(processes)
    more = 'xmlns:bpmndi="urn:di" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:other="urn:other"'
    return f'<bpmn:definitions {NAMESPACES} {more} id="D" targetNamespace="t">{inner}</bpmn:definitions>'.encode()


def line(*nodes: str, extra: str = "", more: str = "") -> bytes:
    """One process: start, the nodes in a row, end; `more` stands beside them, `extra` before the process."""
    ids = [re.search(r'id="([^"]*)"', node)[1] for node in nodes]  # type: ignore[index]
    body = n("startEvent", "s") + "".join(nodes) + n("endEvent", "e") + way(" ".join(["s", *ids, "e"])) + more
    return file(process(body), extra=extra)


def user(identity: str, attributes: str = "", inner: str = "") -> str:
    """A user task for a group."""
    return n("userTask", identity, f'camunda:candidateGroups="clerks" {attributes}', inner)


def extensions(inner: str) -> str:
    """The `extensionElements` of a node."""
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def properties(**values: str) -> str:
    """Camunda properties."""
    items = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in values.items())
    return extensions(f"<camunda:properties>{items}</camunda:properties>")


def parameters(**values: str) -> str:
    """Camunda input parameters."""
    items = "".join(
        f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>' for name, text in values.items()
    )
    return extensions(f"<camunda:inputOutput>{items}</camunda:inputOutput>")


def timer(kind: str, text: str) -> str:
    """A timer event definition: Duration, Date or Cycle."""
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{text}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def boundary(host: str, definition: str, attributes: str = "", identity: str = "b") -> str:
    """A boundary event with an end of its own."""
    event = n("boundaryEvent", identity, f'attachedToRef="{host}" {attributes}', definition)
    return event + n("endEvent", f"{identity}e") + way(f"{identity} {identity}e")


MESSAGE = '<bpmn:message id="M" name="answer"/>'
ANSWER = '<bpmn:messageEventDefinition messageRef="M"/>'


def check(*files: bytes, **named: bytes) -> list[Finding]:
    """Everything found in a bundle of diagrams and named files (`t_dmn=` becomes t.dmn)."""
    content = {f"diagram{number or ''}.bpmn": text for number, text in enumerate(files)}
    content |= {name.replace("_", "."): text for name, text in named.items()}
    return bundles.read(content, Functions(), OPERATIONS)[1]


@dataclass(frozen=True)
class Case:
    """A rule, the element it names in the bad diagram, and a good diagram that differs by what the rule asks for."""

    rule: str
    element: str
    bad: bytes
    good: bytes
    severity: str = "error"
    also: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}-{self.element}"


def judge(case: Case) -> None:
    """The bad diagram has this one finding (and errors of the rules in `also`), the good one none of the rule."""
    found = check(case.bad, **case.files)
    own = [finding for finding in found if finding.rule == case.rule]
    assert [(f.file, f.element, f.severity) for f in own] == [("diagram.bpmn", case.element, case.severity)]
    assert own[0].message
    assert own[0].advice.format(**own[0].parameters)
    others = {finding.rule for finding in found if finding.severity == "error"} - {case.rule}
    assert others == set(case.also)
    fine = check(case.good, **case.files)
    assert [str(f) for f in fine if f.rule == case.rule or f.severity == "error"] == []
