"""In-app notices: a row per addressee, a group being one addressee, never a copy for each of its members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, and_, not_, or_, select

from complaints import streams, tables
from complaints.viewer import SignedIn
from engine import rows
from engine.environment import Transaction
from engine.errors import NotFound
from engine.rows import upsert


@dataclass(frozen=True)
class NoticeRow:
    """A notice as its addressee sees it."""

    id: str
    number: str | None
    template: str
    subject: str
    body: str
    at: datetime


def send(tx: Transaction, number: str | None, template: str, addressee: str, subject: str, body: str) -> None:
    """Put a notice before a person (user id) or a group (`group:<id>`); `number` None when it is about no one case."""
    kind, value = ("group", addressee.removeprefix("group:")) if addressee.startswith("group:") else ("user", addressee)
    row = {"kind": kind, "value": value, "number": number, "template": template, "subject": subject, "body": body}
    rows.add(tx.connection, tables.notice, row | {"id": str(uuid4()), "at": tx.now})
    tx.record(
        streams.of(number) if number else "verification",
        "notice-sent",
        template=template,
        addressee=addressee,
        subject=subject,
    )


def unread(connection: Connection, viewer: SignedIn, limit: int = 50) -> list[NoticeRow]:
    """The newest notices to the viewer, his groups and those he deputises for, that he has not read."""
    table = tables.notice
    columns = [table.c[name] for name in NoticeRow.__dataclass_fields__]
    query = select(*columns).where(_unread(viewer)).order_by(table.c.at.desc(), table.c.id).limit(limit)
    return [NoticeRow(*row) for row in connection.execute(query)]


def unread_ids(viewer: SignedIn) -> Select[Any]:
    """The ids of unread notices, to be counted."""
    return select(tables.notice.c.id).where(_unread(viewer))


def _unread(viewer: SignedIn) -> ColumnElement[bool]:
    read = tables.notice_read
    done = select(read.c.notice_id).where(read.c.notice_id == tables.notice.c.id, read.c.user == viewer.user)
    return and_(_addressed(viewer), not_(done.exists()))


def _addressed(viewer: SignedIn) -> ColumnElement[bool]:
    table = tables.notice
    return or_(
        and_(table.c.kind == "user", table.c.value.in_(viewer.covers | {viewer.user})),
        and_(table.c.kind == "group", table.c.value.in_(viewer.groups)),
    )


def read(tx: Transaction, signed_in: SignedIn, notice_id: str) -> None:
    """Mark a notice as read, for this person only. Raises NotFound for one that is not his."""
    table = tables.notice
    query = select(table.c.id).where(table.c.id == notice_id, _addressed(signed_in))
    if tx.connection.scalar(query) is None:
        raise NotFound(what="notice", id=notice_id)
    row = {"notice_id": notice_id, "user": signed_in.user, "at": tx.now}
    upsert(tx.connection, tables.notice_read, [row], ("notice_id", "user"))
