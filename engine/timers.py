"""Timers are rows: fired by ordinary commands once they are due, in order of their due time, each exactly once.

Several nodes may fire at the same time: the lock of the call tree decides, a tree that is busy is left for the next
look. A timer may carry a key by which another command moves, stops or revives it in its own transaction.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from engine import due, tables
from engine.advance import Tree, lock
from engine.environment import SYSTEM, Environment, Transaction
from engine.prepared import Prepared, prepared
from engine.rows import change
from engine.store import LostRace

timer, instance, definition = tables.timer, tables.instance, tables.definition
PAUSE = timedelta(minutes=5)
log = logging.getLogger(__name__)
_ONE = Prepared(select(timer).where(timer.c.id == bindparam("t")))
_DELETE = Prepared(delete(timer).where(timer.c.id == bindparam("t")))
_RUNNING = (
    select(timer.c.id, timer.c.root_id, timer.c.due_at)
    .join(instance, instance.c.id == timer.c.instance_id)
    .join(definition, definition.c.id == instance.c.definition_id)
    .where(timer.c.stopped_at.is_(None), instance.c.suspended_at.is_(None), definition.c.suspended_at.is_(None))
    .order_by(timer.c.due_at, timer.c.id)
    .limit(bindparam("limit"))
)
_WITH_STREAM = select(timer, instance.c.stream, instance.c.definition_id).join(
    instance, instance.c.id == timer.c.instance_id
)
_NEXT = Prepared(_RUNNING)
_DUE = Prepared(_RUNNING.where(timer.c.due_at <= bindparam("now")))


def fire_due(environment: Environment, limit: int = 50) -> int:
    """Fire what is due, earliest first; returns how many fired. Timers of suspended instances wait."""
    with environment.read() as connection:
        waiting = connection.execute(_DUE, {"now": environment.clock.now(), "limit": limit}).all()
    return sum(_fire_alone(environment, row.id, row.root_id) for row in waiting)


def _fire_alone(environment: Environment, timer_id: str, root_id: str) -> bool:
    """Fire one; a timer that cannot fire is put off, so that it does not hold up the others."""
    try:
        return environment.run(SYSTEM, lambda tx: _fire(tx, timer_id, root_id))
    except Exception as error:
        log.exception("timer %s failed and will be tried again in %s", timer_id, PAUSE)
        reason = str(error)
        environment.run(SYSTEM, lambda tx: _put_off(tx, timer_id, root_id, reason))
        return False


def _put_off(tx: Transaction, timer_id: str, root_id: str, reason: str) -> None:
    lock(tx, root_id)
    if (row := tx.connection.execute(_WITH_STREAM.where(timer.c.id == timer_id)).first()) is None:
        return
    at = tx.now + PAUSE
    change(tx.connection, timer, {"id": timer_id}, due_at=at)
    _record(tx, row, "timer-failed", old=row.due_at.isoformat(), new=at.isoformat(), message=reason)


def _fire(tx: Transaction, timer_id: str, root_id: str) -> bool:
    if not _lock_unless_busy(tx, root_id):
        return False
    row = tx.connection.execute(_ONE, {"t": timer_id}).first()
    if row is None or row.due_at > tx.now or row.stopped_at is not None:
        return False  # another node has fired it, or it was moved meanwhile
    tx.hops = row.hops
    tree = Tree(tx, root_id)
    x = tree.load(row.instance_id)
    token = x.token(row.scope_id)
    x.record("timer-fired", token, timer=row.element_id, due=row.due_at.isoformat())
    last = not _next_round(tx, row)
    if last:
        tx.connection.execute(_DELETE, {"t": timer_id})
    x.trigger(row.scope_id, row.element_id, {}, last=last, position=row.position)
    tree.settle()
    return True


def _lock_unless_busy(tx: Transaction, root_id: str) -> bool:
    if not tx.environment.store.is_sqlite:
        query = select(instance.c.id).where(instance.c.id == root_id).with_for_update(skip_locked=True)
        if tx.connection.execute(query).first() is None:
            return False
    tx.locked.add(root_id)
    return True


def _next_round(tx: Transaction, row: Row[Any]) -> bool:
    """A cycle goes on from its own due time: rounds missed during a stop fire one after the other."""
    following = due.following(due.Schedule(row.due_at, row.repeats, row.interval))
    if following is None:
        return False
    change(tx.connection, timer, {"id": row.id}, due_at=following.due_at, repeats=following.repeats)
    return True


def next_due(environment: Environment) -> datetime | None:
    """The earliest due time (aware UTC) of all timers that run, neither stopped nor suspended."""
    with environment.read() as connection:
        first = connection.execute(_NEXT, {"limit": 1}).first()
        return None if first is None else first.due_at


# by key, in another command's transaction


def move(tx: Transaction, key: str, business_key: str, at: datetime) -> int:
    """Move the timers of this key that wait or are stopped to `at`; returns how many."""
    return _change(tx, key, business_key, "timer-moved", due_at=at)


def stop(tx: Transaction, key: str, business_key: str) -> int:
    """Stop them: they do not fire until they are revived."""
    return _change(tx, key, business_key, "timer-stopped", stopped_at=tx.now)


def revive(tx: Transaction, key: str, business_key: str, at: datetime) -> int:
    """Let stopped timers run again, due at `at`."""
    return _change(tx, key, business_key, "timer-revived", stopped_at=None, due_at=at)


def keys(tx: Transaction, prefix: str, business_key: str) -> list[str]:
    """The keys that start with `prefix` among the timers of a business key."""
    query = select(timer.c.key).where(
        timer.c.business_key == business_key, timer.c.key.startswith(prefix, autoescape=True)
    )
    return [str(key) for key in tx.connection.execute(query.distinct().order_by(timer.c.key)).scalars()]


@prepared
def _keyed(key: Any, business_key: Any) -> Any:
    return _WITH_STREAM.where(timer.c.business_key == business_key, timer.c.key == key)


def _change(tx: Transaction, key: str, business_key: str, kind: str, **columns: datetime | None) -> int:
    rows = tx.connection.execute(*_keyed(key, business_key)).all()
    moved_to = columns.get("due_at")
    for row in rows:
        lock(tx, row.root_id)
        if change(tx.connection, timer, {"id": row.id}, **columns) != 1:
            raise LostRace  # it fired while we waited for the lock
        _record(tx, row, kind, key=key, old=row.due_at.isoformat(), new=moved_to.isoformat() if moved_to else None)
    return len(rows)


def _record(tx: Transaction, row: Row[Any], kind: str, **facts: Any) -> None:
    tx.record(
        row.stream,
        kind,
        instance=row.instance_id,
        definition=row.definition_id,
        element=row.element_id,
        **facts,
    )
