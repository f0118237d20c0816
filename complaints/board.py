"""The board of all open cases, the one with the least time first (R47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from complaints import clocks, inbox, masking, paging, scope, tables
from complaints.viewer import SignedIn
from engine.columns import FAR

case, party, clock, unit, account = tables.complaint, tables.party, tables.clock, tables.unit, tables.account
media = tables.media


@dataclass(frozen=True)
class BoardFilter:
    """Which cases to show; `due_before` an instant, now for the overdue ones."""

    unit: str | None = None
    stage: str | None = None
    level: int | None = None
    channel: str | None = None
    time_class: str | None = None
    text: str | None = None
    due_before: datetime | None = None


@dataclass(frozen=True)
class BoardRow:
    """An open case; `clock` names the governing one, `clocks` are the due times of all that run; `media` is a flag."""

    number: str
    subject: str
    channel: str
    customer: str
    unit: str | None
    unit_name: str
    stage: str
    level: int
    time_class: str | None
    first_owner: str | None
    owner: str | None
    owner_name: str
    received_at: datetime
    due_at: datetime | None
    clock: str | None
    provisional: bool
    clocks: dict[str, datetime]
    media: bool


def open_cases(
    connection: Connection,
    viewer: SignedIn,
    filters: BoardFilter = BoardFilter(),
    after: str | None = None,
    limit: int = 50,
) -> paging.Page[BoardRow]:
    """The open cases that the viewer may see, by the due time of the governing clock."""
    query = (
        select(
            case,
            party.c.name.label("customer"),
            unit.c.name.label("unit_name"),
            account.c.name.label("owner_name"),
            media.c.begun_at.label("media_at"),
        )
        .join(party, party.c.number == case.c.number)
        .outerjoin(unit, unit.c.code == case.c.unit)
        .outerjoin(account, account.c.user == case.c.owner)
        .outerjoin(media, media.c.number == case.c.number)
        .where(case.c.closed_at.is_(None), scope.visible(connection, viewer), *_conditions(filters))
    )
    found = paging.page(connection, query, (case.c.due_at, case.c.number), after, limit, lambda row: row)
    running = _running(connection, [row.number for row in found.rows])
    return paging.Page(tuple(_row(row, running.get(row.number, {})) for row in found.rows), found.next)


def _conditions(filters: BoardFilter) -> list[ColumnElement[bool]]:
    same = ("unit", "stage", "channel", "time_class")
    found = [case.c[name] == getattr(filters, name) for name in same if getattr(filters, name) is not None]
    if filters.level is not None:
        found.append(case.c.level >= filters.level)
    if filters.due_before is not None:
        found.append(case.c.due_at < filters.due_before)
    if filters.text:
        found.append(inbox.matches(filters.text))
    return found


def _running(connection: Connection, numbers: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    query = select(clock.c.number, clock.c.name, clock.c.due_at, clock.c.provisional)
    for row in connection.execute(query.where(clock.c.number.in_(numbers), clock.c.stopped_at.is_(None))).all():
        found.setdefault(row.number, {})[row.name] = row
    return found


def _row(row: Row[Any], running: dict[str, Any]) -> BoardRow:
    governing = min((running[name] for name in clocks.GOVERNING if name in running), key=_due, default=None)
    return BoardRow(
        row.number,
        row.subject,
        row.channel,
        masking.name(row.customer),
        row.unit,
        row.unit_name or "",
        row.stage,
        row.level,
        row.time_class,
        row.first_owner,
        row.owner,
        row.owner_name or "",
        row.received_at,
        None if row.due_at == FAR else row.due_at,
        governing.name if governing else None,
        bool(governing and governing.provisional),
        {name: other.due_at for name, other in running.items()},
        row.media_at is not None,
    )


def _due(row: Any) -> datetime:
    due: datetime = row.due_at
    return due
