"""Starting, stopping, extending the clocks of a case; what hangs on a clock moves with it.

Engine timers and task due dates that depend on a clock carry the key `clock:<name>` (its due time) or
`clock:<name>:<share>`; every change here moves, stops or revives them in the same transaction.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select, update

import engine.tables
from complaints import clocks, streams, tables
from engine import calendar, tasks, timers
from engine.columns import FAR
from engine.environment import Transaction
from engine.errors import Invalid
from engine.upsert import upsert

HOURS, WORKING_DAYS, NATURAL_DAYS = "hours", "working-days", "natural-days"
FIRST_RESPONSE_HOURS = 24
STATUTORY_DAYS = 15
RESOLUTION = ("target", "internal", "statutory")
LONGEST = {"30": 30, "60": 60}
"""Natural days from receipt that an extension may reach: complex, and specially complex cases (G1)."""
KEY = "clock:"


def begin(tx: Transaction, number: str) -> None:
    """Start what runs before anybody has classified the case: the first response and the law."""
    _open(tx, number, "first-response", HOURS, FIRST_RESPONSE_HOURS)
    _open(tx, number, "statutory", NATURAL_DAYS, STATUTORY_DAYS)
    follow(tx, number)


def set_limits(tx: Transaction, number: str, target: int, limit: int, statutory: int) -> datetime:
    """Start the limits of the time class, or compute those that run anew; returns when the governing one is due."""
    _open(tx, number, "target", WORKING_DAYS, target)
    _open(tx, number, "internal", WORKING_DAYS, limit)
    _open(tx, number, "statutory", NATURAL_DAYS, statutory)
    return follow(tx, number)


def _open(tx: Transaction, number: str, name: str, measure: str, limit: int) -> None:
    """A stopped clock and an extended limit stay as they are."""
    old = _row(tx.connection, number, name)
    if old is not None and (old.stopped_at is not None or old.extended_to is not None):
        return
    received = clocks.received(tx.connection, number)
    due, provisional = _due(tx.connection, received, measure, limit)
    values = {"measure": measure, "limit": limit, "started_at": received, "due_at": due, "provisional": provisional}
    upsert(tx.connection, tables.clock, [{"number": number, "name": name, **values}], ("number", "name"))
    tx.record(
        streams.of(number),
        "clock-opened" if old is None else "clock-recomputed",
        clock=name,
        measure=measure,
        limit=limit,
        old=old.due_at if old else None,
        new=due,
        provisional=provisional,
    )


def _due(connection: Connection, received: datetime, measure: str, limit: int) -> tuple[datetime, bool]:
    if measure == HOURS:
        return received + timedelta(hours=limit), False
    day = calendar.local_day(received)
    if measure == NATURAL_DAYS:
        return calendar.end_of_day(calendar.current(connection).add_natural_days(day, limit)), False
    due = calendar.add_working_days(connection, day, limit)
    return calendar.end_of_day(due.date), due.provisional


def stop(tx: Transaction, number: str, at: datetime, *names: str, outcome: str | None = None) -> None:
    """Stop running clocks at an instant: `met` or `late`, unless an `outcome` is given; stopped ones stay so."""
    for name in names:
        row = _row(tx.connection, number, name)
        if row is None or row.stopped_at is not None:
            continue
        result = outcome or ("met" if at <= row.due_at else "late")
        _change(tx, number, name, stopped_at=at, outcome=result)
        tx.record(streams.of(number), "clock-stopped", clock=name, at=at, due=row.due_at, outcome=result)
    follow(tx, number)


def restart(tx: Transaction, number: str, *names: str) -> None:
    """Let stopped clocks run again towards the same due time: the case was reopened, the limit is not new."""
    for name in names:
        row = _row(tx.connection, number, name)
        if row is not None and row.stopped_at is not None:
            _change(tx, number, name, stopped_at=None, outcome=None)
            tx.record(streams.of(number), "clock-restarted", clock=name, due=row.due_at, was=row.outcome)
    follow(tx, number)


def extend(tx: Transaction, number: str, stage: str, last_day: date) -> datetime:
    """Move the running internal and statutory limits to the end of `last_day`; returns when the governing one is due.

    Both move together, so that an internal extension never ends after the statutory one (D2). Raises Invalid as
    `check_extension` does.
    """
    check_extension(tx.connection, number, stage, last_day, tx.now)
    due = calendar.end_of_day(last_day)
    for name in clocks.GOVERNING:
        row = _row(tx.connection, number, name)
        if row is not None and row.stopped_at is None:
            _change(tx, number, name, due_at=due, extended_to=due, provisional=False)
            tx.record(streams.of(number), "clock-extended", clock=name, stage=stage, old=row.due_at, new=due)
    return follow(tx, number)


def check_extension(connection: Connection, number: str, stage: str, last_day: date, now: datetime) -> None:
    """Raise Invalid unless `last_day` lies after the governing limit and today, and within the law's 30 or 60 days."""
    latest = calendar.local_day(clocks.received(connection, number)) + timedelta(days=LONGEST[stage])
    governing = clocks.due(connection, number, "governing")
    # a limit ends at 24:00, so its last day is the one before the instant
    earliest = max(calendar.local_day(now), calendar.local_day((governing or now) - timedelta(seconds=1)))
    if not earliest < last_day <= latest:
        raise Invalid(
            "Expected a new limit after {earliest} and not after {latest}, but got {day}",
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
            day=last_day.isoformat(),
        )


def _change(tx: Transaction, number: str, name: str, **values: object) -> None:
    table = tables.clock
    tx.connection.execute(update(table).where(table.c.number == number, table.c.name == name).values(**values))


def _row(connection: Connection, number: str, name: str) -> Row[Any] | None:
    table = tables.clock
    return connection.execute(select(table).where(table.c.number == number, table.c.name == name)).first()


def follow(tx: Transaction, number: str) -> datetime:
    """Move what hangs on the clocks of a case, and its place on the board; returns when the governing clock is due."""
    _follow_timers(tx, number)
    task = engine.tables.task
    keys = select(task.c.due_key).where(task.c.business_key == number, task.c.due_key.startswith(KEY)).distinct()
    for key in tx.connection.scalars(keys).all():
        due = _moment(tx.connection, number, key)
        if due is not None:
            tasks.move_due(tx, key, number, due)
    governing = clocks.due(tx.connection, number, "governing") or FAR
    tx.connection.execute(update(tables.complaint).where(tables.complaint.c.number == number).values(due_at=governing))
    return governing


def _follow_timers(tx: Transaction, number: str) -> None:
    timer = engine.tables.timer
    hanging = (
        select(timer.c.key, timer.c.due_at, timer.c.stopped_at)
        .where(timer.c.business_key == number, timer.c.key.startswith(KEY))
        .distinct()
    )
    for row in tx.connection.execute(hanging).all():
        due = _moment(tx.connection, number, row.key)
        if due is None and row.stopped_at is None:
            timers.stop(tx, row.key, number)
        elif due is not None and row.stopped_at is not None:
            timers.revive(tx, row.key, number, due)
        elif due is not None and row.due_at != due:
            timers.move(tx, row.key, number, due)


def _moment(connection: Connection, number: str, key: str) -> datetime | None:
    name, _, share = key.removeprefix(KEY).partition(":")
    return clocks.at(connection, number, name, Decimal(share or 1))
