"""What is thrown inside a process acts there at once: nothing of a cancelled scope runs any more, on whatever level."""

from __future__ import annotations

import pytest
from support.diagrams import (
    ERROR,
    MESSAGE,
    NAMES,
    SIGNAL,
    TERMINATE,
    border,
    boundary,
    call,
    catch,
    fork,
    multiple,
    node,
    service,
    subprocess,
)
from support.engine import AMY, Story, chain, flow, process, timer, user

from engine import incidents, tables
from engine.environment import SYSTEM

LATE = '<bpmn:escalationEventDefinition escalationRef="L"/>'
EXTRA = NAMES + '<bpmn:escalation id="L" escalationCode="late"/>'


def throwing(definition: str) -> str:
    """Two branches in a subprocess: one throws, the other would run a task right afterwards."""
    return fork(("t", node("intermediateThrowEvent", "t", definition)), ("n", service("n", "note")))


@pytest.mark.parametrize("definition", [SIGNAL, MESSAGE, LATE], ids=["signal", "message", "escalation"])
def test_who_is_cancelled_by_what_it_throws_runs_nothing_more(story: Story, noted: list[str], definition: str) -> None:
    body = chain(("sp", subprocess("sp", throwing(definition))), ("z", user("z")))
    body += border("b", "sp", definition, "after") + user("after")
    story.launch(body, extra=EXTRA)
    assert (noted, story.open()) == ([], ["after"])
    assert story.history("element-cancelled")[-1] == "element-cancelled sp"
    assert story.rows(tables.subscription) == story.rows(tables.delivery) == story.rows(tables.incident) == []


@pytest.mark.parametrize("definition", [SIGNAL, MESSAGE, LATE], ids=["signal", "message", "escalation"])
def test_also_from_a_called_process(story: Story, noted: list[str], definition: str) -> None:
    called = process(throwing(definition), "q")
    body = chain(("c", call("c", "q")), ("z", user("z"))) + border("b", "c", definition, "after") + user("after")
    root = story.launch(body, called, extra=EXTRA)
    assert (noted, story.open()) == ([], ["after"])
    assert {row.id: row.outcome for row in story.rows(tables.instance) if row.id != root}.popitem()[1] == "cancelled"
    story.complete("after")
    assert story.outcome(root) == "completed"


def test_a_message_inside_reaches_one_and_a_signal_all(story: Story) -> None:
    waiting = [(name, catch(name, MESSAGE if name < "c" else SIGNAL)) for name in "abcd"]
    body = fork(*waiting, ("x", chain_of_throws()))
    story.launch(body + user("late") + flow("l", "x2", "late"), extra=EXTRA)
    left = story.history("element-left")
    assert left == ["element-left a", "element-left c", "element-left d"]
    assert story.history("message-received", "signal-received") == [
        "message-received a",
        "signal-received c",
        "signal-received d",
    ]
    assert [row.element_id for row in story.rows(tables.subscription)] == ["b"]


def chain_of_throws() -> str:
    thrown = node("intermediateThrowEvent", "x", MESSAGE) + node("intermediateThrowEvent", "x2", SIGNAL)
    return thrown + flow("xx", "x", "x2")


def test_a_signal_reaches_other_processes_too_and_its_own_only_once(story: Story) -> None:
    throws = chain(("k", node("intermediateThrowEvent", "k", SIGNAL)), ("w", catch("w", SIGNAL)), prefix="g")
    waits = chain(("v", catch("v", SIGNAL)), ("z", user("z")))
    story.launch(waits, process(throws, "q"), extra=EXTRA)
    root = story.start("q")
    assert story.open() == ["z"]
    assert story.outcome(root) is None  # a signal is not kept for who comes later
    story.signal("alarm")
    assert story.outcome(root) == "completed"


def test_a_terminate_end_ends_its_subprocess_at_once(story: Story, noted: list[str]) -> None:
    inner = fork(("t", node("task", "t"), TERMINATE), ("n", user("n")), ("m", service("m", "note")))
    story.launch(chain(("sp", subprocess("sp", inner)), ("z", user("z"))))
    assert (noted, story.open()) == (["m"], ["z"])


def test_an_uncaught_error_ends_its_scope_and_waits_as_an_incident(story: Story, noted: list[str]) -> None:
    inner = fork(("a", user("a")), ("x", node("task", "x"), ERROR))
    body = fork(("sp", subprocess("sp", inner)), ("beside", user("beside")), prefix="o")
    story.launch(body, extra=EXTRA)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, story.open()) == ("x_e", ["beside"])
    assert "Nobody catches the error 'broken'" in incident.message
    story.run(lambda tx: incidents.resolve(tx, incident.id, "settled by hand"), by=SYSTEM)
    assert story.history("element-left")[-1] == "element-left sp"


def test_an_uncaught_error_of_one_item_lets_its_repetition_go_on_when_it_is_resolved(story: Story) -> None:
    inner = chain(("a", user("a")), prefix="i", end=ERROR)
    sp = subprocess("sp", inner + multiple("[1, 2]"))
    story.launch(chain(("sp", sp), ("z", user("z"))), extra=EXTRA)
    story.complete("a")
    assert story.open() == ["a"]
    story.complete("a")
    for incident in story.rows(tables.incident):
        story.run(lambda tx, one=incident.id: incidents.resolve(tx, one, "settled"), by=SYSTEM)
    assert story.open() == ["z"]


def test_an_escalation_that_nobody_catches_lets_the_process_go_on(story: Story) -> None:
    body = chain(("x", node("intermediateThrowEvent", "x", LATE)), ("z", user("z")))
    story.launch(body, extra=EXTRA)
    assert story.open() == ["z"]
    assert story.history("escalation-thrown", "escalation-uncaught") == ["escalation-thrown x", "escalation-uncaught x"]


def test_an_escalation_without_interruption_runs_beside_through_several_levels(story: Story) -> None:
    called = process(chain(("x", node("intermediateThrowEvent", "x", LATE)), ("w", user("w")), prefix="g"), "q")
    inner = chain(("c", call("c", "q")), prefix="i")
    body = chain(("sp", subprocess("sp", inner)), ("z", user("z")))
    body += (
        boundary("b", "sp", LATE, False) + user("told", 'camunda:assignee="=escalationCode"') + flow("b1", "b", "told")
    )
    story.launch(body, called, extra=EXTRA)
    assert story.open() == ["told", "w"]
    assert story.task("told").assignee == "late"


def test_of_several_levels_the_nearest_catches_and_a_code_goes_before_none(story: Story) -> None:
    anything = "<bpmn:errorEventDefinition/>"
    inner = chain(("a", node("task", "a")), prefix="i", end=ERROR)
    middle = chain(("sp", subprocess("sp", inner)), prefix="m")
    body = chain(("outer", subprocess("outer", middle + borders("sp", anything, ERROR))), ("z", user("z")))
    body += border("far", "outer", ERROR, "wrong") + user("wrong")
    story.launch(body, extra=EXTRA)
    assert story.open() == ["right"]


def borders(host: str, first: str, second: str) -> str:
    return border("b1", host, first, "any") + user("any") + border("b2", host, second, "right") + user("right")


def test_borders_of_two_levels_that_are_due_together_fire_in_their_order(story: Story) -> None:
    hour = timer("duration", "PT1H")
    inner = chain(("a", user("a")), prefix="i") + border("near", "a", hour, "soon") + user("soon")
    body = chain(("sp", subprocess("sp", inner)), ("z", user("z"))) + border("far", "sp", hour, "later") + user("later")
    story.launch(body, by=AMY)
    story.travel(hours=1)
    assert story.open() == ["later"]
    assert story.rows(tables.timer) == []
