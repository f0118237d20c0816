"""The rows of clocks: read, changed, computed anew from their facts, and told to history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from complaints import clockmath, clocks, streams, tables
from complaints.clockmath import Pause
from engine import rows, store
from engine.environment import Transaction
from engine.errors import NotFound
from engine.prepared import prepared


def pausable(name: str) -> bool:
    """Whether mediation and appraisal stop a clock: the limits of the bank and the law, and those of units."""
    return name in clocks.PAUSABLE or name.startswith("slip:")


def compute(
    tx: Transaction, number: str, name: str, kind: str, old: Row[Any], *, even: bool = False, **facts: Any
) -> bool:
    """Compute a running clock from its facts, and tell it where it moved (or `even` where not)."""
    row = need(tx.connection, number, name)
    pauses = pauses_of(tx.connection, number, name)
    found = clockmath.read(clocks.terms(row, pauses), clocks.working(tx.connection, number, row.unit))
    values = {"due_at": found.due, "provisional": found.provisional, **stored(found.pauses)}
    changed = any(getattr(row, key) != value for key, value in values.items())
    if changed:
        change(tx, number, name, **values)
    moved = found.due != old.due_at or found.provisional != old.provisional
    if moved or even:
        tell(tx, kind, row, found.due, old_due=old.due_at, provisional=found.provisional, **facts)
    return bool(moved)


def tell(
    tx: Transaction, kind: str, row: Row[Any], new: datetime, old_due: datetime | None = None, **facts: Any
) -> None:
    """One event: the due time before and after."""
    told = {"measure": row.measure, "limit": row.limit, **facts}
    tx.record(streams.of(row.number), kind, clock=row.name, old=old_due or row.due_at, new=new, **told)


def stored(pauses: tuple[Pause, ...]) -> dict[str, object]:
    """The columns that hold the pauses of a clock."""
    last = pauses[-1] if pauses else None
    text = orjson.dumps([[since.isoformat(), until.isoformat() if until else None] for since, until in pauses]).decode()
    return {"pauses": text, "paused_at": last[0] if last and last[1] is None else None}


def pauses_of(connection: Connection, number: str, name: str) -> tuple[Pause, ...]:
    """The pauses of a case, as far as a clock of this name knows any."""
    if not pausable(name):
        return ()
    return tuple((row.since, row.until) for row in connection.execute(*_pauses(number)))


@prepared
def _pauses(number: Any) -> Any:
    table = tables.pause
    return select(table.c.since, table.c.until).where(table.c.number == number).order_by(table.c.since)


def add(tx: Transaction, number: str, name: str, **values: object) -> None:
    """Begin a clock with its first facts."""
    rows.add(tx.connection, tables.clock, {"number": number, "name": name, **values})
    store.seen(tx.connection).pop(("clocks", number), None)


def change(tx: Transaction, number: str, name: str, **values: object) -> None:
    """Write facts of a clock."""
    rows.change(tx.connection, tables.clock, {"number": number, "name": name}, **values)
    store.seen(tx.connection).pop(("clocks", number), None)


def need(connection: Connection, number: str, name: str) -> Row[Any]:
    """The row of a clock. Raises NotFound."""
    found = get(connection, number, name)
    if found is None:
        raise NotFound(what="clock", id=f"{number} {name}")
    return found


def get(connection: Connection, number: str, name: str) -> Row[Any] | None:
    """The row of a clock, None when there is none."""
    return next((row for row in clocks.rows(connection, number) if row.name == name), None)
