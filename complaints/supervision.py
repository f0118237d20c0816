"""提醒, 催办, 督办: raising the level of a case and telling the people who answer for it (R41, R48)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import orjson
from sqlalchemy import Connection, insert, select, update

from complaints import directory, letters, people, scope, slips, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Invalid

LEVELS = {1: "提醒", 2: "催办", 3: "督办"}


@dataclass(frozen=True)
class SupervisionRow:
    """One raise of the level; `share` is None when a person raised it."""

    id: str
    level: int
    share: Decimal | None
    name: str
    reason: str
    addressees: tuple[str, ...]
    by: str
    at: datetime


def raise_level(
    tx: Transaction,
    number: str,
    level: int,
    name: str,
    addressees: Sequence[str],
    *,
    share: Decimal | None = None,
    reason: str = "",
) -> None:
    """Raise the level on the case and on every open slip, and tell `addressees`: A, B, leader, supervision."""
    case, slip = tables.complaint, tables.slip
    told = _resolve(tx, number, addressees)
    tx.connection.execute(update(case).where(case.c.number == number, case.c.level < level).values(level=level))
    tx.connection.execute(
        update(slip)
        .where(slip.c.number == number, slip.c.replied_at.is_(None), slip.c.level < level)
        .values(level=level)
    )
    tx.connection.execute(
        insert(tables.supervision).values(
            id=str(uuid4()),
            number=number,
            level=level,
            share=share,
            name=name,
            reason=reason,
            addressees=orjson.dumps(told).decode(),
            by=tx.actor.user,
            at=tx.now,
        )
    )
    tx.record(streams.of(number), "supervision-raised", level=level, name=name, share=share, told=told, reason=reason)
    percent = f"{(share * 100).normalize():f}%" if share is not None else ""
    units = slips.open_units(tx.connection, number)
    unit_name = people.unit(tx.connection, units[0]).name if units else letters.intake_name(tx.connection, number)
    extra = {"level": level, "level_name": name, "share": percent, "unit_name": unit_name}
    letters.to_staff(tx, number, "supervision", told, postscript=reason, **extra)


def _resolve(tx: Transaction, number: str, addressees: Sequence[str]) -> list[str]:
    """User ids and groups, each once. Before distribution the intake department answers."""
    units = slips.open_units(tx.connection, number)
    intake = tx.connection.scalar(select(tables.complaint.c.intake_group).where(tables.complaint.c.number == number))
    told: dict[str, None] = {}
    for addressee in addressees:
        if addressee == "supervision":
            told["group:supervision"] = None
        for unit in units:
            if addressee == "leader":
                user = directory.leader(tx.connection, unit, tx.now)
            else:
                user = directory.contact(tx.connection, number, unit, addressee, tx.now) if addressee in "AB" else None
            if user:
                told[user] = None
        if not units and addressee in ("A", "B", "leader"):
            told[f"group:{intake}"] = None
    return list(told)


def raise_by_hand(tx: Transaction, signed_in: SignedIn, number: str, level: int, reason: str) -> None:
    """督办 by a supervisor, with a reason of at least five characters. Raises Forbidden, NotFound, Invalid."""
    signed_in.require("supervisor")
    scope.require(tx.connection, signed_in, number)
    if level not in LEVELS or len(reason.strip()) < 5:
        raise Invalid("Expected a level of 1 to 3 and a reason of at least five characters")
    raise_level(tx, number, level, LEVELS[level], ("A", "B", "leader"), reason=reason.strip())


def listed(connection: Connection, number: str) -> list[SupervisionRow]:
    """Every raise of the level of a case, the oldest first."""
    table = tables.supervision
    query = select(table).where(table.c.number == number).order_by(table.c.at, table.c.level)
    return [
        SupervisionRow(
            row.id, row.level, row.share, row.name, row.reason, tuple(orjson.loads(row.addressees)), row.by, row.at
        )
        for row in connection.execute(query)
    ]
