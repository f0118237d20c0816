"""The order of activities around events that wait: in the flow, at the border, one of several, all of several."""

from __future__ import annotations

import pytest
from support.orders import HEARD, Told, at, catch, subprocess, users

CONDITION = "conditional x = 1"


@pytest.mark.parametrize("event", HEARD)
@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_at_the_border(told: Told, event: str, interrupting: bool) -> None:
    told.begin("s p z e, on late e2", subprocess("p", "is a b ie", users("a b")), at("p", "on", event, interrupting))
    told.do("a")
    told.happen(event)
    assert told.order() == ("a -b -p late" if interrupting else "a late")
    if not interrupting:
        told.do("b")
        assert told.order() == "a late b p z"
    assert told.ended


@pytest.mark.parametrize("event", HEARD)
def test_an_event_in_the_flow(told: Told, event: str) -> None:
    told.begin("s a on z e", catch("on", event))
    assert told.order() == "a"
    told.happen(event)
    assert told.order() == "a z"
    assert told.ended


def test_a_condition_that_holds_fires_at_once(told: Told) -> None:
    told.begin("s a e, on late e", users("a"), at("a", "on", CONDITION), x=1)
    assert told.order() == "-a late"
    assert told.ended


def test_a_condition_at_the_border_must_have_been_false_before_it_fires_again(told: Told) -> None:
    body = subprocess("p", "is b c d ie", users("b c d"))
    told.begin("s a p z e, on seen e2", users("a"), body, at("p", "on", CONDITION, False))
    told.do("a", x=0)
    told.do("b", x=1)
    assert told.order() == "a b seen"
    told.do("c", x=1)
    assert told.order() == "a b seen c"
    told.do("d", x=1)
    assert told.order() == "a b seen c d p z"
    assert told.ended


def test_a_condition_fires_again_after_it_was_false(told: Told) -> None:
    body = subprocess("p", "is b c d f ie", users("b c d f"))
    told.begin("s p z e, on seen e2", body, at("p", "on", CONDITION, False))
    told.do("b", x=1)
    told.do("c", x=0)
    told.do("d", x=1)
    assert told.order() == "b seen c d seen"
    told.do("f", x=1)
    assert told.ended


def test_any_of_several_events(told: Told) -> None:
    told.begin("s on z e", catch("on", "message M", "signal S"))
    told.happen("signal S")
    assert told.order() == "z"
    assert told.ended


@pytest.mark.parametrize("order", [["message M", "signal S"], ["signal S", "message M"]])
def test_all_of_several_events_in_any_order(told: Told, order: list[str]) -> None:
    told.begin("s on z e", catch("on", "message M", "signal S", attributes='parallelMultiple="true"'))
    first, second = order
    told.happen(first)
    told.happen(first)  # again does not help
    assert told.order() == ""
    told.happen(second)
    assert told.order() == "z"
    assert told.ended
