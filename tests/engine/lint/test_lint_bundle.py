"""Lint over whole bundles: a clean one yields nothing, the shipped one no errors, and a refusal changes nothing."""

from __future__ import annotations

import re

import pytest
from support.engine import Story
from support.lint import (
    ANSWER,
    MESSAGE,
    OPERATIONS,
    boundary,
    check,
    extensions,
    file,
    line,
    n,
    parameters,
    process,
    properties,
    timer,
    user,
    way,
)

from complaints import house
from engine import bundle as bundles
from engine import lint, tables

LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit">'
    '<bpmn:loopDataOutputRef>opinions</bpmn:loopDataOutputRef><bpmn:outputDataItem id="o" name="opinion"/>'
    "<bpmn:completionCondition>nrOfCompletedInstances &gt; 2</bpmn:completionCondition>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
RETRY = extensions(
    '<camunda:inputOutput><camunda:inputParameter name="to">=name</camunda:inputParameter>'
    '<camunda:outputParameter name="sent">=result.sent</camunda:outputParameter></camunda:inputOutput>'
    "<camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>"
)
LANE = '<bpmn:lane id="l" name="clerks"><bpmn:flowNodeRef>visit</bpmn:flowNodeRef></bpmn:lane>'
EXTRA = (
    MESSAGE
    + '<bpmn:signal id="S" name="stop"/><bpmn:error id="E" errorCode="late"/>'
    + '<bpmn:collaboration id="co"><bpmn:participant id="pool" processRef="p"/></bpmn:collaboration>'
)
STOP = '<bpmn:signalEventDefinition signalRef="S"/>'
LATE = '<bpmn:errorEventDefinition errorRef="E"/>'
SUB = (
    n("startEvent", "begin")
    + user("inner")
    + n("exclusiveGateway", "fine", 'default="fine-done"')
    + n("endEvent", "done")
    + n("endEvent", "bad", inner=LATE)
    + way("begin inner fine done", "fine bad?ok = false")
)
BODY = (
    "<bpmn:documentation>Everything that is executed.</bpmn:documentation>"
    + f'<bpmn:laneSet id="ls">{LANE}</bpmn:laneSet>'
    + n("startEvent", "s")
    + n("startEvent", "s2", inner=ANSWER)
    + user("first", 'camunda:formRef="ask" camunda:dueDate="=now() + duration(&quot;PT4H&quot;)" camunda:priority="80"')
    + n(
        "userTask",
        "visit",
        'camunda:asyncAfter="true"',
        properties(notSameAs="first", dueKey="clock", name_en="Visit") + LOOP,
    )
    + n("serviceTask", "send", 'camunda:type="external" camunda:topic="post" camunda:asyncBefore="true"', RETRY)
    + n("scriptTask", "count", 'scriptFormat="feel" camunda:resultVariable="x"', "<bpmn:script>1 + 1</bpmn:script>")
    + n("businessRuleTask", "size", 'camunda:decisionRef="size" camunda:resultVariable="y"')
    + n("parallelGateway", "fork")
    + n("callActivity", "call", 'calledElement="q"', extensions('<camunda:in source="x" target="x"/>'))
    + n("subProcess", "sub", "", SUB)
    + n("parallelGateway", "join")
    + n("eventBasedGateway", "first_of")
    + n("intermediateCatchEvent", "heard", inner=properties(correlationKey="=x") + ANSWER)
    + n("intermediateCatchEvent", "hour", inner=properties(timerKey="k") + timer("Duration", "PT1H"))
    + n("intermediateCatchEvent", "day", inner=timer("Date", "=date and time(&quot;2026-05-08T09:00:00&quot;)"))
    + n("intermediateThrowEvent", "say", inner=parameters(x="=x") + ANSWER)
    + n("receiveTask", "wait", 'messageRef="M"')
    + n("sendTask", "reply", 'messageRef="M"')
    + n("manualTask", "file")
    + n("endEvent", "e", inner="<bpmn:terminateEventDefinition/>")
    + boundary("sub", LATE, identity="caught")
    + boundary("wait", STOP, identity="stopped")
    + boundary("first", timer("Cycle", "R3/PT1H"), 'cancelActivity="false"', identity="remind")
    + way("s first visit send count size fork call join first_of heard say wait reply file e", "s2 first")
    + way("fork sub join", "first_of hour say", "first_of day say")
)
CALLED = n("startEvent", "qs") + user("qa") + n("endEvent", "qe") + way("qs qa qe")
FORM = b'{"type": "default", "id": "ask", "components": []}'
TABLE = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">'
    b'<decision id="size" name="size"><literalExpression><text>1</text></literalExpression></decision></definitions>'
)


def drawn(content: bytes) -> bytes:
    """The same file with a shape or edge for everything."""
    ids = re.findall(r'<bpmn:(\w+) id="([^"]+)"', content.decode())
    parts = [
        f'<bpmndi:BPMN{"Edge" if kind == "sequenceFlow" else "Shape"} bpmnElement="{identity}"/>'
        for kind, identity in ids
    ]
    return content.replace(
        b"</bpmn:definitions>", f"<bpmndi:BPMNDiagram>{''.join(parts)}</bpmndi:BPMNDiagram></bpmn:definitions>".encode()
    )


CLEAN = drawn(file(process(BODY), process(CALLED, "q"), extra=EXTRA))


def test_a_bundle_of_everything_that_is_executed_yields_nothing() -> None:
    assert [str(finding) for finding in check(CLEAN, ask_form=FORM, size_dmn=TABLE)] == []


def test_the_clean_bundle_can_be_deployed(story: Story) -> None:
    operations = story.environment.operations.by_name
    operations["post"] = OPERATIONS.by_name["post"]
    deployment = story.deploy(CLEAN, ask_form=FORM, size_dmn=TABLE)
    assert sorted(deployment.definitions) == ["p", "q"]


def test_a_refused_bundle_changes_nothing_and_tells_everything_at_once(story: Story) -> None:
    bad = line(n("userTask", "a"), n("parallelGateway", "g", 'startQuantity="2"'), n("serviceTask", "t"))
    with pytest.raises(lint.Refused) as refused:
        story.deploy(bad)
    assert sorted({problem.where for problem in refused.value.problems}) == [
        "diagram0.bpmn#a",
        "diagram0.bpmn#g",
        "diagram0.bpmn#t",
    ]
    assert story.rows(tables.deployment) == []


def test_names_and_layout_are_told_and_do_not_refuse() -> None:
    nameless = CLEAN.replace(b'name="file"', b'name=""').replace(b'name="ok = false"', b'name=" "')
    nameless = nameless.replace(b'<bpmndi:BPMNShape bpmnElement="say"/>', b"")
    found = check(nameless, ask_form=FORM, size_dmn=TABLE)
    assert [(f.rule, f.element, f.severity) for f in found] == [
        ("names", "file", "warning"),
        ("names", "fine-bad", "warning"),
        ("layout", "say", "warning"),
    ]
    undrawn = check(file(process(CALLED, "q")))
    assert [(f.rule, f.element, f.severity) for f in undrawn] == [("layout", "q", "warning")]


def test_the_shipped_bundle_has_no_errors() -> None:
    environment = house.environment("sqlite://")
    _, findings = bundles.read(house.bundle(), environment.functions, environment.operations)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    environment.store.close()


def test_nothing_is_said_of_the_shipped_tables() -> None:
    """No overlap, no gap, no rule that never counts: their input values are the codes of the catalogue."""
    environment = house.environment("sqlite://")
    _, findings = bundles.read(house.bundle(), environment.functions, environment.operations)
    assert [str(finding) for finding in findings if finding.file.endswith(".dmn")] == []
    environment.store.close()


def test_without_operations_the_shipped_bundle_misses_only_those() -> None:
    environment = house.environment("sqlite://")
    environment.operations.by_name.clear()
    _, findings = bundles.read(house.bundle(), environment.functions, environment.operations)
    assert {finding.rule for finding in findings if finding.severity == "error"} == {"operation"}
    environment.store.close()
