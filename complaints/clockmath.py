"""The arithmetic of one clock: when it is due, how much of it is used, when a share of it will be. Pure: no database.

A pause is an interval that does not count. A clock in working days shifts by the paused **working** days, one in
natural days, and an extended one, by natural days; as with every limit in days, the day on which a pause begins does
not count. A pause that begins after the limit has ended changes nothing: what is late stays late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from engine import calendar
from engine.calendar import Calendar, ServiceHours

HOURS, WORKING_DAYS, NATURAL_DAYS, GIVEN = "hours", "working-days", "natural-days", "given"
Pause = tuple[datetime, datetime | None]
"""Since, and until; None while it lasts."""


@dataclass(frozen=True)
class Terms:
    """What a clock is computed from. `fixed` is a due time that was granted (at `fixed_at`) or given from outside."""

    measure: str
    limit: int
    started_at: datetime
    fixed: datetime | None = None
    fixed_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Reading:
    """When the clock is due, whether that rests on an unannounced day, and the pauses that count for it."""

    due: datetime
    provisional: bool
    pauses: tuple[Pause, ...]

    @property
    def paused_at(self) -> datetime | None:
        """Since when it stands still, None while it runs."""
        return self.pauses[-1][0] if self.pauses and self.pauses[-1][1] is None else None


def read(terms: Terms, working: Calendar, until: datetime | None = None) -> Reading:
    """Compute a clock. A pause that lasts counts up to `until`, if given: when the clock would be due if it ran again.

    Raises CalendarExhausted beyond the working-day table.
    """
    counted: list[Pause] = []
    shift = 0
    due, provisional = _due(terms, working, shift)
    for since, end in terms.pauses:
        if since >= due or (end is not None and end <= terms.started_at):
            continue
        begin = max(since, terms.started_at)
        counted.append((begin, end))
        granted = terms.fixed_at is not None and end is not None and end <= terms.fixed_at
        if not granted:  # who granted a day knew of the pauses before it
            shift += _days(terms, working, begin, end or until or begin)
            due, provisional = _due(terms, working, shift)
    return Reading(due, provisional, tuple(counted))


def _due(terms: Terms, working: Calendar, shift: int) -> tuple[datetime, bool]:
    if terms.fixed is not None:
        return terms.fixed + timedelta(days=shift), False
    if terms.measure == HOURS:
        return terms.started_at + timedelta(hours=terms.limit), False
    day = calendar.local_day(terms.started_at)
    if terms.measure == NATURAL_DAYS:
        return calendar.end_of_day(working.add_natural_days(day, terms.limit + shift)), False
    due = working.add_working_days(day, terms.limit + shift)
    return calendar.end_of_day(due.date), due.provisional


def _days(terms: Terms, working: Calendar, since: datetime, until: datetime) -> int:
    first, last = calendar.local_day(since), calendar.local_day(until)
    if terms.measure == WORKING_DAYS and terms.fixed is None:
        return working.working_days_between(first, last)
    return (last - first).days


@dataclass(frozen=True)
class Pace:
    """How the time of a clock passes: in working minutes, or in natural ones where it has hours."""

    measure: str
    working: Calendar
    hours: ServiceHours

    def between(self, begin: datetime, end: datetime) -> Decimal:
        """The minutes from `begin` to `end`."""
        if self.measure == HOURS:
            return Decimal((end - begin) / timedelta(microseconds=1)) / 60_000_000
        return self.working.working_minutes_between(begin, end, self.hours)

    def after(self, begin: datetime, minutes: Decimal) -> datetime:
        """The first instant by which so many minutes have passed."""
        if self.measure == HOURS:
            return begin + timedelta(microseconds=int((minutes * 60_000_000).to_integral_value()))
        return self.working.add_working_minutes(begin, minutes, self.hours)

    def counted(self, begin: datetime, end: datetime, pauses: Iterable[Pause]) -> Decimal:
        """The minutes from `begin` to `end` without those in pauses."""
        return sum((self.between(first, last) for first, last in _runs(begin, end, pauses)), Decimal(0))

    def at(self, begin: datetime, end: datetime, pauses: Iterable[Pause], share: Decimal) -> datetime:
        """The instant when `share` of the minutes that count between `begin` and `end` has passed."""
        known = tuple(pauses)
        wanted = self.counted(begin, end, known) * share
        for first, last in _runs(begin, end, known):
            length = self.between(first, last)
            if wanted <= length:
                return self.after(first, wanted)
            wanted -= length
        return end

    def used(self, begin: datetime, end: datetime, pauses: Iterable[Pause], now: datetime) -> Decimal:
        """The share that has passed at `now`: at most 1 before the end, at least 1 from it on."""
        known = tuple(pauses)
        whole = self.counted(begin, end, known)
        if not whole:
            return Decimal(now >= end)
        share = self.counted(begin, now, known) / whole
        return max(share, Decimal(1)) if now >= end else min(share, Decimal(1))


def _runs(begin: datetime, end: datetime, pauses: Iterable[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between pauses; one that lasts ends the last of them."""
    at = begin
    for since, until in pauses:
        if since >= end:
            break
        yield at, max(at, since)
        at = end if until is None else min(max(at, until), end)
    yield at, max(at, end)
