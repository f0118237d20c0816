"""Messages and signals: published by people, operations and processes, delivered once to each call tree."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import and_, delete, or_, select, update

from engine import definitions, hearing, postbox, starting, tables
from engine.advance import Tree, lock
from engine.bpmn import instantiating
from engine.environment import SYSTEM, Actor, Environment, Transaction
from engine.prepared import prepared
from engine.rows import change

message, delivery, subscription = tables.message, tables.delivery, tables.subscription
KEPT = timedelta(days=30)
STREAM = "messages"
PAUSE = timedelta(minutes=1)
log = logging.getLogger(__name__)
_SUSPENDED = (
    select(tables.instance.c.id)
    .join(tables.definition, tables.definition.c.id == tables.instance.c.definition_id)
    .where(
        tables.instance.c.id == delivery.c.root_id,
        or_(tables.instance.c.suspended_at.is_not(None), tables.definition.c.suspended_at.is_not(None)),
    )
    .exists()
)
"""Is the call tree to which a delivery goes suspended?"""


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


def bring(tx: Transaction) -> None:
    """Deliver what this command has sent within it: for one that must not end before its receivers have heard.

    All or nothing; what the receivers send goes its usual way afterwards. Whoever sends to several call trees locks
    them first, in the order of their ids. Raises Conflict when a receiver is suspended.
    """
    sent, hops = list(tx.deliveries), tx.hops
    tx.deliveries.clear()
    for delivery_id in sent:
        _deliver(tx, delivery_id)
    tx.hops = hops


@prepared
def _publisher(delivery_id: Any) -> Any:
    query = select(message.c.published_by).join(delivery, delivery.c.message == message.c.id)
    return query.where(delivery.c.id == delivery_id, ~_SUSPENDED)


@prepared
def _one(delivery_id: Any) -> Any:
    columns = select(message, delivery.c.root_id, delivery.c.process.label("starts"))
    return columns.join(delivery, delivery.c.message == message.c.id).where(delivery.c.id == delivery_id)


@prepared
def _brought(delivery_id: Any) -> Any:
    return delete(delivery).where(delivery.c.id == delivery_id)


def deliver(environment: Environment, delivery_id: str) -> None:
    """Bring one message or signal to one call tree, in a command of its own; a delivery that is gone was done.

    To a call tree that is suspended it comes when the tree goes on.
    """
    with environment.read() as connection:
        by = connection.scalar(*_publisher(delivery_id))
    if by is not None:
        environment.run(Actor(by, system=True), lambda tx: _deliver(tx, delivery_id))


def _deliver(tx: Transaction, delivery_id: str) -> None:
    row = tx.connection.execute(*_one(delivery_id)).mappings().first()
    if row is None:
        return
    found = dict(row)
    if found["root_id"] is not None:
        lock(tx, found["root_id"])
    if tx.connection.execute(*_brought(delivery_id)).rowcount != 1:
        return  # another node was faster
    tx.hops = found["hops"]
    if found["root_id"] is None:
        _start(tx, found)
    else:
        _receive(tx, found)


def _receive(tx: Transaction, found: Mapping[str, Any]) -> None:
    tree = Tree(tx, found["root_id"])
    waiting = hearing.hearers(tree, found)
    if _take(tx, found, bool(waiting)):
        everybody = waiting if found["everywhere"] else waiting[:1]
        hearing.bring(tree, everybody, {**found, "payload": orjson.loads(found["payload"])}, message=found["id"])
        tree.settle()


def _take(tx: Transaction, found: Mapping[str, Any], wanted: bool) -> bool:
    """Is the message still to be had? One that nobody here waits for any more looks for another receiver."""
    if found["delivered_at"] is not None and not found["everywhere"]:
        return False
    if not wanted:
        if not found["everywhere"]:
            postbox.address(tx, found)
        return False
    free = {"id": found["id"]} | ({} if found["everywhere"] else {"delivered_at": None})
    return change(tx.connection, message, free, delivered_at=tx.now) == 1


def _start(tx: Transaction, found: Mapping[str, Any]) -> None:
    starts = starting.listening(tx, found["kind"], found["name"], found["starts"])
    if not starts:
        _take(tx, found, False)
        return
    definition = definitions.current(tx.environment, tx.connection, starts[0].key)
    if found["kind"] == "message" and _began_to_wait(tx, found, definition, starts[0].element_id):
        postbox.address(tx, found)
        return
    if not _take(tx, found, True):
        return
    for start in starts if found["kind"] == "signal" else starts[:1]:
        tree = Tree(tx, str(uuid4()))
        tree.create(
            definition,
            business_key=found["business_key"],
            stream=tx.environment.stream_of(found["business_key"]) if found["business_key"] else None,
            variables=orjson.loads(found["payload"]),
            element=start.element_id,
        )
        tree.settle()


def _began_to_wait(tx: Transaction, found: Mapping[str, Any], definition: definitions.Definition, element: str) -> bool:
    """Who waits for a message by now goes before a start event.

    The messages of an instantiating gateway may come at the same time; the lock lets one of them begin the instance
    and the others find it.
    """
    process = definition.compiled.process
    if instantiating.gateway_before(process, process.nodes[element]) is not None:
        current = tables.current_definition
        tx.connection.execute(select(current.c.key).where(current.c.key == definition.key).with_for_update())
    return tx.connection.execute(postbox.receivers(found)).first() is not None


@prepared
def _missed(now: Any, limit: Any) -> Any:
    return postbox.missed(now).limit(limit)


@prepared
def _waiting(now: Any, limit: Any) -> Any:
    due = select(delivery.c.id).where(delivery.c.due_at <= now, ~_SUSPENDED)
    return due.order_by(delivery.c.due_at).limit(limit)


def deliver_due(environment: Environment, limit: int = 50) -> int:
    """Deliver what was left over (a node stopped between commit and delivery, a receiver rested); returns how many."""
    with environment.read() as connection:
        missed = connection.scalars(*_missed(environment.clock.now(), limit)).all()
    for message_row in missed:
        environment.run(SYSTEM, lambda tx, row=message_row: postbox.address_missed(tx, row))  # type: ignore[misc]
    with environment.read() as connection:
        waiting = connection.scalars(*_waiting(environment.clock.now(), limit)).all()
    return sum(_deliver_alone(environment, delivery_id) for delivery_id in waiting)


def _deliver_alone(environment: Environment, delivery_id: str) -> bool:
    """Deliver one; what cannot be (a called process is suspended alone) is put off and does not hold up the others."""
    try:
        deliver(environment, delivery_id)
    except Exception:
        log.exception("delivery %s failed and will be tried again in %s", delivery_id, PAUSE)
        later = {"due_at": environment.clock.now() + PAUSE, "attempts": delivery.c.attempts + 1}
        put_off = update(delivery).where(delivery.c.id == delivery_id).values(later)
        environment.run(SYSTEM, lambda tx: tx.connection.execute(put_off))
        return False
    return True


def forget_expired(environment: Environment) -> int:
    """Delete messages that nobody took before they expired, and delivered ones after 30 days (their ids go too).

    One that was sent to another process along a message flow was expected there: that it was lost goes into history.
    """

    def forget(tx: Transaction) -> int:
        on_its_way = message.c.id.in_(select(delivery.c.message))
        lost = and_(message.c.process.is_not(None), message.c.delivered_at.is_(None), message.c.expires_at < tx.now)
        for row in tx.connection.execute(select(message).where(lost, ~on_its_way)).all():
            stream = tx.environment.stream_of(row.business_key) if row.business_key else None
            tx.record(stream or STREAM, "message-lost", name=row.name, process=row.process, message=row.id)
        expired = or_(lost, message.c.expires_at < tx.now - KEPT)
        return tx.connection.execute(delete(message).where(expired, ~on_its_way)).rowcount

    return environment.run(SYSTEM, forget)
