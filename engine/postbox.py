"""Messages and signals on their way: rows written with the command that sends them, delivered by commands of their own.

A command changes one call tree only (design §3). A message goes to one receiver, or with `everywhere` to each call tree
that waits for it; without a receiver it is kept until it expires. A signal goes to all that wait now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import ColumnElement, Select, and_, or_, select

from engine import feel, starting, tables
from engine.environment import Transaction
from engine.errors import Fault
from engine.prepared import prepared
from engine.rows import add

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
    process: str | None = None,
) -> bool:
    """Write a message or signal and its deliveries; False when `message_id` was published before (R: exactly once).

    `beside` is a call tree that has heard it already. With `process` (a message flow to its pool) only that process
    receives it. Raises Fault after too many in a row.
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
        "process": process,
        "hops": next_hop(tx),
    }
    add(tx.connection, message, row)
    address(tx, row, beside)
    return True


def throw(tx: Transaction, *, process: str | None, **thrown: Any) -> None:
    """What an element throws. Along a message flow it goes to that process, and waits for its receiver."""
    kept = timedelta(0) if process is None else timedelta(days=tx.environment.limits.message_days)
    post(tx, ttl=kept, process=process, **thrown)


def next_hop(tx: Transaction) -> int:
    """The number of the next message in a row. Raises Fault beyond the bound: two processes that answer each other
    would never stop.
    """
    limit = tx.environment.limits.hops
    if tx.hops >= limit:
        raise Fault("Expected at most {limit} messages in a row, each sent because of the one before", limit=limit)
    return tx.hops + 1


def address(tx: Transaction, row: Mapping[str, Any], beside: str | None = None) -> None:
    """Write the deliveries of a message or signal: to those that wait for it now, and to what it starts.

    A start event takes a message when nobody waits for it; a signal starts processes beside its receivers.
    """
    roots: list[str] = [*tx.connection.execute(receivers(row)).scalars()]
    if beside in roots:
        roots.remove(beside)
    if roots and not row["everywhere"]:
        roots = roots[:1]
    starts = (
        [] if roots and row["kind"] == "message" else starting.listening(tx, row["kind"], row["name"], row["process"])
    )
    processes = dict.fromkeys(start.key for start in starts)
    deliver_to(tx, row["id"], [*((root, None) for root in roots), *((None, key) for key in processes)])


def receivers(row: Mapping[str, Any]) -> Select[tuple[str]]:
    """The call trees that wait for this message or signal."""
    return select(subscription.c.root_id).where(waiting(row)).distinct().order_by(subscription.c.root_id)


def waiting(row: Mapping[str, Any]) -> ColumnElement[bool]:
    """The subscriptions that wait for this message or signal."""
    conditions = [subscription.c.kind == row["kind"], subscription.c.name == row["name"]]
    if row["business_key"] is not None or row["process"] is not None:
        conditions.append(subscription.c.business_key == row["business_key"])
    if row["process"] is not None:
        conditions.append(_runs(row["process"]))
    if row["kind"] == "message":
        conditions.append(_correlates(row["correlation_key"]))
    return and_(*conditions)


def _runs(process: str | ColumnElement[Any]) -> ColumnElement[bool]:
    """Is it an instance of this process that waits?"""
    instance, definition = tables.instance, tables.definition
    of = select(instance.c.id).join(definition, definition.c.id == instance.c.definition_id)
    of = of.where(instance.c.id == subscription.c.instance_id, definition.c.key == process)
    return of.correlate(subscription, message).exists()  # both, however deep it stands in `missed`


def _correlates(key: str | None) -> Any:
    column = subscription.c.correlation_key
    return column.is_(None) if key is None else or_(column.is_(None), column == key)


def _known(tx: Transaction, message_id: str) -> bool:
    return tx.connection.scalar(*_id_of(message_id)) is not None


@prepared
def _id_of(message_id: Any) -> Any:
    return select(message.c.id).where(message.c.message_id == message_id)


def deliver_to(tx: Transaction, message_row: str, goals: Sequence[tuple[str | None, str | None]]) -> None:
    """One delivery row per call tree or, without one, per process to be started."""
    rows: list[dict[str, Any]] = [
        {"id": str(uuid4()), "message": message_row, "root_id": root, "process": process, "due_at": tx.now}
        for root, process in goals
    ]
    if rows:
        add(tx.connection, delivery, *rows)
        tx.deliveries.extend(row["id"] for row in rows)


def look_for_waiting(tx: Transaction, process: str, rows: list[dict[str, Any]]) -> None:
    """New subscriptions of a process: is there a message that came before them and has not expired?"""
    names = {row["name"] for row in rows if row["kind"] == "message"}
    if not names:
        return
    for found in tx.connection.execute(*_waited_for(tx.now, sorted(names), process)).mappings().all():
        for row in rows:
            any_key = found["business_key"] is None and found["process"] is None
            same_key = any_key or found["business_key"] == row["business_key"]
            same_correlation = row["correlation_key"] in (None, found["correlation_key"])
            if row["name"] == found["name"] and same_key and same_correlation:
                deliver_to(tx, found["id"], [(row["root_id"], None)])
                break


@prepared
def _waited_for(now: Any, names: Any, process: Any) -> Any:
    mine = or_(message.c.process.is_(None), message.c.process == process)
    return select(message).where(_kept(now), message.c.name.in_(names), mine).order_by(message.c.published_at)


def _kept(now: Any) -> ColumnElement[bool]:
    """Messages that wait for a receiver and are not on their way."""
    return and_(
        message.c.kind == "message",
        message.c.delivered_at.is_(None),
        message.c.expires_at > now,
        message.c.id.not_in(select(delivery.c.message)),
    )


def missed(now: Any) -> Select[tuple[str]]:
    """Kept messages for which somebody waits: both came at the same instant, and neither saw the other."""
    any_key = and_(message.c.business_key.is_(None), message.c.process.is_(None))
    meets = select(subscription.c.scope_id).where(
        subscription.c.kind == "message",
        subscription.c.name == message.c.name,
        or_(any_key, subscription.c.business_key.is_not_distinct_from(message.c.business_key)),
        or_(subscription.c.correlation_key.is_(None), subscription.c.correlation_key == message.c.correlation_key),
        or_(message.c.process.is_(None), _runs(message.c.process)),
    )
    return select(message.c.id).where(_kept(now), meets.exists()).order_by(message.c.published_at)


def address_missed(tx: Transaction, message_row: str) -> None:
    """Bring a kept message on its way, unless another node does."""
    mine = select(message).where(message.c.id == message_row, _kept(tx.now)).with_for_update(skip_locked=True)
    if (found := tx.connection.execute(mine).mappings().first()) is not None:
        address(tx, dict(found))
