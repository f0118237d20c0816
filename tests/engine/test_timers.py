"""Timers: rows that fire once, in order, and can be moved, stopped and revived by key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from support.diagrams import NAMES, border, catch, property_, script
from support.engine import START, Story, chain, diagram, process, timer, user

from engine import definitions, instances, scheduler, tables, timers
from engine.environment import SYSTEM, Limits

LONG_AGO = '="R/2000-01-01T00:00:00Z/PT1M"'
KEYED = property_("timerKey", "clock:x")


def waiting(text: str, kind: str = "duration", extensions: str = "") -> bytes:
    return diagram(process(chain(("t", catch("t", timer(kind, text), extensions)), ("z", user("z")))), extra=NAMES)


def test_a_timer_that_another_node_has_fired_or_moved_is_left(story: Story) -> None:
    story.deploy(waiting("PT1H"))
    root = story.start()
    (row,) = story.rows(tables.timer)
    story.clock.travel(timedelta(hours=1))
    for change in ({"due_at": START + timedelta(hours=9)}, {"due_at": START, "stopped_at": START}):
        story.run(lambda tx, change=change: tx.connection.execute(update(tables.timer).values(**change)))
        assert story.run(lambda tx: timers._fire(tx, row.id, root), by=SYSTEM) is False
    assert story.run(lambda tx: timers._fire(tx, "gone", root), by=SYSTEM) is False
    assert story.open() == []


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_busy_tree_is_left_for_the_next_look(story: Story) -> None:
    story.deploy(waiting("PT1H"))
    root = story.start()
    story.clock.travel(timedelta(hours=1))
    with story.environment.store.database.begin() as other:
        other.execute(tables.instance.select().where(tables.instance.c.id == root).with_for_update())
        assert timers.fire_due(story.environment) == 0
    assert timers.fire_due(story.environment) == 1


def test_a_timer_that_fired_while_we_waited_for_the_lock_is_a_lost_race(story: Story, monkeypatch: Any) -> None:
    story.deploy(waiting("PT1H", extensions=KEYED))
    story.start()
    attempts: list[str] = []

    def lock(tx: Any, root_id: str) -> None:
        attempts.append(root_id)
        if len(attempts) == 1:
            tx.connection.execute(tables.timer.delete())

    monkeypatch.setattr(timers, "lock", lock)
    assert story.run(lambda tx: timers.move(tx, "clock:x", "K-1", START)) == 1
    assert len(attempts) == 2


def test_a_timer_that_cannot_fire_is_put_off_and_the_others_fire(story: Story, monkeypatch: Any) -> None:
    story.deploy(waiting("=wait"))
    poisoned = story.start(wait=timedelta(hours=1))
    story.start(wait=timedelta(hours=2))
    original = timers._next_round

    def broken(tx: Any, row: Any) -> bool:
        if row.root_id == poisoned:
            raise ZeroDivisionError("broken")
        return original(tx, row)

    monkeypatch.setattr(timers, "_next_round", broken)
    assert story.travel(hours=3) == 1
    (left,) = story.rows(tables.timer)
    assert (left.root_id, left.due_at - story.clock.now()) == (poisoned, timers.PAUSE)
    assert story.facts("timer-failed")[0]["message"] == "broken"
    monkeypatch.undo()
    assert story.travel(minutes=5) == 1
    assert story.open() == ["z", "z"]


def test_a_timer_that_is_gone_needs_no_putting_off(story: Story, monkeypatch: Any) -> None:
    story.deploy(waiting("PT1H"))
    story.start()
    story.clock.travel(timedelta(hours=1))
    monkeypatch.setattr(timers, "_fire", lambda tx, timer_id, root_id: 1 / 0)
    with story.environment.store.database.begin() as connection:
        (row,) = connection.execute(tables.timer.select()).all()
        connection.execute(tables.timer.delete())
    assert timers._fire_alone(story.environment, row.id, row.root_id) is False
    assert story.history("timer-failed") == []


def test_timers_of_a_suspended_version_wait(story: Story) -> None:
    version = story.deploy(waiting("PT1H")).definitions["p"]
    story.start()
    story.run(lambda tx: definitions.suspend(tx, version))
    assert story.travel(hours=2) == 0
    story.run(lambda tx: definitions.activate(tx, version))
    assert story.travel(seconds=1) == 1


def test_rounds_that_were_missed_fire_one_after_the_other(story: Story) -> None:
    body = chain(("a", user("a"))) + border("r", "a", timer("cycle", "R/PT1H"), "note", False) + user("note")
    story.deploy(diagram(process(body)))
    story.start()
    assert story.travel(hours=3, minutes=1) == 3
    assert story.open() == ["a", "note", "note", "note"]
    (row,) = story.rows(tables.timer)
    assert (row.due_at, row.repeats) == (START + timedelta(hours=4), None)
    assert [fact["due"][11:16] for fact in story.facts("timer-fired")] == ["02:00", "03:00", "04:00"]


def test_an_interrupting_cycle_fires_once(story: Story) -> None:
    body = chain(("a", user("a"))) + border("r", "a", timer("cycle", "R5/PT1H"), "note") + user("note")
    story.deploy(diagram(process(body)))
    story.start()
    story.travel(hours=9)
    assert (story.open(), story.rows(tables.timer)) == (["note"], [])


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("duration", '=duration("P11Y")', "within 10 years"),
        ("cycle", '="R/PT1S"', "at least 60 seconds"),
        ("cycle", '="R/P0M"', "with a pause"),
        ("cycle", '="R2/2020-01-01T00:00:00Z/PT1H"', "is over"),
        ("date", '=date and time("9999-12-31T23:59:59-12:00")', "date and time"),
        ("cycle", '="sometimes"', "cycle like R3/PT1H"),
    ],
)
def test_a_timer_beyond_the_bounds_is_an_incident(story: Story, kind: str, text: str, said: str) -> None:
    story.deploy(waiting(text, kind))
    story.start()
    (incident,) = story.rows(tables.incident)
    assert said in incident.message
    assert scheduler.work(story.environment) == 0


def test_an_endless_cycle_that_began_long_ago_does_not_catch_up(story: Story) -> None:
    body = (
        chain(("a", user("a")))
        + border("r", "a", timer("cycle", '="R/2000-01-01T00:00:00Z/PT1M"'), "n", False)
        + user("n")
    )
    story.deploy(diagram(process(body)))
    story.start()
    assert story.travel(minutes=2) == 3  # at once, and after one and two minutes


def test_keys_are_found_by_their_beginning(story: Story) -> None:
    story.deploy(waiting("PT1H", extensions=property_("timerKey", "=which")))
    for which in ("clock:a%", "clock:ab", "other"):
        story.start(which=which)
    assert story.run(lambda tx: timers.keys(tx, "clock:", "K-1")) == ["clock:a%", "clock:ab"]
    assert story.run(lambda tx: timers.keys(tx, "clock:a%", "K-1")) == ["clock:a%"]
    assert timers.next_due(story.environment) == START + timedelta(hours=1)
    assert story.run(lambda tx: timers.stop(tx, "nothing", "K-1")) == 0


def test_a_moved_timer_keeps_its_place_in_history(story: Story) -> None:
    story.deploy(waiting("PT1H", extensions=KEYED))
    story.start()
    at = datetime(2026, 5, 9, tzinfo=UTC)
    story.run(lambda tx: timers.move(tx, "clock:x", "K-1", at))
    story.run(lambda tx: timers.stop(tx, "clock:x", "K-1"))
    assert timers.next_due(story.environment) is None
    story.run(lambda tx: timers.revive(tx, "clock:x", "K-1", at))
    events = ("timer-set", "timer-moved", "timer-stopped", "timer-revived")
    assert story.history(*events) == [f"{kind} t" for kind in events]
    assert [story.facts(kind)[0]["new"] for kind in events[1:]] == [at.isoformat(), None, at.isoformat()]


def test_a_suspended_timer_is_not_the_next(story: Story) -> None:
    story.deploy(waiting("=wait"))
    first = story.start(wait=timedelta(hours=1))
    story.start(wait=timedelta(hours=2))
    story.run(lambda tx: instances.suspend(tx, first))
    assert timers.next_due(story.environment) == START + timedelta(hours=2)
    assert story.travel(hours=3) == 1
    assert timers.next_due(story.environment) is None
    story.run(lambda tx: instances.activate(tx, first))
    assert timers.next_due(story.environment) == START + timedelta(hours=1)


def test_an_instance_that_grows_too_large_does_not_stop_the_clock_of_others(story: Story) -> None:
    story.environment.limits = Limits(data_bytes=200)
    text = f'="{"x" * 300}"'
    body = chain(("t", catch("t", timer("duration", "=wait"))), ("s", script("s", text, "big")), ("z", user("z")))
    small = chain(("v", catch("v", timer("duration", "PT3H"))), ("y", user("y")), prefix="g")
    story.deploy(diagram(process(body), process(small, "small")))
    story.start(wait=timedelta(hours=1))
    story.start("small")
    assert story.travel(hours=4) == 1
    assert "at most 200 bytes" in story.facts("timer-failed")[0]["message"]
    assert story.open() == ["y"]
