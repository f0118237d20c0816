"""The history of a case or of a subject without one: read, filtered, exported; never changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from complaints import labels, masking, paging, scope, streams
from complaints.viewer import SignedIn
from engine import tables
from engine.environment import Transaction
from engine.errors import NotFound

STREAMS = (
    "identity",
    "rights",
    "deployment",
    "calendar",
    "settings",
    "unmasking",
    "export",
    "verification",
)
COLUMNS = ("seq", "at", "kind", "actor", "on_behalf_of", "element", "facts", "stream", "hash")
ACTIVE = "=+-@\t\r|%"
"""Beginnings of a cell that spreadsheets take for a formula."""


@dataclass(frozen=True)
class TrailFilter:
    """What to show of a history."""

    kind: str | None = None
    actor: str | None = None
    element: str | None = None
    instance: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class EventRow:
    """One event; `facts` without personal data."""

    stream: str
    seq: int
    at: datetime
    kind: str
    actor: str
    on_behalf_of: str | None
    instance: str | None
    element: str | None
    element_name: str
    task: str | None
    facts: dict[str, Any]
    hash: str


def events(
    connection: Connection,
    viewer: SignedIn,
    number: str,
    filters: TrailFilter = TrailFilter(),
    after: str | None = None,
    limit: int = 100,
    locale: str = "zh",
) -> paging.Page[EventRow]:
    """The history of a case, the oldest first, its follow-up included. Raises NotFound."""
    scope.require(connection, viewer, number)
    instance = tables.instance
    others = select(instance.c.stream).where(instance.c.business_key == number)
    chosen = or_(tables.event.c.stream == streams.of(number), tables.event.c.stream.in_(others))
    page = _page(connection, chosen, filters, after, limit, locale)
    return replace(page, rows=tuple(_discreet(connection, viewer, row) for row in page.rows))


def _discreet(connection: Connection, viewer: SignedIn, row: EventRow) -> EventRow:
    """A case that the viewer may not see is not named to him, neither by a link to it."""
    other = row.facts.get("other") if row.kind == "case-linked" else None
    if other is None or scope.sees(connection, viewer, str(other)):
        return row
    return replace(row, facts={name: value for name, value in row.facts.items() if name != "other"})


def stream(
    connection: Connection,
    viewer: SignedIn,
    name: str,
    filters: TrailFilter = TrailFilter(),
    after: str | None = None,
    limit: int = 100,
    locale: str = "zh",
) -> paging.Page[EventRow]:
    """The history of what belongs to no case, for compliance and (not `unmasking`) administrators. Raises NotFound."""
    allowed = viewer.has("compliance") or (viewer.has("administrator") and name != "unmasking")
    if name not in STREAMS or not allowed:
        raise NotFound(what="history", id=name)
    return _page(connection, tables.event.c.stream == name, filters, after, limit, locale)


def _page(
    connection: Connection,
    chosen: ColumnElement[bool],
    filters: TrailFilter,
    after: str | None,
    limit: int,
    locale: str,
) -> paging.Page[EventRow]:
    event = tables.event
    query = _narrowed(select(event).where(chosen), filters)
    keys = (event.c.at, event.c.stream, event.c.seq)
    return paging.page(connection, query, keys, after, limit, _reader(connection, locale))


def _narrowed(query: Select[Any], filters: TrailFilter) -> Select[Any]:
    event = tables.event
    same = {
        "kind": filters.kind,
        "actor": filters.actor,
        "element_id": filters.element,
        "instance_id": filters.instance,
    }
    for name, value in same.items():
        if value is not None:
            query = query.where(event.c[name] == value)
    if filters.since is not None:
        query = query.where(event.c.at >= filters.since)
    if filters.until is not None:
        query = query.where(event.c.at < filters.until)
    return query


def _facts(body: str) -> dict[str, Any]:
    """What an event says; a body that somebody has damaged is shown as it is, and verification names it."""
    try:
        facts: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {"damaged": body}
    return facts


def _reader(connection: Connection, locale: str) -> Callable[[Row[Any]], EventRow]:
    versions: dict[str, str | None] = {}

    def version(row: Row[Any]) -> str | None:
        """What the case file records knows the instance, not its version."""
        if row.definition_id or not row.instance_id:
            return row.definition_id  # type: ignore[no-any-return]
        if row.instance_id not in versions:
            instance = tables.instance.c
            query = select(instance.definition_id).where(instance.id == row.instance_id)
            versions[row.instance_id] = connection.scalar(query)
        return versions[row.instance_id]

    def read(row: Row[Any]) -> EventRow:
        facts = _facts(masking.text(row.body))
        name = labels.step(connection, version(row), row.element_id, locale)
        return EventRow(
            row.stream,
            row.seq,
            row.at,
            row.kind,
            row.actor,
            row.on_behalf_of,
            row.instance_id,
            row.element_id,
            name,
            row.task_id,
            facts,
            row.hash,
        )

    return read


def export(
    connection: Connection,
    viewer: SignedIn,
    number: str,
    form: Literal["csv", "json"],
    filters: TrailFilter = TrailFilter(),
) -> Iterator[str]:
    """The same events as text, piece by piece; `exported` records that it was done. Raises NotFound when read."""
    write = _csv_rows if form == "csv" else _json_lines
    yield from write(_all(connection, viewer, number, filters))


def _all(connection: Connection, viewer: SignedIn, number: str, filters: TrailFilter) -> Iterator[EventRow]:
    after: str | None = None
    while True:
        page = events(connection, viewer, number, filters, after, paging.MOST)
        yield from page.rows
        if (after := page.next) is None:
            return


def _csv_rows(rows: Iterator[EventRow]) -> Iterator[str]:
    yield "\ufeff" + _csv_line(list(COLUMNS))
    for row in rows:
        facts = orjson.dumps(row.facts).decode()
        values = [row.seq, row.at.isoformat(), row.kind, row.actor, row.on_behalf_of, row.element, facts, row.stream]
        yield _csv_line([*values, row.hash])


def _csv_line(values: list[Any]) -> str:
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL).writerow([inert(value) for value in values])
    return target.getvalue()


def inert(value: object) -> str:
    """The text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip()[:1] and text.lstrip()[0] in ACTIVE else text


def _json_lines(rows: Iterator[EventRow]) -> Iterator[str]:
    separator = "["
    for row in rows:
        yield separator + "\n" + orjson.dumps(row).decode()
        separator = ","
    yield ("[" if separator == "[" else "") + "\n]\n"


def exported(tx: Transaction, signed_in: SignedIn, number: str, form: str, rows: int) -> None:
    """Record that a history left the house: who, what, how much."""
    scope.require(tx.connection, signed_in, number)
    tx.record(streams.of(number), "history-exported", form=form, rows=rows)
