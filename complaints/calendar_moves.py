"""Changes of the working-day calendar: what they would move, and moving it, one event for each clock.

A notice of the State Council or an edit replaces days of the bank's calendar; an override changes a day for one unit.
Closed cases and stopped clocks are not computed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from complaints import clockmath, clocks, clockwork, tables
from complaints.clockmath import GIVEN, HOURS
from engine import calendar
from engine.calendar_seed import Day
from engine.environment import Transaction

AMBER, RED = (11, 1), (12, 15)
"""Month and day from which the missing notice for the next year is told, and from which it is pressing."""


@dataclass(frozen=True)
class Change:
    """What is to change: days of the bank, or one day of a unit (`working` None takes its own day back)."""

    days: tuple[Day, ...] = ()
    unit: str | None = None
    day: date | None = None
    working: bool | None = None
    reason: str = ""

    @property
    def dates(self) -> tuple[date, ...]:
        """The days that it is about."""
        return (self.day,) if self.day is not None else tuple(day.day for day in self.days)


@dataclass(frozen=True)
class Move:
    """An open clock whose due time would change, or only become certain."""

    number: str
    name: str
    old: datetime
    new: datetime
    provisional: bool


@dataclass(frozen=True)
class Difference:
    """A day before and after; None where the table does not have it."""

    day: date
    old: Day | None
    new: Day


def alarm(connection: Connection, today: date) -> str | None:
    """`amber` from 1 November, `red` from 15 December, while the next year is not official; else None."""
    if (today.month, today.day) < AMBER or _official(connection, today.year + 1):
        return None
    return "red" if (today.month, today.day) >= RED else "amber"


def _official(connection: Connection, year: int) -> bool:
    try:
        return not calendar.current(connection).is_provisional(date(year, 1, 1), date(year, 12, 31))
    except calendar.CalendarExhausted:
        return False


def difference(connection: Connection, change: Change) -> list[Difference]:
    """The days of the bank that would be worked otherwise, be called otherwise, or become certain."""
    table, found = calendar.current(connection), []
    for new in change.days:
        try:
            old = table.day(new.day)
        except calendar.CalendarExhausted:
            old = None
        if old is None or (old.working, old.kind, old.name) != (new.working, new.kind, new.name):
            found.append(Difference(new.day, old, new))
    return found


def moves(connection: Connection, change: Change) -> list[Move]:
    """The open clocks whose due time would move, the earliest first."""
    calendars = _Calendars(connection, change)
    found = [move for row in _open(connection, change) if (move := _move(calendars, row)) is not None]
    return sorted(found, key=lambda move: (move.old, move.number, move.name))


def _open(connection: Connection, change: Change) -> Iterator[Row[Any]]:
    """Running clocks that pass over the days of the change, with the unit that answers for the case."""
    clock, case = tables.clock, tables.complaint
    if not change.dates:
        return iter(())
    first = calendar.end_of_day(min(change.dates) - timedelta(days=1))
    query = (
        select(clock, case.c.unit.label("answers"))
        .join(case, case.c.number == clock.c.number)
        .where(case.c.closed_at.is_(None), clock.c.stopped_at.is_(None), clock.c.measure.not_in((HOURS, GIVEN)))
        .where(clock.c.due_at >= first, clock.c.started_at < calendar.end_of_day(max(change.dates)))
        .order_by(clock.c.number, clock.c.name)
    )
    return iter(connection.execute(query).all())


class _Calendars:
    """The calendar of each unit as it would be after the change."""

    def __init__(self, connection: Connection, change: Change) -> None:
        new = {day.day: day for day in change.days}
        known = {day.day: day for day in calendar.days(connection)} | new
        own: dict[str, dict[date, calendar.Override]] = {}
        for override in calendar.overrides(connection):
            own.setdefault(override.layer, {})[override.day] = override
        if change.unit is not None and change.day is not None:
            layer = own.setdefault(change.unit, {})
            layer.pop(change.day, None)
            if change.working is not None:
                layer[change.day] = calendar.Override(change.unit, change.day, change.working, change.reason)
        self._bank = calendar.Calendar(known.values())
        self._own = {name: calendar.overlaid(known.values(), some.values()) for name, some in own.items()}

    def of(self, unit: str | None) -> calendar.Calendar:
        return self._own.get(unit or "", self._bank)


def _move(calendars: _Calendars, row: Row[Any]) -> Move | None:
    read = clockmath.read(clocks.terms(row, clocks.intervals(row.pauses)), calendars.of(row.unit or row.answers))
    if (read.due, read.provisional) == (row.due_at, row.provisional):
        return None
    return Move(row.number, row.name, row.due_at, read.due, read.provisional)


def apply(tx: Transaction, change: Change) -> int:
    """Write the days, and move every open clock that they move with what hangs on it; returns how many clocks moved."""
    passing = sorted({row.number for row in _open(tx.connection, change)})
    if change.unit is not None and change.day is not None:
        calendar.override(tx, change.unit, change.day, change.working, change.reason)
    else:
        calendar.load(tx, list(change.days))
    moved = sum(len(clockwork.recompute(tx, number, "calendar")) for number in passing)
    tx.record("calendar", "calendar_moved", days=len(change.dates), cases=len(passing), moved=moved)
    return moved


def shown(found: Sequence[Move], start: int, size: int) -> tuple[Sequence[Move], int | None]:
    """One page of the list, and where the next one starts."""
    return found[start : start + size], start + size if start + size < len(found) else None
