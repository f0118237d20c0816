"""Seals: a chain of keyed signatures over the heads of all streams, so that a recomputed or shortened chain is found.

Writers never queue behind one chain: a sealer closes ranges of committed events afterwards. The key lies in a file
outside the database; the newest seal goes outside now and then as an anchor, so that seals cannot be cut off either.
"""

from __future__ import annotations

import hashlib
import hmac

import orjson
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine import history, tables
from engine.environment import Environment
from engine.errors import EngineError
from engine.store import LostRace

BATCH = 500
Anchor = dict[str, int | str]


class NoKey(EngineError):
    """Expected a key for sealing the history, but none was given."""


def seal(environment: Environment) -> int:
    """Seal what was committed since the last seal and return the number of streams that had something new.

    Several sealers may run: each takes streams that no other holds, and the seals form one chain.
    Raises NoKey. Source: security notes §6.
    """
    if not environment.seal_key:
        raise NoKey
    total, closed = 0, BATCH
    while closed == BATCH:
        closed = environment.store.write(lambda connection: _close(environment, connection))
        total += closed
    return total


def anchor(environment: Environment) -> Anchor:
    """The number, time and MAC of the newest seal (number 0 when there is none), to be kept outside the database."""
    with environment.read() as connection:
        newest = connection.execute(_NEWEST).first()
    if newest is None:
        return {"seal": 0, "mac": history.GENESIS}
    return {"seal": newest.n, "sealed_at": history.instant(newest.sealed_at), "mac": newest.mac}


def authenticate(key: bytes, previous: str, n: int, sealed_at: str, heads: str) -> str:
    """The MAC of a seal: HMAC-SHA256 over the MAC before it, its number, its time (history.instant) and its heads."""
    content = orjson.dumps([previous, n, sealed_at, heads])
    return hmac.new(key, content, hashlib.sha256).hexdigest()


_NEWEST = select(tables.seal.c.n, tables.seal.c.sealed_at, tables.seal.c.mac).order_by(tables.seal.c.n.desc()).limit(1)
_UNSEALED = (
    select(tables.stream)
    .where(tables.stream.c.length > tables.stream.c.sealed)
    .order_by(tables.stream.c.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)


def _close(environment: Environment, connection: Connection) -> int:
    """Write one seal over at most BATCH streams: `[[stream, length, head, length at its seal before], …]`."""
    rows = connection.execute(_UNSEALED).all()
    if not rows:
        return 0
    newest = connection.execute(_NEWEST).first()
    n, previous = (newest.n + 1, newest.mac) if newest else (1, history.GENESIS)
    heads = orjson.dumps([[row.id, row.length, row.head, row.sealed] for row in rows]).decode()
    now = environment.clock.now()
    mac = authenticate(environment.seal_key, previous, n, history.instant(now), heads)
    try:
        connection.execute(insert(tables.seal).values(n=n, sealed_at=now, heads=heads, mac=mac))
    except IntegrityError as error:  # another sealer wrote this number first
        raise LostRace from error
    streams = tables.stream
    connection.execute(
        update(streams).where(streams.c.id.in_([row.id for row in rows])).values(sealed=streams.c.length)
    )
    return len(rows)
