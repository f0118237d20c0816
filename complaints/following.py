"""What hangs on the clocks of a case: engine timers, due dates of tasks, and its place on the board.

Timers carry the key `clock:<name>` (its due time) or `clock:<name>:<share>`, tasks the same as due key; the function
`clock` of FEEL gives it to them.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

import engine.tables
from complaints import clocks, tables
from complaints.clocks import Moment
from engine import rows, tasks, timers
from engine.columns import FAR
from engine.environment import Transaction
from engine.prepared import prepared

PREFIX = "clock:"
SHARE = re.compile(r"0(\.\d+)?")


def key(name: str, share: Decimal = Decimal(1)) -> str:
    """The key of a share of a clock."""
    return f"{PREFIX}{name}" if share >= 1 else f"{PREFIX}{name}:{share.normalize():f}"


def parts(text: str) -> tuple[str, Decimal]:
    """Name and share of a key; names of slips and tasks have a colon themselves."""
    name = text.removeprefix(PREFIX)
    head, _, share = name.rpartition(":")
    return (head, Decimal(share)) if head and SHARE.fullmatch(share) else (name, Decimal(1))


def follow(tx: Transaction, number: str) -> datetime:
    """Move what hangs on the clocks of a case; returns when the governing clock is due, far away while none runs."""
    _timers(tx, number)
    _tasks(tx, number)
    governing = clocks.due(tx.connection, number, "governing") or FAR
    rows.change(tx.connection, tables.complaint, {"number": number}, due_at=governing)
    return governing


@prepared
def _hanging(number: Any) -> Any:
    timer = engine.tables.timer
    query = select(timer.c.key, timer.c.due_at, timer.c.stopped_at)
    return query.where(timer.c.business_key == number, timer.c.key.startswith(PREFIX)).distinct()


@prepared
def _awaited(number: Any) -> Any:
    task = engine.tables.task
    query = select(task.c.due_key, task.c.due_at)
    return query.where(task.c.business_key == number, task.c.due_key.startswith(PREFIX)).distinct()


def _timers(tx: Transaction, number: str) -> None:
    for row in tx.connection.execute(*_hanging(number)).all():
        found = moment(tx.connection, number, row.key, tx.now)
        if found is None or found.stopped:
            if row.stopped_at is None:
                timers.stop(tx, row.key, number)
        elif row.stopped_at is not None:
            timers.revive(tx, row.key, number, found.at)
        elif row.due_at != found.at:
            timers.move(tx, row.key, number, found.at)


def _tasks(tx: Transaction, number: str) -> None:
    """A task of a paused clock has no due time meanwhile; one of a stopped clock keeps the last."""
    for row in tx.connection.execute(*_awaited(number)).all():
        found = moment(tx.connection, number, row.due_key, tx.now)
        due = None if found is None else FAR if found.stopped else found.at
        if due is not None and due != row.due_at:
            tasks.move_due(tx, row.due_key, number, due)


def moment(connection: Connection, number: str, text: str, now: datetime) -> Moment | None:
    """When whatever carries this key is due."""
    name, share = parts(text)
    return clocks.moment(connection, number, name, share, now)
