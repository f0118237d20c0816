"""A stop to guessing: after some failures a key (user name, case number, address) is locked for a while.

Keys need not exist, so that the answer for an unknown user or number is the same as for a known one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from complaints import tables
from engine.environment import Transaction
from engine.errors import Rejected
from engine.store import LostRace

FORGET = timedelta(days=1)


class TooMany(Rejected):
    """Too many failed attempts; try again in {minutes} minutes."""


def check(connection: Connection, now: datetime, *keys: str) -> None:
    """Raise TooMany while one of `keys` is locked."""
    until = connection.scalars(
        select(tables.throttle.c.locked_until)
        .where(tables.throttle.c.key.in_(keys), tables.throttle.c.locked_until > now)
        .order_by(tables.throttle.c.locked_until.desc())
    ).first()
    if until:
        raise TooMany(minutes=max(1, -(-int((until - now).total_seconds()) // 60)))


def failed(tx: Transaction, key: str, limit: int, pause: timedelta) -> bool:
    """Count a failure of `key`; true when it is the `limit`-th and the key is locked for `pause` from now."""
    table = tables.throttle
    tx.connection.execute(delete(table).where(table.c.failed_at < tx.now - FORGET))
    row = tx.connection.execute(select(table).where(table.c.key == key).with_for_update()).first()
    expired = row is not None and row.locked_until is not None and row.locked_until <= tx.now
    failures = 1 if row is None or expired else row.failures + 1
    locked = failures >= limit
    values = {"failures": failures, "failed_at": tx.now, "locked_until": tx.now + pause if locked else None}
    if row is not None:
        tx.connection.execute(update(table).where(table.c.key == key).values(values))
        return locked
    try:
        tx.connection.execute(insert(table).values(key=key, **values))
    except IntegrityError as error:  # two first failures at once
        raise LostRace from error
    return locked


def clear(tx: Transaction, key: str) -> None:
    """Forget the failures of `key`."""
    tx.connection.execute(delete(tables.throttle).where(tables.throttle.c.key == key))
