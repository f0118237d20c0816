"""Business errors: caught by the nearest border, through called processes, at once; never swallowed."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import (
    ERROR,
    MESSAGE,
    NAMES,
    ONCE,
    OTHER,
    TERMINATE,
    border,
    call,
    catch,
    draw,
    fork,
    multiple,
    node,
    service,
    subprocess,
)
from support.engine import Story, chain, process, timer, user

from engine import tables
from engine.environment import SYSTEM
from engine.errors import Rejected

ANY = "<bpmn:errorEventDefinition/>"


def outcomes(story: Story) -> list[str | None]:
    return [row.outcome for row in story.rows(tables.instance)]


def test_the_nearest_border_that_knows_the_code_catches(story: Story) -> None:
    inner = (
        subprocess("in", chain(("a", user("a")), prefix="i", end=ERROR))
        + border("b1", "in", OTHER, "wrong")
        + user("wrong")
    )
    outer = chain(("in", inner), prefix="o")
    body = chain(("out", subprocess("out", outer))) + border("b2", "out", ERROR, "right") + user("right")
    root = story.launch(body, extra=NAMES)
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
def test_an_error_passes_two_calls_and_ends_both_at_once(story: Story, noted: list[str], definition: str) -> None:
    """The third process throws while it still has something to do; nothing of that runs any more."""
    throwing = fork(("x", service("x", "fail")), ("n", service("n", "note")), ("m", service("m", "note")))
    third = process(throwing, "third")
    second = process(fork(("c2", call("c2", "third")), ("u", user("u")), prefix="v"), "second")
    body = chain(("c1", call("c1", "second"))) + border("b", "c1", definition, "fix") + user("fix")
    root = story.launch(body, second, third, extra=NAMES)
    assert (noted, story.open()) == ([], ["fix"])
    assert sorted(map(str, outcomes(story))) == ["None", "failed", "failed"]
    assert [fact["code"] for fact in story.facts("error-thrown")] == ["broken", "broken"]
    story.complete("fix")
    assert story.outcome(root) == "completed"


def test_an_error_that_no_caller_catches_is_an_incident_where_it_was_thrown(story: Story, noted: list[str]) -> None:
    body = chain(("c1", call("c1", "q"))) + border("b", "c1", OTHER, "fix") + user("fix")
    story.launch(body, process(chain(("x", service("x", "fail")), prefix="g"), "q"), extra=NAMES)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.message) == ("x", "Nobody catches the error 'broken': it broke")
    assert outcomes(story) == [None, None]


def test_an_error_of_one_item_ends_all(story: Story) -> None:
    inner = subprocess("sp", chain(("a", user("a")), prefix="i", end=ERROR) + multiple("[1, 2, 3]"))
    body = chain(("sp", inner)) + border("b", "sp", ERROR, "fix") + user("fix")
    story.launch(body, extra=NAMES)
    assert story.open() == ["a", "a", "a"]
    story.complete("a", index=1)
    assert (story.open(), story.rows(tables.variable)[0].name) == (["fix"], "errorCode")
    assert len(story.rows(tables.variable)) == 2


def test_an_error_of_a_called_item_ends_the_other_calls(story: Story) -> None:
    called = process(chain(("a", user("a")), prefix="g", end=ERROR), "q")
    body = chain(("c", call("c", "q", inner=multiple("[1, 2, 3]")))) + border("b", "c", ERROR, "fix") + user("fix")
    story.launch(body, called, extra=NAMES)
    story.complete("a")
    assert story.open() == ["fix"]
    assert sorted(map(str, outcomes(story))) == ["None", "cancelled", "cancelled", "failed"]


def test_a_border_timer_cancels_calls_inside_repetitions_inside_a_subprocess(story: Story) -> None:
    called = process(chain(("a", user("a")), prefix="g"), "q")
    inner = chain(("c", call("c", "q", inner=multiple("[1, 2]"))), prefix="i")
    late = border("late", "sp", timer("duration", "PT1H"), "esc") + user("esc")
    story.launch(chain(("sp", subprocess("sp", inner))) + late, called)
    story.travel(hours=1)
    assert (story.open(), outcomes(story).count("cancelled")) == (["esc"], 2)
    assert story.rows(tables.timer) == []


def test_terminate_ends_its_own_level_only(story: Story) -> None:
    inner = fork(("a", user("a"), TERMINATE), ("b", user("b")))
    inner += border("late", "b", timer("duration", "PT1H"), "esc") + user("esc")
    root = story.launch(chain(("sp", subprocess("sp", inner)), ("z", user("z"))))
    story.complete("a")
    assert (story.open(), story.rows(tables.timer)) == (["z"], [])
    assert story.history("element-cancelled") == ["element-cancelled b"]
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_a_gateway_of_events_in_a_loop_waits_anew_each_round(story: Story) -> None:
    body = draw(
        "s again g, g t1 a again, g m e",
        node("exclusiveGateway", "again"),
        node("eventBasedGateway", "g"),
        catch("t1", timer("duration", "PT1H")),
        catch("m", MESSAGE),
        user("a"),
    )
    root = story.launch(body, extra=NAMES)
    for _ in range(3):
        story.travel(hours=1)
        assert (story.open(), story.rows(tables.timer), story.rows(tables.subscription)) == (["a"], [], [])
        story.complete("a")
        assert (len(story.rows(tables.timer)), len(story.rows(tables.subscription))) == (1, 1)
    story.publish("answered", business_key="K-1")
    assert story.outcome(root) == "completed"


def test_all_variables_may_be_handed_over_and_back(story: Story) -> None:
    everything = '<camunda:in variables="all"/><camunda:out variables="all"/>'
    called = process(chain(("a", user("a")), prefix="g"), "q")
    root = story.launch(chain(("c", call("c", "q", everything)), ("z", user("z"))), called, x=1, y=2)
    child = next(row.id for row in story.rows(tables.instance) if row.id != root)
    assert story.variables(child) == {"x": "1", "y": "2"}
    story.complete("a", y=3, n=4)
    assert story.variables(root) == {"x": "1", "y": "3", "n": "4"}


def test_a_refusal_that_no_person_hears_is_tried_again(story: Story) -> None:
    @story.environment.operations.operation("check")
    def check(call: Any) -> None:
        raise Rejected("The dossier is incomplete")

    story.launch(chain(("x", service("x", "check", ONCE))), by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    assert "dossier" in incident.message
