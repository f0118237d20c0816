"""The clocks of a case: hours, working days and natural days side by side, never converted into one another (D1).

| clock | measure | starts | stops |
|---|---|---|---|
| `first-response` | 24 natural hours, 7×24 | receipt | customer reached (R28, D12) |
| `target`, `internal` | working days of the class | receipt | customer and forwarder answered (R25–R27, D3) |
| `statutory` | 15 natural days, longer only by a recorded extension | receipt | the same (D2, G1) |
| `sender` | the day that the forwarding department has set | receipt | the same (D5, R72) |
| `credit-report` | natural days of decision `special-limits` | receipt | the same (G19) |
| `silence` | working days of setting `silence-days` | last contact with the customer | closure (R105) |
| `slip:…`, `task:…` | as opened by a diagram | then | as a diagram says |
| `review:…` | 30 natural days for each review of the case | receipt of the request | its decision (G5) |

`governing` is no row but the earliest of those that govern and run, `limit` the earlier of internal and statutory. The
day of receipt does not count, a limit in days ends at 24:00 of its last day (D15). This module reads; `clockwork`
starts, stops and moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from complaints import clockmath, settings, tables
from complaints.clockmath import GIVEN, Pace, Pause, Terms
from engine import calendar, store
from engine.prepared import prepared

LIMITS = ("internal", "statutory")
"""The bank's own limit and the law's: what the figures of R25 and R26 judge."""
GOVERNING = (*LIMITS, "sender", "credit-report")
GROUPS = {"governing": GOVERNING, "limit": LIMITS}
"""Names for the earliest of several clocks; `limit` is the one that an extension moves."""
KINDS = frozenset({"first-response", "target", "silence", *GOVERNING})
NAMES = KINDS | GROUPS.keys()
OWN = ("slip:", "task:")
"""How clocks begin that diagrams open."""
REVIEW = "review:"
"""How clocks of reviews begin: they run on after the case is closed."""
PAUSABLE = ("target", *LIMITS)
AMBER = Decimal("0.8")


@dataclass(frozen=True)
class ClockView:
    """A clock at an instant: `share` of its time used, `state` running, amber, red, paused, met, late or attempted.

    `due_at` of a paused clock is when it would end if it ran again now.
    """

    name: str
    measure: str
    limit: int
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    outcome: str | None
    provisional: bool
    extended: bool
    remaining: timedelta
    share: Decimal
    state: str
    paused_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    mark: str | None = None


@dataclass(frozen=True)
class Moment:
    """When a clock will be where somebody waits for it; `stopped` while it is paused."""

    name: str
    at: datetime
    stopped: bool


def due(connection: Connection, number: str, name: str) -> datetime | None:
    """When a running clock is due; of `governing` the earliest that governs. None when it is stopped or paused."""
    running = (row.due_at for row in _running(connection, number, name) if row.paused_at is None)
    return min(running, default=None)


def is_provisional(connection: Connection, number: str, due: datetime) -> bool:
    """Whether a due time of the case rests on a day whose holidays are not announced yet: it is only expected."""
    return any(row.provisional and row.due_at == due and row.stopped_at is None for row in rows(connection, number))


def rows(connection: Connection, number: str) -> list[Row[Any]]:
    """All clocks of a case as they are stored, by name."""
    seen = store.seen(connection)
    if ("clocks", number) not in seen:
        seen["clocks", number] = connection.execute(*_all(number)).all()
    found: list[Row[Any]] = seen["clocks", number]
    return found


@prepared
def _all(number: Any) -> Any:
    return select(tables.clock).where(tables.clock.c.number == number).order_by(tables.clock.c.name)


def _running(connection: Connection, number: str, name: str) -> list[Row[Any]]:
    """The clocks of that name, or of the group of that name, which have not been stopped."""
    names = GROUPS.get(name, (name,))
    return [row for row in rows(connection, number) if row.name in names and row.stopped_at is None]


def at(connection: Connection, number: str, name: str, share: Decimal) -> datetime | None:
    """The instant when `share` (0 to 1) of a running clock is used, 1 for its due time. None when it does not run."""
    found = moment(connection, number, name, share)
    return None if found is None or found.stopped else found.at


def moment(
    connection: Connection, number: str, name: str, share: Decimal = Decimal(1), now: datetime | None = None
) -> Moment | None:
    """The same, also of a paused clock: as if it ran again at `now` (else at its pause). None when it is stopped.

    The share is of the working minutes between start and due time that were not paused, of natural ones for a clock in
    hours.
    """
    running = _running(connection, number, name)
    if not running:
        return None
    row = min(running, key=lambda each: (each.paused_at is not None, each.due_at, each.name))
    end = row.due_at if row.paused_at is None else reading(connection, row, now).due
    if share >= 1:
        return Moment(row.name, end, row.paused_at is not None)
    pauses = _ended(intervals(row.pauses), now)
    found = pace(connection, row).at(row.started_at, end, pauses, max(share, Decimal(0)))
    return Moment(row.name, found, row.paused_at is not None)


def _ended(pauses: tuple[Pause, ...], now: datetime | None) -> tuple[Pause, ...]:
    return tuple((since, until or now or since) for since, until in pauses)


def pace(connection: Connection, row: Row[Any]) -> Pace:
    """How the time of a clock passes."""
    return Pace(row.measure, working(connection, row.number, row.unit), _hours(connection))


def working(connection: Connection, number: str, unit: str | None = None) -> calendar.Calendar:
    """The working days that count for a case: of a given unit, else of the one that answers, else the bank's."""
    if not calendar.has_layers(connection):
        return calendar.current(connection)
    table = tables.complaint
    layer = unit or connection.scalar(select(table.c.unit).where(table.c.number == number))
    return calendar.current(connection, layer)


def terms(row: Any, pauses: tuple[Pause, ...]) -> Terms:
    """What a clock is computed from."""
    fixed = row.due_at if row.measure == GIVEN else row.extended_to
    return Terms(row.measure, row.limit, row.started_at, fixed, row.extended_at, pauses)


def reading(connection: Connection, row: Row[Any], until: datetime | None = None) -> clockmath.Reading:
    """A clock computed anew from what is stored with it."""
    days = working(connection, row.number, row.unit)
    return clockmath.read(terms(row, intervals(row.pauses)), days, until)


def intervals(text: str) -> tuple[Pause, ...]:
    """The pauses of a clock as they are stored."""
    return tuple(
        (datetime.fromisoformat(since), datetime.fromisoformat(until) if until else None)
        for since, until in orjson.loads(text)
    )


def of(connection: Connection, number: str, now: datetime) -> list[ClockView]:
    """The clocks of a case as they stand at `now`, the earliest due first."""
    ordered = sorted(rows(connection, number), key=lambda row: (row.due_at, row.name))
    return [_view(connection, row, now) for row in ordered]


def _view(connection: Connection, row: Row[Any], now: datetime) -> ClockView:
    until = row.stopped_at or now
    paused = row.paused_at is not None and row.stopped_at is None
    end = reading(connection, row, now).due if paused else row.due_at
    pauses = intervals(row.pauses)
    share = pace(connection, row).used(row.started_at, end, _ended(pauses, now), until)
    passing = "paused" if paused else "red" if now > row.due_at else "amber" if share >= AMBER else "running"
    return ClockView(
        row.name,
        row.measure,
        row.limit,
        row.started_at,
        end,
        row.stopped_at,
        row.outcome,
        row.provisional,
        row.extended_to is not None,
        end - until,
        share.quantize(Decimal("0.0001")),
        row.outcome or passing,
        row.paused_at if paused else None,
        pauses,
        row.mark,
    )


def working_after(connection: Connection, now: datetime, hours: Decimal) -> datetime:
    """The instant by which that many service hours will have passed since `now` (R42)."""
    return calendar.current(connection).add_working_minutes(now, hours * 60, _hours(connection))


def _hours(connection: Connection) -> calendar.ServiceHours:
    return _parsed(settings.get(connection, "service-hours"))


_parsed = cache(calendar.ServiceHours.parse)


def received(connection: Connection, number: str) -> datetime:
    """When the complaint was received: where every clock starts (R27)."""
    at: datetime = connection.execute(*_received(number)).scalar_one()
    return at


@prepared
def _received(number: Any) -> Any:
    return select(tables.complaint.c.received_at).where(tables.complaint.c.number == number)
