"""The order of activities that run several times, in no order, or inside another process."""

from __future__ import annotations

import pytest
from support.diagrams import call, draw, multiple, node, times
from support.engine import process, user
from support.orders import Told, gateways, subprocess, tasks, users


def loop(attributes: str, condition: str = "") -> str:
    inside = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics {attributes}>{inside}</bpmn:standardLoopCharacteristics>"


@pytest.mark.parametrize(("before", "expected"), [("true", "u z"), ("false", "u a z")])
def test_a_loop_looks_before_or_after(told: Told, before: str, expected: str) -> None:
    told.begin("s u a z e", users("u"), user("a", inner=loop(f'testBefore="{before}"', "more")))
    told.do("u", more=False)
    if before == "false":
        told.do("a", more=False)
    assert told.order() == expected
    assert told.ended


def test_a_loop_goes_on_while_its_condition_holds(told: Told) -> None:
    told.begin("s a z e", user("a", inner=loop('testBefore="true"', "more")), more=True)
    told.do("a", more=True)
    assert told.open() == ["a"]
    told.do("a", more=False)
    assert told.order() == "a a z"
    assert told.ended


def test_a_loop_ends_at_its_maximum(told: Told) -> None:
    told.begin("s a z e", node("task", "a", loop('loopMaximum="3"')))
    assert told.order() == "a a a z"
    assert told.ended


def test_a_loop_around_a_subprocess(told: Told) -> None:
    twice = loop('testBefore="true" loopMaximum="2"')
    told.begin("s p z e", subprocess("p", "is a b ie", users("a"), twice))
    told.do("a", "a")
    assert told.order() == "a b p a b p z"
    assert told.ended


@pytest.mark.parametrize(("sequential", "expected"), [(True, "a b p a b p z"), (False, "a a b b p p z")])
def test_items_in_turn_or_side_by_side(told: Told, sequential: bool, expected: str) -> None:
    told.begin("s p z e", subprocess("p", "is a b ie", times(2, sequential)))
    assert told.order() == expected
    assert told.ended


def test_enough_items_cancel_the_rest(told: Told) -> None:
    told.begin("s a z e", user("a", inner=multiple("[1, 2, 3]", condition="nrOfCompletedInstances = 2")))
    told.do("a", "a")
    assert told.order() == "a a -a z"
    assert told.ended


def ad_hoc(*pieces: str, way: str = "", attributes: str = "", condition: str = "") -> str:
    enough = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return subprocess("p", way, *pieces, enough, kind="adHocSubProcess", attributes=attributes)


def test_ad_hoc_side_by_side_ends_when_all_have_run(told: Told) -> None:
    told.begin("s p z e", ad_hoc(users("a b c")))
    assert told.open() == ["a", "b", "c"]
    told.do("c", "a", "b")
    assert told.order() == "c a b p z"
    assert told.ended


def test_ad_hoc_in_turn_follows_the_drawing(told: Told) -> None:
    told.begin("s p z e", ad_hoc(users("a"), tasks("b"), users("c"), attributes='ordering="Sequential"'))
    assert told.open() == ["a"]
    told.do("a")
    assert told.open() == ["c"]
    told.do("c")
    assert told.order() == "a b c p z"
    assert told.ended


def test_ad_hoc_follows_flows_inside(told: Told) -> None:
    told.begin("s p z e", ad_hoc(users("a b"), tasks("c"), way="a c"))
    assert told.open() == ["a", "b"]
    told.do("a", "b")
    assert told.order() == "a c b p z"
    assert told.ended


@pytest.mark.parametrize("cancel", [True, False])
def test_ad_hoc_ends_when_it_has_enough(told: Told, cancel: bool) -> None:
    attributes = "" if cancel else 'cancelRemainingInstances="false"'
    told.begin("s p z e", ad_hoc(users("a b"), attributes=attributes, condition="enough"), enough=False)
    told.do("a", enough=True)
    if not cancel:
        assert told.open() == ["b"]
        told.do("b")
    assert told.order() == ("a -b p z" if cancel else "a b p z")
    assert told.ended


def test_ad_hoc_in_turn_that_has_enough_begins_nothing_more(told: Told) -> None:
    attributes = 'ordering="Sequential" cancelRemainingInstances="false"'
    told.begin("s p z e", ad_hoc(users("a b"), attributes=attributes, condition="enough"), enough=False)
    told.do("a", enough=True)
    assert told.order() == "a p z"
    assert told.ended


def test_a_called_process_runs_in_its_turn(told: Told) -> None:
    told.begin("s a k z e", call("k", "called"), beside=process(draw("qs c1 c2 qe"), "called"))
    assert told.order() == "a c1 c2 k z"
    assert told.ended


def test_subprocesses_side_by_side_take_turns(told: Told) -> None:
    told.begin(
        "s g, g p j, g q j, j z e",
        gateways("parallel", "g j"),
        subprocess("p", "is a b ie"),
        subprocess("q", "ks c d ke"),
    )
    assert told.order() == "a c b d p q z"
    assert told.ended
