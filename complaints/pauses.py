"""Time that does not count: mediation with the customer's consent, external appraisal (G2). No other reason is lawful.

A pause needs the evidence of its reason (consent, commission) and the proof that the customer was told. It stops the
limits of the bank, of its units and of the law while they run; the first response, a sender's deadline, the limit of
credit reports and the watch on silence go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from complaints import clocks, clockwork, contacts, dossier, evidence, people, scope, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Conflict, Invalid

REASONS = ("mediation", "appraisal")
MAY = ("supervisor", "leader")
"""Who lets limits stand still, and run again."""


@dataclass(frozen=True)
class PauseRow:
    """A pause of a case; `until` is None while it lasts."""

    id: str
    reason: str
    since: datetime
    until: datetime | None
    note: str
    evidence_id: str
    told_at: datetime
    told_method: str
    told_evidence_id: str
    by: str
    by_name: str
    ended_by: str | None
    ended_note: str


@dataclass(frozen=True)
class Told:
    """How and when the customer was told, with the proof."""

    method: str
    at: datetime
    proof: evidence.Upload


def begin(
    tx: Transaction, signed_in: SignedIn, number: str, reason: str, basis: evidence.Upload | None, told: Told, note: str
) -> None:
    """Let the limits stand still from now on.

    Raises Forbidden, NotFound, Invalid for another reason or without evidence, Conflict when a pause lasts already or
    no limit runs that may stand still.
    """
    _may(tx, signed_in, number)
    if reason not in REASONS:
        raise Invalid("Expected mediation or appraisal as the reason, but got {reason}", reason=reason)
    if basis is None:
        raise Invalid("Expected the consent to mediation or the commission of the appraisal as evidence")
    if told.method not in contacts.METHODS or not clocks.received(tx.connection, number) <= told.at <= tx.now:
        raise Invalid("Expected how and when the customer was told, after the receipt and not after now")
    if _open(tx.connection, number) is not None:
        raise Conflict("The limits of case {number} are paused already", number=number)
    names = [name for name in clocks.PAUSABLE if (due := clocks.due(tx.connection, number, name)) and due > tx.now]
    if not names:
        raise Conflict("Expected a limit that still runs, but case {number} has none", number=number)
    kept = evidence.keep(tx, number, [basis, told.proof])
    row = {"id": str(uuid4()), "number": number, "reason": reason, "since": tx.now, "note": note}
    proof = {"told_at": told.at, "told_method": told.method, "evidence_id": kept[0], "told_evidence_id": kept[1]}
    tx.connection.execute(insert(tables.pause).values(**row, **proof, by=signed_in.user))
    dossier.took_part(tx, number, signed_in.user)
    tx.record(streams.of(number), "case-paused", why=reason, since=tx.now, told=told.at, evidence=kept)
    clockwork.set_pauses(tx, number, "clock-paused", why=reason, since=tx.now)


def end(tx: Transaction, signed_in: SignedIn, number: str, note: str) -> None:
    """Let the limits run again from now on, later by the days between. Raises as `begin`."""
    _may(tx, signed_in, number)
    found = _open(tx.connection, number)
    if found is None:
        raise Conflict("The limits of case {number} are not paused", number=number)
    if len(note.strip()) < 2:
        raise Invalid("Say what the mediation or the appraisal has brought.")
    identity, since = found
    values = {"until": tx.now, "ended_by": signed_in.user, "ended_note": note.strip()}
    tx.connection.execute(update(tables.pause).where(tables.pause.c.id == identity).values(**values))
    tx.record(streams.of(number), "case-resumed", since=since, until=tx.now, note=note.strip())
    clockwork.set_pauses(tx, number, "clock-resumed", since=since, until=tx.now)


def _may(tx: Transaction, signed_in: SignedIn, number: str) -> None:
    scope.worker(tx.connection, signed_in, number)
    signed_in.require(*MAY)


def _open(connection: Connection, number: str) -> tuple[str, datetime] | None:
    table = tables.pause
    query = select(table.c.id, table.c.since).where(table.c.number == number, table.c.until.is_(None))
    row = connection.execute(query).first()
    return None if row is None else (row.id, row.since)


def listed(connection: Connection, number: str) -> list[PauseRow]:
    """The pauses of a case, the oldest first."""
    table = tables.pause
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.since)).all()
    names = people.names(connection, [row.by for row in rows])
    own = [name for name in PauseRow.__dataclass_fields__ if name != "by_name"]
    return [PauseRow(**{name: getattr(row, name) for name in own}, by_name=names[row.by]) for row in rows]
