"""The bank's figures, by SQL: response in 24 hours, within the limit, solved in 48 hours, satisfaction (R28–R31).

Each figure counts the complaints whose window has ended by an instant, so that a complaint of this morning is neither a
success nor a miss. What cannot be judged (nobody to contact, no answer) is shown apart, never counted as a success.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    String,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
)

from complaints import clocks, tables

SOLVED_IN = timedelta(hours=48)
FEW = 30
"""Answers below which a satisfaction figure is marked as resting on too few."""
Z95 = 1.959964
GOALS = {"response_24h": 0.95, "resolved_48h": 0.80, "satisfaction": 0.85}
"""R29, R30, R31."""
_case, _clock, _party = tables.complaint, tables.clock, tables.party


@dataclass(frozen=True)
class Scope:
    """Which complaints: received from `since` (included) to `until` (not included), of a unit, channel, category."""

    since: datetime | None = None
    until: datetime | None = None
    unit: str | None = None
    channel: str | None = None
    category: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        found: list[ColumnElement[bool]] = [_unmerged()]
        if self.since is not None:
            found.append(_case.c.received_at >= self.since)
        if self.until is not None:
            found.append(_case.c.received_at < self.until)
        same = ((_case.c.unit, self.unit), (_case.c.channel, self.channel), (_case.c.category, self.category))
        return found + [column == value for column, value in same if value is not None]


def _unmerged() -> ColumnElement[bool]:
    """A case that was merged into another one is counted with it, as the regulator does (G3)."""
    link = tables.case_link
    return ~exists().where(link.c.number == _case.c.number, link.c.relation == "merged").correlate(_case)


EVERYTHING = Scope()


def share(part: int, whole: int) -> float | None:
    """A share to four places, None of nothing."""
    return round(part / whole, 4) if whole else None


@dataclass(frozen=True)
class Response:
    """First response (R28, R29): `ended` = met + late + missing + attempted; attempted and unanswerable stand apart."""

    met: int
    late: int
    missing: int
    attempted: int
    unanswerable: int

    @property
    def ended(self) -> int:
        """Complaints whose 24 hours have ended and whose customer can be reached."""
        return self.met + self.late + self.missing + self.attempted

    @property
    def share(self) -> float | None:
        """Reached in time of those whose window has ended; an attempt is no response."""
        return share(self.met, self.ended)


@dataclass(frozen=True)
class Limit:
    """Replies of one time class within its governing limit (R25, R26): `missing` are overdue without a reply."""

    time_class: str
    met: int
    late: int
    missing: int
    running: int

    @property
    def share(self) -> float | None:
        """Answered in time of those answered or overdue."""
        return share(self.met, self.met + self.late + self.missing)


@dataclass(frozen=True)
class Withdrawn:
    """Complaints of a unit that were to be withdrawn: many of them, or many void, may mean pressure (G6)."""

    unit: str | None
    complaints: int
    asked: int
    confirmed: int
    void: int

    @property
    def share(self) -> float | None:
        """Withdrawals received of all complaints; a withdrawn complaint stays among them."""
        return share(self.asked, self.complaints)


@dataclass(frozen=True)
class Solved:
    """Solved within 48 natural hours of receipt (R30): by the first mark, and by the one that holds today."""

    ended: int
    first: int
    final: int

    @property
    def share_first(self) -> float | None:
        """With the first mark, also of a complaint that was reopened later."""
        return share(self.first, self.ended)

    @property
    def share_final(self) -> float | None:
        """With the mark that holds: a reopened complaint has lost its first one."""
        return share(self.final, self.ended)


@dataclass(frozen=True)
class Satisfaction:
    """Answers with ratio ≤ 1 (R31, R88): `content` of `answered`; `asked` also holds those who gave none."""

    content: int
    answered: int
    asked: int

    @property
    def share(self) -> float | None:
        """Content of those who answered."""
        return share(self.content, self.answered)

    @property
    def response_rate(self) -> float | None:
        """How many of those asked have answered."""
        return share(self.answered, self.asked)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share (Wilson, 1927)."""
        return wilson(self.content, self.answered)

    @property
    def too_few(self) -> bool:
        """Whether the share rests on too few answers to be read as a figure."""
        return self.answered < FEW


def wilson(part: int, whole: int, z: float = Z95) -> tuple[float, float] | None:
    """The score interval of a share, from 0 to 1; None of nothing."""
    if not whole:
        return None
    p, square = part / whole, z * z
    middle = (p + square / (2 * whole)) / (1 + square / whole)
    half = z * sqrt(p * (1 - p) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def response(connection: Connection, now: datetime, scope: Scope = EVERYTHING) -> Response:
    """First responses of the complaints whose 24 hours have ended by `now`."""
    reachable = or_(_party.c.phone.is_not(None), _party.c.email.is_not(None), _party.c.address.is_not(None))
    apart = and_(_clock.c.outcome.is_(None), not_(reachable))
    kind = case((apart, "unanswerable"), else_=func.coalesce(_clock.c.outcome, "missing"))
    rows = connection.execute(
        select(kind, func.count())
        .select_from(_case.join(_clock, _clock.c.number == _case.c.number))
        .join(_party, _party.c.number == _case.c.number)
        .where(_clock.c.name == "first-response", _clock.c.due_at <= now, *scope.conditions())
        .group_by(kind)
    )
    found = {str(name): int(count) for name, count in rows}
    return Response(*(found.get(name, 0) for name in ("met", "late", "missing", "attempted", "unanswerable")))


def within_limit(connection: Connection, now: datetime, scope: Scope = EVERYTHING) -> list[Limit]:
    """Replies within the governing limit, internal and statutory, by time class."""
    state = case(
        (_governing(_clock.c.outcome == "withdrawn"), "withdrawn"),
        (_governing(_clock.c.outcome == "late"), "late"),
        (_governing(_clock.c.stopped_at.is_(None), _clock.c.due_at <= now), "missing"),
        (_governing(_clock.c.stopped_at.is_(None)), "running"),
        else_="met",
    )
    rows = connection.execute(
        select(_case.c.time_class, state, func.count())
        .where(_case.c.time_class.is_not(None), *scope.conditions())
        .group_by(_case.c.time_class, state)
        .order_by(_case.c.time_class)
    )
    found: dict[str, dict[str, int]] = {}
    for time_class, name, count in rows:
        found.setdefault(time_class, {})[name] = int(count)
    return [
        Limit(time_class, *(counts.get(name, 0) for name in ("met", "late", "missing", "running")))
        for time_class, counts in found.items()
    ]


def withdrawals(connection: Connection, scope: Scope = EVERYTHING) -> list[Withdrawn]:
    """Withdrawals by responsible unit (before distribution the one complained about), the highest rate first."""
    taken = tables.withdrawal
    unit = func.coalesce(_case.c.unit, _case.c.branch)

    def counted(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        own = exists().where(taken.c.number == _case.c.number, *conditions).correlate(_case)
        return func.coalesce(func.sum(case((own, 1), else_=0)), 0)

    asked, void = counted(), counted(taken.c.outcome == "void")
    query = select(unit, func.count(), asked, counted(taken.c.outcome == "confirmed"), void)
    rows = connection.execute(query.where(*scope.conditions()).group_by(unit))
    found = [Withdrawn(row[0], *(int(figure) for figure in row[1:])) for row in rows]
    return sorted((row for row in found if row.asked), key=lambda row: (-(row.share or 0), row.unit or ""))


def _governing(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    own = (_clock.c.number == _case.c.number, _clock.c.name.in_(clocks.LIMITS))
    return exists().where(*own, *conditions).correlate(_case)


def solved(connection: Connection, now: datetime, scope: Scope = EVERYTHING) -> Solved:
    """Solved in 48 hours, of the complaints received at least 48 hours before `now`."""
    end = _end_of_window(connection)
    first, final = (
        func.coalesce(func.sum(case((type_coerce(column, end.type) <= end, 1), else_=0)), 0)
        for column in (_case.c.first_resolved_at, _case.c.resolved_at)
    )
    query = select(func.count(), first, final).where(_case.c.received_at <= now - SOLVED_IN, *scope.conditions())
    return Solved(*(int(figure) for figure in connection.execute(query).one()))


def _end_of_window(connection: Connection) -> ColumnElement[Any]:
    """Receipt plus 48 hours; on SQLite, where instants are text, as text (to the millisecond)."""
    if connection.dialect.name == "sqlite":
        days = f"+{SOLVED_IN.days} days"
        return func.strftime("%Y-%m-%dT%H:%M:%f000Z", _case.c.received_at, days, type_=String)
    return type_coerce(_case.c.received_at, DateTime(timezone=True)) + SOLVED_IN


def satisfied(connection: Connection, scope: Scope = EVERYTHING) -> Satisfaction:
    """What customers said at the call-back or in the survey; who declined or could not be reached has not answered."""
    rows = connection.execute(
        select(_case.c.satisfaction, func.count())
        .where(_case.c.satisfaction.is_not(None), *scope.conditions())
        .group_by(_case.c.satisfaction)
    )
    found = {str(name): int(count) for name, count in rows}
    content = _sum(found, ("very-satisfied", "satisfied"))
    return Satisfaction(content, content + found.get("dissatisfied", 0), _sum(found, tuple(found)))


def _sum(counts: dict[str, int], names: Sequence[str]) -> int:
    return sum(counts.get(name, 0) for name in names)


def overall(limits: Sequence[Limit]) -> float | None:
    """The share within the limit over all classes."""
    met = sum(limit.met for limit in limits)
    return share(met, met + sum(limit.late + limit.missing for limit in limits))
