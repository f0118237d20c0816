"""Incidents as a person handles them: noted, retried, settled by hand; the stages are in bpmn/test_parking.py."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import ONCE, border, call, fork, multiple, parameters, service, subprocess
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import incidents, tables
from engine.environment import SYSTEM, Actor
from engine.errors import NotFound


def only(story: Story) -> Any:
    (row,) = story.rows(tables.incident)
    return row


@pytest.fixture
def line(story: Story) -> list[str]:
    """The operation `call-out` fails until something is in the list."""
    up: list[str] = []

    @story.environment.operations.operation("call-out")
    def call_out(call: Any) -> None:
        if not up:
            raise OSError("the line is down")

    return up


def test_notes_replace_each_other_and_are_told(story: Story, line: list[str]) -> None:
    story.deploy(diagram(process(chain(("n", service("n", "call-out", ONCE))))))
    story.start()
    for text in ("asked the provider", "solved at noon"):
        story.run(lambda tx, text=text: incidents.annotate(tx, only(story).id, text))
    assert only(story).annotation == "solved at noon"
    told = [(fact.get("old"), fact["new"]) for fact in story.facts("incident-annotated")]
    assert told == [(None, "asked the provider"), ("asked the provider", "solved at noon")]
    assert (only(story).message, "OSError" in only(story).traceback) == (
        "The operation failed 1 times: the line is down",
        True,
    )


def test_a_retry_that_fails_again_is_a_new_incident(story: Story, line: list[str]) -> None:
    story.deploy(diagram(process(chain(("n", service("n", "call-out", ONCE)), ("z", user("z"))))))
    story.start()
    first = only(story).id
    story.run(lambda tx: incidents.retry(tx, first), by=SYSTEM)
    assert only(story).id != first
    line.append("up")
    story.run(lambda tx: incidents.retry(tx, only(story).id), by=Actor("ann", reason="the line is up"))
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])
    assert story.facts("incident-retried")[-1]["why"] == "the line is up"


def test_one_item_of_many_is_retried_alone(story: Story, line: list[str]) -> None:
    loop = multiple("[1, 2, 3]")
    story.deploy(diagram(process(chain(("n", service("n", "call-out", ONCE, inner=loop)), ("z", user("z"))))))
    story.start()
    assert len(story.rows(tables.incident)) == 3
    line.append("up")
    for left in (2, 1, 0):
        identity = story.rows(tables.incident)[0].id
        story.run(lambda tx, identity=identity: incidents.retry(tx, identity), by=SYSTEM)
        assert len(story.rows(tables.incident)) == left
    assert story.open() == ["z"]


def test_an_incident_goes_with_its_activity(story: Story, line: list[str]) -> None:
    late = border("late", "c", timer("duration", "PT1H"), "esc") + user("esc")
    called = process(chain(("n", service("n", "call-out", ONCE)), prefix="g"), "q")
    story.deploy(diagram(process(chain(("c", call("c", "q"))) + late), called))
    story.start()
    assert only(story).element_id == "n"
    story.travel(hours=1)
    assert (story.open(), story.rows(tables.incident)) == (["esc"], [])


UNSOUND = (
    '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="x" default="x2"/><bpmn:parallelGateway id="join"/>'
    + user("a")
    + user("b")
    + user("z")
    + '<bpmn:endEvent id="e"/>'
    + flow("j", "s", "x")
    + flow("x1", "x", "a", "left = true")
    + flow("x2", "x", "b")
    + flow("j1", "a", "join")
    + flow("j2", "b", "join")
    + flow("j3", "join", "z")
    + flow("j4", "z", "e")
)


def test_a_deadlock_is_an_incident_that_stays_one_until_it_is_settled(story: Story) -> None:
    story.deploy(diagram(process(UNSOUND)))
    root = story.start(left=True)
    story.complete("a")
    assert (only(story).kind, only(story).element_id) == ("join", "join")
    assert "can no longer come" in only(story).message
    story.run(lambda tx: incidents.retry(tx, only(story).id))
    assert only(story).kind == "join"
    story.run(lambda tx: incidents.resolve(tx, only(story).id, "the other one is not needed"))
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_settling_a_join_takes_those_along_that_came(story: Story) -> None:
    """Three ways lead to the join, two have come."""
    body = fork(("a", user("a")), ("b", user("b")), then="join") + (
        '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="je"/>'
        + user("z")
        + flow("j1", "join", "z")
        + flow("j2", "z", "loop")
        + '<bpmn:exclusiveGateway id="loop" default="j4"/>'
        + flow("j3", "loop", "join", "again = true")
        + flow("j4", "loop", "je")
    )
    story.deploy(diagram(process(body)))
    root = story.start()
    story.complete("a")
    story.complete("b")
    assert only(story).element_id == "join"
    story.run(lambda tx: incidents.resolve(tx, only(story).id, "drawn wrongly"))
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_a_deadlock_beside_a_border_that_catches_errors_is_seen(story: Story) -> None:
    error = '<bpmn:errorEventDefinition errorRef="E"/>'
    body = chain(("sp", f'<bpmn:subProcess id="sp">{UNSOUND}</bpmn:subProcess>')) + border("eb", "sp", error, "fix")
    story.deploy(diagram(process(body + user("fix")), extra='<bpmn:error id="E" errorCode="broken"/>'))
    story.start(left=True)
    story.complete("a")
    assert only(story).element_id == "join"


def test_a_parked_neighbour_is_no_deadlock(story: Story) -> None:
    @story.environment.functions.function("bad")
    def bad(host: Any) -> None:
        raise NotFound(what="register", id="1")

    inner = chain(("b", user("b")), prefix="i")
    sub = subprocess("sp", inner, parameters({"y": "=bad()"}))
    body = fork(("a", '<bpmn:task id="a"/>'), ("sp", sub), then="join") + (
        '<bpmn:parallelGateway id="join"/><bpmn:endEvent id="je"/>' + flow("j1", "join", "je")
    )
    story.deploy(diagram(process(body)))
    story.start(by=SYSTEM)
    assert only(story).element_id == "sp"
