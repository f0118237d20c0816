"""The case file: what submitted forms say, put where it belongs.

Personal data go to `party` and nowhere else, the customer's words to `wording` (never changed afterwards), files to
`evidence`, what lists are filtered by to `complaint`, everything else to `field`. The whole form, without personal
data, stays as an `entry`; its SHA-256 is in the history, so that the content can be erased one day and the proof
remains.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from complaints import evidence, recusal, streams, tables
from engine import rows
from engine.environment import Transaction
from engine.prepared import prepared
from forms import exchange

PARTY = {
    "customer_name": "name",
    "customer_phone": "phone",
    "customer_email": "email",
    "customer_address": "address",
}
PRIVATE = ("representatives",)
"""People beside the customer; whoever takes them in keeps them in a table of their own."""
COLUMNS = ("product", "branch", "urgency", "subcategory", "forwarder_replied_at")
ORIGINAL, ADDENDA = "verbatim", {"addendum": "addendum", "material_text": "material"}
KNOWN = ("channel", "received_at", "root_cause", "justified", "first_owner", *COLUMNS)
IMMUTABLE = ("channel", "received_at", "matter_kind", ORIGINAL)


@dataclass(frozen=True)
class Source:
    """Where a form was submitted: the task, or only element and form for what is no task."""

    element: str
    form: str
    task_id: str | None = None
    instance_id: str | None = None


def submit(
    tx: Transaction,
    number: str,
    source: Source,
    data: Mapping[str, Any],
    uploads: Sequence[evidence.Upload] = (),
    *,
    shared: bool = True,
) -> str:
    """Put a checked form into the case file; returns the id of the entry.

    `shared` false keeps the fields to the process instance, so that an assisting unit does not overwrite the lead's.
    """
    files = evidence.keep(tx, number, uploads, task=source.task_id)
    set_party(tx, number, data)
    for field, kind in ({ORIGINAL: "original"} | ADDENDA).items():
        if data.get(field):
            add_wording(tx, number, kind, str(data[field]))
    columns = {name: data[name] for name in COLUMNS if name in data}
    if columns:
        rows.change(tx.connection, tables.complaint, {"number": number}, **columns)
    content = {name: value for name, value in data.items() if name not in PARTY and name not in (ORIGINAL, *PRIVATE)}
    _set_fields(tx, number, content, {source.instance_id or ""} | ({""} if shared else set()))
    if recusal.FIELD in data:
        recusal.name(tx, number, data[recusal.FIELD])
    took_part(tx, number, tx.actor.user)
    return _entry(tx, number, source, content, [name for name in PARTY if data.get(name)], files)


def _entry(
    tx: Transaction, number: str, source: Source, content: Mapping[str, Any], personal: list[str], files: list[str]
) -> str:
    text = orjson.dumps(exchange.to_json(content), option=orjson.OPT_SORT_KEYS).decode()
    entry_id = str(uuid4())
    said = {"id": entry_id, "number": number, **source.__dict__, "data": text}
    by = {"by": tx.actor.user, "on_behalf_of": tx.actor.on_behalf_of, "at": tx.now}
    rows.add(tx.connection, tables.entry, said | by)
    tx.record(
        streams.of(number),
        "form-submitted",
        instance=source.instance_id,
        element=source.element,
        task=source.task_id,
        form=source.form,
        entry=entry_id,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        fields=sorted(content),
        personal=personal,
        files=files,
    )
    return entry_id


def _set_fields(tx: Transaction, number: str, content: Mapping[str, Any], scopes: set[str]) -> None:
    said = [
        {"number": number, "scope": scope, "name": name, "value": orjson.dumps(exchange.to_json(value)).decode()}
        for scope in sorted(scopes)
        for name, value in content.items()
        if name not in ADDENDA
    ]
    if said:
        rows.upsert(tx.connection, tables.field, said, ("number", "scope", "name"))


def set_party(tx: Transaction, number: str, data: Mapping[str, Any]) -> None:
    """Write what a form says about the customer; fields that it does not have stay as they are."""
    values = {column: data[field] for field, column in PARTY.items() if field in data}
    if data.get("anonymous"):
        values = dict.fromkeys(PARTY.values())
    if values:
        rows.change(tx.connection, tables.party, {"number": number}, **values)


def add_wording(tx: Transaction, number: str, kind: str, text: str) -> None:
    """Add to the customer's words. The original is written once; what comes later are addenda (R45)."""
    last = tx.connection.scalar(*_last_wording(number)) or 0
    if kind == "original" and last:
        return
    row = {"number": number, "seq": last + 1, "kind": kind, "text": text, "at": tx.now, "by": tx.actor.user}
    rows.add(tx.connection, tables.wording, row)
    digest = hashlib.sha256(text.encode()).hexdigest()
    tx.record(streams.of(number), "wording-added", seq=last + 1, wording=kind, sha256=digest)


@prepared
def _last_wording(number: Any) -> Any:
    return select(func.max(tables.wording.c.seq)).where(tables.wording.c.number == number)


def took_part(tx: Transaction, number: str, user: str) -> None:
    """Remember that a person worked on the case, so that he keeps seeing it."""
    if not tx.actor.system:
        rows.upsert(tx.connection, tables.participant, [{"number": number, "user": user}], ("number", "user"))


def set_first_owner(tx: Transaction, number: str, user: str) -> None:
    """Whoever is asked first stays responsible (R34): set once, never overwritten."""
    table = tables.complaint
    tx.connection.execute(
        update(table).where(table.c.number == number, table.c.first_owner.is_(None)).values(first_owner=user)
    )
    tx.record(streams.of(number), "first-owner-set", user=user)


def fields(connection: Connection, number: str, instance_id: str | None = None) -> dict[str, Any]:
    """What the case file says now, by field name: of the case, and over it what the process instance has of its own."""
    return {name: orjson.loads(value) for name, value in connection.execute(*_fields(number, instance_id or ""))}


@prepared
def _fields(number: Any, instance: Any) -> Any:
    table = tables.field
    mine = table.c.number == number, or_(table.c.scope == "", table.c.scope == instance)
    return select(table.c.name, table.c.value).where(*mine).order_by(table.c.scope)


def case(connection: Connection, number: str, instance_id: str | None = None) -> dict[str, Any] | None:
    """Everything a form may start from, as `case.<name>` in FEEL: fields, columns, the customer and his words."""
    row = connection.execute(*_case(number)).first()
    if row is None:
        return None
    known = {name: getattr(row, name) for name in KNOWN}
    customer = {field: getattr(row, f"of_{column}") for field, column in PARTY.items()}
    return fields(connection, number, instance_id) | known | customer | {"matter_kind": row.kind, ORIGINAL: row.text}


@prepared
def _case(number: Any) -> Any:
    table, party, words = tables.complaint, tables.party, tables.wording
    return (
        select(table, *(party.c[column].label(f"of_{column}") for column in PARTY.values()), words.c.text)
        .join(party, party.c.number == table.c.number)
        .outerjoin(words, (words.c.number == table.c.number) & (words.c.kind == "original"))
        .where(table.c.number == number)
    )


def latest(connection: Connection, number: str, *elements: str, instance: str | None = None) -> LatestEntry | None:
    """The newest entry of any of the elements; of several units that have them at once, that of an `instance`."""
    chosen = _latest(number, elements) if instance is None else _latest_of(number, elements, instance)
    row = connection.execute(*chosen).first()
    return LatestEntry(orjson.loads(row.data), row.by, row.at) if row else None


@prepared
def _latest(number: Any, elements: Any) -> Any:
    return _newest(tables.entry.c.number == number, tables.entry.c.element.in_(elements))


@prepared
def _latest_of(number: Any, elements: Any, instance: Any) -> Any:
    table = tables.entry
    return _newest(table.c.number == number, table.c.element.in_(elements), table.c.instance_id == instance)


def _newest(*conditions: ColumnElement[bool]) -> Any:
    table = tables.entry
    query = select(table.c.data, table.c.by, table.c.at).where(*conditions)
    return query.order_by(table.c.at.desc(), table.c.id).limit(1)


@dataclass(frozen=True)
class LatestEntry:
    """What a form said, who submitted it and when."""

    data: dict[str, Any]
    by: str
    at: datetime


def authors(connection: Connection, number: str, *elements: str) -> frozenset[str]:
    """Who submitted forms of these elements in a case."""
    return frozenset(connection.scalars(*_authors(number, elements)))


@prepared
def _authors(number: Any, elements: Any) -> Any:
    table = tables.entry
    return select(table.c.by).where(table.c.number == number, table.c.element.in_(elements)).distinct()
