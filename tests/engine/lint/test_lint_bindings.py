"""Lint rules about what a diagram names: people, forms, decisions, operations, processes, variables."""

from __future__ import annotations

import pytest
from support.engine import diagram
from support.lint import (
    ANSWER,
    MESSAGE,
    Case,
    check,
    extensions,
    file,
    judge,
    line,
    n,
    parameters,
    process,
    properties,
    user,
    way,
)

from engine import bundle as bundles
from engine.functions import Functions
from engine.lint.rules import people
from engine.operations import Operations

PLAIN = line(user("a"))
FORM = b'{"type": "default", "id": "ask", "components": []}'
TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
    b'<decision id="size" name="size"><literalExpression><text>1</text></literalExpression></decision></definitions>'
)
DECIDES = 'camunda:decisionRef="size" camunda:resultVariable="x"'
SCRIPT = 'scriptFormat="feel" camunda:resultVariable="x"'
CALLED = n("startEvent", "qs") + user("qa") + n("endEvent", "qe") + way("qs qa qe")
BOUND, SECOND = 'camunda:calledElementBinding="version"', 'camunda:calledElementVersion="2"'
WAITING = n("startEvent", "qs", inner=ANSWER) + n("endEvent", "qe") + way("qs qe")
LANE = '<bpmn:laneSet><bpmn:lane id="l" name="clerks"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'


def service(attributes: str, inner: str = "", kind: str = "serviceTask", extra: str = "") -> bytes:
    return line(n(kind, "a", attributes, inner), extra=extra)


def script(attributes: str, text: str = "1 + 1") -> bytes:
    return line(n("scriptTask", "a", attributes, f"<bpmn:script>{text}</bpmn:script>"))


def calls(attributes: str, inner: str = "", called: str = CALLED) -> bytes:
    body = n("startEvent", "s") + n("callActivity", "a", attributes, inner) + n("endEvent", "e") + way("s a e")
    return file(process(body), process(called, "q"), extra=MESSAGE)


def apart(first: str, second: str) -> bytes:
    """A task `b` in the called process, compared with the task `second` names; `first` stands before the call."""
    inner = n("startEvent", "qs") + user("b", inner=properties(notSameAs=second)) + n("endEvent", "qe") + way("qs b qe")
    body = n("startEvent", "s") + user(first) + n("callActivity", "c", 'calledElement="q"') + n("endEvent", "e")
    other = n("startEvent", "os") + user("other") + n("endEvent", "oe") + way("os other oe")
    return file(process(body + way(f"s {first} c e")), process(inner, "q"), process(other, "o"))


CASES = [
    Case("people", "a", line(n("userTask", "a")), PLAIN),
    Case("people", "a", line(n("userTask", "a", 'camunda:candidateGroups=" "')), line(n("userTask", "a"), more=LANE)),
    Case(
        "form-reference",
        "a",
        line(user("a", 'camunda:formRef="gone"')),
        line(user("a", 'camunda:formRef="ask"')),
        files={"ask_form": FORM},
    ),
    Case(
        "form-reference",
        "a",
        line(user("a", 'camunda:formRef="=ask"')),
        line(user("a", 'camunda:formRef="ask"')),
        files={"ask_form": FORM},
    ),
    Case("form-reference", "a", line(user("a", 'camunda:formKey="embedded:x.html"')), PLAIN),
    Case("separation", "a", line(user("a", inner=properties(notSameAs="a"))), PLAIN),
    Case(
        "separation",
        "a",
        line(user("a", inner=properties(notSameAs="gone"))),
        line(user("b"), user("a", inner=properties(notSameAs="b"))),
    ),
    Case("separation", "b", apart("first", "first, other"), apart("first", "first")),
    Case("operation", "a", service(""), service('camunda:topic="tick"')),
    Case("operation", "a", service('camunda:topic="gone"'), service('camunda:topic="tick"')),
    Case("operation", "a", service('camunda:topic="post"'), service('camunda:topic="post"', parameters(to="x"))),
    Case(
        "operation",
        "a",
        service('camunda:topic="tick"', parameters(to="x")),
        service('camunda:topic="post"', parameters(to="x")),
    ),
    Case(
        "operation",
        "a",
        service('camunda:topic="tick" messageRef="M"', kind="sendTask", extra=MESSAGE),
        service('messageRef="M"', kind="sendTask", extra=MESSAGE),
    ),
    Case("script-task", "a", script('camunda:resultVariable="x"'), script(SCRIPT)),
    Case("script-task", "a", script(SCRIPT.replace("feel", "javascript")), script(SCRIPT)),
    Case("script-task", "a", script(SCRIPT, ""), script(SCRIPT)),
    Case("script-task", "a", script('scriptFormat="feel"'), script(SCRIPT)),
    Case(
        "decision-reference",
        "a",
        service('camunda:resultVariable="x"', kind="businessRuleTask"),
        PLAIN,
        files={"size_dmn": TABLE},
    ),
    Case("decision-reference", "a", service(DECIDES, kind="businessRuleTask"), PLAIN),
    Case(
        "decision-reference",
        "a",
        service('camunda:decisionRef="size"', kind="businessRuleTask"),
        PLAIN,
        files={"size_dmn": TABLE},
    ),
    Case(
        "decision-reference",
        "a",
        service(DECIDES + ' camunda:mapDecisionResult="all"', kind="businessRuleTask"),
        service(DECIDES + ' camunda:mapDecisionResult="singleEntry"', kind="businessRuleTask"),
        files={"size_dmn": TABLE},
    ),
    Case("called-process", "a", calls(""), calls('calledElement="q"')),
    Case("called-process", "a", calls('calledElement="gone"'), calls('calledElement="q"')),
    Case("called-process", "a", calls(f'calledElement="q" {BOUND}'), calls(f'calledElement="${{q}}" {BOUND} {SECOND}')),
    Case(
        "called-process",
        "a",
        calls(f'calledElement="q" {BOUND} camunda:calledElementVersion="v2"'),
        calls(f'calledElement="q" {BOUND} camunda:calledElementVersion="=v"'),
    ),
    Case("called-process", "a", calls(f'calledElement="q" {SECOND}'), calls(f'calledElement="q" {BOUND} {SECOND}')),
    Case(
        "called-process",
        "a",
        calls('calledElement="gone" camunda:calledElementBinding="latest"'),
        calls('calledElement="q" camunda:calledElementBinding="latest"'),
        "warning",
    ),
    Case("called-process", "a", calls('calledElement="q"', called=WAITING), calls('calledElement="q"')),
    Case("call-cycle", "a", calls('calledElement="p"'), calls('calledElement="q"'), "warning"),
    Case("call-cycle", "a", calls('calledElement=" p "'), calls('calledElement=" q "'), "warning"),
    Case(
        "parameters",
        "a",
        calls(
            'calledElement="q"', extensions('<camunda:in source="x" target="y"/><camunda:in source="z" target="y"/>')
        ),
        calls('calledElement="q"', extensions('<camunda:in source="x" target="y"/>')),
    ),
    Case(
        "parameters",
        "a",
        calls('calledElement="q"', extensions('<camunda:out source="x"/>')),
        calls('calledElement="q"', extensions('<camunda:out source="x" target="y"/>')),
    ),
    Case("parameters", "a", calls('calledElement="q"', extensions('<camunda:in variables="all"/>')), PLAIN, "warning"),
    Case(
        "unsupported-construct",
        "a",
        calls('calledElement="q"', extensions('<camunda:in businessKey="${other}"/>')),
        calls('calledElement="q"', extensions('<camunda:in businessKey="#{execution.processBusinessKey}"/>')),
    ),
    Case(
        "unsupported-construct",
        "a",
        calls('calledElement="q" camunda:calledElementBinding="versionTag"'),
        calls('calledElement="q" camunda:calledElementBinding="deployment"'),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_names_the_element_and_leaves_the_good_diagram_alone(case: Case) -> None:
    judge(case)


def test_groups_that_are_written_out_are_told_to_the_house_above() -> None:
    """Which groups exist is not the engine's knowledge: the house above compares."""
    tasks = (n("userTask", "a"), user("b"), n("userTask", "c", 'camunda:candidateGroups="=x"'))
    content = line(*tasks, n("userTask", "d", 'camunda:candidateGroups="one, two"'), more=LANE)
    bundle, _ = bundles.read({"d.bpmn": content}, Functions(), Operations())
    named = [(node.id, group) for _, node, group in people.literal_groups(bundle)]
    assert named == [("a", "clerks"), ("b", "clerks"), ("d", "one"), ("d", "two")]


def test_the_file_is_named_in_which_the_element_stands() -> None:
    found = check(PLAIN, diagram(process(CALLED.replace("clerks", " "), "q")))
    assert [(f.file, f.element) for f in found if f.rule == "people"] == [("diagram1.bpmn", "qa")]
