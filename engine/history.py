"""History is evidence: append-only events in hash chains, one chain (stream) per case and per subject without a case.

The events of a command are written, numbered and hashed once, right before its commit. The hash of an event covers the
hash before it, so that a changed, removed or inserted event breaks the chain; a keyed seal (engine/seal.py) covers the
heads, so that a chain that was cut or computed anew is found too. The format never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError

from engine import tables
from engine.prepared import Prepared
from engine.rows import add, change
from engine.store import LostRace

GENESIS = "0" * 64
FIELDS = ("at", "kind", "actor", "on_behalf_of", "instance_id", "definition_id", "element_id", "task_id", "body")
NOTHING = b"\xff" * 4
_rest = itemgetter(*FIELDS[1:])


@dataclass(frozen=True)
class Event:
    """One entry: who (`actor`, `on_behalf_of`), when (aware UTC), what (`kind`, `body` as JSON text), to what."""

    stream: str
    kind: str
    at: datetime
    actor: str
    on_behalf_of: str | None
    instance_id: str | None
    definition_id: str | None
    element_id: str | None
    task_id: str | None
    body: str


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys: the exact text that is hashed and stored."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else str(value)
    if isinstance(value, timedelta):
        return f"PT{Decimal(value // timedelta(microseconds=1)) / 1_000_000:f}S"
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (date, bytes)):
        return value.hex() if isinstance(value, bytes) else value.isoformat()
    return str(value)


def digest(previous: str, stream: str, seq: int, values: Iterable[str | None]) -> str:
    """SHA-256 over the hash before, stream, number and the values of FIELDS as text, each with its length before it.

    No value has the length 2³² - 1, so that "nothing" and "empty" differ.
    """
    content = b"".join(
        [
            NOTHING if text is None else len(part := text.encode()).to_bytes(4, "big") + part
            for text in (previous, stream, str(seq), *values)
        ]
    )
    return hashlib.sha256(content).hexdigest()


def instant(at: datetime) -> str:
    """An instant as it is hashed: ISO 8601 in UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


_HEAD = Prepared(
    select(tables.stream.c.length, tables.stream.c.head).where(tables.stream.c.id == bindparam("s")).with_for_update()
)


def write(connection: Connection, events: Sequence[Event]) -> None:
    """Append `events`, in order, to their streams. Called once, by the command that is about to commit."""
    for stream, group in groupby(sorted(events, key=attrgetter("stream")), key=attrgetter("stream")):
        head = connection.execute(_HEAD, {"s": stream}).first()
        seq, previous = (head.length, head.head) if head else (0, GENESIS)
        rows = []
        for entry in group:
            seq += 1
            row = dict(entry.__dict__)
            previous = row["hash"] = digest(previous, stream, seq, (instant(entry.at), *_rest(row)))
            row["seq"] = seq
            rows.append(row)
        if head:
            change(connection, tables.stream, {"id": stream}, length=seq, head=previous)
        else:
            _open(connection, stream, seq, previous)
        add(connection, tables.event, *rows)


def _open(connection: Connection, stream: str, length: int, head: str) -> None:
    try:
        add(connection, tables.stream, {"id": stream, "length": length, "head": head, "sealed": 0})
    except IntegrityError as error:  # two commands opened the same stream at once
        raise LostRace from error
