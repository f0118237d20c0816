"""What waits for a person: his tasks and those that his groups may take, joined with their cases.

A group is stored once per task, so each candidate key is read by its index up to the page's length and the few rows are
merged here: the first page reads as many rows with a thousand open tasks as with a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby, islice
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, exists, func, or_, select

import engine.tables
from complaints import labels, masking, notices, paging, recusal, tables
from complaints.viewer import SignedIn
from engine.columns import FAR

task, candidate, instance = engine.tables.task, engine.tables.candidate, engine.tables.instance
case, party, clock, media = tables.complaint, tables.party, tables.clock, tables.media
BOUND = 1000
"""Figures are counted up to here; the page then says "1000 or more"."""


@dataclass(frozen=True)
class InboxFilter:
    """What to show, and in which order: by limit, by age, or the most urgent first."""

    text: str | None = None
    channel: str | None = None
    unit: str | None = None
    element: str | None = None
    group: str | None = None
    due_before: datetime | None = None
    level: int | None = None
    sort: Literal["due", "created", "priority"] = "due"


@dataclass(frozen=True)
class InboxRow:
    """A task with what one has to know of its case; the customer masked, `due_at` None without a limit.

    Nobody can work at one that is `suspended`.
    """

    task_id: str
    name: str
    name_en: str
    element: str
    number: str | None
    subject: str
    channel: str | None
    customer: str
    unit: str | None
    owner: str | None
    stage: str | None
    level: int
    due_at: datetime | None
    due_key: str | None
    provisional: bool
    assignee: str | None
    created_at: datetime
    follow_up_at: datetime | None
    priority: int
    media: bool
    suspended: bool


@dataclass(frozen=True)
class Counts:
    """Figures for the menu, each at most 1000."""

    mine: int
    groups: int
    notices: int


def mine(
    connection: Connection,
    viewer: SignedIn,
    filters: InboxFilter = InboxFilter(),
    after: str | None = None,
    limit: int = 50,
) -> paging.Page[InboxRow]:
    """Tasks assigned to the viewer, or to somebody whom he deputises for."""
    users = sorted(viewer.covers | {viewer.user})
    queries = [_rows(task, filters).where(task.c.assignee == user, ~concerned(viewer)) for user in users]
    return _page(connection, queries, filters, after, limit)


def groups(
    connection: Connection,
    viewer: SignedIn,
    filters: InboxFilter = InboxFilter(),
    after: str | None = None,
    limit: int = 50,
) -> paging.Page[InboxRow]:
    """Unclaimed tasks that the viewer may take, by name or by group; `filters.group` narrows to one of his groups."""
    names = viewer.groups if filters.group is None else viewer.groups & {filters.group}
    keys = [("group", group) for group in sorted(names)]
    keys += [("user", user) for user in sorted(viewer.covers | {viewer.user}) if filters.group is None]
    offered = candidate.join(task, task.c.id == candidate.c.task_id)
    queries = [
        _rows(offered, filters).where(
            candidate.c.kind == kind,
            candidate.c.value == value,
            candidate.c.claimed.is_(False),
            ~excluded(viewer),
            ~concerned(viewer),
        )
        for kind, value in keys
    ]
    return _page(connection, queries, filters, after, limit, by_candidate=True)


def excluded(viewer: SignedIn) -> ColumnElement[bool]:
    """The task must not be done by the viewer: the complaint is about him (R55)."""
    never = candidate.alias("never")
    return exists().where(never.c.task_id == candidate.c.task_id, never.c.kind == "never", never.c.value == viewer.user)


def concerned(viewer: SignedIn) -> ColumnElement[bool]:
    """The viewer keeps away from the case of the task (G7)."""
    return recusal.condition(task.c.business_key, viewer)


def _rows(source: FromClause, filters: InboxFilter) -> Select[Any]:
    columns = (case.c.number, case.c.subject, case.c.channel, case.c.unit, case.c.stage, case.c.level)
    provisional = exists().where(
        clock.c.number == case.c.number,
        clock.c.due_at == task.c.due_at,
        clock.c.provisional,
        clock.c.stopped_at.is_(None),
    )
    rests = select(instance.c.suspended_at).where(instance.c.id == task.c.instance_id)
    query = select(
        task,
        *columns,
        case.c.owner.label("case_owner"),
        party.c.name.label("customer"),
        provisional.label("provisional"),
        media.c.begun_at.label("media_at"),
        rests.scalar_subquery().label("suspended_at"),
    ).select_from(
        source.outerjoin(case, case.c.number == task.c.business_key)
        .outerjoin(party, party.c.number == case.c.number)
        .outerjoin(media, media.c.number == case.c.number)
    )
    return query.where(*_conditions(filters))


def _conditions(filters: InboxFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    same = ((case.c.channel, filters.channel), (case.c.unit, filters.unit), (task.c.element_id, filters.element))
    found += [column == value for column, value in same if value is not None]
    if filters.text:
        found.append(matches(filters.text))
    if filters.due_before is not None:
        found.append(task.c.due_at < filters.due_before)
    if filters.level is not None:
        found.append(case.c.level >= filters.level)
    return found


def matches(text: str) -> ColumnElement[bool]:
    """Whether a number, subject or customer contains a text."""
    columns = (case.c.number, case.c.subject, party.c.name)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def _keys(filters: InboxFilter, by_candidate: bool) -> tuple[ColumnElement[Any], ...]:
    """Unique together. The candidate row repeats the due time, so that its index alone gives the order."""
    if filters.sort == "created":
        return (task.c.created_at, task.c.id)
    due = (candidate.c.due_at, candidate.c.task_id) if by_candidate else (task.c.due_at, task.c.id)
    return (-task.c.priority, *due) if filters.sort == "priority" else due


def _page(
    connection: Connection,
    queries: Sequence[Select[Any]],
    filters: InboxFilter,
    after: str | None,
    limit: int,
    by_candidate: bool = False,
) -> paging.Page[InboxRow]:
    keys = _keys(filters, by_candidate)
    limit = max(1, min(limit, paging.MOST))
    found = [connection.execute(paging.bounded(query, keys, after, limit + 1)).all() for query in queries]
    ordered = merge(*found, key=lambda row: paging.values(row, keys))
    rows = list(islice((next(same) for _, same in groupby(ordered, key=lambda row: row.id)), limit + 1))
    following = paging.encode(paging.values(rows[limit - 1], keys)) if len(rows) > limit else None
    return paging.Page(tuple(_row(connection, row) for row in rows[:limit]), following)


def _row(connection: Connection, row: Row[Any]) -> InboxRow:
    return InboxRow(
        row.id,
        row.name,
        labels.step(connection, row.definition_id, row.element_id, "en"),
        row.element_id,
        row.number or row.business_key,
        row.subject or "",
        row.channel,
        masking.name(row.customer),
        row.unit,
        row.case_owner,
        row.stage,
        row.level or 0,
        None if row.due_at == FAR else row.due_at,
        row.due_key,
        bool(row.provisional),
        row.assignee,
        row.created_at,
        row.follow_up_at,
        row.priority,
        row.media_at is not None,
        row.suspended_at is not None,
    )


def counts(connection: Connection, viewer: SignedIn) -> Counts:
    """Figures for the menu; each stops counting at 1000, so that a huge inbox costs no more than that."""
    users = sorted(viewer.covers | {viewer.user})
    own = select(task.c.id).where(task.c.assignee.in_(users), ~concerned(viewer))
    offered = (
        select(candidate.c.task_id)
        .join(task, task.c.id == candidate.c.task_id)
        .where(candidate.c.claimed.is_(False), ~excluded(viewer), ~concerned(viewer))
        .where(
            or_(
                and_(candidate.c.kind == "group", candidate.c.value.in_(sorted(viewer.groups))),
                and_(candidate.c.kind == "user", candidate.c.value.in_(users)),
            )
        )
    )
    return Counts(
        _count(connection, own),
        _count(connection, offered),
        _count(connection, notices.unread_ids(viewer)),
    )


def _count(connection: Connection, query: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(query.limit(BOUND).subquery())).scalar_one()
