"""Rows are added, changed, or added unless they are there: statements of one shape, each made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.prepared import Prepared

Values = Mapping[str, Any]


@cache
def _adding(table: Table) -> Prepared:
    return Prepared(insert(table))


def add(connection: Connection, table: Table, *rows: Values) -> None:
    """Insert `rows`, all with the same columns."""
    connection.execute(_adding(table), rows)


@cache
def _changing(table: Table, keys: tuple[str, ...], empty: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    same = [table.c[key] == bindparam(f"key_{key}") for key in keys] + [table.c[key].is_(None) for key in empty]
    return Prepared(update(table).where(*same).values({name: bindparam(f"new_{name}") for name in names}))


def change(connection: Connection, table: Table, keys: Values, **values: object) -> int:
    """Write `values` into the rows whose columns equal `keys`, None for an empty one; returns how many there were."""
    same = tuple(key for key, value in keys.items() if value is not None)
    empty = tuple(key for key, value in keys.items() if value is None)
    given = {f"key_{key}": keys[key] for key in same} | {f"new_{name}": value for name, value in values.items()}
    return connection.execute(_changing(table, same, empty, tuple(values)), given).rowcount


@cache
def _putting(dialect: str, table: Table, keys: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    if not changes:
        return Prepared(statement.on_conflict_do_nothing(index_elements=keys))
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def upsert(connection: Connection, table: Table, rows: Sequence[Values], keys: tuple[str, ...]) -> None:
    """Insert `rows`; where the unique `keys` exist already, replace the other columns."""
    connection.execute(_putting(connection.dialect.name, table, keys, tuple(rows[0])), list(rows))
