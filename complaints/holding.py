"""Holding up a case: its live call trees are suspended and go on later, as if nothing had been (R71).

What an administrator had suspended before is not touched, neither at the hold nor when it ends.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, insert, select

import engine.tables
from complaints import streams, tables
from engine import advance, instances
from engine.environment import Transaction

_instance = engine.tables.instance


def roots(connection: Connection, number: str) -> list[Row[Any]]:
    """The live call trees of a case (id, process, suspended_at), in the order in which commands lock them."""
    definition = engine.tables.definition
    query = (
        select(_instance.c.id, definition.c.key.label("process"), _instance.c.suspended_at)
        .join(definition, definition.c.id == _instance.c.definition_id)
        .where(_instance.c.business_key == number, _instance.c.ended_at.is_(None), _instance.c.parent_id.is_(None))
    )
    return list(connection.execute(query.order_by(_instance.c.id)))


def lock(tx: Transaction, number: str) -> list[Row[Any]]:
    """Lock the live call trees of a case in the order of their ids; returns them as they stand then."""
    for row in roots(tx.connection, number):
        advance.lock(tx, row.id)
    return roots(tx.connection, number)


def suspend(tx: Transaction, number: str, why: str, spare: Collection[str] = ()) -> list[str]:
    """Suspend every live call tree of a case except the roots in `spare`; returns which ones.

    A tree that is suspended already stays so, and the hold does not count it as its own.
    """
    held = [row.id for row in lock(tx, number) if row.id not in spare and row.suspended_at is None]
    for root in held:
        before = _suspended(tx.connection, root)
        instances.suspend(tx, root)
        tx.connection.execute(
            insert(tables.case_hold).values(
                root_id=root, number=number, suspended_before=orjson.dumps(before).decode(), at=tx.now, why=why
            )
        )
    if held:
        tx.record(streams.of(number), "case-held", instances=held, why=why)
    return held


def _suspended(connection: Connection, root: str) -> list[str]:
    """The called processes of a tree that somebody has suspended alone."""
    query = select(_instance.c.id).where(
        _instance.c.root_id == root, _instance.c.ended_at.is_(None), _instance.c.suspended_at.is_not(None)
    )
    return list(connection.scalars(query.order_by(_instance.c.id)))


def resume(tx: Transaction, number: str, why: str) -> list[str]:
    """Let go on what the hold has suspended and what has not ended since; returns which trees.

    One that an administrator has activated or suspended anew meanwhile is his; what was suspended before the hold is
    suspended again.
    """
    live = {row.id: row for row in lock(tx, number)}
    hold = tables.case_hold
    rows = tx.connection.execute(select(hold).where(hold.c.number == number).order_by(hold.c.root_id)).all()
    tx.connection.execute(delete(hold).where(hold.c.number == number))
    resumed = [row for row in rows if row.root_id in live and live[row.root_id].suspended_at == row.at]
    for row in resumed:
        instances.activate(tx, row.root_id)
        for called in orjson.loads(row.suspended_before):
            instances.suspend(tx, called)
    if rows:
        tx.record(streams.of(number), "case-released", instances=[row.root_id for row in resumed], why=why)
    return [row.root_id for row in resumed]


def held(connection: Connection, number: str) -> bool:
    """Whether a withdrawal of the case is checked, whatever it has held up, or a hold is on it."""
    hold, taken = tables.case_hold, tables.withdrawal
    query = select(taken.c.id).where(taken.c.number == number, taken.c.decided_at.is_(None))
    held = select(hold.c.root_id).where(hold.c.number == number).limit(1)
    return connection.scalar(query) is not None or connection.scalar(held) is not None
