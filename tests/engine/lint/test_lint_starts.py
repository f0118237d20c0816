"""Lint rules about what starts processes."""

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
        "instantiation",
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
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_names_the_element_and_leaves_the_good_diagram_alone(case: Case) -> None:
    judge(case)
