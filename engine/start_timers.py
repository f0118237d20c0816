"""Timers that start processes: rows of the current versions, each round fired once by an ordinary command."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from engine import definitions, due, starting, tables
from engine.advance import Tree
from engine.environment import SYSTEM, Environment, Transaction
from engine.prepared import prepared

start_timer, definition = tables.start_timer, tables.definition
PAUSE = timedelta(minutes=5)
log = logging.getLogger(__name__)


@prepared
def _due(now: Any, limit: Any) -> Any:
    return (
        select(start_timer.c.id)
        .join(definition, definition.c.id == start_timer.c.definition_id)
        .where(start_timer.c.due_at <= now, definition.c.suspended_at.is_(None))
        .order_by(start_timer.c.due_at, start_timer.c.id)
        .limit(limit)
    )


def fire_due(environment: Environment, limit: int = 50) -> int:
    """Start what is due, earliest first; returns how many instances began. Timers of suspended versions wait."""
    with environment.read() as connection:
        waiting = connection.scalars(*_due(environment.clock.now(), limit)).all()
    return sum(_fire_alone(environment, timer_id) for timer_id in waiting)


def _fire_alone(environment: Environment, timer_id: str) -> bool:
    """Fire one; what cannot start is put off, so that it does not hold up the others."""
    try:
        return environment.run(SYSTEM, lambda tx: _fire(tx, timer_id))
    except Exception as error:
        log.exception("start timer %s failed and will be tried again in %s", timer_id, PAUSE)
        reason = str(error)
        environment.run(SYSTEM, lambda tx: _put_off(tx, timer_id, reason))
        return False


def _fire(tx: Transaction, timer_id: str) -> bool:
    free = (
        select(start_timer)
        .join(definition, definition.c.id == start_timer.c.definition_id)
        .where(start_timer.c.id == timer_id, start_timer.c.due_at <= tx.now, definition.c.suspended_at.is_(None))
        .with_for_update(skip_locked=True, of=start_timer)
    )
    row = tx.connection.execute(free).first()
    if row is None:
        return False  # another node fires it, or the version was replaced or suspended meanwhile
    starting.move_on(tx, timer_id, due.following(due.Schedule(row.due_at, row.repeats, row.interval)))
    tree = Tree(tx, str(uuid4()))
    version = definitions.by_id(tx.environment, tx.connection, row.definition_id)
    x = tree.create(version, business_key=None, stream=None, variables={}, element=row.element_id)
    tx.record(
        x.instance["stream"],
        "timer-fired",
        instance=tree.root_id,
        definition=version.id,
        element=row.element_id,
        timer=row.element_id,
        due=row.due_at.isoformat(),
    )
    tree.settle()
    return True


def _put_off(tx: Transaction, timer_id: str, reason: str) -> None:
    row = tx.connection.execute(select(start_timer).where(start_timer.c.id == timer_id).with_for_update()).first()
    if row is None:
        return
    at = tx.now + PAUSE
    tx.connection.execute(update(start_timer).where(start_timer.c.id == timer_id).values(due_at=at))
    facts = {"old": row.due_at.isoformat(), "new": at.isoformat(), "message": reason}
    tx.record(starting.STREAM, "timer-failed", definition=row.definition_id, element=row.element_id, **facts)
