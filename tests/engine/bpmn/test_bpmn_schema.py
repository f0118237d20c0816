"""What the XML Schema of BPMN asks of a file is told at the element that a person looks for, in its own process."""

from __future__ import annotations

from engine import xml
from engine.bpmn import dialect, schema
from engine.bpmn.model import Oddity
from engine.lint import notation

OTHER = '<process id="q" isExecutable="true"> <startEvent id="qs"/> <endEvent id="qe"/> %s\nqs -> qe\n</process>'


def found(text: str) -> list[tuple[int, Oddity]]:
    return list(schema.check(xml.read(notation.diagram(text), frozenset({dialect.ROOT}))))


def test_a_diagram_that_keeps_the_schema_yields_nothing() -> None:
    text = '<task id="a" name="1"/><dataObject id="d" isCollection="0"/><boundaryEvent id="b" attachedToRef="a"/>'
    assert found(text + OTHER % '<parallelGateway id="g" gatewayDirection="Mixed"/>') == []


def test_an_id_stands_once_in_the_whole_file() -> None:
    text = '<message id="a" name="m"/><task id="a"/>' + OTHER % '<task id="b"/><task id="b"/>'
    assert found(text) == [(0, Oddity("a", "duplicate-id", "a")), (1, Oddity("b", "duplicate-id", "b"))]


def test_what_is_deep_inside_is_told_at_its_node() -> None:
    loop = '<task id="a"><standardLoopCharacteristics testBefore="yes"/></task>'
    assert found(f'<subProcess id="sp">{loop}</subProcess>') == [(0, Oddity("a", "value", "testBefore", "yes"))]


def test_two_loops_of_any_kind_are_one_too_many() -> None:
    loops = "<standardLoopCharacteristics/><multiInstanceLoopCharacteristics/>"
    assert found(f'<task id="a">{loops}</task>') == [
        (0, Oddity("a", "repeated", "multiInstanceLoopCharacteristics")),
    ]


def test_a_reference_may_carry_the_prefix_of_its_namespace() -> None:
    note = '<textAnnotation id="t"/><task id="a"/>'
    assert found(f'{note}<association id="l" sourceRef="other:a" targetRef="t"/>') == []
    assert found(f'{note}<association id="l" sourceRef="a"/>') == [(0, Oddity("l", "reference", "targetRef"))]


def test_two_pools_cannot_stand_for_one_process() -> None:
    pools = '<participant id="one" processRef="p"/><participant id="none"/><participant id="two" processRef="p"/>'
    text = f'<collaboration id="co">{pools}</collaboration><task id="a"/>'
    assert found(text) == [(0, Oddity("two", "pool", "processRef", "p"))]
