"""A command: everything it writes is committed with its history, or not at all."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, insert, select

from engine import tables
from engine.clock import TravelClock
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.store import LostRace, Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LI = Actor("li", frozenset({"intake"}))


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    yield Environment(store, clock=TravelClock(START))
    store.close()


def _write(tx: Transaction, key: str) -> None:
    row = {"key": key, "element_id": "Begin", "position": 0, "kind": "message", "name": key}
    tx.connection.execute(insert(tables.start_event), row)
    tx.record("deployment", "noted", name=key)


def _state(environment: Environment) -> list[str]:
    with environment.read() as connection:
        return list(connection.execute(select(tables.start_event.c.name).order_by("name")).scalars())


def _history(environment: Environment) -> list[Any]:
    with environment.read() as connection:
        return list(connection.execute(select(tables.event).order_by(tables.event.c.seq)))


def _names(environment: Environment) -> list[str]:
    return [orjson.loads(row.body)["name"] for row in _history(environment)]


def test_state_and_history_are_committed_together(environment: Environment) -> None:
    assert environment.run(LI, lambda tx: _write(tx, "a") or "done") == "done"
    assert _state(environment) == _names(environment) == ["a"]


def test_an_error_leaves_neither_state_nor_history(environment: Environment) -> None:
    def work(tx: Transaction) -> None:
        _write(tx, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        environment.run(LI, work)
    assert _state(environment) == _history(environment) == []
    with environment.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.stream)).scalar_one() == 0


def test_a_command_that_was_tried_again_is_recorded_once(environment: Environment) -> None:
    attempts: list[Transaction] = []

    def work(tx: Transaction) -> None:
        attempts.append(tx)
        _write(tx, "a")
        if len(attempts) < 3:
            raise LostRace

    environment.run(LI, work)
    assert len(attempts) == 3
    assert _state(environment) == _names(environment) == ["a"]


def test_a_failed_savepoint_takes_its_events_with_it(environment: Environment) -> None:
    def work(tx: Transaction) -> None:
        _write(tx, "a")
        tx.locked.add("root-1")
        tx.deliveries.append("d-1")
        with contextlib.suppress(ZeroDivisionError), tx.savepoint():
            _write(tx, "b")
            tx.locked.add("root-2")
            tx.deliveries.append("d-2")
            raise ZeroDivisionError
        with tx.savepoint():
            _write(tx, "c")
        assert tx.locked == {"root-1"}
        assert tx.deliveries == ["d-1"]

    environment.run(LI, work)
    assert _state(environment) == _names(environment) == ["a", "c"]


def test_an_event_says_who_when_for_whom_and_why(environment: Environment) -> None:
    actor = Actor("li", on_behalf_of="wang", reason="on leave")

    def work(tx: Transaction) -> None:
        tx.record(
            "case:1", "task-assigned", instance="i", definition="d", element="Review", task="t", old=None, new="zhao"
        )
        tx.record("case:1", "closed", why="withdrawn")

    environment.run(actor, work)
    first, second = _history(environment)
    assert (first.actor, first.on_behalf_of, first.at, first.kind) == ("li", "wang", START, "task-assigned")
    assert (first.instance_id, first.definition_id, first.element_id, first.task_id) == ("i", "d", "Review", "t")
    assert orjson.loads(first.body) == {"old": None, "new": "zhao", "why": "on leave"}
    assert orjson.loads(second.body) == {"why": "withdrawn"}


def test_time_stands_still_within_a_command(environment: Environment) -> None:
    def work(tx: Transaction) -> None:
        _write(tx, "a")
        environment.clock.travel(timedelta(hours=1))
        _write(tx, "b")

    environment.run(SYSTEM, work)
    assert [row.at for row in _history(environment)] == [START, START]
    assert {row.actor for row in _history(environment)} == {"system"}


def test_a_command_without_events_writes_no_history(environment: Environment) -> None:
    environment.run(LI, lambda tx: None)
    assert _history(environment) == []


def test_deliveries_follow_after_the_commit(environment: Environment) -> None:
    delivered: list[tuple[str, list[str]]] = []
    environment.deliver = lambda house, delivery: delivered.append((delivery, _state(house)))

    def work(tx: Transaction) -> None:
        tx.deliveries += ["d-1", "d-2"]
        _write(tx, "a")

    environment.run(LI, work)
    assert delivered == [("d-1", ["a"]), ("d-2", ["a"])]


def test_a_delivery_that_fails_does_not_undo_the_command(environment: Environment, caplog) -> None:
    def fail(house: Environment, delivery: str) -> None:
        raise ZeroDivisionError

    environment.deliver = fail
    environment.run(LI, lambda tx: tx.deliveries.append("d-1") or _write(tx, "a"))
    assert _state(environment) == ["a"]
    assert "delivery d-1 failed and will be tried again" in caplog.text


def test_a_command_that_fails_delivers_nothing(environment: Environment) -> None:
    delivered: list[str] = []
    environment.deliver = lambda house, delivery: delivered.append(delivery)

    def work(tx: Transaction) -> None:
        tx.deliveries.append("d-1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        environment.run(LI, work)
    assert delivered == []


def test_commands_that_write_the_same_streams_in_other_orders_all_succeed(environment: Environment) -> None:
    def work(*streams: str) -> None:
        for _ in range(10):
            environment.run(LI, lambda tx: [tx.record(stream, "noted") for stream in streams])

    threads = [threading.Thread(target=work, args=order) for order in (("a", "b"), ("b", "a"), ("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with environment.read() as connection:
        lengths = connection.execute(select(tables.stream.c.id, tables.stream.c.length).order_by("id")).all()
    assert [tuple(row) for row in lengths] == [("a", 40), ("b", 40)]
