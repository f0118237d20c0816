"""The order of compensation: the last completed is undone first, one after the other."""

from __future__ import annotations

import pytest
from support.diagrams import node, property_, times
from support.engine import user
from support.orders import UNDOING, Told, ends, gateways, on_event, person, subprocess, throw, undo, users

ALL = throw("x", "compensate")
REPAIR = throw("y", "compensate")
"""In an event subprocess: only what was done in the scope around it."""


def test_everything_completed_is_undone_in_reverse_order(told: Told) -> None:
    told.begin("s a b x z e", users("a b"), undo("a b"), ALL)
    told.do("a", "b")
    assert told.order() == "a b undo_b undo_a z"
    assert told.ended


def test_the_order_is_that_of_completion_not_of_the_drawing(told: Told) -> None:
    told.begin("s g, g a j, g b j, j x z e", gateways("parallel", "g j"), users("a b"), undo("a b"), ALL)
    told.do("b", "a")
    assert told.order() == "b a undo_a undo_b z"
    assert told.ended


def test_handlers_of_people_come_one_after_the_other(told: Told) -> None:
    told.begin("s a b x z e", users("a b"), person("a b"), ALL)
    told.do("a", "b")
    assert told.open() == ["undo_b"]
    told.do("undo_b")
    assert told.open() == ["undo_a"]
    told.do("undo_a")
    assert told.order() == "a b undo_b undo_a z"
    assert told.ended


def test_only_what_is_named_is_undone(told: Told) -> None:
    told.begin("s a b x z e", undo("a b"), throw("x", "compensate a"), ends("e", "compensate"))
    assert told.order() == "a b undo_a z undo_b"  # what was undone is forgotten
    assert told.ended


def test_what_has_not_completed_is_not_undone(told: Told) -> None:
    told.begin("s g, g a x j, g b j, j z e", gateways("parallel", "g j"), users("a b"), undo("a b"), ALL)
    told.do("a")
    assert told.order() == "a undo_a"
    told.do("b")
    assert told.order() == "a undo_a b z"
    assert told.ended


def test_each_item_of_a_repetition_is_undone(told: Told) -> None:
    told.begin("s a b x e", node("task", "a", times(3, True)), undo("a b"), ALL)
    assert told.order() == "a a a b undo_b undo_a undo_a undo_a"
    assert told.ended


def test_a_subprocess_is_undone_by_its_own_handler(told: Told) -> None:
    told.begin("s p x z e", subprocess("p", "is a b ie", undo("a b")), undo("p"), ALL)
    assert told.order() == "a b p undo_p z"
    assert told.ended


def test_a_subprocess_without_handler_is_undone_from_inside(told: Told) -> None:
    told.begin("s f p g x z e", undo("f g"), subprocess("p", "is a b ie", undo("a b")), ALL)
    assert told.order() == "f a b p g undo_g undo_b undo_a undo_f z"
    assert told.ended


def test_a_subprocess_is_undone_by_its_event_subprocess(told: Told) -> None:
    handler = on_event("v", "compensate", "v_s h ve")
    told.begin("s p x z e", subprocess("p", "is a b ie", undo("a b"), handler), ALL)
    assert told.order() == "a b p h z"
    assert told.ended


def test_an_error_is_repaired_by_undoing_what_was_done_in_the_scope(told: Told) -> None:
    repair = on_event("v", "error E", "v_s h y ve", REPAIR)
    told.begin("s p z e", subprocess("p", "is a ix", users("a"), undo("a"), ends("ix", "error E"), repair))
    told.do("a")
    assert told.order() == "a h undo_a p z"
    assert told.ended


@pytest.mark.parametrize("event", ["error E", "message M", "escalation C"])
def test_an_event_subprocess_that_undoes_begins_only_with_its_own_event(told: Told, event: str) -> None:
    told.begin("s p x z e", subprocess("p", "is a ie", on_event("v", event, "v_s h y ve", REPAIR)), ALL)
    assert told.order() == "a p z"
    assert told.ended


def test_what_is_undone_sees_what_its_activity_saw(told: Told) -> None:
    """Each item of a repetition is remembered with its own variables, the loop counter among them."""
    seen = f"<bpmn:extensionElements>{property_('dueKey', '=string(loopCounter)')}</bpmn:extensionElements>"
    handler = user("undo_a", f'{UNDOING} camunda:candidateGroups="clerks"', seen)
    told.begin("s a x e", node("task", "a", times(2, True)), undo("a", handler), ALL)
    assert told.task("undo_a").due_key == "1"
    told.do("undo_a")
    assert told.task("undo_a").due_key == "0"
    told.do("undo_a")
    assert told.ended


@pytest.mark.parametrize(("named", "expected"), [("p", "a b p h undo_b z"), ("", "a b p h undo_b undo_a z")])
def test_an_undoing_of_a_subprocess_undoes_only_what_was_done_in_it(told: Told, named: str, expected: str) -> None:
    undoing = on_event("v", "compensate", "v_s h y ve", REPAIR)
    told.begin(
        "s a p x z e", undo("a"), subprocess("p", "is b ie", undo("b"), undoing), throw("x", f"compensate {named}")
    )
    assert told.order() == expected
    assert told.ended
