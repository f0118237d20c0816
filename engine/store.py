"""The database: the only module that begins and commits transactions.

SQLite: WAL, synchronous FULL, `BEGIN IMMEDIATE` for commands, one writer at a time in this process. PostgreSQL: READ
COMMITTED with row locks; deadlocks and serialization failures are retried. Isolation is never relied on alone: a
command locks the root of its call tree and checks the revision.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engine.errors import EngineError

T = TypeVar("T")

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=30000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-32000",
    "temp_store=MEMORY",
)
STATEMENTS = 1000
"""A connection to SQLite keeps so many translated; the driver's 128 are fewer than the product has."""
LOST_RACES = ("40001", "40P01", "55P03")


class LostRace(EngineError):
    """Another command changed the same rows first; the work is tried again."""


class OutcomeUnknown(EngineError):
    """The database went away during the commit. Look whether the change is there before you repeat it."""


class Store:
    """A database and its transactions. `url` is an SQLAlchemy URL of SQLite or PostgreSQL.

    `durable` false is for a SQLite file that is thrown away afterwards: a commit does not wait for the disk.
    """

    def __init__(self, url: str, *, pool_size: int = 16, durable: bool = True) -> None:
        self.database: Engine = _connect(url, pool_size)
        if not durable:
            event.listen(self.database, "connect", _trust_the_machine)
        self._writing = self.database.execution_options(write=True)
        self.is_sqlite = self.database.dialect.name == "sqlite"
        self._writer = threading.Lock()
        self._thread = threading.local()

    def write(self, work: Callable[[Connection], T], attempts: int = 6) -> T:
        """Run `work` in one write transaction and commit; lost races are tried again, anything else is raised.

        Raises OutcomeUnknown when the database went away during the commit, since a repetition might do it twice.
        """
        if getattr(self._thread, "writes", False):
            raise EngineError("Expected one command at a time, but another one was begun inside a running command")
        self._thread.writes = True
        try:
            return self._attempt(work, attempts)
        finally:
            self._thread.writes = False

    def _attempt(self, work: Callable[[Connection], T], attempts: int) -> T:
        for attempt in range(1, attempts + 1):
            worked = False
            try:
                with self._transaction() as connection:
                    result = work(connection)
                    worked = True
                return result
            except (LostRace, DBAPIError) as error:
                if worked and _went_away(error):
                    raise OutcomeUnknown from error
                if attempt == attempts or not _lost_race(error):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if not self.is_sqlite:
            with self.database.begin() as connection:
                yield connection
            return
        with self._writer, self._writing.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading: one snapshot on SQLite, READ COMMITTED on PostgreSQL; nothing is written."""
        with self.database.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection for reading much: all statements see the database as it is at the first one."""
        with self.database.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            connection.begin()
            yield connection

    @contextmanager
    def savepoint(self, connection: Connection) -> Iterator[None]:
        """Undo what the block wrote when it raises; the command around it goes on."""
        try:
            with _nested(connection) if self.is_sqlite else connection.begin_nested():
                yield
        except BaseException:
            _forget(connection)
            raise

    def close(self) -> None:
        """Close all connections."""
        self.database.dispose()


def known(connection: Connection) -> dict[str, Any]:
    """What this transaction has read and need not read again; empty at its begin, and after a savepoint undone.

    Whoever changes such a thing takes it out.
    """
    found: dict[str, Any] = connection.info["known"] if connection.in_transaction() else {}
    return found


@contextmanager
def _nested(connection: Connection) -> Iterator[None]:
    """A savepoint of SQLite, by the driver: a step has several, and SQLAlchemy's cost as much as three statements."""
    cursor = connection.connection.cursor()
    cursor.execute("SAVEPOINT nested")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK TO nested")
        cursor.execute("RELEASE nested")
        raise
    cursor.execute("RELEASE nested")


def seen(connection: Connection) -> dict[Any, Any]:
    """Rows that this transaction has read and that only it can change; whoever changes them takes them out.

    Kept on SQLite: a command there is the only one that writes, a reader has one snapshot. On PostgreSQL another
    transaction may change a row between two statements, so that nothing is kept and every reader looks again.
    """
    kept = connection.dialect.name == "sqlite" and connection.in_transaction()
    return connection.info["seen"] if kept else {}


def _forget(connection: Connection) -> None:
    connection.info.update(known={}, seen={})


def _went_away(error: Exception) -> bool:
    stopped = getattr(getattr(error, "orig", None), "sqlstate", None) == "57P01"
    return stopped or getattr(error, "connection_invalidated", False)


def _lost_race(error: Exception) -> bool:
    if isinstance(error, LostRace) or _went_away(error):
        return True
    original = getattr(error, "orig", None)
    if getattr(original, "sqlstate", None) in LOST_RACES:
        return True
    if isinstance(error, IntegrityError):
        return False
    return "database is locked" in str(original)


def _connect(url: str, pool_size: int) -> Engine:
    if not url.startswith("sqlite"):
        database = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={
                "options": "-c timezone=UTC -c lock_timeout=5s -c statement_timeout=30s "
                "-c idle_in_transaction_session_timeout=60s"
            },
        )
        event.listen(database, "begin", _forget)
        return database
    if ":memory:" in url:
        raise EngineError(
            "Expected a SQLite file, but got '{url}': each connection would see its own database", url=url
        )
    arguments = {"timeout": 30, "check_same_thread": False, "cached_statements": STATEMENTS}
    database = create_engine(url, connect_args=arguments, pool_size=pool_size)
    event.listen(database, "connect", _prepare_sqlite)
    event.listen(database, "begin", _begin_sqlite)
    return database


def _prepare_sqlite(connection: object, record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # the driver must not begin on its own
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _trust_the_machine(connection: object, record: object) -> None:
    for pragma in ("synchronous=OFF", "wal_autocheckpoint=10000"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _begin_sqlite(connection: Connection) -> None:
    _forget(connection)
    begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
    try:
        connection.connection.cursor().execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error
