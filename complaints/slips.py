"""转(督)办单: one per responsible unit, with contacts A and B on it, from issue to the findings (R42, R46, R60)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from complaints import clockwork, directory, golive, letters, people, progress, streams, tables
from engine import rows
from engine.environment import Transaction
from engine.errors import NotFound
from engine.prepared import prepared


@dataclass(frozen=True)
class SlipRow:
    """A slip; `liable_unit` handed it over and stays liable until the next unit accepts (R3)."""

    id: str
    unit: str
    lead: bool
    liable_unit: str | None
    contact_a: str | None
    contact_b: str | None
    contact_a_name: str
    contact_b_name: str
    level: int
    issued_at: datetime
    issued_by: str
    accepted_at: datetime | None
    accepted_by: str | None
    returns: int
    replied_at: datetime | None
    justified: str | None
    root_cause: str | None
    requirement: str


def issue(tx: Transaction, number: str, unit: str, lead: bool, requirement: str) -> str:
    """Write a slip to a unit and tell its contact A; returns its id. Raises NotFound for an unknown unit."""
    people.unit(tx.connection, unit)
    golive.check_unit(tx.connection, unit, tx.now)
    count = tx.connection.scalar(*_count(number)) or 0
    slip = f"{number}-{count + 1}"
    contacts = _contacts(tx, number, unit)
    row = {"id": slip, "number": number, "unit": unit, "lead": lead, "requirement": requirement}
    rows.add(tx.connection, tables.slip, row | contacts | {"issued_at": tx.now, "issued_by": tx.actor.user})
    tx.record(streams.of(number), "slip-issued", slip=slip, unit=unit, lead=lead, **contacts)
    _tell(tx, number, slip, "transfer-slip", contacts["contact_a"] or f"group:unit:{unit}")
    return slip


@prepared
def _count(number: Any) -> Any:
    return select(func.count()).select_from(tables.slip).where(tables.slip.c.number == number)


def _contacts(tx: Transaction, number: str, unit: str) -> dict[str, str | None]:
    a = directory.contact(tx.connection, number, unit, "A", tx.now)
    b = directory.contact(tx.connection, number, unit, "B", tx.now)
    return {"contact_a": a, "contact_b": b}


def _tell(tx: Transaction, number: str, slip: str, template: str, *addressees: str) -> None:
    row = get(tx.connection, slip)
    names = people.names(tx.connection, [row.contact_a, row.contact_b])
    letters.to_staff(
        tx,
        number,
        template,
        addressees,
        slip=slip,
        unit_name=people.unit(tx.connection, row.unit).name,
        handling_requirement=row.requirement,
        contact_a=names.get(row.contact_a or "", ""),
        contact_b=names.get(row.contact_b or "", ""),
    )


def remind_second(tx: Transaction, number: str, slip: str) -> None:
    """Contact A was silent: tell B, and A once more (R42)."""
    row = get(tx.connection, slip)
    people_to_tell = [user for user in (row.contact_b, row.contact_a) if user]
    tx.record(streams.of(number), "slip-not-accepted", slip=slip, unit=row.unit)
    _tell(tx, number, slip, "second-contact", *(people_to_tell or [f"group:unit:{row.unit}"]))


def accept(tx: Transaction, number: str, slip: str, by: str) -> None:
    """The unit takes the slip; from here on it alone is liable."""
    _change(tx, slip, accepted_at=tx.now, accepted_by=by, liable_unit=None)
    tx.record(streams.of(number), "slip-accepted", slip=slip, by=by)
    progress.move(tx, number, "handling")


def give_back(tx: Transaction, number: str, slip: str) -> int:
    """The unit refuses the slip; returns how many returns the case has had."""
    table = tables.complaint
    tx.connection.execute(*_returned(slip))
    returns = tx.connection.scalar(
        update(table).where(table.c.number == number).values(returns=table.c.returns + 1).returning(table.c.returns)
    )
    tx.record(streams.of(number), "slip-returned", slip=slip, returns=returns)
    return int(returns or 0)


@prepared
def _returned(slip: Any) -> Any:
    values = {"returns": tables.slip.c.returns + 1, "accepted_at": None, "accepted_by": None}
    return update(tables.slip).where(tables.slip.c.id == slip).values(values)


def hand_over(tx: Transaction, number: str, slip: str, unit: str, why: str) -> None:
    """Give the slip to another unit, or insist on the same; lead role and first owner stay (R34)."""
    old = get(tx.connection, slip)
    people.unit(tx.connection, unit)
    if unit != old.unit:
        golive.check_unit(tx.connection, unit, tx.now)
    contacts = _contacts(tx, number, unit)
    liable = old.unit if unit != old.unit else old.liable_unit
    _change(tx, slip, unit=unit, liable_unit=liable, accepted_at=None, accepted_by=None, **contacts)
    if old.lead:
        rows.change(tx.connection, tables.complaint, {"number": number}, unit=unit)
        clockwork.recompute(tx, number, "unit")
    tx.record(streams.of(number), "slip-handed-over", slip=slip, old=old.unit, new=unit, why=why, liable=liable)
    if why != "arbitrated":
        progress.move(tx, number, "distributed")
    first_owner = tx.connection.scalar(
        select(tables.complaint.c.first_owner).where(tables.complaint.c.number == number)
    )
    told = [contacts["contact_a"] or f"group:unit:{unit}", *([first_owner] if first_owner else [])]
    _tell(tx, number, slip, "transfer-slip", *told)


def conclude(tx: Transaction, number: str, slip: str, justified: str, root_cause: str) -> None:
    """The unit's findings; those of the lead are the findings of the case (R23)."""
    row = get(tx.connection, slip)
    _change(tx, slip, replied_at=tx.now, justified=justified, root_cause=root_cause)
    tx.record(streams.of(number), "slip-concluded", slip=slip, justified=justified, root_cause=root_cause)
    if row.lead:
        found = {"justified": justified, "root_cause": root_cause}
        rows.change(tx.connection, tables.complaint, {"number": number}, **found)


def _change(tx: Transaction, slip: str, **values: Any) -> None:
    rows.change(tx.connection, tables.slip, {"id": slip}, **values)


def get(connection: Connection, slip: str) -> Row[Any]:
    """One slip. Raises NotFound."""
    row = connection.execute(*_one(slip)).first()
    if row is None:
        raise NotFound(what="transfer slip", id=slip)
    return row


@prepared
def _one(slip: Any) -> Any:
    return select(tables.slip).where(tables.slip.c.id == slip)


def state(connection: Connection, slip: str) -> str:
    """How far the unit is with a slip: `issued` (also one that is not written yet), `accepted` or `concluded`."""
    row = connection.execute(*_one(slip)).first()
    if row is None or row.accepted_at is None:
        return "issued"
    return "accepted" if row.replied_at is None else "concluded"


def assignments(connection: Connection, number: str) -> list[dict[str, Any]]:
    """The slips of a case as the diagrams hand them to the units, the lead first; `handler` is who accepted."""
    return [
        {"unit": row.unit, "slip": row.id, "lead": row.lead, "handler": row.accepted_by}
        for row in listed(connection, number)
    ]


def listed(connection: Connection, number: str) -> list[SlipRow]:
    """The slips of a case, the lead first."""
    found = connection.execute(*_of(number)).all()
    names = people.names(connection, [user for row in found for user in (row.contact_a, row.contact_b)])
    return [_slip(row, names) for row in found]


@prepared
def _of(number: Any) -> Any:
    return (
        select(tables.slip).where(tables.slip.c.number == number).order_by(tables.slip.c.lead.desc(), tables.slip.c.id)
    )


def _slip(row: Row[Any], names: Mapping[str, str]) -> SlipRow:
    values = {name: value for name, value in row._mapping.items() if name in SlipRow.__dataclass_fields__}
    values["contact_a_name"] = names.get(row.contact_a or "", "")
    values["contact_b_name"] = names.get(row.contact_b or "", "")
    return SlipRow(**values)


def open_units(connection: Connection, number: str) -> list[str]:
    """The units whose findings are still missing, the lead first."""
    return [row.unit for row in listed(connection, number) if row.replied_at is None]


def lead_unit(connection: Connection, number: str) -> str | None:
    """The unit of the lead slip after all transfers; None before distribution."""
    return next((row.unit for row in listed(connection, number) if row.lead), None)
