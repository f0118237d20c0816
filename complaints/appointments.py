"""Who is, was and will be responsible in a unit: the list behind `people.appoint` (R41, R42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from complaints import tables


@dataclass(frozen=True)
class Appointment:
    """One person in one responsibility (leader, contact_a, contact_b) of a unit for a while."""

    kind: str
    user: str
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


def of(connection: Connection, unit: str) -> list[Appointment]:
    """All appointments of a unit by kind, the latest first."""
    table = tables.responsibility
    query = select(table).where(table.c.unit == unit).order_by(table.c.kind, table.c.valid_from.desc())
    return [Appointment(row.kind, row.user, row.valid_from, row.valid_to) for row in connection.execute(query)]
