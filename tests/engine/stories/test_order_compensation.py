"""The order of compensation: the last completed is undone first, one after the other."""

from __future__ import annotations

import pytest
from support.diagrams import property_, times
from support.engine import user
from support.orders import (
    START_EVENT,
    Told,
    ends,
    event,
    flows,
    gateway,
    inner,
    on_event,
    person,
    subprocess,
    tasks,
    throw,
    undo,
    users,
)


def test_everything_completed_is_undone_in_reverse_order(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("a b")
        + undo("a")
        + undo("b")
        + throw("x", "compensate")
        + tasks("z")
        + ends("e")
        + flows("s a b x z e"),
    )
    told.do("a", "b")
    assert told.order() == "a b undo_b undo_a z"
    assert told.ended


def test_the_order_is_that_of_completion_not_of_the_drawing(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + users("a b")
        + undo("a")
        + undo("b")
        + tasks("z")
        + throw("x", "compensate")
        + ends("e")
        + flows("s g, g a j, g b j, j x z e"),
    )
    told.do("b", "a")
    assert told.order() == "b a undo_a undo_b z"
    assert told.ended


def test_handlers_of_people_come_one_after_the_other(told: Told) -> None:
    told.begin(
        START_EVENT
        + users("a b")
        + person("a")
        + person("b")
        + throw("x", "compensate")
        + tasks("z")
        + ends("e")
        + flows("s a b x z e"),
    )
    told.do("a", "b")
    assert told.open() == ["undo_b"]
    told.do("undo_b")
    assert told.open() == ["undo_a"]
    told.do("undo_a")
    assert told.order() == "a b undo_b undo_a z"
    assert told.ended


def test_only_what_is_named_is_undone(told: Told) -> None:
    told.begin(
        START_EVENT
        + tasks("a b z")
        + undo("a")
        + undo("b")
        + throw("x", "compensate", "a")
        + ends("e", "compensate")
        + flows("s a b x z e"),
    )
    assert told.order() == "a b undo_a z undo_b"  # what was undone is forgotten
    assert told.ended


def test_what_has_not_completed_is_not_undone(told: Told) -> None:
    told.begin(
        START_EVENT
        + gateway("parallel", "g")
        + gateway("parallel", "j")
        + users("a b")
        + undo("a")
        + undo("b")
        + throw("x", "compensate")
        + tasks("z")
        + ends("e")
        + flows("s g, g a x j, g b j, j z e"),
    )
    told.do("a")
    assert told.order() == "a undo_a"
    told.do("b")
    assert told.order() == "a undo_a b z"
    assert told.ended


def test_each_item_of_a_repetition_is_undone(told: Told) -> None:
    repeated = f'<bpmn:task id="a">{times(3, True)}</bpmn:task>'
    told.begin(
        START_EVENT
        + repeated
        + undo("a")
        + tasks("b")
        + undo("b")
        + throw("x", "compensate")
        + ends("e")
        + flows("s a b x e")
    )
    assert told.order() == "a a a b undo_b undo_a undo_a undo_a"
    assert told.ended


def test_a_subprocess_is_undone_by_its_own_handler(told: Told) -> None:
    body = inner("i", tasks("a b") + undo("a") + undo("b"), "is a b ie")
    told.begin(
        START_EVENT
        + subprocess("p", body)
        + undo("p")
        + throw("x", "compensate")
        + tasks("z")
        + ends("e")
        + flows("s p x z e"),
    )
    assert told.order() == "a b p undo_p z"
    assert told.ended


def test_a_subprocess_without_handler_is_undone_from_inside(told: Told) -> None:
    body = inner("i", tasks("a b") + undo("a") + undo("b"), "is a b ie")
    told.begin(
        START_EVENT
        + tasks("f g z")
        + undo("f")
        + undo("g")
        + subprocess("p", body)
        + throw("x", "compensate")
        + ends("e")
        + flows("s f p g x z e"),
    )
    assert told.order() == "f a b p g undo_g undo_b undo_a undo_f z"
    assert told.ended


def test_a_subprocess_is_undone_by_its_event_subprocess(told: Told) -> None:
    handler = on_event("v", event("compensate"), tasks("h") + ends("ve") + flows("v_s h ve"))
    body = inner("i", tasks("a b") + undo("a") + undo("b") + handler, "is a b ie")
    told.begin(
        START_EVENT + subprocess("p", body) + throw("x", "compensate") + tasks("z") + ends("e") + flows("s p x z e"),
    )
    assert told.order() == "a b p h z"
    assert told.ended


def test_an_error_is_repaired_by_undoing_what_was_done_in_the_scope(told: Told) -> None:
    repair = on_event(
        "v", event("error", "E"), tasks("h") + throw("y", "compensate") + ends("ve") + flows("v_s h y ve")
    )
    body = inner("i", users("a") + undo("a") + ends("ix", "error", "E") + repair, "is a ix").replace(
        '<bpmn:endEvent id="ie"/>', ""
    )
    told.begin(START_EVENT + subprocess("p", body) + tasks("z") + ends("e") + flows("s p z e"))
    told.do("a")
    assert told.order() == "a h undo_a p z"
    assert told.ended


@pytest.mark.parametrize(("kind", "reference"), [("error", "E"), ("message", "M"), ("escalation", "C")])
def test_an_event_subprocess_that_undoes_begins_only_with_its_own_event(told: Told, kind: str, reference: str) -> None:
    repair = on_event(
        "v", event(kind, reference), tasks("h") + throw("y", "compensate") + ends("ve") + flows("v_s h y ve")
    )
    told.begin(
        START_EVENT
        + subprocess("p", inner("i", tasks("a") + repair, "is a ie"))
        + tasks("z")
        + throw("x", "compensate")
        + ends("e")
        + flows("s p x z e"),
    )
    assert told.order() == "a p z"
    assert told.ended


def test_what_is_undone_sees_what_its_activity_saw(told: Told) -> None:
    """Each item of a repetition is remembered with its own variables, the loop counter among them."""
    seen = f"<bpmn:extensionElements>{property_('dueKey', '=string(loopCounter)')}</bpmn:extensionElements>"
    handler = user("undo_a", 'isForCompensation="true" camunda:candidateGroups="clerks"', seen)
    told.begin(
        START_EVENT
        + f'<bpmn:task id="a">{times(2, True)}</bpmn:task>'
        + undo("a", handler)
        + throw("x", "compensate")
        + ends("e")
        + flows("s a x e"),
    )
    assert told.task("undo_a").due_key == "1"
    told.do("undo_a")
    assert told.task("undo_a").due_key == "0"
    told.do("undo_a")
    assert told.ended


@pytest.mark.parametrize(("named", "expected"), [("p", "a b p h undo_b z"), ("", "a b p h undo_b undo_a z")])
def test_an_undoing_of_a_subprocess_undoes_only_what_was_done_in_it(told: Told, named: str, expected: str) -> None:
    undoing = tasks("h") + throw("y", "compensate") + ends("ve") + flows("v_s h y ve")
    body = inner("i", tasks("b") + undo("b") + on_event("v", event("compensate"), undoing), "is b ie")
    told.begin(
        START_EVENT
        + tasks("a z")
        + undo("a")
        + subprocess("p", body)
        + throw("x", "compensate", named)
        + ends("e")
        + flows("s a p x z e"),
    )
    assert told.order() == expected
    assert told.ended
