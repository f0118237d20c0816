"""Links between cases: a complaint that comes back, one that was merged into another, several of one matter.

A link is written once and read from both sides. Whoever may not see the other case sees no link to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from complaints import scope, streams, tables
from complaints.viewer import SignedIn
from engine import store
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, NotFound

RELATIONS = ("re-complaint", "resubmitted-after-withdrawal", "merged", "group")
"""What a case is of the other: its re-complaint (R70), its resubmission after a withdrawal (R71), merged into it,
of one group with it (G9)."""


@dataclass(frozen=True)
class LinkRow:
    """A link of a case; `forward` when the case is what `relation` says, not the other."""

    other: str
    relation: str
    forward: bool
    subject: str
    stage: str
    at: datetime
    by: str


def add(tx: Transaction, number: str, other: str, relation: str) -> None:
    """Say that case `number` is `relation` of case `other`; both histories tell it.

    Raises Invalid for an unknown relation or a case and itself, NotFound for an unknown case, Conflict for a link that
    exists.
    """
    if relation not in RELATIONS:
        raise Invalid("Expected one of {kinds}, but got '{kind}'", kinds=", ".join(RELATIONS), kind=relation)
    if number == other:
        raise Invalid("Expected another case than {number} itself", number=number)
    link, case = tables.case_link, tables.complaint
    for one in (number, other):
        if tx.connection.scalar(select(case.c.number).where(case.c.number == one)) is None:
            raise NotFound(what="case", id=one)
    same = select(link.c.at).where(link.c.number == number, link.c.other == other, link.c.relation == relation)
    if tx.connection.scalar(same) is not None:
        raise Conflict("Case {number} is linked to {other} in this way already", number=number, other=other)
    tx.connection.execute(
        insert(link).values(number=number, other=other, relation=relation, at=tx.now, by=tx.actor.user)
    )
    store.seen(tx.connection).pop(("before", number), None)
    for one, another, forward in ((number, other, True), (other, number, False)):
        tx.record(streams.of(one), "case-linked", other=another, relation=relation, forward=forward)


def of(connection: Connection, viewer: SignedIn, number: str) -> list[LinkRow]:
    """The links of a case to those that the viewer may see, the oldest first."""
    link, case = tables.case_link, tables.complaint
    away = (link.c.number == number) & (link.c.other == case.c.number)
    back = (link.c.other == number) & (link.c.number == case.c.number)
    query = (
        select(link, case.c.number.label("seen"), case.c.subject, case.c.stage)
        .join(case, or_(away, back))
        .where(or_(link.c.number == number, link.c.other == number), scope.visible(connection, viewer))
        .order_by(link.c.at, link.c.number, link.c.other)
    )
    return [
        LinkRow(row.seen, row.relation, row.number == number, row.subject, row.stage, row.at, row.by)
        for row in connection.execute(query)
    ]


def others(connection: Connection, number: str, relation: str) -> list[str]:
    """The cases of which case `number` is `relation`, whoever asks: for operations and decisions."""
    link = tables.case_link
    query = select(link.c.other).where(link.c.number == number, link.c.relation == relation)
    return list(connection.scalars(query.order_by(link.c.at, link.c.other)))
