"""Sealing: what is committed is closed by a keyed seal, and the seals form one chain, whoever makes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from engine import history, seal, tables, verify
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LI = Actor("li")
KEY = b"a key of thirty-two bytes, no less"


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    store = Store(database_url)
    tables.metadata.create_all(store.database)
    yield Environment(store, clock=TravelClock(START), seal_key=KEY)
    store.close()


def _note(environment: Environment, *streams: str) -> None:
    def work(tx) -> None:
        for stream in streams:
            tx.record(stream, "noted")

    environment.run(LI, work)


def _seals(environment: Environment) -> list:
    with environment.read() as connection:
        return list(connection.execute(select(tables.seal).order_by("n")))


def _streams(environment: Environment) -> dict[str, tuple[int, int]]:
    with environment.read() as connection:
        return {row.id: (row.length, row.sealed) for row in connection.execute(select(tables.stream))}


def test_nothing_new_needs_no_seal(environment: Environment) -> None:
    assert seal.seal(environment) == 0
    assert seal.anchor(environment) == {"seal": 0, "mac": history.GENESIS}


def test_a_seal_covers_what_is_new_in_every_stream(environment: Environment) -> None:
    _note(environment, "case:1", "case:1", "case:2")
    assert seal.seal(environment) == 2
    _note(environment, "case:1", "identity")
    environment.clock.travel(timedelta(seconds=1))
    assert seal.seal(environment) == 2
    assert seal.seal(environment) == 0

    first, second = _seals(environment)
    assert [(head[0], head[1], head[3]) for head in orjson.loads(first.heads)] == [("case:1", 2, 0), ("case:2", 1, 0)]
    assert [(head[0], head[1], head[3]) for head in orjson.loads(second.heads)] == [
        ("case:1", 3, 2),
        ("identity", 1, 0),
    ]
    assert _streams(environment) == {"case:1": (3, 3), "case:2": (1, 1), "identity": (1, 1)}
    assert seal.anchor(environment) == {
        "seal": 2,
        "sealed_at": "2026-03-02T01:30:01.000000+00:00",
        "mac": second.mac,
    }
    assert verify.verify(environment).ok


def test_many_streams_are_sealed_in_batches(environment: Environment) -> None:
    _note(environment, *(f"case:{n}" for n in range(seal.BATCH + 1)))
    assert seal.seal(environment) == seal.BATCH + 1
    assert [len(orjson.loads(row.heads)) for row in _seals(environment)] == [seal.BATCH, 1]


def test_without_a_key_nothing_is_sealed(environment: Environment) -> None:
    _note(environment, "case:1")
    environment.seal_key = b""
    with pytest.raises(seal.NoKey, match="Expected a key"):
        seal.seal(environment)
    assert _streams(environment) == {"case:1": (1, 0)}


def test_several_sealers_make_one_chain_beside_writers(environment: Environment) -> None:
    writing = threading.Barrier(6, timeout=20)
    errors: list[BaseException] = []

    def repeat(work, *args) -> None:
        writing.wait()
        try:
            for _ in range(15):
                work(environment, *args)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=repeat, args=(_note, f"case:{n}", "identity")) for n in range(3)]
    threads += [threading.Thread(target=repeat, args=(seal.seal,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal.seal(environment)

    assert errors == []
    assert [row.n for row in _seals(environment)] == list(range(1, len(_seals(environment)) + 1))
    assert _streams(environment) == {"case:0": (15, 15), "case:1": (15, 15), "case:2": (15, 15), "identity": (45, 45)}
    assert verify.verify(environment).ok
