"""Working days and service hours, from a table of our own.

Days are dates in `clock.ZONE`. The day of receipt does not count, and a limit in days ends at 24:00 of its last day
(D15). A result that rests on a day whose holidays are not announced yet is flagged provisional; beyond the table there
is no answer but a refusal. `Calendar` is immutable, so threads share the one that `current` keeps until the table
changes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

from sqlalchemy import Connection, delete, select

from engine import store
from engine.calendar_seed import Day, days_of
from engine.calendar_table import calendar_day, calendar_override, calendar_stamp
from engine.clock import ZONE
from engine.environment import Transaction
from engine.errors import EngineError
from engine.prepared import Prepared
from engine.rows import upsert
from engine.service_hours import MINUTE as _MINUTE
from engine.service_hours import OFFICE_HOURS as OFFICE_HOURS
from engine.service_hours import BadServiceHours as BadServiceHours
from engine.service_hours import ServiceHours as ServiceHours
from engine.service_hours import after_midnight as _after_midnight


class CalendarExhausted(EngineError):
    """Expected the working-day calendar to reach {day}, but it covers {first} to {last}; load the missing year."""


class CalendarBroken(EngineError):
    """Expected the working-day calendar to hold every day, but {day} is missing."""


@dataclass(frozen=True)
class Override:
    """A day on which one layer works, or does not, other than the rest."""

    layer: str
    day: date
    working: bool
    reason: str


@dataclass(frozen=True)
class DueDate:
    """The last day of a limit; provisional when it rests on a day that is not officially announced yet."""

    date: date
    provisional: bool


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


Layers = dict[str | None, Calendar]
_kept: dict[str, Layers] = {}
_STAMP = Prepared(select(calendar_stamp.c.stamp))


def current(connection: Connection, layer: str | None = None) -> Calendar:
    """The calendar in the table; read again only after it has changed. A `layer` without days of its own has these."""
    layers = _layers(connection)
    return layers.get(layer) or layers[None]


def has_layers(connection: Connection) -> bool:
    """Whether any layer has days of its own."""
    return len(_layers(connection)) > 1


def _layers(connection: Connection) -> Layers:
    known = store.known(connection)
    if "calendar" not in known:
        known["calendar"] = connection.scalar(_STAMP) or ""
    stamp = known["calendar"]
    layers = _kept.get(stamp)
    if layers is None:
        layers = _read(connection)
        if len(_kept) > 8:  # old ones, and in tests those of other databases
            _kept.clear()
        _kept[stamp] = layers
    return layers


def _read(connection: Connection) -> Layers:
    known = days(connection)
    own: dict[str, list[Override]] = {}
    for one in overrides(connection):
        own.setdefault(one.layer, []).append(one)
    return {None: Calendar(known)} | {layer: overlaid(known, some) for layer, some in own.items()}


def days(connection: Connection) -> list[Day]:
    """Every day of the table."""
    columns = [calendar_day.c[name] for name in Day.__dataclass_fields__]
    return [Day(*row) for row in connection.execute(select(*columns))]


def overlaid(days: Iterable[Day], overrides: Iterable[Override]) -> Calendar:
    """The calendar of a layer: the days below, but for those that it has of its own."""
    own = {override.day: override for override in overrides}
    return Calendar(replace(day, working=own[day.day].working) if day.day in own else day for day in days)


def overrides(connection: Connection, layer: str | None = None) -> list[Override]:
    """The days that layers (or one) have of their own."""
    table = calendar_override
    query = select(*(table.c[name] for name in Override.__dataclass_fields__)).order_by(table.c.layer, table.c.day)
    return [
        Override(*row) for row in connection.execute(query if layer is None else query.where(table.c.layer == layer))
    ]


def override(tx: Transaction, layer: str, day: date, working: bool | None, reason: str) -> None:
    """Give a layer a day of its own, or (`working` None) take it back; recorded with its reason."""
    table = calendar_override
    old = tx.connection.scalar(select(table.c.working).where(table.c.layer == layer, table.c.day == day))
    if working is None:
        tx.connection.execute(delete(table).where(table.c.layer == layer, table.c.day == day))
    else:
        row = {"layer": layer, "day": day, "working": working, "reason": reason}
        upsert(tx.connection, table, [row | {"loaded_at": tx.now, "loaded_by": tx.actor.user}], ("layer", "day"))
    _stamp(tx)
    tx.record("calendar", "calendar_overridden", layer=layer, day=str(day), old=old, new=working, reason=reason)


def add_working_days(connection: Connection, day: date, n: int, layer: str | None = None) -> DueDate:
    """The `n`-th working day after `day` in the current calendar; see `Calendar.add_working_days`."""
    return current(connection, layer).add_working_days(day, n)


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
    _stamp(tx)
    provisional = sum(day.provisional for day in days)
    first, last = min(day.day for day in days), max(day.day for day in days)
    tx.record("calendar", "calendar_loaded", first=str(first), last=str(last), days=len(days), provisional=provisional)


def _stamp(tx: Transaction) -> None:
    upsert(tx.connection, calendar_stamp, [{"n": 1, "stamp": secrets.token_hex(16)}], ("n",))
    store.known(tx.connection).pop("calendar", None)
