"""The seals of the history: their chain, the heads that they cover, and an anchor that was kept outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Row,
    Select,
    String,
    TableValuedAlias,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)

from engine import breaks, history, seal, tables

BATCH, HEADS = 50, 5_000  # seals and heads a statement
Covered = dict[tuple[str, int], tuple[str, int, str]]
"""Stream and length → head, number and time of the seal that covers it."""


def raw(column: Column[datetime], connection: Connection) -> ColumnElement[Any]:
    """An instant as the driver gives it: a tenth of the time, and no error where the text of SQLite is no instant."""
    return type_coerce(column, String() if connection.dialect.name == "sqlite" else DateTime(timezone=True))


def instant(connection: Connection) -> Callable[[Any], str]:
    """How a raw instant becomes the text that was hashed."""
    return _of_text if connection.dialect.name == "sqlite" else history.instant


def _of_text(at: str) -> str:
    return str(at).replace("Z", "+00:00")


def mark(stream: str, since: int, until: int) -> int:
    """A number whose sum over all seals of a stream depends only on its first and its last length."""
    return hash((stream, until)) - hash((stream, since))


def _differing(on_sqlite: bool) -> Select[Any]:
    """Of `heads`, a JSON list, those that are not the hash of their event. One parameter, whatever the number of heads:
    SQLite would read the whole table for `(stream, seq) IN (VALUES …)`."""
    given, event = bindparam("heads", type_=Text), tables.event.c
    if on_sqlite:
        each = func.json_each(given).table_valued("value", name="each")
        stream, length, head = _parts(func.json_extract, each, "$[{}]")
    else:
        each = func.json_array_elements(cast(given, JSON)).table_valued("value", name="each")
        stream, length, head = _parts(func.json_extract_path_text, each, "{}")
    found = and_(event.stream == stream, event.seq == length)
    query = select(stream, length, event.hash).select_from(each.outerjoin(tables.event, found))
    return query.where(event.hash.is_distinct_from(head))


def _parts(extract: Callable[..., ColumnElement[Any]], each: TableValuedAlias, path: str) -> list[ColumnElement[Any]]:
    stream, length, head = (extract(each.c.value, path.format(n)) for n in range(3))
    return [stream, cast(length, BigInteger), head]


class Seals:
    """Checks the seals over all streams, or over the stream `only`."""

    def __init__(self, connection: Connection, key: bytes, only: str | None, findings: breaks.Findings) -> None:
        self.connection, self.key, self.only, self.findings = connection, key, only, findings
        self.instant = instant(connection)
        self.differing = _differing(connection.dialect.name == "sqlite")

    def check(self, marked: int) -> None:
        """Each seal fits its MAC and follows one, and the events that it covers still have the hashes they had.

        `marked` is the sum of `mark` over what the streams say is sealed.
        """
        sound, unsound = 0, []
        for batch in self._batches():
            covered: Covered = {}
            for row in batch:
                at = self.instant(row.at)
                if row.n > 1 and row.previous is None:
                    self.findings.add_seal(row.n, "seal broken", breaks.SEAL_GAP, before=row.n - 1)
                elif not self._authentic(row, at):
                    unsound.append((row.n, at))
                else:
                    sound += 1
                    for stream, length, head, since in self._heads(row):
                        covered[stream, length] = (head, row.n, at)
                        marked -= mark(stream, since, length)
            self._compare(covered)
        self._judge(sound, unsound)
        if marked and not self.findings.of_seals:
            self._name_marks()

    def compare(self, anchor: Mapping[str, object]) -> None:
        """The seal that an anchor names is still there and the same."""
        n = int(str(anchor["seal"]))
        mac = self.connection.execute(select(tables.seal.c.mac).where(tables.seal.c.n == n)).scalar()
        if n and mac is None:
            self.findings.add_seal(n, "truncated", breaks.ANCHOR_GONE)
        elif n and mac != anchor["mac"]:
            self.findings.add_seal(n, "recomputed", breaks.ANCHOR_OTHER, mac=anchor["mac"], stored=mac)

    def _batches(self) -> Iterator[list[Row[Any]]]:
        row, before = tables.seal.c, tables.seal.alias("before")
        query = select(row.n, raw(row.sealed_at, self.connection).label("at"), row.heads, row.mac)
        query = query.add_columns(before.c.mac.label("previous"))
        query = query.outerjoin_from(tables.seal, before, before.c.n == row.n - 1).order_by(row.n).limit(BATCH)
        if self.only is not None:
            query = query.where(row.heads.contains(orjson.dumps(self.only).decode(), autoescape=True))
        batch: list[Row[Any]] = list(self.connection.execute(query))
        while batch:
            yield batch
            batch = list(self.connection.execute(query.where(row.n > batch[-1].n)))

    def _heads(self, row: Row[Any]) -> list[tuple[str, int, str, int]]:
        return [head for head in orjson.loads(row.heads) if self.only is None or head[0] == self.only]

    def _authentic(self, row: Row[Any], at: str) -> bool:
        if not self.key or not isinstance(row.heads, str):
            return False
        previous = history.GENESIS if row.n == 1 else row.previous
        return bool(row.mac == seal.authenticate(self.key, previous, row.n, at, row.heads))

    def _judge(self, sound: int, unsound: list[tuple[int, str]]) -> None:
        if unsound and not self.key:
            self.findings.add_seal(unsound[0][0], "unknown key", breaks.NO_KEY)
        elif unsound and not sound:
            self.findings.add_seal(unsound[0][0], "unknown key", breaks.UNKNOWN_KEY, count=len(unsound))
        else:
            for n, at in unsound:
                self.findings.add_seal(n, "seal broken", breaks.SEAL_CHANGED, at=at)

    def _compare(self, covered: Covered) -> None:
        keys = list(covered)
        for start in range(0, len(keys), HEADS):
            heads = [(stream, length, covered[stream, length][0]) for stream, length in keys[start : start + HEADS]]
            for stream, length, stored in self.connection.execute(
                self.differing, {"heads": orjson.dumps(heads).decode()}
            ):
                self._differs(stream, length, stored, *covered[stream, length])

    def _differs(self, stream: str, length: int, stored: str | None, head: str, n: int, at: str) -> None:
        if stored is None:
            query = select(func.max(tables.event.c.seq)).where(tables.event.c.stream == stream)
            last = self.connection.execute(query).scalar() or 0
            seq = min(last + 1, length)
            self.findings.add(stream, seq, "truncated", breaks.SEALED_GONE, length=length, n=n, at=at, last=last)
            return
        kind = "changed" if stream in self.findings.by_stream else "recomputed"
        words = {"length": length, "n": n, "at": at, "head": head, "stored": stored}
        self.findings.add(stream, length, kind, breaks.SEALED_OTHER, **words)

    def _name_marks(self) -> None:
        """Name the streams whose mark is not what the seals cover. Runs only when the sums have shown that some are."""
        sealed = {head[0]: head[1] for batch in self._batches() for row in batch for head in self._heads(row)}
        query = select(tables.stream.c.id, tables.stream.c.sealed)
        if self.only is not None:
            query = query.where(tables.stream.c.id == self.only)
        for stream, marked in self.connection.execute(query):
            covered = sealed.pop(stream, 0)
            if marked != covered:
                words = {"marked": marked, "sealed": covered}
                self.findings.add(stream, min(marked, covered) + 1, "seal broken", breaks.SEALED_MARK, **words)
