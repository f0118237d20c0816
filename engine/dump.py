"""One database as one file and back: SQLite by its backup interface, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import sqlalchemy
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url

from engine.errors import EngineError
from engine.store import Store

PAGES = 2_000  # copied at a time, between calls of progress
Progress = Callable[[int, int], None]


class BackupError(EngineError):
    """The backup could not be made or restored."""


def copy(store: Store, path: Path, progress: Progress) -> None:
    """Write the database as it is now to `path` while others go on reading and writing. Raises BackupError."""
    if not store.is_sqlite:
        _postgresql("pg_dump", store.database.url, "--format=custom", "--compress=0", f"--file={path}")
        return
    with store.snapshot() as connection, closing(sqlite3.connect(path)) as target:
        sqlalchemy.inspect(connection).get_table_names()  # the snapshot begins with the first look at the database
        page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        source = cast(sqlite3.Connection, connection.connection.driver_connection)
        source.backup(
            target, pages=PAGES, progress=lambda _, left, total: progress((total - left) * page, total * page)
        )


def load(url: str, path: Path) -> None:
    """Fill the empty database at `url` from a file that `copy` wrote. Raises BackupError."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        _postgresql("pg_restore", address, "--single-transaction", "--exit-on-error", str(path))
        return
    answer = _sound(path)
    if answer != "ok":
        raise BackupError("Expected a sound database in the backup, but SQLite says: {answer}", answer=answer)
    shutil.move(path, str(address.database))


def _sound(path: Path) -> str:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return str(connection.execute("PRAGMA quick_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def require_empty(url: str) -> None:
    """Raise BackupError when there is something at `url` already."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        names = [
            f"{address.database}{suffix}" for suffix in ("", "-wal", "-journal")
        ]  # a left one would be played back
        filled = any(os.path.exists(name) and os.path.getsize(name) for name in names)
    else:
        database = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
        filled = bool(sqlalchemy.inspect(database).get_table_names())
        database.dispose()
    if filled:
        name = address.database
        raise BackupError("Expected an empty database to restore into, but '{name}' holds data already", name=name)


def _postgresql(program: str, address: URL, *options: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where other users cannot see it."""
    command = shutil.which(program)
    if command is None:
        raise BackupError("Expected the program {program} of PostgreSQL on the path, but found none", program=program)
    _, given = address.get_dialect()().create_connect_args(address)
    password: Any = given.pop("password", None)
    database = make_conninfo("", **given)
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(
        [command, "--no-password", "--no-owner", "--no-privileges", f"--dbname={database}", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError("{program} failed: {reason}", program=program, reason=done.stderr.strip()[-2000:])
