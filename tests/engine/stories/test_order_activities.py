"""The order of activities that run several times, in no order, or inside another process."""

from __future__ import annotations

import pytest
from support.diagrams import multiple, times
from support.engine import chain, process
from support.orders import START_EVENT, Told, ends, flows, gateway, inner, subprocess, tasks, users


def looping(kind: str, identity: str, attributes: str, condition: str = "") -> str:
    inside = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    loop = f"<bpmn:standardLoopCharacteristics {attributes}>{inside}</bpmn:standardLoopCharacteristics>"
    return f'<bpmn:{kind} id="{identity}">{loop}</bpmn:{kind}>'


@pytest.mark.parametrize(("before", "expected"), [("true", "u z"), ("false", "u a z")])
def test_a_loop_looks_before_or_after(told: Told, before: str, expected: str) -> None:
    loop = looping("userTask", "a", f'testBefore="{before}"', "more").replace(
        'id="a"', 'id="a" camunda:candidateGroups="clerks"'
    )
    told.begin(START_EVENT + users("u") + loop + tasks("z") + ends("e") + flows("s u a z e"))
    told.do("u", more=False)
    if before == "false":
        told.do("a", more=False)
    assert told.order() == expected
    assert told.ended


def test_a_loop_goes_on_while_its_condition_holds(told: Told) -> None:
    loop = looping("userTask", "a", 'testBefore="true"', "more").replace(
        'id="a"', 'id="a" camunda:candidateGroups="clerks"'
    )
    told.begin(START_EVENT + loop + tasks("z") + ends("e") + flows("s a z e"), more=True)
    told.do("a", more=True)
    assert told.open() == ["a"]
    told.do("a", more=False)
    assert told.order() == "a a z"
    assert told.ended


def test_a_loop_ends_at_its_maximum(told: Told) -> None:
    told.begin(
        START_EVENT + looping("task", "a", 'loopMaximum="3"') + tasks("z") + ends("e") + flows("s a z e"),
    )
    assert told.order() == "a a a z"
    assert told.ended


def test_a_loop_around_a_subprocess(told: Told) -> None:
    loop = '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="2"/>'
    told.begin(
        START_EVENT
        + subprocess("p", inner("i", users("a") + tasks("b"), "is a b ie") + loop)
        + tasks("z")
        + ends("e")
        + flows("s p z e"),
    )
    told.do("a", "a")
    assert told.order() == "a b p a b p z"
    assert told.ended


@pytest.mark.parametrize(("sequential", "expected"), [(True, "a b p a b p z"), (False, "a a b b p p z")])
def test_items_in_turn_or_side_by_side(told: Told, sequential: bool, expected: str) -> None:
    body = inner("i", tasks("a b"), "is a b ie") + times(2, sequential)
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    assert told.order() == expected
    assert told.ended


def test_enough_items_cancel_the_rest(told: Told) -> None:
    loop = multiple("[1, 2, 3]", condition="nrOfCompletedInstances = 2")
    told.begin(
        START_EVENT
        + f'<bpmn:userTask id="a" camunda:candidateGroups="clerks">{loop}</bpmn:userTask>'
        + tasks("z")
        + ends("e")
        + flows("s a z e"),
    )
    told.do("a", "a")
    assert told.order() == "a a -a z"
    assert told.ended


def ad_hoc(body: str, attributes: str = "", condition: str = "") -> str:
    enough = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return subprocess("p", body + enough, "adHocSubProcess", attributes)


def test_ad_hoc_side_by_side_ends_when_all_have_run(told: Told) -> None:
    told.begin(START_EVENT + ad_hoc(users("a b c")) + tasks("z") + ends("e") + flows("s p z e"))
    assert told.open() == ["a", "b", "c"]
    told.do("c", "a", "b")
    assert told.order() == "c a b p z"
    assert told.ended


def test_ad_hoc_in_turn_follows_the_drawing(told: Told) -> None:
    told.begin(
        START_EVENT
        + ad_hoc(users("a") + tasks("b") + users("c"), 'ordering="Sequential"')
        + tasks("z")
        + ends("e")
        + flows("s p z e"),
    )
    assert told.open() == ["a"]
    told.do("a")
    assert told.open() == ["c"]
    told.do("c")
    assert told.order() == "a b c p z"
    assert told.ended


def test_ad_hoc_follows_flows_inside(told: Told) -> None:
    body = users("a b") + tasks("c") + flows("a c")
    told.begin(START_EVENT + ad_hoc(body) + tasks("z") + ends("e") + flows("s p z e"))
    assert told.open() == ["a", "b"]
    told.do("a", "b")
    assert told.order() == "a c b p z"
    assert told.ended


@pytest.mark.parametrize("cancel", [True, False])
def test_ad_hoc_ends_when_it_has_enough(told: Told, cancel: bool) -> None:
    attributes = "" if cancel else 'cancelRemainingInstances="false"'
    told.begin(
        START_EVENT + ad_hoc(users("a b"), attributes, "enough") + tasks("z") + ends("e") + flows("s p z e"),
        enough=False,
    )
    told.do("a", enough=True)
    if not cancel:
        assert told.open() == ["b"]
        told.do("b")
    assert told.order() == ("a -b p z" if cancel else "a b p z")
    assert told.ended


def test_ad_hoc_in_turn_that_has_enough_begins_nothing_more(told: Told) -> None:
    told.begin(
        START_EVENT
        + ad_hoc(users("a b"), 'ordering="Sequential" cancelRemainingInstances="false"', "enough")
        + tasks("z")
        + ends("e")
        + flows("s p z e"),
        enough=False,
    )
    told.do("a", enough=True)
    assert told.order() == "a p z"
    assert told.ended


def test_a_called_process_runs_in_its_turn(told: Told) -> None:
    called = process(chain(("c1", '<bpmn:task id="c1"/>'), ("c2", '<bpmn:task id="c2"/>'), prefix="q"), "called")
    told.begin(
        START_EVENT
        + tasks("a z")
        + '<bpmn:callActivity id="k" calledElement="called"/>'
        + ends("e")
        + flows("s a k z e"),
        called,
    )
    assert told.order() == "a c1 c2 k z"
    assert told.ended


def test_subprocesses_side_by_side_take_turns(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + subprocess("p", inner("i", tasks("a b"), "is a b ie"))
        + subprocess("q", inner("k", tasks("c d"), "ks c d ke"))
        + tasks("z")
        + ends("e")
        + flows("s g, g p j, g q j, j z e"),
    )
    assert told.order() == "a c b d p q z"
    assert told.ended
