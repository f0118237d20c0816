"""Timers and due dates that follow a time which moves: told by the host function, without a key in the diagram."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.diagrams import NAMES, catch, property_
from support.engine import START, Story, chain, diagram, process, timer, user

from engine import feel, following, tables, timers
from engine.bundle import read
from engine.errors import Fault
from engine.functions import Followed, Functions
from engine.operations import Operations
from engine.tables import FAR

DUE = START + timedelta(days=2)


def tide(times: dict[str, datetime], stopped: bool = False) -> Any:
    """A host function whose times move: `tide("high").due`, `tide("high").at(0.5)`."""

    def function(host: Any, name: str) -> object:
        due = times.get(name)
        if due is None:
            return {"due": None}
        key = f"tide:{name}"

        def at(arguments: list[Any], run: Any) -> object:
            moment = host.now + (due - host.now) * float(arguments[0])
            return feel.to_feel(host.follow(name, f"{key}:{arguments[0]}", moment, stopped=stopped), run.zone)

        return {"due": host.follow(name, key, due, stopped=stopped), "at": feel.Function("at", ("share",), at)}

    return function


def know(story: Story, times: dict[str, datetime], **options: Any) -> None:
    story.environment.functions.function("tide", ("name",), ("high", "low"))(tide(times, **options))


def flow(expression: str, extensions: str = "") -> bytes:
    waits = catch("t", timer("date", expression), extensions)
    return diagram(process(chain(("t", waits), ("a", user("a")))), extra=NAMES)


def test_a_timer_takes_the_key_of_what_its_time_names(story: Story) -> None:
    know(story, {"high": DUE})
    story.deploy(flow('=tide("high").at(0.5)'))
    story.start()
    (row,) = story.rows(tables.timer)
    assert (row.key, row.due_at, row.stopped_at) == ("tide:high:0.5", START + timedelta(days=1), None)
    assert story.facts("timer-set")[0]["key"] == "tide:high:0.5"
    assert story.run(lambda tx: timers.move(tx, "tide:high:0.5", "K-1", DUE)) == 1
    story.travel_to(DUE)
    assert story.open() == ["a"]


def test_a_task_takes_it_too_and_the_whole_time_its_own(story: Story) -> None:
    know(story, {"high": DUE})
    story.deploy(diagram(process(chain(("a", user("a", due_date('tide("high").due')))))))
    story.start()
    (row,) = story.rows(tables.task)
    assert (row.due_key, row.due_at) == ("tide:high", DUE)


def due_date(expression: str) -> str:
    text = expression.replace('"', "&quot;")
    return f'camunda:candidateGroups="clerks" camunda:dueDate="={text}"'


def test_what_stands_still_waits_until_it_is_revived(story: Story) -> None:
    know(story, {"high": DUE}, stopped=True)
    body = chain(("t", catch("t", timer("date", '=tide("high").due'))), ("a", user("a", due_date('tide("high").due'))))
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    (row,) = story.rows(tables.timer)
    assert (row.due_at, row.stopped_at) == (DUE, START)
    story.travel_to(DUE + timedelta(days=1))
    assert story.open() == []
    story.run(lambda tx: timers.revive(tx, "tide:high", "K-1", DUE))
    story.travel(seconds=1)
    assert story.open() == ["a"]
    assert story.rows(tables.task)[0].due_at == FAR


def test_a_key_of_the_diagram_goes_first(story: Story) -> None:
    know(story, {"high": DUE})
    text = '=tide("high").due - duration("PT1H")'
    story.deploy(flow(text, property_("timerKey", "mine")))
    story.start()
    (row,) = story.rows(tables.timer)
    assert (row.key, row.due_at) == ("mine", DUE - timedelta(hours=1))


def test_a_time_that_is_changed_on_the_way_is_an_incident_and_never_a_time_that_stays(story: Story) -> None:
    know(story, {"high": DUE})
    body = chain(("a", user("a", due_date('max([tide("high").due, now() + duration("P9D")])'))))
    story.deploy(diagram(process(body)))
    story.start()
    (row,) = story.rows(tables.incident)
    assert row.message == "Expected a time of high as it is, but the expression changes it"


def test_two_things_cannot_be_followed_at_once() -> None:
    two = [Followed(name, name, DUE, False) for name in ("low", "high")]
    with pytest.raises(Fault, match="it follows high, low"):
        following.choose(two, DUE)
    assert following.choose([], DUE) is None
    assert following.choose(two[:1], DUE) == two[0]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('tide("high").at(0.5)', []),
        ('if now() > tide("high").due then null else tide("high").due', []),
        ("tide(name).due", []),
        ('tide("spring").due', ["'tide' does not know spring"]),
        (
            'min(tide("low").due, tide("high").due)',
            ["The time follows two things, high, low, and can move with one only"],
        ),
        (
            'tide("high").due - duration("PT1H")',
            ["The time is computed from one that moves, and would not move with it"],
        ),
    ],
)
@pytest.mark.parametrize("place", ["timer", "task"])
def test_lint_tells_what_would_not_move(expression: str, found: list[str], place: str) -> None:
    functions = Functions()
    functions.function("tide", ("name",), ("high", "low"))(tide({}))
    waits = ("x", catch("x", timer("date", f"={expression.replace('>', '&gt;')}")))
    does = ("x", user("x", due_date(expression.replace(">", "&gt;"))))
    content = diagram(process(chain(waits if place == "timer" else does)), extra=NAMES)
    _, findings = read({"d.bpmn": content}, functions, Operations())
    told = [(one.element, one.message) for one in findings if one.rule == "timer"]
    assert told == [("x", text) for text in found]


def test_lint_lets_a_diagram_move_its_time_under_its_own_key() -> None:
    functions = Functions()
    functions.function("tide", ("name",), ("high", "low"))(tide({"high": datetime(2026, 1, 1, tzinfo=UTC)}))
    waits = catch("x", timer("date", '=tide("high").due - duration("PT1H")'), property_("timerKey", "mine"))
    content = diagram(process(chain(("x", waits))), extra=NAMES)
    assert [one for one in read({"d.bpmn": content}, functions, Operations())[1] if one.rule == "timer"] == []
