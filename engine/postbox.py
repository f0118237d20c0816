"""Messages and signals on their way: rows written with the command that sends them, delivered by commands of their own.

A command changes one call tree only (design §3). A message goes to one receiver, or with `everywhere` to each call tree
that waits for it; without a receiver it is kept until it expires. A signal goes to all that wait now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import ColumnElement, Select, and_, insert, or_, select

from engine import feel, tables
from engine.environment import Transaction

message, subscription, delivery = tables.message, tables.subscription, tables.delivery


def post(
    tx: Transaction,
    kind: str,
    name: str,
    *,
    business_key: str | None = None,
    correlation_key: str | None = None,
    payload: Mapping[str, object] | None = None,
    message_id: str | None = None,
    ttl: timedelta = timedelta(0),
    everywhere: bool = False,
    beside: str | None = None,
) -> bool:
    """Write a message or signal and its deliveries; False when `message_id` was published before (R: exactly once).

    `beside` is a call tree that has heard it already.
    """
    if message_id is not None and _known(tx, message_id):
        return False
    row: dict[str, Any] = {
        "id": str(uuid4()),
        "message_id": message_id,
        "kind": kind,
        "name": name,
        "business_key": business_key,
        "correlation_key": correlation_key,
        "payload": orjson.dumps({k: feel.from_feel(feel.to_feel(v)) for k, v in (payload or {}).items()}).decode(),
        "everywhere": everywhere or kind == "signal",
        "published_at": tx.now,
        "published_by": tx.actor.user,
        "expires_at": tx.now + ttl,
    }
    tx.connection.execute(insert(message), row)
    address(tx, row, beside)
    return True


def address(tx: Transaction, row: Mapping[str, Any], beside: str | None = None) -> None:
    """Write the deliveries of a message or signal: to those that wait for it now, or to the process it starts."""
    roots: list[str | None] = [*tx.connection.execute(receivers(row)).scalars()]
    if beside in roots:
        roots.remove(beside)
    if roots and not row["everywhere"]:
        roots = roots[:1]
    _deliver_to(tx, row["id"], [*roots, *_starts(tx, row, bool(roots))])


def receivers(row: Mapping[str, Any]) -> Select[tuple[str]]:
    """The call trees that wait for this message or signal."""
    return select(subscription.c.root_id).where(waiting(row)).distinct().order_by(subscription.c.root_id)


def waiting(row: Mapping[str, Any]) -> ColumnElement[bool]:
    """The subscriptions that wait for this message or signal."""
    conditions = [subscription.c.kind == row["kind"], subscription.c.name == row["name"]]
    if row["business_key"] is not None:
        conditions.append(subscription.c.business_key == row["business_key"])
    if row["kind"] == "message":
        conditions.append(_correlates(row["correlation_key"]))
    return and_(*conditions)


def _correlates(key: str | None) -> Any:
    column = subscription.c.correlation_key
    return column.is_(None) if key is None else or_(column.is_(None), column == key)


def _starts(tx: Transaction, row: Mapping[str, Any], received: bool) -> list[None]:
    """A start event takes the message when nobody waits for it; a signal starts processes beside its receivers."""
    if received and row["kind"] == "message":
        return []
    starts = tables.start_message
    found = tx.connection.execute(select(starts.c.key).where(starts.c.name == f"{row['kind']}:{row['name']}")).first()
    return [None] if found else []


def _known(tx: Transaction, message_id: str) -> bool:
    return tx.connection.execute(select(message.c.id).where(message.c.message_id == message_id)).first() is not None


def _deliver_to(tx: Transaction, message_row: str, roots: list[str | None]) -> None:
    """One delivery row per call tree (None: start a process)."""
    ids = [str(uuid4()) for _ in roots]
    rows = [
        {"id": identity, "message": message_row, "root_id": root, "due_at": tx.now}
        for identity, root in zip(ids, roots, strict=True)
    ]
    if rows:
        tx.connection.execute(insert(delivery), rows)
        tx.deliveries.extend(ids)


def look_for_waiting(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """New subscriptions: is there a message that came before them and has not expired?"""
    names = {row["name"] for row in rows if row["kind"] == "message"}
    if not names:
        return
    kept = select(message).where(
        message.c.kind == "message",
        message.c.name.in_(names),
        message.c.delivered_at.is_(None),
        message.c.expires_at > tx.now,
        message.c.id.not_in(select(delivery.c.message)),  # on its way already
    )
    for found in tx.connection.execute(kept.order_by(message.c.published_at)).mappings().all():
        for row in rows:
            same_key = found["business_key"] in (None, row["business_key"])
            same_correlation = row["correlation_key"] in (None, found["correlation_key"])
            if row["name"] == found["name"] and same_key and same_correlation:
                _deliver_to(tx, found["id"], [row["root_id"]])
                break
