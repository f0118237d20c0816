"""What the record of a media complaint says: reports, statements, situation notes, what is missing (R58, R68)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from complaints import directory, people, scope, tables
from complaints.viewer import SignedIn
from engine import calendar

REACH = ("local", "regional", "national")
"""From the smallest to the widest."""


@dataclass(frozen=True)
class Report:
    """A report that was found; `tone` is empty for the one with which it began."""

    id: str
    outlet: str
    journalist: str | None
    url: str | None
    published_at: datetime | None
    reach: str
    tone: str | None
    answer_asked_by: datetime | None
    found_at: datetime
    by: str


@dataclass(frozen=True)
class Statement:
    """One version of a statement, or of the decision to say nothing yet (`kind` none)."""

    seq: int
    version: int
    kind: str
    text: str
    spokesperson: str | None
    author: str
    drafted_at: datetime
    approver: str | None
    decision: str | None
    comment: str | None
    decided_at: datetime | None
    released_by: str | None
    released_at: datetime | None
    released_where: str | None


@dataclass(frozen=True)
class Note:
    """A daily situation note; `reports` is how many new ones it told of."""

    text: str
    assessment: str
    reports: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Record:
    """The public matter of a case; `answer_due` is the journalist's next deadline while nothing was said."""

    begun_at: datetime
    facts_due: datetime
    facts_at: datetime | None
    customer: str
    quiet_at: datetime | None
    answer_due: datetime | None
    days_without: int
    reports: list[Report]
    statements: list[Statement]
    notes: list[Note]
    may_speak: bool


def record(connection: Connection, viewer: SignedIn, number: str, now: datetime) -> Record | None:
    """The record of a case, None when the media do not have it. Raises NotFound for a case that one may not see."""
    scope.require(connection, viewer, number)
    table = tables.media
    row = connection.execute(select(table).where(table.c.number == number)).first()
    if row is None:
        return None
    return Record(
        row.begun_at,
        row.facts_due,
        row.facts_at,
        row.customer,
        row.quiet_at,
        None if _spoken(statements(connection, number)) else deadline(connection, number),
        days_without(connection, number, now),
        reports(connection, number),
        statements(connection, number),
        _notes(connection, number),
        scope.OFFICE in viewer.groups and row.quiet_at is None,
    )


def reports(connection: Connection, number: str) -> list[Report]:
    """The reports that were found, in that order."""
    table = tables.media_report
    columns = [table.c[name] for name in Report.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.found_at, table.c.id)
    return [Report(*row) for row in connection.execute(query)]


def statements(connection: Connection, number: str) -> list[Statement]:
    """Every version of every statement."""
    table = tables.media_statement
    columns = [table.c[name] for name in Statement.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.seq, table.c.version)
    return [Statement(*row) for row in connection.execute(query)]


def _notes(connection: Connection, number: str) -> list[Note]:
    table = tables.media_note
    columns = [table.c[name] for name in Note.__dataclass_fields__]
    return [
        Note(*row) for row in connection.execute(select(*columns).where(table.c.number == number).order_by(table.c.at))
    ]


def settled(connection: Connection, number: str) -> bool:
    """Whether the bank has settled what it says: it has decided at least once, and no statement is in work."""
    newest = {one.seq: one for one in statements(connection, number)}
    return bool(newest) and all(_settled(one) for one in newest.values())


def _settled(one: Statement) -> bool:
    return one.released_at is not None or (one.kind == "none" and one.decision == "approve")


def _spoken(versions: list[Statement]) -> bool:
    return any(_settled(one) for one in versions)


def days_without(connection: Connection, number: str, now: datetime) -> int:
    """Natural days since the last report was found, or since it began."""
    table = tables.media
    begun = connection.scalar(select(table.c.begun_at).where(table.c.number == number))
    found = [one.found_at for one in reports(connection, number)]
    last = max([*found, *([begun] if begun else [])], default=now)
    return (calendar.local_day(now) - calendar.local_day(last)).days


def reach(connection: Connection, number: str) -> str:
    """The widest reach of all reports."""
    known = [REACH.index(one.reach) for one in reports(connection, number)]
    return REACH[max(known, default=0)]


def deadline(connection: Connection, number: str) -> datetime | None:
    """Until when a journalist asks for an answer, the earliest."""
    return min((one.answer_asked_by for one in reports(connection, number) if one.answer_asked_by), default=None)


def leaders(connection: Connection, number: str, now: datetime) -> list[str]:
    """Who answers for a public matter: the leader of the unit concerned and that of the head office (R41)."""
    case = tables.complaint
    row = connection.execute(select(case.c.unit, case.c.branch).where(case.c.number == number)).one()
    known = {unit.code for unit in people.units(connection)}
    units = [unit for unit in (row.unit, row.branch, directory.head_office(connection)) if unit in known]
    found = (directory.leader(connection, unit, now) for unit in units)
    return list(dict.fromkeys(user for user in found if user is not None))


def approver(connection: Connection, number: str, now: datetime) -> str | None:
    """Who approves the statement in work: the Office's leader or the nearest above, never its author (R58)."""
    newest = {one.seq: one for one in statements(connection, number)}
    authors = {one.author for one in newest.values() if one.decision is None}
    unit: str | None = next((one.code for one in people.units(connection, "office")), directory.head_office(connection))
    while unit is not None:
        user = people.responsible(connection, unit, "leader", now)
        if user is not None and user not in authors:
            return user
        unit = people.unit(connection, unit).parent
    return None
