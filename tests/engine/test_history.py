"""History: what is hashed, how chains grow, and that neither ever changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import history, tables
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
GOLDEN = "7e1c641f40a4446cadc9dc5c3cd2dd600ed65dc1897206cd00337c5d46a2e72a"
LI = Actor("li", on_behalf_of="wang", reason="on leave")


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    yield Environment(store, clock=TravelClock(START))
    store.close()


def _chain(environment: Environment, stream: str) -> list[tuple[int, str]]:
    event = tables.event
    with environment.read() as connection:
        rows = connection.execute(select(event.c.seq, event.c.hash).where(event.c.stream == stream).order_by("seq"))
        return [tuple(row) for row in rows]


def _head(environment: Environment, stream: str) -> tuple[int, str, int]:
    row = select(tables.stream.c.length, tables.stream.c.head, tables.stream.c.sealed)
    with environment.read() as connection:
        return tuple(connection.execute(row.where(tables.stream.c.id == stream)).one())


def test_the_hash_of_an_event_never_changes() -> None:
    values = (history.instant(START), "task-completed", "李", None, "i-1", None, "Review", "", '{"old":1}')
    assert history.digest(history.GENESIS, "case:1", 1, values) == GOLDEN


def test_nothing_and_empty_differ() -> None:
    assert history.digest("", "s", 1, [None]) != history.digest("", "s", 1, [""])


def test_text_cannot_move_from_one_field_to_the_next() -> None:
    assert history.digest("", "s", 1, ["ab", "c"]) != history.digest("", "s", 1, ["a", "bc"])


def test_an_instant_is_hashed_the_same_in_every_zone() -> None:
    shanghai = START.astimezone(timezone(timedelta(hours=8)))
    assert history.instant(shanghai) == history.instant(START) == "2026-03-02T01:30:00.000000+00:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), '"12.50"'),
        (Decimal("12.0"), "12"),
        (Decimal(2**70), f'"{2**70}"'),
        (timedelta(days=20, seconds=1), '"PT1728001S"'),
        (timedelta(milliseconds=1500), '"PT1.5S"'),
        ({"b", "a"}, '["a","b"]'),
        (b"\x00\xff", '"00ff"'),
        (date(2026, 3, 2), '"2026-03-02"'),
        (START, '"2026-03-02T01:30:00+00:00"'),
        ({"乙": 1, "a": None}, '{"a":null,"乙":1}'),
        (ValueError("x"), '"x"'),
    ],
)
def test_facts_become_canonical_json(value: object, text: str) -> None:
    assert history.canonical({"value": value}) == f'{{"value":{text}}}'


def test_events_are_numbered_and_chained_per_stream_over_commands(environment: Environment) -> None:
    def work(tx) -> None:
        tx.record("case:2", "opened", instance="i-2")
        tx.record("case:1", "opened")
        tx.record("case:2", "noted", element="Review", task="t-1", old=1, new=2)

    environment.run(LI, work)
    environment.run(LI, lambda tx: tx.record("case:2", "closed", why="done"))

    chain = _chain(environment, "case:2")
    assert [seq for seq, _ in chain] == [1, 2, 3]
    assert _head(environment, "case:2") == (3, chain[-1][1], 0)
    assert _head(environment, "case:1") == (1, _chain(environment, "case:1")[0][1], 0)


def test_each_event_can_be_hashed_again_from_what_is_stored(environment: Environment) -> None:
    for n in range(3):
        environment.run(
            LI, lambda tx, n=n: tx.record("case:1", "noted", instance="i", task="t", 编号=n, share=Decimal("0.5"))
        )
    previous = history.GENESIS
    with environment.read() as connection:
        for row in connection.execute(select(tables.event).order_by("seq")):
            values = (history.instant(row.at), *(getattr(row, name) for name in history.FIELDS[1:]))
            previous = history.digest(previous, row.stream, row.seq, values)
            assert row.hash == previous
            assert (row.actor, row.on_behalf_of, row.at) == ("li", "wang", START)


def test_two_commands_that_open_one_stream_at_once_both_succeed(environment: Environment) -> None:
    both = threading.Barrier(2, timeout=20)
    attempts: list[str] = []

    def work(tx) -> None:
        tx.record("case:1", "opened", by=threading.current_thread().name)
        attempts.append(threading.current_thread().name)
        if len(attempts) <= 2 and not environment.store.is_sqlite:
            both.wait()

    threads = [threading.Thread(target=environment.run, args=(LI, work)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seq for seq, _ in _chain(environment, "case:1")] == [1, 2]
