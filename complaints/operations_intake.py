"""Service operations around receipt: first contact, clocks, supervision, settlement on the spot, extension, notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, literal, select, update

from complaints import clocks, clockwork, contacts, dossier, extension, letters, progress, special, supervision, tables
from engine import calendar, rows
from engine.operations import OperationCall, Result
from engine.prepared import prepared

PAUSE = timedelta(hours=2)
"""How long to wait before trying again to reach a customer for the first time."""


def case_of(call: OperationCall) -> str:
    """The number of the case that a process instance belongs to: its business key."""
    assert call.business_key is not None
    return call.business_key


def record_contact(call: OperationCall, *, method: str, reached: bool, contacted_at: datetime) -> Result:
    """Log a first-contact attempt; only "reached" stops the 24-hour clock (R28, D12)."""
    tx, number = call.tx, case_of(call)
    entry = dossier.latest(tx.connection, number, "ContactCustomer")
    said = entry.data if entry else {}
    contacts.write(
        tx,
        number,
        "first-contact",
        method,
        "reached" if reached else "not-reached",
        contacted_at,
        by=entry.by if entry else tx.actor.user,
        note=said.get("contact_note") or "",
        proof=said.get("contact_evidence") or "",
    )
    if reached:
        _responded(call, "reached", contacted_at)
    failed = _failures(call)
    return {"attempts": failed, "retry_at": None if reached else max(contacted_at, tx.now) + PAUSE}


def _failures(call: OperationCall) -> int:
    return call.tx.connection.scalar(*_documented(case_of(call))) or 0


@prepared
def _documented(number: Any) -> Any:
    table = tables.contact
    failed = table.c.purpose == "first-contact", table.c.outcome == "not-reached", table.c.proof != ""
    return select(func.count()).select_from(table).where(table.c.number == number, *failed)


def _responded(call: OperationCall, how: str, at: datetime) -> None:
    rows.change(call.tx.connection, tables.complaint, {"number": case_of(call)}, first_response=how)
    outcome = "attempted" if how == "attempted" else None
    clockwork.stop(call.tx, case_of(call), at, "first-response", outcome=outcome)


def mark_contact_attempted(call: OperationCall) -> Result:
    """Three documented failures: "attempted", counted apart from "reached" (R28)."""
    _responded(call, "attempted", call.tx.now)
    return None


def open_clocks(
    call: OperationCall, *, subcategory: str, time_class: str, target_days: int, limit_days: int, statutory_days: int
) -> Result:
    """Start or recompute the limits of the class, from the receipt (R25–R27, D1–D3)."""
    number = case_of(call)
    values = {"category": subcategory.partition(".")[0], "subcategory": subcategory, "time_class": time_class}
    rows.change(call.tx.connection, tables.complaint, {"number": number}, **values)
    progress.move(call.tx, number, "classified")
    clockwork.set_limits(call.tx, number, target_days, limit_days, statutory_days)
    special.open_limits(call.tx, number)
    return {"governing_due": clocks.due(call.tx.connection, number, "governing")}


def raise_supervision(call: OperationCall, *, level: int, share: Decimal, name: str, addressees: list[str]) -> Result:
    """Raise the level on every open slip and tell the addressees (R48)."""
    supervision.raise_level(call.tx, case_of(call), level, name, addressees, share=share)
    return None


def record_settlement(call: OperationCall, *, settled_amount: Decimal | None = None) -> Result:
    """Settled on the spot: first contact and reply in one, at the time of settlement (R91)."""
    tx, number = call.tx, case_of(call)
    entry = dossier.latest(tx.connection, number, "Settle")
    said = entry.data if entry else {}
    at = datetime.fromisoformat(said["settled_at"]) if said.get("settled_at") else tx.now
    contacts.write(
        tx,
        number,
        "reply",
        "visit",
        "reached",
        at,
        by=entry.by if entry else tx.actor.user,
        note=said.get("settlement") or "",
        proof=said.get("settle_evidence") or "",
    )
    _responded(call, "settled", at)
    clockwork.stop(tx, number, at, *clockwork.RESOLUTION)
    table = tables.complaint
    values = {"replied_at": at, "resolved_at": at, "reply_round": table.c.reply_round + 1}
    values["first_resolved_at"] = func.coalesce(table.c.first_resolved_at, literal(at, table.c.replied_at.type))
    tx.connection.execute(update(table).where(table.c.number == number).values(values))
    progress.move(tx, number, "replied")
    return None


def extend_clock(call: OperationCall, *, stage: str, new_limit: date) -> Result:
    """Move internal and statutory limits after approval and proof that the customer was told (D2, G1)."""
    tx, number = call.tx, case_of(call)
    old, _ = extension.grant(tx, number, stage, new_limit)
    last_day = calendar.last_day(old)
    letters.to_customer(tx, number, "extension", old_limit=letters.day(last_day), new_limit=letters.day(new_limit))
    return {"governing_due": clocks.due(tx.connection, number, "governing")}


def notify(call: OperationCall, *, template: str, addressees: list[str]) -> Result:
    """Send one notice from a template to people, groups, or the customer (a letter)."""
    staff = [addressee for addressee in addressees if addressee != "customer"]
    letters.to_staff(call.tx, case_of(call), template, staff)
    if len(staff) < len(addressees):
        letters.to_customer(call.tx, case_of(call), template)
    return None


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "record-contact": record_contact,
    "mark-contact-attempted": mark_contact_attempted,
    "open-clocks": open_clocks,
    "raise-supervision": raise_supervision,
    "record-settlement": record_settlement,
    "extend-clock": extend_clock,
    "notify": notify,
}
