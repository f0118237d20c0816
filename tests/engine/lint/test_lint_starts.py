"""Lint rules about what starts processes and about what flows between their pools."""

from __future__ import annotations

import pytest
from support.lint import ANSWER, MESSAGE, Case, file, judge, line, n, process, properties, timer, user, way

BEGIN = '<bpmn:message id="B" name="begin"/>'
STARTS = '<bpmn:messageEventDefinition messageRef="B"/>'
BOTH = 'instantiate="true" eventGatewayType="Parallel"'
HOUR = timer("Duration", "PT1H")
CONDITION = "<bpmn:conditionalEventDefinition>{}</bpmn:conditionalEventDefinition>"


def receive(attributes: str, inner: str = "", before: str = "") -> bytes:
    """`r` receives a message, behind `before` if given."""
    body = before + n("receiveTask", "r", f'messageRef="B" {attributes}', inner) + n("endEvent", "e") + way("r e")
    return file(process(body), extra=BEGIN)


def gateway(attributes: str, other: str = STARTS, start: bool = False) -> bytes:
    """`g` leads to `m` (a message) and `o`."""
    body = n("eventBasedGateway", "g", attributes) + n("endEvent", "e") + way("g m e", "g o e")
    body += n("intermediateCatchEvent", "m", inner=ANSWER) + n("intermediateCatchEvent", "o", inner=other)
    return file(process(body + (n("startEvent", "s") + way("s g") if start else "")), extra=MESSAGE + BEGIN)


def begun(definition: str, attributes: str = "") -> bytes:
    return line(user("a"), more=n("startEvent", "t", attributes, definition) + way("t a"), extra=MESSAGE + BEGIN)


def inside(attributes: str) -> bytes:
    """A receive task at the beginning of a subprocess."""
    body = n("startEvent", "i") + n("receiveTask", "r", f'messageRef="B" {attributes}') + n("endEvent", "o")
    return line(n("subProcess", "sp", inner=body + way("i r o")), extra=BEGIN)


def drawn(source: str, target: str, message: str = "") -> bytes:
    """Two pools, `t` throws in one and `w` waits in the other; a message flow between these ends."""
    reference = f'messageRef="{message}"' if message else ""
    flow = f'<bpmn:messageFlow id="f" sourceRef="{source}" targetRef="{target}" {reference}/>'
    pools = (
        '<bpmn:participant id="P" processRef="p"/><bpmn:participant id="Q" processRef="q"/><bpmn:participant id="X"/>'
    )
    sends = n("startEvent", "s") + user("a") + n("intermediateThrowEvent", "t", inner=ANSWER) + n("endEvent", "e")
    waits = n("startEvent", "qs") + user("b") + n("intermediateCatchEvent", "w", inner=ANSWER) + n("endEvent", "qe")
    return file(
        process(sends + way("s a t e")),
        process(waits + way("qs b w qe"), "q"),
        extra=f"{MESSAGE}{BEGIN}<bpmn:collaboration id='k'>{pools}{flow}</bpmn:collaboration>",
    )


FINE = drawn("t", "w")
CASES = [
    Case(
        "instantiation",
        "r",
        receive('instantiate="true"', before=n("startEvent", "s") + way("s r")),
        receive('instantiate="true"'),
    ),
    Case(
        "instantiation",
        "r",
        receive('instantiate="1" camunda:asyncBefore="true"'),
        receive('instantiate="1" camunda:asyncAfter="true"'),
    ),
    Case(
        "instantiation",
        "r",
        receive(
            'instantiate="true"',
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
        ),
        receive('instantiate="true"'),
    ),
    Case("instantiation", "r", inside('instantiate="true"'), inside('instantiate="false"')),
    Case("instantiation", "g", gateway('instantiate="true"', HOUR, start=True), gateway('instantiate="true"', HOUR)),
    Case(
        "instantiation",
        "g",
        gateway('eventGatewayType="Parallel"', start=True),
        gateway('eventGatewayType="Exclusive"', start=True),
    ),
    Case("instantiation", "o", gateway(BOTH, HOUR), gateway(BOTH)),
    Case(
        "conditional-event",
        "t",
        begun(CONDITION.format("")),
        begun(CONDITION.format("<bpmn:condition>x > 1</bpmn:condition>")),
    ),
    Case(
        "instantiation",
        "t",
        begun(ANSWER + STARTS, 'parallelMultiple="true"'),
        begun(ANSWER + STARTS),
    ),
    Case(
        "instantiation",
        "o",
        gateway('instantiate="true"', STARTS + HOUR).replace(b'id="o"', b'id="o" parallelMultiple="true"'),
        gateway('instantiate="true"', STARTS + HOUR),
    ),
    Case("properties", "t", begun(properties(correlationKey="=n") + STARTS), begun(STARTS)),
    Case("properties", "t", begun(properties(timerKey="k") + HOUR), begun(HOUR)),
    Case(
        "properties",
        "r",
        receive('instantiate="true"', properties(correlationKey="=n")),
        receive("", properties(correlationKey="=n"), n("startEvent", "s") + way("s r")),
    ),
    Case("start-event", "p", receive(""), receive('instantiate="true"')),
    Case("start-name", "o", gateway('instantiate="true"', ANSWER), gateway('instantiate="true"')),
    Case("message-flow", "f", drawn("t", "gone"), FINE),
    Case("message-flow", "f", drawn("gone", "w"), FINE),
    Case("message-flow", "f", drawn("t", "a"), FINE),
    Case("message-flow", "f", drawn("t", "b"), FINE),
    Case("message-flow", "f", drawn("P", "w"), drawn("X", "w")),
    Case("message-flow", "f", drawn("a", "w"), drawn("a", "X")),
    Case("message-flow", "f", drawn("t", "w", "B"), drawn("t", "w", "M")),
    Case(
        "message-flow",
        "f",
        drawn("t", "w").replace(
            b'id="w" name="w" ><bpmn:messageEventDefinition messageRef="M"',
            b'id="w" name="w" ><bpmn:messageEventDefinition messageRef="B"',
        ),
        drawn("t", "Q"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_names_the_element_and_leaves_the_good_diagram_alone(case: Case) -> None:
    judge(case)
