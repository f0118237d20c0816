"""Messages and signals: published by people, operations and processes, delivered once to each call tree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import and_, delete, select, update

from engine import definitions, postbox, tables
from engine.advance import Tree, lock
from engine.environment import SYSTEM, Actor, Environment, Transaction

message, delivery, subscription = tables.message, tables.delivery, tables.subscription
KEPT = timedelta(days=30)


def publish(
    tx: Transaction,
    name: str,
    *,
    business_key: str | None = None,
    correlation_key: str | None = None,
    payload: Mapping[str, object] | None = None,
    message_id: str | None = None,
    ttl: timedelta = timedelta(0),
    everywhere: bool = False,
) -> bool:
    """Publish a message; False when `message_id` was published before. Receivers get it right after this command.

    It goes to one waiting call tree of the business key and correlation key (with `everywhere` to each, also inside
    called processes); when none waits and no process starts with it, it is kept for `ttl`.
    """
    return postbox.post(
        tx,
        "message",
        name,
        business_key=business_key,
        correlation_key=correlation_key,
        payload=payload,
        message_id=message_id,
        ttl=ttl,
        everywhere=everywhere,
    )


def signal(tx: Transaction, name: str, payload: Mapping[str, object] | None = None) -> None:
    """Broadcast a signal to all that wait for it now."""
    postbox.post(tx, "signal", name, payload=payload)


def deliver(environment: Environment, delivery_id: str) -> None:
    """Bring one message or signal to one call tree, in a command of its own; a delivery that is gone was done."""
    with environment.read() as connection:
        query = select(message.c.published_by).join(delivery, delivery.c.message == message.c.id)
        by = connection.execute(query.where(delivery.c.id == delivery_id)).scalar()
    if by is not None:
        environment.run(Actor(by, system=True), lambda tx: _deliver(tx, delivery_id))


def _deliver(tx: Transaction, delivery_id: str) -> None:
    columns = select(message, delivery.c.id.label("delivery_id"), delivery.c.root_id)
    query = columns.join(delivery, delivery.c.message == message.c.id).where(delivery.c.id == delivery_id)
    row = tx.connection.execute(query).mappings().first()
    if row is None:
        return
    found = dict(row)
    if found["root_id"] is not None:
        lock(tx, found["root_id"])
    if tx.connection.execute(delete(delivery).where(delivery.c.id == delivery_id)).rowcount != 1:
        return  # another node was faster
    if found["root_id"] is None:
        _start(tx, found)
    else:
        _receive(tx, found)


def _receive(tx: Transaction, found: Mapping[str, Any]) -> None:
    chosen = postbox.receivers(found).subquery()
    query = select(subscription).where(
        and_(
            subscription.c.root_id == found["root_id"],
            subscription.c.root_id.in_(select(chosen.c.root_id)),
            subscription.c.kind == found["kind"],
            subscription.c.name == found["name"],
        )
    )
    rows = tx.connection.execute(query.order_by(subscription.c.scope_id)).all()
    tree = Tree(tx, found["root_id"])
    for row in rows if found["everywhere"] else rows[:1]:
        x = tree.load(row.instance_id)
        token = x.token(row.scope_id)
        x.record(f"{found['kind']}-received", token, name=found["name"], message=found["id"])
        x.trigger(row.scope_id, row.element_id, orjson.loads(found["payload"]))
    if rows:
        _mark_delivered(tx, found["id"])
    tree.settle()


def _start(tx: Transaction, found: Mapping[str, Any]) -> None:
    starts = tables.start_message
    name = f"{found['kind']}:{found['name']}"
    start = tx.connection.execute(select(starts).where(starts.c.name == name)).first()
    if start is None:
        return
    definition = definitions.current(tx.environment, tx.connection, start.key)
    tree = Tree(tx, str(uuid4()))
    tree.create(
        definition,
        business_key=found["business_key"],
        stream=None,
        variables=orjson.loads(found["payload"]),
        element=start.element_id,
    )
    tree.settle()
    _mark_delivered(tx, found["id"])


def _mark_delivered(tx: Transaction, message_row: str) -> None:
    tx.connection.execute(update(message).where(message.c.id == message_row).values(delivered_at=tx.now))


def deliver_due(environment: Environment, limit: int = 50) -> int:
    """Deliver what was left over (a node that stopped between commit and delivery); returns how many."""
    with environment.read() as connection:
        query = select(delivery.c.id).where(delivery.c.due_at <= environment.clock.now()).order_by(delivery.c.due_at)
        waiting = connection.execute(query.limit(limit)).scalars().all()
    for delivery_id in waiting:
        deliver(environment, delivery_id)
    return len(waiting)


def forget_expired(environment: Environment) -> int:
    """Delete messages that nobody took before they expired, and delivered ones after 30 days (their ids go too)."""

    def forget(tx: Transaction) -> int:
        open_deliveries = select(delivery.c.message)
        expired = and_(message.c.expires_at < tx.now - KEPT, message.c.id.not_in(open_deliveries))
        return tx.connection.execute(delete(message).where(expired)).rowcount

    return environment.run(SYSTEM, forget)
