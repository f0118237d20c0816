"""Asking for a longer limit: a process of its own beside the case's (D2, G1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

import engine.tables
from complaints import clocks, people, scope, streams, tables
from complaints.viewer import SignedIn
from engine import instances
from engine.environment import Transaction
from engine.errors import Conflict

PROCESS = "extension"


@dataclass(frozen=True)
class ExtensionRow:
    """An extension that was granted."""

    id: str
    stage: str
    old_due: datetime
    new_due: datetime
    by: str
    at: datetime


def begin(tx: Transaction, signed_in: SignedIn, number: str, unit: str) -> str:
    """Start a request by a unit; returns the process instance. Raises Conflict when one runs or no limit runs."""
    scope.worker(tx.connection, signed_in, number)
    people.unit(tx.connection, unit)
    if clocks.due(tx.connection, number, "governing") is None:
        raise Conflict("Expected a running limit, but case {number} has none", number=number)
    instance, definition = engine.tables.instance, engine.tables.definition
    running = (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == number, definition.c.key == PROCESS, instance.c.ended_at.is_(None))
    )
    if tx.connection.scalar(running):
        raise Conflict("A request for an extension of case {number} is open already", number=number)
    return instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables={"unit": unit})


def listed(connection: Connection, number: str) -> list[ExtensionRow]:
    """The extensions of a case, the oldest first."""
    table = tables.extension
    columns = [table.c[name] for name in ExtensionRow.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.at)
    return [ExtensionRow(*row) for row in connection.execute(query)]
