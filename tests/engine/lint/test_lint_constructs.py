"""Lint rules about what is not executed, and about events, timers, repetitions and pauses."""

from __future__ import annotations

import pytest
from support.lint import (
    ANSWER,
    MESSAGE,
    Case,
    boundary,
    check,
    extensions,
    file,
    judge,
    line,
    n,
    parameters,
    process,
    properties,
    timer,
    user,
    way,
)

PLAIN = line(user("a"))
HOUR = timer("Duration", "PT1H")
ERROR = '<bpmn:error id="E" errorCode="late"/>'
LATE = '<bpmn:errorEventDefinition errorRef="E"/>'
SIGNAL = '<bpmn:signal id="S" name="stop"/>'
STOP = '<bpmn:signalEventDefinition signalRef="S"/>'
MULTI = "multiInstanceLoopCharacteristics"


def caught(definition: str, extra: str = "") -> bytes:
    return line(n("intermediateCatchEvent", "c", inner=definition), extra=extra)


def ended(definition: str, extra: str = "") -> bytes:
    body = n("startEvent", "s") + n("endEvent", "e", inner=definition) + way("s e")
    return file(process(body), extra=extra)


def started(definition: str, extra: str = "") -> bytes:
    return line(user("a"), more=n("startEvent", "t", inner=definition) + way("t a"), extra=extra)


def repeated(attributes: str, inner: str = "") -> bytes:
    return line(user("a", inner=f"<bpmn:{MULTI} {attributes}>{inner}</bpmn:{MULTI}>"))


def unread(inner: str, element: str = "a", severity: str = "error") -> Case:
    return Case("unsupported-construct", element, line(user("a", inner=inner)), PLAIN, severity)


def attribute(text: str, node: str = "userTask", **rest: str) -> Case:
    good = {"userTask": user("a"), "serviceTask": n("serviceTask", "a", 'camunda:topic="tick"')}[node]
    bad = good.replace('id="a"', f'id="a" {text}')
    return Case("unsupported-construct", "a", line(bad), line(good), **rest)  # type: ignore[arg-type]


EVENTS = [
    Case("unsupported-event", "c", caught(""), caught(ANSWER, MESSAGE)),
    Case("unsupported-event", "c", caught(LATE, ERROR), caught(HOUR + ANSWER, MESSAGE)),
    Case("unsupported-event", "c", caught("<bpmn:terminateEventDefinition/>"), caught(STOP, SIGNAL)),
    Case("unsupported-event", "e", ended(HOUR), ended("<bpmn:compensateEventDefinition/>")),
    Case("unsupported-event", "e", ended(ANSWER + LATE, MESSAGE + ERROR), ended(ANSWER + STOP, MESSAGE + SIGNAL)),
    Case("unsupported-event", "t", started(LATE, ERROR), started(HOUR)),
    Case("unsupported-event", "t", started("<bpmn:compensateEventDefinition/>"), started(STOP + HOUR, SIGNAL)),
    Case(
        "unsupported-event",
        "b",
        line(user("a"), more=boundary("a", LATE, 'cancelActivity="false"'), extra=ERROR),
        line(user("a"), more=boundary("a", LATE), extra=ERROR),
    ),
    Case(
        "unsupported-event",
        "b",
        line(user("a"), more=boundary("a", HOUR + LATE, 'parallelMultiple="true"'), extra=ERROR),
        line(user("a"), more=boundary("a", HOUR + LATE), extra=ERROR),
    ),
]
CONSTRUCTS = [
    unread(extensions('<camunda:taskListener event="create" class="x.Y"/>')),
    unread(extensions("<camunda:formData/>")),
    unread(extensions("<camunda:connector/>")),
    unread(extensions('<camunda:in source="x" target="y"/>')),
    unread(
        extensions(
            '<camunda:inputOutput><camunda:inputParameter name="x"><camunda:list/></camunda:inputParameter>'
            "</camunda:inputOutput>"
        )
    ),
    unread("<bpmn:potentialOwner/>"),
    attribute('startQuantity="2"'),
    attribute('completionQuantity="2"'),
    attribute('camunda:formRefBinding="latest"'),
    attribute('camunda:skipExpression="${true}"'),
    attribute('camunda:class="x.Y"', "serviceTask"),
    attribute('camunda:delegateExpression="${x}"', "serviceTask"),
    attribute('camunda:expression="${x}"', "serviceTask"),
    attribute('camunda:type="mail"', "serviceTask"),
    attribute('camunda:jobPriority="7"', "serviceTask"),
    Case(
        "unsupported-construct",
        "s-a",
        line(user("a"), more="").replace(
            b'<bpmn:sequenceFlow id="s-a" name="" sourceRef="s" targetRef="a">',
            b'<bpmn:sequenceFlow id="s-a" name="" sourceRef="s" targetRef="a"><bpmn:extensionElements>'
            b'<camunda:executionListener event="take"/></bpmn:extensionElements>',
        ),
        PLAIN,
    ),
    Case(
        "unsupported-construct",
        "c",
        caught("<bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef>" + HOUR),
        caught(HOUR),
    ),
    Case(
        "unsupported-construct",
        "sp",
        line(
            n(
                "subProcess",
                "sp",
                inner="<bpmn:callConversation/>" + n("startEvent", "i") + n("endEvent", "o") + way("i o"),
            )
        ),
        PLAIN,
    ),
    Case("unsupported-construct", "p", line(user("a"), more='<bpmn:dataStoreReference id="d"/>'), PLAIN, "warning"),
    Case("unsupported-construct", "p", line(user("a"), extra='<bpmn:choreography id="c"/>'), PLAIN),
    Case(
        "unsupported-construct",
        "p",
        line(user("a"), extra='<bpmn:collaboration id="c"><bpmn:correlationKey/></bpmn:collaboration>'),
        PLAIN,
    ),
    Case(
        "unsupported-construct",
        "p",
        PLAIN.replace(b'id="p"', b'id="p" camunda:historyTimeToLive="180"'),
        PLAIN,
        "warning",
    ),
    Case("unsupported-construct", "p", PLAIN.replace(b'id="p"', b'id="p" camunda:taskPriority="3"'), PLAIN),
    Case("foreign-extension", "a", line(user("a", inner=extensions("<zeebe:taskDefinition/>"))), PLAIN),
    Case("foreign-extension", "a", line(user("a", inner=extensions("<other:color/>"))), PLAIN, "warning"),
    Case("foreign-extension", "a", line(user("a", 'other:color="red"')), PLAIN, "warning"),
]
NAMES = [
    Case("event-name", "c", caught("<bpmn:messageEventDefinition/>"), caught(ANSWER, MESSAGE)),
    Case("event-name", "c", caught(ANSWER), caught(ANSWER, MESSAGE)),
    Case("event-name", "c", caught(STOP, '<bpmn:signal id="S"/>'), caught(STOP, SIGNAL)),
    Case("event-name", "c", caught('<bpmn:signalEventDefinition signalRef="M"/>', MESSAGE), caught(STOP, SIGNAL)),
    Case("event-name", "e", ended("<bpmn:errorEventDefinition/>"), ended(LATE, ERROR)),
    Case(
        "event-name",
        "b",
        line(user("a"), more=boundary("a", LATE), extra='<bpmn:error id="E"/>'),
        line(user("a"), more=boundary("a", "<bpmn:errorEventDefinition/>")),
    ),
    Case("event-name", "r", line(n("receiveTask", "r")), line(n("receiveTask", "r", 'messageRef="M"'), extra=MESSAGE)),
    Case("event-name", "r", line(n("sendTask", "r")), line(n("sendTask", "r", 'camunda:topic="tick"'))),
    Case(
        "start-name",
        "t2",
        started(ANSWER, MESSAGE).replace(
            b"</bpmn:process>", (n("startEvent", "t2", inner=ANSWER) + way("t2 a") + "</bpmn:process>").encode()
        ),
        started(ANSWER, MESSAGE),
    ),
]
TIMERS = [
    Case("timer", "c", caught(definition), caught(good))
    for definition, good in (
        ("<bpmn:timerEventDefinition/>", HOUR),
        (timer("Duration", ""), HOUR),
        (HOUR.replace("</bpmn:timerEvent", "<bpmn:timeDate>x</bpmn:timeDate></bpmn:timerEvent"), HOUR),
        (timer("Duration", "P"), timer("Duration", "P1DT2H")),
        (timer("Duration", "-PT1H"), timer("Duration", '=duration("PT1H")')),
        (timer("Duration", "Patience"), timer("Duration", "=Patience")),
        (timer("Duration", "P11Y"), timer("Duration", "P9Y")),
        (timer("Duration", "R3/PT1H"), timer("Cycle", "R3/PT1H")),
        (timer("Cycle", "R3/PT30S"), timer("Cycle", "R3/PT60S")),
        (timer("Cycle", "R0/PT1H"), timer("Cycle", "R/PT1H")),
        (timer("Cycle", "R3/2026-13-01T00:00:00/P1D"), timer("Cycle", "R3/2026-12-01T00:00:00/P1D")),
        (timer("Date", "2026-05-08"), timer("Date", '=date and time("2026-05-08T09:00:00")')),
    )
]
REST = [
    Case(
        "retry-cycle",
        "a",
        line(n("serviceTask", "a", 'camunda:topic="tick"', extensions(f"<camunda:{TAG}>R3</camunda:{TAG}>"))),
        line(n("serviceTask", "a", 'camunda:topic="tick"', extensions(f"<camunda:{TAG}>R3/PT5M</camunda:{TAG}>"))),
    )
    for TAG in ("failedJobRetryTimeCycle",)
] + [
    Case(
        "retry-cycle",
        "a",
        line(user("a", inner=extensions("<camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>"))),
        PLAIN,
        "warning",
    ),
    Case(
        "asynchronous", "a", line(user("a", 'camunda:asyncBefore="yes"')), line(user("a", 'camunda:asyncBefore="true"'))
    ),
    Case(
        "asynchronous",
        "c",
        line(n("intermediateCatchEvent", "c", 'camunda:asyncAfter="true"', HOUR)),
        line(n("intermediateCatchEvent", "c", 'camunda:asyncAfter="false"', HOUR)),
    ),
    Case(
        "asynchronous",
        "g",
        line(n("parallelGateway", "g", 'camunda:asyncBefore="true"')),
        line(n("parallelGateway", "g")),
    ),
    Case("multi-instance", "a", repeated(""), repeated('camunda:collection="=xs"')),
    Case(
        "multi-instance",
        "a",
        repeated('camunda:collection="=xs"', "<bpmn:loopCardinality>3</bpmn:loopCardinality>"),
        repeated("", "<bpmn:loopCardinality>3</bpmn:loopCardinality>"),
    ),
    Case("multi-instance", "a", repeated("", "<bpmn:loopCardinality>0</bpmn:loopCardinality>"), PLAIN),
    Case(
        "multi-instance",
        "a",
        repeated('camunda:collection="=xs"', "<bpmn:loopDataOutputRef>outs</bpmn:loopDataOutputRef>"),
        repeated(
            'camunda:collection="=xs" isSequential="true"',
            '<bpmn:loopDataOutputRef>outs</bpmn:loopDataOutputRef><bpmn:outputDataItem id="o" name="out"/>',
        ),
    ),
    Case("parameters", "e", ended(parameters(x="=y + 1")), ended(parameters(x="=y + 1") + ANSWER, MESSAGE)),
    Case("properties", "a", line(user("a", inner=properties(notsameas="b"))), PLAIN),
    Case("properties", "a", line(user("a", inner=properties(timerKey="k"))), caught(properties(timerKey="k") + HOUR)),
]


@pytest.mark.parametrize("case", [*EVENTS, *CONSTRUCTS, *NAMES, *TIMERS, *REST], ids=str)
def test_the_rule_names_the_element_and_leaves_the_good_diagram_alone(case: Case) -> None:
    judge(case)


def test_no_flow_leads_to_an_event_subprocess_a_handler_or_into_an_ad_hoc_subprocess() -> None:
    inner = n("startEvent", "i", inner=HOUR) + n("endEvent", "o") + way("i o")
    undo = n("task", "undo", 'isForCompensation="true"') + '<bpmn:association id="l" sourceRef="b" targetRef="undo"/>'
    border = n("boundaryEvent", "b", 'attachedToRef="a"', "<bpmn:compensateEventDefinition/>")
    adhoc = n("adHocSubProcess", "x", inner=user("u") + user("v"))
    more = n("subProcess", "sp", 'triggeredByEvent="true"', inner) + border + undo
    assert [f for f in check(line(user("a"), adhoc, more=more)) if f.rule != "layout"] == []


def test_booleans_may_be_written_as_numbers() -> None:
    """XML Schema allows 1 and 0: read as something else they would turn the meaning round."""
    interrupting = line(user("a"), more=boundary("a", HOUR, 'cancelActivity="1"')).replace(b'"true"', b'"1"')
    assert [f for f in check(interrupting) if f.severity == "error"] == []
