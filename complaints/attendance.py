"""Absences and the duty roster as lists, and what is taken back: an absence that ends early, a duty that is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from complaints import tables
from engine.environment import Transaction
from engine.errors import NotFound


@dataclass(frozen=True)
class Span:
    """A person away or on duty; `deputy` stands in for one who is away."""

    user: str
    starts_at: datetime
    ends_at: datetime
    deputy: str | None = None


def absences(connection: Connection, at: datetime, user: str | None = None) -> list[Span]:
    """Who is away now or will be, the next first; of one person when given."""
    table = tables.absence
    query = select(table.c.user, table.c.starts_at, table.c.ends_at, table.c.deputy).where(table.c.ends_at > at)
    if user is not None:
        query = query.where(table.c.user == user)
    return [Span(*row) for row in connection.execute(query.order_by(table.c.starts_at, table.c.user).limit(500))]


def roster(connection: Connection, at: datetime, user: str | None = None) -> list[Span]:
    """Who is on duty now or will be, the next first; of one person when given."""
    table = tables.roster
    query = select(table.c.user, table.c.starts_at, table.c.ends_at).where(table.c.ends_at > at)
    if user is not None:
        query = query.where(table.c.user == user)
    return [Span(*row) for row in connection.execute(query.order_by(table.c.starts_at, table.c.user).limit(500))]


def end_absence(tx: Transaction, user: str, starts_at: datetime) -> None:
    """Back earlier: an absence that has begun ends now, one to come never was. What the deputy took over stays his."""
    table = tables.absence
    same = (table.c.user == user, table.c.starts_at == starts_at)
    if tx.connection.scalar(select(table.c.user).where(*same, table.c.ends_at > tx.now)) is None:
        raise NotFound(what="absence", id=user)
    if starts_at < tx.now:
        tx.connection.execute(update(table).where(*same).values(ends_at=tx.now))
    else:
        tx.connection.execute(delete(table).where(*same))
    tx.record("rights", "absence-ended", user=user, since=starts_at)


def end_duty(tx: Transaction, user: str, starts_at: datetime) -> None:
    """Take an entry of the roster back; one that has begun ends now."""
    table = tables.roster
    same = (table.c.user == user, table.c.starts_at == starts_at)
    if tx.connection.scalar(select(table.c.user).where(*same, table.c.ends_at > tx.now)) is None:
        raise NotFound(what="duty", id=user)
    if starts_at < tx.now:
        tx.connection.execute(update(table).where(*same).values(ends_at=tx.now))
    else:
        tx.connection.execute(delete(table).where(*same))
    tx.record("rights", "roster-removed", user=user, since=starts_at)
