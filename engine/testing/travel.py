"""Time travel: what becomes due on the way happens at its own instant and in order, as the scheduler would do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, literal, select

from engine import scheduler, tables
from engine.clock import TravelClock
from engine.environment import Environment
from engine.errors import EngineError

timer, job, delivery, outbox = tables.timer, tables.job, tables.delivery, tables.outbox


def clock_of(environment: Environment) -> TravelClock:
    """The clock that a test may move. Raises EngineError for an environment that runs on the machine's clock."""
    if not isinstance(environment.clock, TravelClock):
        raise EngineError("Expected an environment with a clock that can be moved")
    return environment.clock


def travel(environment: Environment, to: datetime) -> int:
    """Let time pass until the aware instant `to`; returns how many timers, jobs, deliveries and effects were done."""
    clock = clock_of(environment)
    done = scheduler.work(environment)
    while (at := next_due(environment, clock.now(), to)) is not None:
        clock.travel_to(at)
        done += scheduler.work(environment)
    clock.travel_to(to)
    return done


def next_due(environment: Environment, after: datetime, until: datetime) -> datetime | None:
    """The first instant after `after`, and not after `until`, at which something is due; None when there is none."""
    with environment.read() as connection:
        found = [_free(*row) for query in _waiting() for row in connection.execute(query)]
    return min((at for at in found if after < at <= until), default=None)


def _waiting() -> tuple[Select[Any], ...]:
    """Everything that waits for its time: when it is due, and until when somebody holds it by a lease."""
    nobody = literal(None, timer.c.due_at.type)
    return (
        select(timer.c.due_at, nobody).where(timer.c.stopped_at.is_(None)),
        select(tables.start_timer.c.due_at, nobody),
        select(delivery.c.due_at, nobody),
        select(job.c.due_at, job.c.lease_until).where(job.c.retries > 0, job.c.suspended_at.is_(None)),
        select(outbox.c.due_at, outbox.c.lease_until).where(outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None)),
    )


def _free(due: datetime, lease: datetime | None) -> datetime:
    """A lease has to run out; the scheduler sees it at its next look."""
    return due if lease is None else max(due, lease + timedelta(seconds=scheduler.LOOK_SECONDS))
