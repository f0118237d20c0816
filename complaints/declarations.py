"""Declaring what recuses: for one case by the person or a supervisor, and standing relations between people (G7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from complaints import paging, people, recusal, scope, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, NotFound

GROUNDS = ("kinship", "interest", "involved")
RELATIONS = ("spouse", "family", "in-law", "interest", "other")
SUPERVISING = ("supervisor", "leader")
READING = ("compliance", "supervisor")


@dataclass(frozen=True)
class Flag:
    """A reason recorded for one case; `lifted_at` when it was taken back."""

    id: str
    number: str
    user: str
    ground: str
    note: str
    by: str
    at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_why: str | None


@dataclass(frozen=True)
class Relation:
    """A standing relation between a person of the bank and another (user id or name)."""

    id: str
    user: str
    other: str
    kind: str
    note: str
    valid_from: datetime
    valid_to: datetime | None
    by: str
    at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether it is valid at an instant."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def declare(tx: Transaction, signed_in: SignedIn, number: str, ground: str, note: str, whom: str | None = None) -> str:
    """Keep a person away from a case: oneself, or as supervisor or leader somebody else. Returns the id.

    His tasks of the case go to others at once, see `assignment.withdraw`, which the page calls in the same command.
    """
    scope.worker(tx.connection, signed_in, number)
    user = whom or signed_in.user
    if user != signed_in.user and not signed_in.has(*SUPERVISING):
        raise Forbidden("Expected yourself, or the role supervisor or leader")
    if ground not in GROUNDS:
        raise Invalid("Expected a ground of {grounds}, but got '{ground}'", grounds=", ".join(GROUNDS), ground=ground)
    if not note.strip():
        raise Invalid("Say why this person keeps away from the case.")
    people.person(tx.connection, user)
    table = tables.recusal
    same = (table.c.number == number, table.c.user == user, table.c.ground == ground, table.c.lifted_at.is_(None))
    if tx.connection.scalar(select(table.c.id).where(*same)):
        raise Conflict("'{user}' keeps away from this case already", user=user)
    before, new = recusal.of(tx.connection, number, tx.now), str(uuid4())
    row = {"number": number, "user": user, "ground": ground, "note": note.strip(), "by": signed_in.user, "at": tx.now}
    tx.connection.execute(insert(table).values(id=new, **row))
    recusal.log(tx, number, before)
    return new


def lift(tx: Transaction, signed_in: SignedIn, flag_id: str, why: str) -> None:
    """Take a recorded reason back, as a supervisor with a reason; never one's own."""
    row = _flag(tx.connection, flag_id)
    scope.worker(tx.connection, signed_in, row.number)
    signed_in.require(*SUPERVISING)
    if row.user == signed_in.user:
        raise Forbidden("Expected somebody else to decide that you may handle this case")
    if not why.strip():
        raise Invalid("Say why the reason no longer holds.")
    if row.lifted_at is not None:
        raise Conflict("This was taken back already")
    before = recusal.of(tx.connection, row.number, tx.now)
    values = {"lifted_by": signed_in.user, "lifted_at": tx.now, "lifted_why": why.strip()}
    tx.connection.execute(update(tables.recusal).where(tables.recusal.c.id == flag_id).values(values))
    recusal.log(tx, row.number, before)
    tx.record(streams.of(row.number), "recusal-lifted", user=row.user, ground=row.ground, why=why.strip())


def _flag(connection: Connection, flag_id: str) -> Row[Any]:
    row = connection.execute(select(tables.recusal).where(tables.recusal.c.id == flag_id)).first()
    if row is None:
        raise NotFound(what="recusal", id=flag_id)
    return row


def relate(
    tx: Transaction,
    signed_in: SignedIn,
    other: str,
    kind: str,
    *,
    whom: str | None = None,
    note: str = "",
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> str:
    """Declare a standing relation to a person (user id or name): one's own, or, as a supervisor, another's."""
    user, other = whom or signed_in.user, other.strip()
    if user != signed_in.user and not signed_in.has("supervisor", "administrator"):
        raise Forbidden("Expected your own relation, or the role supervisor or administrator")
    mine = people.person(tx.connection, user)
    if kind not in RELATIONS:
        raise Invalid("Expected a relation of {kinds}, but got '{kind}'", kinds=", ".join(RELATIONS), kind=kind)
    if not other or other in (user, mine.name):
        raise Invalid("Expected the other person, but got '{other}'", other=other)
    since = valid_from or tx.now
    if valid_to is not None and valid_to <= since:
        raise Invalid("Expected an end after the start {start}, but got {end}", start=since, end=valid_to)
    new = str(uuid4())
    row: dict[str, Any] = {"user": user, "other": other[: recusal.NAME], "kind": kind, "note": note.strip()}
    row |= {"valid_from": since, "valid_to": valid_to, "by": signed_in.user, "at": tx.now}
    tx.connection.execute(insert(tables.relation).values(id=new, **row))
    tx.record("rights", "relation-declared", user=user, other=other, relation=kind, since=since, until=valid_to)
    return new


def end_relation(tx: Transaction, signed_in: SignedIn, relation_id: str) -> None:
    """A relation has ended; a supervisor or administrator says so, never the person concerned."""
    table = tables.relation
    row = tx.connection.execute(select(table).where(table.c.id == relation_id)).first()
    if row is None:
        raise NotFound(what="relation", id=relation_id)
    signed_in.require("supervisor", "administrator")
    if row.user == signed_in.user:
        raise Forbidden("Expected somebody else to end your relation")
    tx.connection.execute(update(table).where(table.c.id == relation_id).values(valid_to=max(tx.now, row.valid_from)))
    tx.record("rights", "relation-ended", user=row.user, other=row.other, relation=row.kind)


def relations(connection: Connection, user: str) -> list[Relation]:
    """The relations that a person or somebody else has declared about him, the newest first."""
    table, own = tables.relation, people.person(connection, user)
    query = select(table).where((table.c.user == user) | table.c.other.in_([user, own.name]))
    return [Relation(*row) for row in connection.execute(query.order_by(table.c.valid_from.desc(), table.c.id))]


def flags(connection: Connection, viewer: SignedIn, number: str) -> list[Flag]:
    """The reasons recorded for a case that the viewer sees, the newest first. Raises NotFound."""
    scope.require(connection, viewer, number)
    table = tables.recusal
    query = select(table).where(table.c.number == number).order_by(table.c.at.desc(), table.c.id)
    return [Flag(*row) for row in connection.execute(query)]


def all_flags(connection: Connection, viewer: SignedIn, after: str | None = None, limit: int = 50) -> paging.Page[Flag]:
    """Every recorded reason, for compliance and supervisors, by case."""
    viewer.require(*READING)
    table = tables.recusal
    return paging.page(
        connection, select(table), [table.c.number, table.c.id], after, limit, lambda row: Flag(*tuple(row)[:10])
    )
