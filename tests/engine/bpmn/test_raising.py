"""Business errors: caught by the nearest border, through called processes, at once; never swallowed."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import (
    ERROR,
    NAMES,
    ONCE,
    OTHER,
    TERMINATE,
    border,
    call,
    fork,
    multiple,
    node,
    raising,
    service,
    subprocess,
)
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import messages, tables
from engine.environment import SYSTEM
from engine.errors import BpmnError, Rejected

ANY = "<bpmn:errorEventDefinition/>"


@pytest.fixture
def done(story: Story) -> list[str]:
    """Where the operation `note` ran; `fail` throws `broken`."""
    ran: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        ran.append(call.element_id)

    @story.environment.operations.operation("fail")
    def fail(call: Any) -> None:
        raise BpmnError("broken", "it broke")

    return ran


def outcomes(story: Story) -> list[str | None]:
    return [row.outcome for row in story.rows(tables.instance)]


def test_the_nearest_border_that_knows_the_code_catches(story: Story) -> None:
    inner = subprocess("in", raising("i", ERROR, ("a", user("a")))) + border("b1", "in", OTHER, "wrong") + user("wrong")
    outer = chain(("in", inner), prefix="o")
    body = chain(("out", subprocess("out", outer))) + border("b2", "out", ERROR, "right") + user("right")
    story.deploy(diagram(process(body), extra=NAMES))
    root = story.start()
    story.complete("a")
    assert story.open() == ["right"]
    assert story.variables(root) == {"errorCode": "broken", "errorMessage": ""}
    assert story.history("element-cancelled") == [
        "element-cancelled ie",
        "element-cancelled in",
        "element-cancelled out",
    ]
    story.complete("right")
    assert story.outcome(root) == "completed"


@pytest.mark.parametrize("definition", [ERROR, ANY])
def test_an_error_passes_two_calls_and_ends_both_at_once(story: Story, done: list[str], definition: str) -> None:
    """The third process throws while it still has something to do; nothing of that runs any more."""
    throwing = fork(("x", service("x", "fail")), ("n", service("n", "note")), ("m", service("m", "note")))
    third = process(throwing, "third")
    second = process(fork(("c2", call("c2", "third")), ("u", user("u")), prefix="v"), "second")
    body = chain(("c1", call("c1", "second"))) + border("b", "c1", definition, "fix") + user("fix")
    story.deploy(diagram(process(body), second, third, extra=NAMES))
    root = story.start()
    assert (done, story.open()) == ([], ["fix"])
    assert sorted(map(str, outcomes(story))) == ["None", "failed", "failed"]
    assert [fact["code"] for fact in story.facts("error-thrown")] == ["broken", "broken"]
    story.complete("fix")
    assert story.outcome(root) == "completed"


def test_an_error_that_no_caller_catches_is_an_incident_where_it_was_thrown(story: Story, done: list[str]) -> None:
    body = chain(("c1", call("c1", "q"))) + border("b", "c1", OTHER, "fix") + user("fix")
    story.deploy(diagram(process(body), process(chain(("x", service("x", "fail")), prefix="g"), "q"), extra=NAMES))
    story.start()
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.message) == ("x", "Nobody catches the error 'broken': it broke")
    assert outcomes(story) == [None, None]


def test_an_error_of_one_item_ends_all(story: Story) -> None:
    inner = subprocess("sp", raising("i", ERROR, ("a", user("a"))) + multiple("[1, 2, 3]"))
    body = chain(("sp", inner)) + border("b", "sp", ERROR, "fix") + user("fix")
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    assert story.open() == ["a", "a", "a"]
    story.complete("a", index=1)
    assert (story.open(), story.rows(tables.variable)[0].name) == (["fix"], "errorCode")
    assert len(story.rows(tables.variable)) == 2


def test_an_error_of_a_called_item_ends_the_other_calls(story: Story) -> None:
    called = process(raising("g", ERROR, ("a", user("a"))), "q")
    body = chain(("c", call("c", "q", inner=multiple("[1, 2, 3]")))) + border("b", "c", ERROR, "fix") + user("fix")
    story.deploy(diagram(process(body), called, extra=NAMES))
    story.start()
    story.complete("a")
    assert story.open() == ["fix"]
    assert sorted(map(str, outcomes(story))) == ["None", "cancelled", "cancelled", "failed"]


def test_a_border_timer_cancels_calls_inside_repetitions_inside_a_subprocess(story: Story) -> None:
    called = process(chain(("a", user("a")), prefix="g"), "q")
    inner = chain(("c", call("c", "q", inner=multiple("[1, 2]"))), prefix="i")
    late = border("late", "sp", timer("duration", "PT1H"), "esc") + user("esc")
    story.deploy(diagram(process(chain(("sp", subprocess("sp", inner))) + late), called))
    story.start()
    story.travel(hours=1)
    assert (story.open(), outcomes(story).count("cancelled")) == (["esc"], 2)
    assert story.rows(tables.timer) == []


def test_terminate_ends_its_own_level_only(story: Story) -> None:
    inner = fork(("a", user("a")), ("b", user("b")))
    inner = inner.replace('<bpmn:endEvent id="a_e"/>', node("endEvent", "a_e", TERMINATE))
    inner += border("late", "b", timer("duration", "PT1H"), "esc") + user("esc")
    story.deploy(diagram(process(chain(("sp", subprocess("sp", inner)), ("z", user("z"))))))
    root = story.start()
    story.complete("a")
    assert (story.open(), story.rows(tables.timer)) == (["z"], [])
    assert story.history("element-cancelled") == ["element-cancelled b"]
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_a_gateway_of_events_in_a_loop_waits_anew_each_round(story: Story) -> None:
    hour = node("intermediateCatchEvent", "t1", timer("duration", "PT1H"))
    message = node("intermediateCatchEvent", "m", '<bpmn:messageEventDefinition messageRef="M"/>')
    body = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="again"/><bpmn:eventBasedGateway id="g"/>'
        + hour
        + message
        + user("a")
        + '<bpmn:endEvent id="e"/>'
        + flow("1", "s", "again")
        + flow("2", "again", "g")
        + flow("3", "g", "t1")
        + flow("4", "g", "m")
        + flow("5", "t1", "a")
        + flow("6", "a", "again")
        + flow("7", "m", "e")
    )
    story.deploy(diagram(process(body), extra=NAMES))
    root = story.start()
    for _ in range(3):
        story.travel(hours=1)
        assert (story.open(), story.rows(tables.timer), story.rows(tables.subscription)) == (["a"], [], [])
        story.complete("a")
        assert (len(story.rows(tables.timer)), len(story.rows(tables.subscription))) == (1, 1)
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1"))
    assert story.outcome(root) == "completed"


def test_all_variables_may_be_handed_over_and_back(story: Story) -> None:
    everything = '<camunda:in variables="all"/><camunda:out variables="all"/>'
    called = process(chain(("a", user("a")), prefix="g"), "q")
    story.deploy(diagram(process(chain(("c", call("c", "q", everything)), ("z", user("z")))), called))
    root = story.start(x=1, y=2)
    child = next(row.id for row in story.rows(tables.instance) if row.id != root)
    assert story.variables(child) == {"x": "1", "y": "2"}
    story.complete("a", y=3, n=4)
    assert story.variables(root) == {"x": "1", "y": "3", "n": "4"}


def test_a_refusal_that_no_person_hears_is_tried_again(story: Story) -> None:
    @story.environment.operations.operation("check")
    def check(call: Any) -> None:
        raise Rejected("The dossier is incomplete")

    story.deploy(diagram(process(chain(("x", service("x", "check", ONCE))))))
    story.start(by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    assert "dossier" in incident.message
