"""The tables of an installation: made and brought up to date by Alembic, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command, config, script
from alembic.runtime import migration
from sqlalchemy import Connection

from engine import calendar
from engine.environment import SYSTEM, Environment
from engine.store import Store

T = TypeVar("T")


def upgrade(url: str) -> None:
    """Bring the tables up to date, all or nothing, and the working-day calendar with them; running cases go on."""
    store = Store(url)
    try:
        store.write(lambda connection: command.upgrade(_config(connection), "head"))
        Environment(store).run(SYSTEM, lambda tx: calendar.seed(tx))
    finally:
        store.close()


def is_current(url: str) -> bool:
    """Whether the tables are those of this version of the program."""
    return revision(url) == script.ScriptDirectory.from_config(_config(None)).get_current_head()


def revision(url: str) -> str | None:
    """The last step that the tables have taken, None for an empty database."""
    return _reading(url, lambda connection: migration.MigrationContext.configure(connection).get_current_revision())


def _reading(url: str, query: Callable[[Connection], T]) -> T:
    store = Store(url)
    try:
        with store.read() as connection:
            return query(connection)
    finally:
        store.close()


def _config(connection: Connection | None) -> config.Config:
    found = config.Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found
