"""The clocks of a case: hours, working days and natural days side by side, never converted into one another (D1).

| clock | measure | starts | stops |
|---|---|---|---|
| `first-response` | 24 natural hours, 7×24 | receipt | customer reached (R28, D12) |
| `target`, `internal` | working days of the class | receipt | customer and forwarder answered (R25–R27, D3) |
| `statutory` | 15 natural days, longer only by a recorded extension | receipt | the same (D2, G1) |

`governing` is no row but the earliest of `internal` and `statutory`. The day of receipt does not count, a limit in days
ends at 24:00 of its last day (D15). This module reads; `clockwork` starts, stops and moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from complaints import settings, tables
from engine import calendar

GOVERNING = ("internal", "statutory")
AMBER = Decimal("0.8")


@dataclass(frozen=True)
class ClockView:
    """A clock at an instant: `share` of its time used, `state` running, amber, red, met, late or attempted."""

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


def due(connection: Connection, number: str, name: str) -> datetime | None:
    """When a running clock is due; `governing` is the earliest of internal and statutory. None when it does not run."""
    names = GOVERNING if name == "governing" else (name,)
    table = tables.clock
    return connection.scalars(
        select(table.c.due_at)
        .where(table.c.number == number, table.c.name.in_(names), table.c.stopped_at.is_(None))
        .order_by(table.c.due_at)
    ).first()


def at(connection: Connection, number: str, name: str, share: Decimal) -> datetime | None:
    """The instant when `share` (0 to 1) of a running clock is used, 1 for its due time. None when it does not run.

    The share is of the working minutes between receipt and due time, of natural ones for a clock in hours.
    """
    end = due(connection, number, name)
    if end is None or share >= 1:
        return end
    begin = received(connection, number)
    if name == "first-response":
        return begin + (end - begin) * float(share)
    hours = _hours(connection)
    working = calendar.current(connection)
    minutes = working.working_minutes_between(begin, end, hours)
    return working.add_working_minutes(begin, minutes * share, hours)


def used(connection: Connection, name: str, begin: datetime, end: datetime, now: datetime) -> Decimal:
    """Which share of a clock from `begin` to `end` has passed at `now`; more than 1 when it is overdue."""
    if name == "first-response":
        return Decimal((now - begin) / (end - begin)).quantize(Decimal("0.0001"))
    hours, working = _hours(connection), calendar.current(connection)
    whole = working.working_minutes_between(begin, end, hours)
    if not whole:
        return Decimal(now >= end)
    share = working.working_minutes_between(begin, now, hours) / whole
    return max(share, Decimal(1)).quantize(Decimal("0.0001")) if now >= end else min(share, Decimal(1))


def of(connection: Connection, number: str, now: datetime) -> list[ClockView]:
    """The clocks of a case as they stand at `now`, the earliest due first."""
    table = tables.clock
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.due_at, table.c.name))
    return [_view(connection, row, now) for row in rows]


def _view(connection: Connection, row: Row[Any], now: datetime) -> ClockView:
    until = row.stopped_at or now
    share = used(connection, row.name, row.started_at, row.due_at, until)
    state = row.outcome or ("red" if now > row.due_at else "amber" if share >= AMBER else "running")
    return ClockView(
        row.name,
        row.measure,
        row.limit,
        row.started_at,
        row.due_at,
        row.stopped_at,
        row.outcome,
        row.provisional,
        row.extended_to is not None,
        row.due_at - until,
        share.quantize(Decimal("0.0001")),
        state,
    )


def working_after(connection: Connection, now: datetime, hours: Decimal) -> datetime:
    """The instant by which that many service hours will have passed since `now` (R42)."""
    return calendar.current(connection).add_working_minutes(now, hours * 60, _hours(connection))


def _hours(connection: Connection) -> calendar.ServiceHours:
    return calendar.ServiceHours.parse(settings.get(connection, "service-hours"))


def received(connection: Connection, number: str) -> datetime:
    """When the complaint was received: where every clock starts (R27)."""
    at: datetime = connection.execute(
        select(tables.complaint.c.received_at).where(tables.complaint.c.number == number)
    ).scalar_one()
    return at
