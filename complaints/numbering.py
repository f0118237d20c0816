"""Numbers without gaps: the next one is taken by the command that uses it, and given back when it fails."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from complaints import tables
from engine import calendar
from engine.environment import Transaction
from engine.prepared import prepared
from engine.store import LostRace


def take(tx: Transaction, prefix: str) -> str:
    """The next number of this year, like TS-2026-000123. The row stays locked until the command ends."""
    name = f"{prefix}-{calendar.local_day(tx.now).year}"
    value = tx.connection.scalar(*_next(name))
    if value is None:
        try:
            tx.connection.execute(insert(tables.counter).values(name=name, value=1))
        except IntegrityError as error:  # two first numbers of a year at once
            raise LostRace from error
        value = 1
    return f"{name}-{value:06d}"


@prepared
def _next(name: Any) -> Any:
    table = tables.counter
    return update(table).where(table.c.name == name).values(value=table.c.value + 1).returning(table.c.value)
