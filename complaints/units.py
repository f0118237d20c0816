"""The tree of units: moved below another parent, closed with a successor, opened again, and its history (R41)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

import engine.tables
from complaints import people, tables
from engine.environment import Transaction
from engine.errors import Conflict, Invalid
from engine.prepared import prepared

EVENTS = ("unit-created", "unit-amended", "unit-moved", "unit-closed", "unit-opened", "unit-live", "unit-prepared")


@dataclass(frozen=True)
class Node:
    """A unit in the tree, `depth` 0 at the top, with who holds what now and since when; None is a gap."""

    unit: people.UnitRow
    depth: int
    preparing: bool
    held: dict[str, tuple[str, datetime] | None]

    @property
    def gaps(self) -> list[str]:
        """The responsibilities that nobody holds."""
        return [kind for kind, holder in self.held.items() if holder is None]


@dataclass(frozen=True)
class Change:
    """Something that was done to a unit."""

    at: datetime
    by: str
    kind: str
    facts: dict[str, Any]


def move(tx: Transaction, code: str, parent: str | None) -> None:
    """Put a unit, and with it all below, under another parent; levels follow. Raises Conflict for a circle."""
    row = people.unit(tx.connection, code)
    if parent == row.parent:
        return
    if parent is not None and parent in people.below(tx.connection, code):
        raise Conflict("Expected a parent outside of '{code}', but '{parent}' lies below it", code=code, parent=parent)
    _check_open(tx, parent)
    level = 1 if parent is None else people.unit(tx.connection, parent).level + 1
    table, below = tables.unit, people.below(tx.connection, code)
    values = {"level": table.c.level + (level - row.level)}
    tx.connection.execute(update(table).where(table.c.code.in_(below)).values(values))
    tx.connection.execute(update(table).where(table.c.code == code).values(parent=parent))
    tx.record("identity", "unit-moved", code=code, old=row.parent, new=parent, level=level)


def _check_open(tx: Transaction, code: str | None) -> None:
    if code is None:
        return
    people.unit(tx.connection, code)
    if closed_at(tx.connection, code) is not None:
        raise Conflict("Expected an open unit, but '{code}' is closed", code=code)


def close(tx: Transaction, code: str, successor: str | None = None) -> None:
    """Close a unit; what is below must have gone elsewhere. The successor takes what comes for it from now on.

    Open cases stay where they are until somebody transfers them.
    """
    _check_open(tx, code)
    _check_open(tx, successor)
    if successor == code:
        raise Invalid("Expected another unit as successor, but got '{code}' again", code=code)
    table = tables.unit
    below = tx.connection.scalars(select(table.c.code).where(table.c.parent == code, table.c.closed_at.is_(None)))
    if still := sorted(below):
        raise Conflict("Expected no open unit below '{code}', but there is {units}", code=code, units=", ".join(still))
    people.close_unit(tx, code, successor)


def reopen(tx: Transaction, code: str) -> None:
    """Take a closure back."""
    people.unit(tx.connection, code)
    if closed_at(tx.connection, code) is None:
        return
    tx.connection.execute(update(tables.unit).where(tables.unit.c.code == code).values(closed_at=None, successor=None))
    tx.record("identity", "unit-opened", code=code)


def closed_at(connection: Connection, code: str) -> datetime | None:
    """When a unit was closed, None while it is open."""
    found: datetime | None = connection.scalar(select(tables.unit.c.closed_at).where(tables.unit.c.code == code))
    return found


def in_force(connection: Connection, code: str | None) -> str | None:
    """The unit itself while it is open, else its successor, or that one's; None when nobody follows."""
    seen: set[str] = set()
    while code is not None and code not in seen:
        seen.add(code)
        row = connection.execute(*_fate(code)).first()
        if row is None or row.closed_at is None:
            return code if row else None
        code = row.successor
    return None


@prepared
def _fate(code: Any) -> Any:
    return select(tables.unit.c.closed_at, tables.unit.c.successor).where(tables.unit.c.code == code)


def tree(connection: Connection, at: datetime) -> list[Node]:
    """Every open unit, each below its parent, with who holds what now."""
    rows = people.units(connection)
    held, preparing = people.holders(connection, at), _preparing(connection)
    children: dict[str | None, list[people.UnitRow]] = {}
    codes = {row.code for row in rows}
    for row in rows:
        children.setdefault(row.parent if row.parent in codes else None, []).append(row)

    def walk(parent: str | None, depth: int) -> Iterator[Node]:
        for row in children.get(parent, ()):
            kinds = {kind: held.get((row.code, kind)) for kind in people.RESPONSIBILITIES}
            yield Node(row, depth, row.code in preparing, kinds)
            yield from walk(row.code, depth + 1)

    return list(walk(None, 0))


def _preparing(connection: Connection) -> set[str]:
    return set(connection.scalars(select(tables.unit.c.code).where(tables.unit.c.preparing)))


def history(connection: Connection, code: str, limit: int = 100) -> list[Change]:
    """What was done to a unit and to who answers for it, the newest first."""
    event = engine.tables.event
    query = select(event.c.at, event.c.actor, event.c.kind, event.c.body).where(
        event.c.kind.in_([*EVENTS, "appointed", "appointment-ended"]), event.c.stream.in_(["identity", "rights"])
    )
    found = []
    for row in connection.execute(query.order_by(event.c.at.desc(), event.c.seq.desc())):
        facts = orjson.loads(row.body)
        if code in (facts.get("code"), facts.get("unit")):
            found.append(Change(row.at, row.actor, row.kind, facts))
        if len(found) == limit:
            break
    return found
