"""Proof that nobody changed the history: every hash computed again, every seal checked, the first break named.

All of it on one snapshot, with a memory that does not grow with the database: events and stream rows in the order of
their keys, then the seals with the heads that they cover (engine/verify_seals.py), then an anchor kept outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, Select, bindparam, cast, func, select, tuple_
from sqlalchemy.exc import OperationalError

from engine import breaks, history, tables, verify_seals
from engine.breaks import Break, Report
from engine.environment import Environment

__all__ = ["Break", "Report", "verify"]

BATCH = 5_000
FIRST = -(2**63)
Progress = Callable[[int, int], None]


def verify(
    environment: Environment,
    progress: Progress | None = None,
    stream: str | None = None,
    anchor: Mapping[str, object] | None = None,
) -> Report:
    """Check all streams, or the given one, with the seals over them, and compare with an anchor kept outside.

    `progress` is called with the events done and the events expected. Source: security notes §6.
    """
    began = time.perf_counter()
    with environment.store.snapshot() as connection:
        findings = breaks.Findings()
        walk = _Walk(connection, stream, findings)
        walk.events(progress or (lambda done, total: None))
        seals = verify_seals.Seals(connection, environment.seal_key, stream, findings)
        seals.check(walk.marked)
        if anchor:
            seals.compare(anchor)
    return Report(walk.seen, time.perf_counter() - began, findings.all())


@dataclass
class _Chain:
    """How far the walk through one stream is; `row` is what the stream says about itself."""

    stream: str
    row: Row[Any] | None
    last: int = 0
    hash: str = history.GENESIS
    broken: bool = False


class _Walk:
    """Through all events and stream rows, in the order of their keys."""

    def __init__(self, connection: Connection, only: str | None, findings: breaks.Findings) -> None:
        self.connection, self.only, self.findings = connection, only, findings
        self.instant = verify_seals.instant(connection)
        self.query, self.bytes = self._events(), self._events(as_bytes=True)
        self.seen = 0
        self.marked = 0  # a sum over what the streams say is sealed, to be compared with what the seals cover

    def events(self, progress: Progress) -> None:
        """Compute every hash again and compare the end of each chain with its stream."""
        total, stream, seq, chain = self._total(), "", FIRST, None
        while batch := self._batch(stream, seq):
            rows = self._rows(after=stream, until=batch[-1][0])
            for name, group in groupby(batch, itemgetter(0)):
                if chain is None or name != chain.stream:
                    self._finish(chain)
                    chain = _Chain(name, row := rows.pop(name, None), broken=row is None)
                if not chain.broken:
                    self._follow(chain, group)
            self._without_events(rows)
            self.seen += len(batch)
            progress(self.seen, max(total, self.seen))
            stream, seq = batch[-1][:2]
        self._finish(chain)
        self._without_events(self._rows(after=stream, until=None))

    def _batch(self, stream: str, seq: int) -> Sequence[Any]:
        after = {"stream": stream, "seq": seq}
        try:
            return self.connection.execute(self.query, after).all()
        except OperationalError as error:
            if "decode" not in str(error.orig):
                raise
            return [tuple(map(_text, row)) for row in self.connection.execute(self.bytes, after)]

    def _events(self, as_bytes: bool = False) -> Select[Any]:
        """The events after one; `as_bytes` for the SQLite file in which somebody wrote text that is no UTF-8."""
        event = tables.event.c
        columns = [
            verify_seals.raw(event.at, self.connection),
            *(event[name] for name in history.FIELDS[1:]),
            event.hash,
        ]
        if as_bytes:
            columns = [cast(column, LargeBinary) for column in columns]
        after = tuple_(event.stream, event.seq) > tuple_(bindparam("stream"), bindparam("seq"))
        query = select(event.stream, event.seq, *columns).where(after).order_by(event.stream, event.seq).limit(BATCH)
        return query if self.only is None else query.where(event.stream == self.only)

    def _total(self) -> int:
        query = select(func.coalesce(func.sum(tables.stream.c.length), 0))
        if self.only is not None:
            query = query.where(tables.stream.c.id == self.only)
        return int(self.connection.execute(query).scalar_one())

    def _rows(self, after: str, until: str | None) -> dict[str, Row[Any]]:
        stream = tables.stream
        query = select(stream).where(stream.c.id > after)
        if until is not None:
            query = query.where(stream.c.id <= until)
        if self.only is not None:
            query = query.where(stream.c.id == self.only)
        rows = {row.id: row for row in self.connection.execute(query)}
        self.marked += sum(verify_seals.mark(row.id, 0, row.sealed) for row in rows.values())
        return rows

    def _follow(self, chain: _Chain, events: Iterable[Any]) -> None:
        instant, stream, last, previous = self.instant, chain.stream, chain.last, chain.hash
        for event in events:
            seq, stored = event[1], event[-1]
            if seq != last + 1:
                chain.broken = True
                kind = "inserted" if isinstance(seq, int) and seq <= last else "missing"
                self.findings.add(stream, last + 1, kind, breaks.GAP, expected=last + 1, before=last, found=seq)
                return
            try:
                computed = history.digest(previous, stream, seq, (instant(event[2]), *event[3:-1]))
            except (AttributeError, TypeError):  # SQLite keeps a value of any type in any column
                computed = "of other types"
            if computed != stored:
                chain.broken = True
                self.findings.add(stream, seq, "changed", breaks.CHANGED, before=last, computed=computed, stored=stored)
                return
            last, previous = seq, stored
        chain.last, chain.hash = last, previous

    def _finish(self, chain: _Chain | None) -> None:
        """Compare the end of a chain with the row of its stream."""
        if chain is None:
            return
        row, stream, last, findings = chain.row, chain.stream, chain.last, self.findings
        if row is None:
            findings.add(stream, 1, "missing", breaks.NO_ROW)
        elif last > row.length or (chain.broken and findings.by_stream[stream].seq > row.length):
            findings.by_stream.pop(stream, None)
            findings.add(stream, row.length + 1, "inserted", breaks.BEYOND, length=row.length)
        elif chain.broken:
            return
        elif last < row.length:
            findings.add(stream, last + 1, "truncated", breaks.SHORT, length=row.length, last=last)
        elif row.head != chain.hash:
            findings.add(stream, last, "changed", breaks.HEAD, hash=chain.hash, head=row.head)

    def _without_events(self, rows: Mapping[str, Row[Any]]) -> None:
        for name, row in rows.items():
            self._finish(_Chain(name, row))


def _text(value: Any) -> Any:
    """Bytes as text where they are text; what is none stays as it is, and no hash fits it."""
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return value
