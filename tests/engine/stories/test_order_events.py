"""The order of activities around events that wait: in the flow, at the border, one of several, all of several."""

from __future__ import annotations

import pytest
from support.orders import (
    START_EVENT,
    Told,
    at,
    ends,
    event,
    flows,
    inner,
    subprocess,
    tasks,
    users,
)

CONDITION = event("conditional", "x = 1")


@pytest.mark.parametrize(
    ("kind", "reference"), [("message", "M"), ("signal", "S"), ("timer", "PT1H"), ("conditional", "x = 1")]
)
@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_at_the_border(told: Told, kind: str, reference: str, interrupting: bool) -> None:
    told.begin(
        START_EVENT
        + subprocess("p", inner("i", users("a b"), "is a b ie"))
        + at("p", "on", event(kind, reference), interrupting)
        + tasks("late z")
        + ends("e e2")
        + flows("s p z e, on late e2"),
    )
    told.do("a")
    told.happen(kind, reference)
    assert told.order() == ("a -b -p late" if interrupting else "a late")
    if not interrupting:
        told.do("b")
        assert told.order() == "a late b p z"
    assert told.ended


@pytest.mark.parametrize(
    ("kind", "reference"), [("message", "M"), ("signal", "S"), ("timer", "PT1H"), ("conditional", "x = 1")]
)
def test_an_event_in_the_flow(told: Told, kind: str, reference: str) -> None:
    caught = f'<bpmn:intermediateCatchEvent id="on">{event(kind, reference)}</bpmn:intermediateCatchEvent>'
    told.begin(START_EVENT + tasks("a z") + caught + ends("e") + flows("s a on z e"))
    assert told.order() == "a"
    told.happen(kind, reference)
    assert told.order() == "a z"
    assert told.ended


def test_a_condition_that_holds_fires_at_once(told: Told) -> None:
    told.begin(
        START_EVENT + users("a") + at("a", "on", CONDITION) + tasks("late") + ends("e") + flows("s a e, on late e"),
        x=1,
    )
    assert told.order() == "-a late"
    assert told.ended


def test_a_condition_at_the_border_must_have_been_false_before_it_fires_again(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("a")
        + subprocess("p", inner("i", users("b c d"), "is b c d ie"))
        + at("p", "on", CONDITION, False)
        + tasks("seen z")
        + ends("e e2")
        + flows("s a p z e, on seen e2"),
    )
    told.do("a", x=0)
    told.do("b", x=1)
    assert told.order() == "a b seen"
    told.do("c", x=1)
    assert told.order() == "a b seen c"
    told.do("d", x=1)
    assert told.order() == "a b seen c d p z"
    assert told.ended


def test_a_condition_fires_again_after_it_was_false(told: Told) -> None:
    told.begin(
        START_EVENT
        + subprocess("p", inner("i", users("b c d f"), "is b c d f ie"))
        + at("p", "on", CONDITION, False)
        + tasks("seen z")
        + ends("e e2")
        + flows("s p z e, on seen e2"),
    )
    told.do("b", x=1)
    told.do("c", x=0)
    told.do("d", x=1)
    assert told.order() == "b seen c d seen"
    told.do("f", x=1)
    assert told.ended


def test_any_of_several_events(told: Told) -> None:
    both = event("message", "M") + event("signal", "S")
    told.begin(
        START_EVENT
        + f'<bpmn:intermediateCatchEvent id="on">{both}</bpmn:intermediateCatchEvent>'
        + tasks("z")
        + ends("e")
        + flows("s on z e"),
    )
    told.hear("signal", "S")
    assert told.order() == "z"
    assert told.ended


@pytest.mark.parametrize("order", [["message M", "signal S"], ["signal S", "message M"]])
def test_all_of_several_events_in_any_order(told: Told, order: list[str]) -> None:
    both = event("message", "M") + event("signal", "S")
    told.begin(
        START_EVENT
        + f'<bpmn:intermediateCatchEvent id="on" parallelMultiple="true">{both}</bpmn:intermediateCatchEvent>'
        + tasks("z")
        + ends("e")
        + flows("s on z e"),
    )
    first, second = (each.split(" ") for each in order)
    told.hear(*first)
    told.hear(*first)  # again does not help
    assert told.order() == ""
    told.hear(*second)
    assert told.order() == "z"
    assert told.ended
