"""The survey link: works once, ends, cannot be guessed; only the hash of its token is kept (R86)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from complaints import letters, settings, streams, tables
from engine.environment import Transaction
from engine.prepared import prepared


def reachable(connection: Connection, number: str) -> bool:
    """Whether the customer has left an e-mail address or a telephone number."""
    return letters.way(connection, number) != letters.NOWHERE


def send(tx: Transaction, number: str) -> bool:
    """Send a new link and end the earlier ones; false when there is no address."""
    if not reachable(tx.connection, number):
        return False
    token = secrets.token_urlsafe(24)
    ends = tx.now + timedelta(days=int(settings.get(tx.connection, "survey-days")))
    tx.connection.execute(*_end(number, tx.now))
    tx.connection.execute(*_new(hashed(token), number, tx.now, ends))
    tx.record(streams.of(number), "survey-sent", until=ends)
    address = f"{settings.get(tx.connection, 'public-url')}/portal/survey/{token}"
    return letters.to_customer(tx, number, "survey", secret={"survey_url": address}, survey_until=letters.day(ends))


@prepared
def _end(number: Any, now: Any) -> Any:
    table = tables.survey
    return update(table).where(table.c.number == number, table.c.ends_at > now).values(ends_at=now)


@prepared
def _new(digest: Any, number: Any, now: Any, ends: Any) -> Any:
    case = tables.complaint
    current = select(case.c.reply_round).where(case.c.number == number).scalar_subquery()
    return insert(tables.survey).values(hash=digest, number=number, round=current, sent_at=now, ends_at=ends)


def find(connection: Connection, token: str, now: datetime) -> str | None:
    """The case of a link that has not been used and has not ended."""
    number: str | None = connection.scalar(*_open(hashed(token), now))
    return number


@prepared
def _open(digest: Any, now: Any) -> Any:
    table = tables.survey
    return select(table.c.number).where(table.c.hash == digest, table.c.ends_at > now, table.c.answered_at.is_(None))


def use(tx: Transaction, token: str) -> str | None:
    """Close a link and return its case, None when it is used or ended; of two answers at once one wins."""
    table = tables.survey
    number: str | None = tx.connection.scalar(
        update(table)
        .where(table.c.hash == hashed(token), table.c.ends_at > tx.now, table.c.answered_at.is_(None))
        .values(answered_at=tx.now)
        .returning(table.c.number)
    )
    return number


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
