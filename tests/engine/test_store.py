"""The store: one place that begins and commits, lost races are tried again, and nothing is done twice unseen."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine import store as store_module
from engine.errors import EngineError
from engine.store import LostRace, OutcomeUnknown, Store

metadata = MetaData()
note = Table("note", metadata, Column("n", Integer, primary_key=True), Column("text", String(10)))
reply = Table("reply", metadata, Column("n", Integer, ForeignKey("note.n"), primary_key=True))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = _prepared(database_url)
    yield store
    store.close()


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Store]:
    store = _prepared(sqlite_url)
    yield store
    store.close()


@pytest.fixture
def on_postgresql(new_database) -> Iterator[Store]:
    store = _prepared(new_database("postgresql"))
    yield store
    store.close()


def _prepared(url: str) -> Store:
    store = Store(url)
    metadata.create_all(store.database)
    return store


def _count(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(note)).scalar_one()


def test_what_was_written_is_committed_and_the_result_handed_back(store: Store) -> None:
    assert store.write(lambda connection: connection.execute(insert(note).values(n=1)) and "done") == "done"
    assert _count(store) == 1


def test_an_error_leaves_nothing(store: Store) -> None:
    def work(connection) -> None:
        connection.execute(insert(note).values(n=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(work)
    assert _count(store) == 0


def test_a_lost_race_is_tried_again_from_the_start(store: Store) -> None:
    attempts: list[int] = []

    def work(connection) -> int:
        attempts.append(len(attempts))
        connection.execute(insert(note).values(n=1))
        if len(attempts) < 3:
            raise LostRace
        return len(attempts)

    assert store.write(work) == 3
    assert _count(store) == 1


def test_a_race_lost_too_often_is_raised(store: Store) -> None:
    attempts: list[int] = []

    def work(connection) -> None:
        attempts.append(1)
        raise LostRace

    with pytest.raises(LostRace, match="tried again"):
        store.write(work, attempts=3)
    assert len(attempts) == 3


def test_a_broken_constraint_is_no_lost_race(store: Store) -> None:
    attempts: list[int] = []

    def work(connection) -> None:
        attempts.append(1)
        connection.execute(insert(reply).values(n=7))

    with pytest.raises(IntegrityError):
        store.write(work)
    assert len(attempts) == 1


def test_a_savepoint_undoes_its_block_only(store: Store) -> None:
    def work(connection) -> None:
        connection.execute(insert(note).values(n=1))
        with contextlib.suppress(ZeroDivisionError), store.savepoint(connection):
            connection.execute(insert(note).values(n=2))
            raise ZeroDivisionError
        with store.savepoint(connection):
            connection.execute(insert(note).values(n=3))

    store.write(work)
    with store.read() as connection:
        assert connection.execute(select(note.c.n).order_by("n")).scalars().all() == [1, 3]


def test_a_savepoint_inside_another_undoes_its_own_block_only(store: Store) -> None:
    def work(connection) -> None:
        with contextlib.suppress(ZeroDivisionError), store.savepoint(connection):
            connection.execute(insert(note).values(n=1))
            with contextlib.suppress(ZeroDivisionError), store.savepoint(connection):
                connection.execute(insert(note).values(n=2))
                raise ZeroDivisionError
            assert connection.scalar(select(func.count()).select_from(note)) == 1
            raise ZeroDivisionError
        connection.execute(insert(note).values(n=3))

    store.write(work)
    with store.read() as connection:
        assert connection.scalars(select(note.c.n)).all() == [3]


def test_what_a_transaction_has_read_is_kept_where_nobody_else_can_change_it(store: Store) -> None:
    def work(connection) -> None:
        store_module.seen(connection)["n"] = 1
        store_module.known(connection)["n"] = 1
        assert store_module.seen(connection) == ({"n": 1} if store.is_sqlite else {})
        with contextlib.suppress(ZeroDivisionError), store.savepoint(connection):
            raise ZeroDivisionError
        assert (store_module.seen(connection), store_module.known(connection)) == ({}, {})
        store_module.seen(connection)["n"] = 2

    store.write(work)
    with store.read() as connection:
        assert store_module.seen(connection) == {}


def test_a_command_inside_a_command_is_refused_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(EngineError, match="another one was begun inside a running command"):
        store.write(lambda connection: store.write(lambda inner: None))
    store.write(lambda connection: connection.execute(insert(note).values(n=1)))
    assert _count(store) == 1


def test_writers_in_threads_wait_for_each_other(store: Store) -> None:
    store.write(lambda connection: connection.execute(insert(note).values(n=1, text="0")))

    def increase(connection) -> None:
        text = connection.execute(select(note.c.text).where(note.c.n == 1).with_for_update()).scalar_one()
        connection.execute(update(note).values(text=str(int(text) + 1)))

    threads = [threading.Thread(target=lambda: [store.write(increase) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.execute(select(note.c.text)).scalar_one() == "80"


def test_a_snapshot_does_not_see_what_is_written_meanwhile(store: Store) -> None:
    with store.snapshot() as connection:
        before = connection.execute(select(func.count()).select_from(note)).scalar_one()
        writer = threading.Thread(target=store.write, args=(lambda other: other.execute(insert(note).values(n=1)),))
        writer.start()
        writer.join()
        assert connection.execute(select(func.count()).select_from(note)).scalar_one() == before == 0
    assert _count(store) == 1


def test_a_reader_sees_nothing_uncommitted(store: Store) -> None:
    def work(connection) -> None:
        connection.execute(insert(note).values(n=1))
        assert _count(store) == 0

    store.write(work)
    assert _count(store) == 1


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 30_000),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("temp_store", 2),
    ],
)
def test_each_connection_to_sqlite_is_durable_and_strict(on_sqlite: Store, pragma: str, value: object) -> None:
    with on_sqlite.read() as first, on_sqlite.read() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_command_holds_the_write_lock_of_sqlite_from_its_start(on_sqlite: Store) -> None:
    def work(connection) -> None:
        other = sqlite3.connect(on_sqlite.database.url.database, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()

    on_sqlite.write(work)


def test_a_database_locked_by_another_process_is_tried_again(sqlite_url: str, monkeypatch) -> None:
    monkeypatch.setattr(store_module, "PRAGMAS", ("journal_mode=WAL", "busy_timeout=0"))
    store = _prepared(sqlite_url)
    other = sqlite3.connect(store.database.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        other.execute("ROLLBACK")

    monkeypatch.setattr(store_module.time, "sleep", wait)
    store.write(lambda connection: connection.execute(insert(note).values(n=1)))
    assert len(waits) == 1
    other.close()
    store.close()


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(EngineError, match="Expected a SQLite file, but got 'sqlite:///:memory:'"):
        Store("sqlite:///:memory:")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("lock_timeout", "5s"),
        ("statement_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("timezone", "UTC"),
        ("transaction_isolation", "read committed"),
    ],
)
def test_each_connection_to_postgresql_is_bounded(on_postgresql: Store, setting: str, value: str) -> None:
    with on_postgresql.snapshot() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "repeatable read"
    with on_postgresql.read() as connection:
        assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value


@pytest.mark.postgresql
def test_a_deadlock_is_resolved_unseen(on_postgresql: Store) -> None:
    store, both, attempts = on_postgresql, threading.Barrier(2, timeout=20), []
    store.write(lambda connection: connection.execute(insert(note), [{"n": 1, "text": ""}, {"n": 2, "text": ""}]))

    def work(first: int, second: int) -> None:
        def change(connection) -> None:
            attempts.append(first)
            connection.execute(update(note).where(note.c.n == first).values(text=note.c.text + str(first)))
            if attempts.count(first) == 1:
                both.wait()
            connection.execute(update(note).where(note.c.n == second).values(text=note.c.text + str(first)))

        store.write(change)

    threads = [threading.Thread(target=work, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(attempts) == 3
    with store.read() as connection:
        assert [sorted(text) for text in connection.execute(select(note.c.text)).scalars()] == [["1", "2"], ["1", "2"]]


def _terminate(store: Store, connection) -> None:
    """What a restart of the server does to this connection."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with store.database.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")


@pytest.mark.postgresql
def test_a_command_that_loses_its_connection_is_tried_again(on_postgresql: Store) -> None:
    attempts: list[int] = []

    def work(connection) -> None:
        attempts.append(1)
        connection.execute(insert(note).values(n=1))
        if len(attempts) == 1:
            _terminate(on_postgresql, connection)
            connection.execute(select(note.c.n))

    on_postgresql.write(work)
    assert len(attempts) == 2
    assert _count(on_postgresql) == 1


@pytest.mark.postgresql
def test_a_command_that_loses_its_connection_at_the_commit_is_not_repeated(on_postgresql: Store) -> None:
    attempts: list[int] = []

    def work(connection) -> None:
        attempts.append(1)
        connection.execute(insert(note).values(n=1))
        _terminate(on_postgresql, connection)

    with pytest.raises(OutcomeUnknown, match="during the commit") as raised:
        on_postgresql.write(work)
    assert isinstance(raised.value.__cause__, DBAPIError)
    assert len(attempts) == 1
    on_postgresql.write(lambda connection: connection.execute(insert(note).values(n=2)))
