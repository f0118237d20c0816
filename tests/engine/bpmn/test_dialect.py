"""What the reader takes over from a diagram into the model."""

from __future__ import annotations

from support.constructs import DECLARED, DEFINITIONS
from support.diagrams import boundary, node, subprocess
from support.engine import chain, diagram, process, user

from engine import xml
from engine.bpmn import dialect
from engine.bpmn.model import Process


def read(body: str, extra: str = "") -> Process:
    (found,) = dialect.read(
        xml.read(diagram(process(body), extra=DECLARED + extra), frozenset({dialect.ROOT})), "d.bpmn"
    )
    return found


def test_an_association_joins_a_handler_to_its_event() -> None:
    line = '<bpmn:association id="l" sourceRef="b" targetRef="undo"/>'
    undo = node("serviceTask", "undo", "", 'isForCompensation="true" camunda:topic="note"')
    body = chain(("a", user("a"))) + boundary("b", "a", DEFINITIONS["compensation"]) + undo
    for found in (read(body + line), read(body, f'<bpmn:collaboration id="k">{line}</bpmn:collaboration>')):
        assert found.nodes["b"].handler == "undo"
        assert found.nodes["undo"].for_compensation
        assert [(a.source, a.target) for a in found.associations] == [("b", "undo")]
    assert read(body).nodes["b"].handler is None


def test_a_compensation_event_names_what_it_compensates_and_whether_it_waits() -> None:
    thrown = '<bpmn:compensateEventDefinition activityRef="a" waitForCompletion="false"/>'
    found = read(chain(("x", node("intermediateThrowEvent", "x", thrown)))).nodes["x"].events[0]
    assert (found.kind, found.activity, found.waits) == ("compensate", "a", False)
    found = read(chain(("x", node("intermediateThrowEvent", "x", DEFINITIONS["compensation"])))).nodes["x"].events[0]
    assert (found.activity, found.waits) == (None, True)


def test_a_standard_loop_has_a_condition_a_maximum_and_an_order() -> None:
    inner = '<bpmn:loopCondition xsi:type="bpmn:tFormalExpression">n &lt; 3</bpmn:loopCondition>'
    loop = node("standardLoopCharacteristics", "l", inner, 'testBefore="true" loopMaximum="5"')
    found = read(chain(("x", user("x", inner=loop)))).nodes["x"].loop
    assert found is not None
    assert (found.standard, found.test_before, found.maximum, found.condition) == (True, True, "5", "n < 3")


def test_an_event_subprocess_begins_by_its_event() -> None:
    start = node("startEvent", "ys", DEFINITIONS["message"], 'isInterrupting="false"')
    found = read(chain(("a", user("a"))) + node("subProcess", "x", start, 'triggeredByEvent="true"'))
    assert found.nodes["x"].by_event
    assert not found.nodes["ys"].interrupting
    plain = read(chain(("x", subprocess("x", chain(("a", user("a")), prefix="i")))))
    assert not plain.nodes["x"].begins
    assert plain.nodes["is"].interrupting


def test_an_ad_hoc_subprocess_and_a_complex_gateway_have_a_condition() -> None:
    adhoc = node("adHocSubProcess", "x", user("a") + "<bpmn:completionCondition>done</bpmn:completionCondition>")
    assert read(chain(("x", adhoc))).nodes["x"].condition == "done"
    gateway = node("complexGateway", "x", "<bpmn:activationCondition>n >= 2</bpmn:activationCondition>")
    assert read(chain(("x", gateway))).nodes["x"].condition == "n >= 2"
