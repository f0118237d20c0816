"""The contact log: every attempt to reach the customer, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from complaints import clockwork, dossier, evidence, scope, streams, tables
from complaints.viewer import SignedIn
from engine import rows
from engine.environment import Transaction
from engine.errors import Invalid

METHODS = ("call", "letter", "visit", "email", "sms")
OUTCOMES = ("reached", "not-reached")


@dataclass(frozen=True)
class ContactRow:
    """One attempt; `purpose` is first-contact, reply, satisfaction, visit or note."""

    id: str
    purpose: str
    method: str
    outcome: str
    contacted_at: datetime
    note: str
    proof: str
    evidence_id: str | None
    by: str
    at: datetime


def write(
    tx: Transaction,
    number: str,
    purpose: str,
    method: str,
    outcome: str,
    contacted_at: datetime,
    *,
    by: str,
    note: str = "",
    proof: str = "",
    evidence_id: str | None = None,
) -> None:
    """Add an attempt; `proof` is the number of a recording or a posting."""
    told: dict[str, Any] = {
        "purpose": purpose,
        "method": method,
        "outcome": outcome,
        "contacted_at": contacted_at,
        "by": by,
    }
    row = told | {"id": str(uuid4()), "number": number, "note": note, "proof": proof, "evidence_id": evidence_id}
    rows.add(tx.connection, tables.contact, row | {"at": tx.now})
    tx.record(streams.of(number), "contact-logged", proof=proof, **told)
    if outcome == "reached":
        clockwork.heard(tx, number, contacted_at)


def record(
    tx: Transaction,
    signed_in: SignedIn,
    number: str,
    method: str,
    outcome: str,
    contacted_at: datetime,
    note: str,
    upload: evidence.Upload | None = None,
) -> None:
    """Log a contact by hand. It stops no clock: that is the task 首次联系. Raises Invalid, NotFound, Forbidden."""
    scope.worker(tx.connection, signed_in, number)
    if method not in METHODS or outcome not in OUTCOMES:
        raise Invalid("Expected a method of {methods} and an outcome of {outcomes}", methods=METHODS, outcomes=OUTCOMES)
    if contacted_at > tx.now:
        raise Invalid("Expected a contact in the past, but got {at}", at=contacted_at.isoformat())
    files = evidence.keep(tx, number, [upload] if upload else [])
    dossier.took_part(tx, number, signed_in.user)
    write(
        tx,
        number,
        "note",
        method,
        outcome,
        contacted_at,
        by=signed_in.user,
        note=note,
        evidence_id=files[0] if files else None,
    )


def listed(connection: Connection, number: str) -> list[ContactRow]:
    """The attempts of a case, the oldest first."""
    table = tables.contact
    columns = [table.c[name] for name in ContactRow.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.contacted_at, table.c.id)
    return [ContactRow(*row) for row in connection.execute(query)]
