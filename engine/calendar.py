"""Working days and service hours, from a table of our own.

Days are dates in `clock.ZONE`. The day of receipt does not count, and a limit in days ends at 24:00 of its last day
(D15). A result that rests on a day whose holidays are not announced yet is flagged provisional; beyond the table there
is no answer but a refusal. `Calendar` is immutable, so threads share the one that `current` keeps until the table
changes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from sqlalchemy import Connection, select

from engine.calendar_seed import Day, days_of
from engine.calendar_table import calendar_day, calendar_stamp
from engine.clock import ZONE
from engine.environment import Transaction
from engine.errors import EngineError
from engine.upsert import upsert

_SECOND = 1_000_000  # the arithmetic of hours is done in whole microseconds
_MINUTE = 60 * _SECOND


class CalendarExhausted(EngineError):
    """Expected the working-day calendar to reach {day}, but it covers {first} to {last}; load the missing year."""


class CalendarBroken(EngineError):
    """Expected the working-day calendar to hold every day, but {day} is missing."""


class BadServiceHours(EngineError):
    """Expected service hours like '09:00-12:00,13:00-18:00', in order and apart, but got '{value}'."""


@dataclass(frozen=True)
class DueDate:
    """The last day of a limit; provisional when it rests on a day that is not officially announced yet."""

    date: date
    provisional: bool


def _after_midnight(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * _SECOND + at.microsecond


@dataclass(frozen=True)
class ServiceHours:
    """The windows of a working day that count, in order and apart; an end of 00:00 means 24:00."""

    windows: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        spans = self.spans
        if not spans or any(end <= begin for begin, end in spans) or any(a[1] > b[0] for a, b in pairwise(spans)):
            raise BadServiceHours(value=str(self))

    @classmethod
    def parse(cls, text: str) -> ServiceHours:
        """Read `09:00-12:00,13:00-18:00`. Raises `BadServiceHours`."""
        windows = []
        for part in text.split(","):
            found = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)\s*", part)
            if not found:
                raise BadServiceHours(value=text)
            hour, minute, end_hour, end_minute = (int(number or 0) for number in found.groups())
            windows.append((time(hour, minute), time(end_hour, end_minute)))
        return cls(tuple(windows))

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Begin and end of each window in microseconds after midnight."""
        return tuple((_after_midnight(begin), _after_midnight(end) or 24 * 60 * _MINUTE) for begin, end in self.windows)

    def __str__(self) -> str:
        return ",".join(f"{begin:%H:%M}-{'24:00' if end == time(0) else f'{end:%H:%M}'}" for begin, end in self.windows)


OFFICE_HOURS = ServiceHours.parse("09:00-12:00,13:00-18:00")


class Calendar:
    """The arithmetic over a run of days without a gap."""

    def __init__(self, days: Iterable[Day]) -> None:
        ordered = sorted(days, key=lambda day: day.day)
        for before, after in pairwise(ordered):
            if after.day - before.day != timedelta(1):
                raise CalendarBroken(day=before.day + timedelta(1))
        self._days = tuple(ordered)
        self._first = ordered[0].day.toordinal() if ordered else 1
        self._working = tuple(day.day.toordinal() for day in ordered if day.working)
        # how many working (provisional) days come before the first, the second, … day, and before the end
        self._working_before = tuple(accumulate((day.working for day in ordered), initial=0))
        self._provisional_before = tuple(accumulate((day.provisional for day in ordered), initial=0))

    def day(self, day: date) -> Day:
        """What the table says about a day. Raises `CalendarExhausted`."""
        return self._days[self._position(day)]

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return self._days[self._position(day)].working

    def add_working_days(self, day: date, n: int) -> DueDate:
        """The `n`-th working day after `day`, which itself does not count; before it where `n` is negative (D15)."""
        if n == 0:
            return DueDate(day, False)
        position = self._position(day)
        wanted = self._working_before[position + 1] + n - 1 if n > 0 else self._working_before[position] + n
        if not 0 <= wanted < len(self._working):
            raise self._exhausted(f"{abs(n)} working days {'after' if n > 0 else 'before'} {day}")
        due = date.fromordinal(self._working[wanted])
        return DueDate(due, self.is_provisional(min(day, due), max(day, due)))

    def add_natural_days(self, day: date, n: int) -> date:
        """The `n`-th calendar day after `day`, holidays or not (D15: the cautious reading of the law)."""
        return day + timedelta(n)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative where `last` is earlier."""
        return self._working_before[self._position(last) + 1] - self._working_before[self._position(first) + 1]

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a day from `first` to `last`, both included, is not officially announced yet."""
        return self._provisional_before[self._position(last) + 1] > self._provisional_before[self._position(first)]

    def working_minutes_between(self, begin: datetime, end: datetime, hours: ServiceHours = OFFICE_HOURS) -> Decimal:
        """The minutes of service hours between two aware instants, exact to the microsecond; negative when reversed."""
        return Decimal(self._elapsed(end, hours) - self._elapsed(begin, hours)) / _MINUTE

    def add_working_minutes(
        self, instant: datetime, minutes: Decimal | int, hours: ServiceHours = OFFICE_HOURS
    ) -> datetime:
        """The first instant (UTC) by which `minutes` (≥ 0) of service hours have passed since the aware `instant`."""
        if minutes < 0:
            raise ValueError(f"expected minutes of at least 0, but got {minutes}")
        if minutes == 0:
            return instant.astimezone(UTC)
        spans = hours.spans
        wanted = self._elapsed(instant, hours) + round(Decimal(minutes) * _MINUTE)
        full_days, rest = divmod(wanted - 1, sum(end - begin for begin, end in spans))
        if full_days >= len(self._working):
            raise self._exhausted(f"{minutes} working minutes after {instant.astimezone(ZONE):%Y-%m-%d %H:%M}")
        rest += 1
        for begin, end in spans:
            if rest <= end - begin:
                break
            rest -= end - begin
        midnight = datetime.combine(date.fromordinal(self._working[full_days]), time(0), ZONE)
        return midnight.astimezone(UTC) + timedelta(microseconds=begin + rest)

    def _elapsed(self, instant: datetime, hours: ServiceHours) -> int:
        """Microseconds of service hours since the calendar's first day."""
        local = instant.astimezone(ZONE)
        position = self._position(local.date())
        spans = hours.spans
        elapsed = self._working_before[position] * sum(end - begin for begin, end in spans)
        if self._days[position].working:
            now = _after_midnight(local.time())
            elapsed += sum(max(0, min(now, end) - begin) for begin, end in spans)
        return elapsed

    def _position(self, day: date) -> int:
        position = day.toordinal() - self._first
        if not 0 <= position < len(self._days):
            raise self._exhausted(day)
        return position

    def _exhausted(self, wanted: object) -> CalendarExhausted:
        first, last = (self._days[0].day, self._days[-1].day) if self._days else ("no day", "no day")
        return CalendarExhausted(day=wanted, first=first, last=last)


def end_of_day(day: date) -> datetime:
    """24:00 of a day as an aware UTC instant, when a limit in days ends (D15)."""
    return datetime.combine(day + timedelta(1), time(0), ZONE).astimezone(UTC)


def last_day(instant: datetime) -> date:
    """The day on whose end or within which a limit ends: midnight is 24:00 of the day before (D15)."""
    return local_day(instant - timedelta(microseconds=1))


def local_day(instant: datetime) -> date:
    """The day on which an aware instant falls in `clock.ZONE`."""
    return instant.astimezone(ZONE).date()


_kept: dict[str, Calendar] = {}


def current(connection: Connection) -> Calendar:
    """The calendar in the table; read again only after it has changed."""
    stamp = connection.scalar(select(calendar_stamp.c.stamp)) or ""
    calendar = _kept.get(stamp)
    if calendar is None:
        columns = [calendar_day.c[name] for name in Day.__dataclass_fields__]
        calendar = Calendar(Day(*row) for row in connection.execute(select(*columns)))
        if len(_kept) > 8:  # old ones, and in tests those of other databases
            _kept.clear()
        _kept[stamp] = calendar
    return calendar


def add_working_days(connection: Connection, day: date, n: int) -> DueDate:
    """The `n`-th working day after `day` in the current calendar; see `Calendar.add_working_days`."""
    return current(connection).add_working_days(day, n)


def seed(tx: Transaction, first_year: int = 2020, last_year: int = 2028) -> int:
    """Fill the table for these years and return how many days were missing; days that are there stay as they are.

    A day that changed would move deadlines of running cases, which is an administrator's decision, not a side effect of
    an update of this program.
    """
    present = set(tx.connection.scalars(select(calendar_day.c.day)))
    missing = [day for year in range(first_year, last_year + 1) for day in days_of(year) if day.day not in present]
    if missing:
        load(tx, missing)
    return len(missing)


def load(tx: Transaction, days: list[Day]) -> None:
    """Write days, replacing those that are there, and record which."""
    loaded = {"loaded_at": tx.now, "loaded_by": tx.actor.user}
    upsert(tx.connection, calendar_day, [{**asdict(day), **loaded} for day in days], ("day",))
    upsert(tx.connection, calendar_stamp, [{"n": 1, "stamp": secrets.token_hex(16)}], ("n",))
    provisional = sum(day.provisional for day in days)
    first, last = min(day.day for day in days), max(day.day for day in days)
    tx.record("calendar", "calendar_loaded", first=str(first), last=str(last), days=len(days), provisional=provisional)
