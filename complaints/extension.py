"""A longer limit: asked for in a process of its own beside the case's, granted only with proof that the customer knows.

Complex cases reach day 30 from the start of the period, specially complex ones day 60 (G1); paused days do not count.
A day up to the statutory one is a matter of the bank alone; beyond it the statutory limit is extended with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, insert, select

import engine.tables
from complaints import clockrows, clocks, clockwork, following, people, scope, streams, tables
from complaints.viewer import SignedIn
from engine import calendar, instances
from engine.environment import Transaction
from engine.errors import Conflict, Invalid

PROCESS = "extension"
PROOF = "told_proof"
LONGEST = {"30": 30, "60": 60}
"""Natural days that an extension may reach: complex, and specially complex cases (G1)."""


@dataclass(frozen=True)
class ExtensionRow:
    """An extension that was granted."""

    id: str
    stage: str
    old_due: datetime
    new_due: datetime
    by: str
    at: datetime


def begin(tx: Transaction, signed_in: SignedIn, number: str, unit: str) -> str:
    """Start a request by a unit; returns the process instance. Raises Conflict when one runs or no limit runs."""
    scope.worker(tx.connection, signed_in, number)
    people.unit(tx.connection, unit)
    if _limit(tx.connection, number) is None:
        raise Conflict("Expected a running limit, but case {number} has none", number=number)
    instance, definition = engine.tables.instance, engine.tables.definition
    running = (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == number, definition.c.key == PROCESS, instance.c.ended_at.is_(None))
    )
    if tx.connection.scalar(running):
        raise Conflict("A request for an extension of case {number} is open already", number=number)
    latest = {f"latest_{stage}": latest_day(tx.connection, number, stage, tx.now).isoformat() for stage in LONGEST}
    variables = {"unit": unit, **latest}
    return instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables=variables)


def check(connection: Connection, number: str, stage: str, last_day: date, now: datetime) -> None:
    """Raise Invalid unless the limit still runs and `last_day` lies after it and today, and within the law's days."""
    limit = _limit(connection, number)
    if limit is None or limit <= now:
        raise Invalid("Expected an extension before the limit ends, but none runs any more", number=number)
    latest = latest_day(connection, number, stage, now)
    earliest = max(calendar.local_day(now), calendar.last_day(limit))
    if not earliest < last_day <= latest:
        raise Invalid(
            "Expected a new limit after {earliest} and not after {latest}, but got {day}",
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
            day=last_day.isoformat(),
        )


def latest_day(connection: Connection, number: str, stage: str, now: datetime) -> date:
    """The last day that an extension of this stage may reach; paused days come on top."""
    row = clockrows.need(connection, number, "statutory")
    pauses = clocks.intervals(row.pauses)
    paused = sum((calendar.local_day(until or now) - calendar.local_day(since)).days for since, until in pauses)
    return calendar.local_day(row.started_at) + timedelta(days=LONGEST[stage] + paused)


def grant(tx: Transaction, number: str, stage: str, last_day: date) -> tuple[datetime, datetime]:
    """Move the bank's limit, and the law's where the day lies after it; returns when they governed until now, and now.

    Raises Invalid as `check` does, and without a proof in the file that the customer was told.
    """
    check(tx.connection, number, stage, last_day, tx.now)
    old = _limit(tx.connection, number) or tx.now
    if not _told(tx.connection, number):
        raise Invalid("Expected a proof that the customer was told of the extension")
    due = calendar.end_of_day(last_day)
    for name in clocks.LIMITS:
        running = clocks.due(tx.connection, number, name)
        if running is not None and running < due:
            clockwork.move_to(tx, number, name, due, stage=stage)
    following.follow(tx, number)
    row = {"id": str(uuid4()), "number": number, "stage": stage, "old_due": old, "new_due": due}
    tx.connection.execute(insert(tables.extension).values(**row, by=tx.actor.user, at=tx.now))
    return old, due


def _limit(connection: Connection, number: str) -> datetime | None:
    """The earlier of the two limits that can be extended; a sender's deadline cannot."""
    running = [due for name in clocks.LIMITS if (due := clocks.due(connection, number, name)) is not None]
    return min(running, default=None)


def _told(connection: Connection, number: str) -> bool:
    """Is there a proof that is newer than the last extension?"""
    evidence, before = tables.evidence, tables.extension
    last = connection.scalar(select(before.c.at).where(before.c.number == number).order_by(before.c.at.desc()).limit(1))
    query = select(evidence.c.id).where(evidence.c.number == number, evidence.c.field == PROOF)
    return connection.scalar(query if last is None else query.where(evidence.c.at > last)) is not None


def listed(connection: Connection, number: str) -> list[ExtensionRow]:
    """The extensions of a case, the oldest first."""
    table = tables.extension
    columns = [table.c[name] for name in ExtensionRow.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.at)
    return [ExtensionRow(*row) for row in connection.execute(query)]
