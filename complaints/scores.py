"""What counts against a person who handled a case: that the customer had to complain again (R70).

A row names the case that he handled and the case that tells of it. Only he himself, the leader of his unit or of one
above it, supervision and compliance see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, insert, or_, select, true

from complaints import people, scope, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction

MOST = 200
score, account = tables.score, tables.account


@dataclass(frozen=True)
class ScoreRow:
    """What counts against `user`: his case `number`, by `source`."""

    user: str
    name: str
    unit: str | None
    number: str
    kind: str
    source: str
    at: datetime


def add(tx: Transaction, number: str, user: str, kind: str, source: str) -> None:
    """Count something against a person once."""
    same = select(score.c.id).where(score.c.number == number, score.c.user == user)
    if tx.connection.scalar(same.where(score.c.kind == kind, score.c.source == source)) is not None:
        return
    row = {"id": str(uuid4()), "number": number, "user": user, "kind": kind, "source": source}
    tx.connection.execute(insert(score).values(**row, at=tx.now))
    tx.record(streams.of(number), "scored", user=user, score=kind, source=source)


def listed(connection: Connection, viewer: SignedIn, number: str | None = None) -> list[ScoreRow]:
    """What `viewer` may see of it, the newest first; of one case when it is given."""
    query = select(score, account.c.name, account.c.unit).outerjoin(account, account.c.user == score.c.user)
    if number is not None:
        query = query.where(score.c.number == number)
    rows = connection.execute(
        query.where(_visible(connection, viewer)).order_by(score.c.at.desc(), score.c.id).limit(MOST)
    )
    return [
        ScoreRow(row.user, row.name or row.user, row.unit, row.number, row.kind, row.source, row.at) for row in rows
    ]


def _visible(connection: Connection, viewer: SignedIn) -> ColumnElement[bool]:
    if viewer.has(*scope.EVERYTHING):
        return true()
    own = score.c.user == viewer.user
    if viewer.unit and viewer.has("leader"):
        return or_(own, account.c.unit.in_(people.below(connection, viewer.unit)))
    return own
