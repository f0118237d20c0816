"""Effects on the outside: written with the command that wants them, sent after its commit, at least once, with a key.

An entry waits until it is due, is claimed for a while (the lease), handed to the sender of its channel outside any
transaction, and then marked as sent with the provider's receipt. A sender that dies leaves the claim to expire, and the
entry is sent again under the same key, by which the receiver recognises it. What fails is tried again, ever more
seldom, and given up after ATTEMPTS. A channel without a sender is not touched: its entries stay to be seen.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.exc import IntegrityError

from engine import history, tables
from engine.environment import SYSTEM, Environment, Transaction
from engine.errors import EngineError
from engine.prepared import prepared
from engine.rows import add, change
from engine.store import LostRace

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)  # longer than a whole claim takes when every sender waits until it gives up
ATTEMPTS = 10
LENGTH = 2048  # characters of a receipt or an error that are kept
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


class Refused(EngineError):
    """The receiver refused for good: {reason}"""


def post(tx: Transaction, channel: str, address: str, subject: str, body: str, *, key: str, stream: str) -> str:
    """Leave an entry to be sent after the commit and return its id; a second one with the same key changes nothing.

    `stream` is the history in which the sending is recorded. Source: security notes §1, P3.
    """
    known: str | None = tx.connection.scalar(*_posted(key))
    if known:
        return known
    entry = str(uuid.uuid4())
    content = {"channel": channel, "address": address, "subject": subject, "body": body}
    row = {"id": entry, "key": key, "stream": stream, "created_at": tx.now, "due_at": tx.now, **content}
    try:
        add(tx.connection, tables.outbox, row)
    except IntegrityError as error:  # another command posted the same key at once
        raise LostRace from error
    return entry


@prepared
def _posted(key: Any) -> Any:
    return select(tables.outbox.c.id).where(tables.outbox.c.key == key)


def send_due(environment: Environment, limit: int = 20) -> int:
    """Send at most `limit` entries that are due and return the number that was tried, sent or not."""
    claimed = environment.store.write(lambda connection: _claim(environment, connection, limit))
    for entry in claimed:
        _send(environment, entry)
    return len(claimed)


def _claim(environment: Environment, connection: Connection, limit: int) -> list[Row[tuple[object, ...]]]:
    outbox, now = tables.outbox, environment.clock.now()
    rows = list(connection.execute(*_due(now, sorted(environment.senders), limit)))
    if rows:
        claim = update(outbox).where(outbox.c.id.in_([row.id for row in rows]))
        connection.execute(claim.values(lease_until=now + LEASE))
    return rows


@prepared
def _due(now: Any, channels: Any, limit: Any) -> Any:
    outbox = tables.outbox
    return (
        select(outbox)
        .where(outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None), outbox.c.due_at <= now)
        .where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now))
        .where(outbox.c.channel.in_(channels))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _send(environment: Environment, entry: Row[tuple[object, ...]]) -> None:
    sender = environment.senders[entry.channel]
    try:
        receipt = sender(entry.address, entry.subject, entry.body, entry.key)
    except Exception as error:  # whatever a sender raises, the others must go on
        log.warning("outbox entry %s could not be sent by %s", entry.id, entry.channel, exc_info=True)
        failure = error
        environment.run(SYSTEM, lambda tx: _failed(tx, entry, failure))
    else:
        environment.run(SYSTEM, lambda tx: _sent(tx, entry, receipt))


def _sent(tx: Transaction, entry: Row[tuple[object, ...]], receipt: str) -> None:
    attempts, receipt = entry.attempts + 1, _storable(receipt)
    if _finish(tx, entry, sent_at=tx.now, receipt=receipt, attempts=attempts, error=None):
        tx.record(entry.stream, "effect-sent", receipt=receipt, attempts=attempts, **_evidence(entry))


def _failed(tx: Transaction, entry: Row[tuple[object, ...]], error: Exception) -> None:
    attempts, kind = entry.attempts + 1, type(error).__name__
    reason = _storable(f"{kind}: {error}")
    if attempts < ATTEMPTS and not isinstance(error, Refused):
        due = tx.now + min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        _finish(tx, entry, due_at=due, attempts=attempts, error=reason)
    elif _finish(tx, entry, given_up_at=tx.now, attempts=attempts, error=reason):
        tx.record(entry.stream, "effect-given-up", error=kind, attempts=attempts, **_evidence(entry))


def _finish(tx: Transaction, entry: Row[tuple[object, ...]], **values: object) -> bool:
    """End the claim, unless somebody else has: one that expired may have been taken over."""
    mine = {"id": entry.id, "sent_at": None, "given_up_at": None}
    return bool(change(tx.connection, tables.outbox, mine, lease_until=None, **values))


def _storable(text: str) -> str:
    """What came from outside, cut, without the character that PostgreSQL refuses, lest what was sent stay open."""
    return text.replace("\0", "")[:LENGTH]


def _evidence(entry: Row[tuple[object, ...]]) -> dict[str, str]:
    """What was sent, as a hash: history is never deleted, so that telephone numbers and letters stay in the entry."""
    content = history.canonical({"address": entry.address, "subject": entry.subject, "body": entry.body})
    return {"channel": entry.channel, "key": entry.key, "content": hashlib.sha256(content.encode()).hexdigest()}
