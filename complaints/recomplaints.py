"""A customer complains again, because the first answer did not satisfy him (R70, G3).

A person confirms which case it is about; the new case is linked to it and reads its file. What happens then is drawn
in `re-complaint.bpmn`: others handle it, one level higher; new facts start the period again, without any it is merged
with the first while that one's period runs, or handled on its merits.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from complaints import (
    clocks,
    clockwork,
    dossier,
    earlier,
    letters,
    links,
    progress,
    scope,
    scores,
    settings,
    silence,
    streams,
    tables,
)
from complaints.viewer import SignedIn
from engine import calendar
from engine.columns import FAR
from engine.environment import Transaction
from engine.errors import Conflict, Invalid

UNCLASSIFIED = ("received", "registered")
MERGED = "merged"
case = tables.complaint


def confirm(tx: Transaction, signed_in: SignedIn, number: str, other: str) -> None:
    """Say that a case is the re-complaint of another one. Raises NotFound, Forbidden, and as `link` does."""
    scope.worker(tx.connection, signed_in, number)
    scope.require(tx.connection, signed_in, other)
    link(tx, number, other)


def link(tx: Transaction, number: str, other: str) -> None:
    """Link a case that is not classified yet to the one that it is about again.

    Raises Conflict for a case that is classified or is a re-complaint already, Invalid for an earlier case that is not
    earlier, and as `links.add` does.
    """
    row = tx.connection.execute(select(case).where(case.c.number == number).with_for_update()).one()
    if row.stage not in UNCLASSIFIED:
        raise Conflict("Case {number} is classified; a re-complaint is confirmed before", number=number)
    if (known := earlier.before(tx.connection, number)) is not None:
        raise Conflict("Case {number} is the re-complaint of {other} already", number=number, other=known)
    if flaw(tx.connection, number, other):
        raise Invalid("Expected a case registered before {number}, but got {other}", number=number, other=other)
    links.add(tx, number, other, earlier.RELATION)


def flaw(connection: Connection, number: str, other: str) -> bool:
    """Whether `other` cannot be what `number` is about again: unknown, itself, or not registered before it."""
    found = connection.scalar(select(case.c.number).where(case.c.number == other, case.c.number < number))
    return found is None


def attach(tx: Transaction, number: str) -> dict[str, object]:
    """Put it into the history that the earlier file is attached; what it says the diagram needs to know."""
    other = earlier.before(tx.connection, number)
    if other is None:
        raise Conflict("Expected case {number} to be linked to an earlier one", number=number)
    archive_no = tx.connection.scalar(select(case.c.archive_no).where(case.c.number == other))
    unit = earlier.unit(tx.connection, other)
    tx.record(streams.of(number), "file-attached", other=other, archive_no=archive_no, unit=unit)
    return {"earlier": other, "first_unit": unit}


def new_facts(tx: Transaction, number: str) -> datetime:
    """The limits start again from the receipt of the new material that the reviewer recognised (G3)."""
    entry = dossier.latest(tx.connection, number, "NewFacts")
    if entry is None or not entry.data.get("material_received_at"):
        raise Invalid("Expected the time at which the new material was received")
    at = datetime.fromisoformat(entry.data["material_received_at"])
    started = max(row.started_at for row in clocks.rows(tx.connection, number) if row.name in clockwork.RENEWED)
    return clockwork.new_facts(tx, number, max(at, started), str(entry.data.get("new_material") or ""))


def count(tx: Transaction, number: str) -> None:
    """It counts against whoever handled the first case, and he is told (R70)."""
    other = earlier.before(tx.connection, number)
    user = earlier.first_handler(tx.connection, other) if other else None
    if other is None or user is None:
        return
    scores.add(tx, other, user, earlier.RELATION, number)
    letters.to_staff(tx, other, "complained-again", [user], again=number)


def merge(tx: Transaction, number: str) -> None:
    """The case becomes a part of the first, whose period still runs: it ends here, and the customer is told."""
    other = earlier.before(tx.connection, number)
    if other is None:
        raise Conflict("Expected case {number} to be linked to an earlier one", number=number)
    first = tx.connection.execute(select(case).where(case.c.number == other).with_for_update()).one()
    due = clocks.due(tx.connection, other, "limit")
    if due is None or not earlier.runs(tx.connection, other):
        raise Conflict("The period of case {other} has ended; nothing is merged with it", other=other)
    links.add(tx, number, other, MERGED)
    running = [row.name for row in clocks.rows(tx.connection, number) if row.stopped_at is None]
    clockwork.stop(tx, number, tx.now, *running, outcome=MERGED)
    day = calendar.local_day(tx.now)
    years = int(settings.get(tx.connection, "retention-years"))
    retain = calendar.end_of_day(day.replace(year=day.year + years, day=min(day.day, 28)))
    values = {"closed_at": tx.now, "retain_until": retain, "due_at": FAR}
    tx.connection.execute(update(case).where(case.c.number == number).values(values))
    tx.record(streams.of(number), "case-merged", other=other)
    tx.record(streams.of(other), "case-took-in", other=number)
    letters.to_customer(tx, number, "merged", first=other, first_due=letters.limit(due))
    progress.move(tx, number, "closed")
    silence.rest(tx, number)
    told = [user for user in (first.owner, first.first_owner) if user]
    letters.to_staff(tx, other, "merged-into", told, again=number)
