"""A customer withdraws: only on his own evidenced wish, checked by somebody else, and he may take it back (R71, G6).

With the receipt, and as of its moment, the clocks of the customer's side stop and the case is held up; the process
`withdrawal` finds out whether nobody has pressed him. The public matter of a media complaint goes on, and so does the
investigation of a violation or crime: nothing of it needs the customer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Connection, Row, insert, select

from complaints import (
    actions,
    clocks,
    clockwork,
    dossier,
    evidence,
    holding,
    kinds,
    letters,
    media,
    scope,
    streams,
    tables,
)
from complaints.submission import HANDLING
from complaints.viewer import SignedIn
from engine import instances, messages
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, Problem
from engine.prepared import prepared

PROCESS = "withdrawal"
TAKEN_BACK = "withdrawal-taken-back"
WAYS = ("recording", "signature")
"""What staff must show: the number of a recording, or the file that the customer has signed."""
WEB = "web"
"""The customer himself, with number and query code."""
CLOCKS = ("first-response", "target", "internal", "statutory", "credit-report")
"""Those of the customer's side; whoever has forwarded the complaint waits for what comes of it."""
INVESTIGATED = ("OP.VIOL", "FC.CRIME")
"""Violation and crime are investigated whatever the customer wishes."""
CUSTOMERS = ("first-contact", "reply", "satisfaction", "notify-customer")
"""Forms of what is done with the customer: they rest while his withdrawal is checked, also where the work goes on."""
REASON = 2
WITHDRAWN = "withdrawn"
_FLAWS = "Some fields need your attention"
case, table = tables.complaint, tables.withdrawal


def begin(
    tx: Transaction,
    signed_in: SignedIn,
    number: str,
    via: str,
    reason: str,
    received_at: datetime,
    proof: str = "",
    upload: evidence.Upload | None = None,
) -> str:
    """Take a withdrawal that somebody of the bank has received; returns its process instance.

    Raises NotFound, Forbidden, Invalid (by field) without the customer's own evidence, Conflict when the case does not
    allow it: closed, answered, withdrawn, or being checked already.
    """
    scope.worker(tx.connection, signed_in, number)
    if via not in WAYS:
        raise Invalid(_FLAWS, (Problem("via", "Choose how the customer has said it."),))
    if via == "recording" and len(proof.strip()) < REASON:
        raise Invalid(_FLAWS, (Problem("proof", "Expected the number of the recording: without it nobody withdraws."),))
    if via == "signature" and upload is None:
        raise Invalid(_FLAWS, (Problem("upload", "Expected the paper that the customer has signed."),))
    files = evidence.keep(tx, number, [upload] if upload else [])
    dossier.took_part(tx, number, signed_in.user)
    return _begin(tx, number, via, reason, received_at, proof.strip(), files[0] if files else None)


def begin_by_customer(tx: Transaction, number: str, reason: str) -> str:
    """Take a withdrawal from the status page, whose number and code are the evidence. Raises Invalid, Conflict."""
    return _begin(tx, number, WEB, reason, tx.now, "", None)


def _begin(
    tx: Transaction, number: str, via: str, reason: str, received_at: datetime, proof: str, file: str | None
) -> str:
    holding.lock(tx, number)
    row = tx.connection.execute(select(case).where(case.c.number == number).with_for_update()).one()
    _check(tx.connection, row)
    _check_fields(row, reason, received_at, tx.now)
    received_at = max(received_at, row.received_at)
    holding.suspend(tx, number, PROCESS, _spared(tx.connection, row))
    stopped = _stop_clocks(tx, number, received_at)
    values = {"received_at": received_at, "via": via, "proof": proof, "evidence_id": file, "reason": reason.strip()}
    own = {"id": str(uuid4()), "by": tx.actor.user, "at": tx.now, "stopped": orjson.dumps(stopped).decode()}
    tx.connection.execute(insert(table).values(number=number, **values, **own))
    tx.record(streams.of(number), "withdrawal-received", via=via, proof=proof, received_at=received_at, clocks=stopped)
    letters.to_customer(tx, number, "withdrawal-received", withdrawn_at=letters.minute(received_at))
    letters.to_staff(tx, number, "withdrawal-begun", concerned(tx, number))
    variables = {"channel": row.channel}
    return instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables=variables)


def _check(connection: Connection, row: Row[Any]) -> None:
    """Raise Conflict with the reason why this case cannot be withdrawn."""
    if row.closed_at is not None:
        raise Conflict("The complaint {number} is closed; there is nothing left to withdraw", number=row.number)
    if row.process == media.PROCESS:
        raise Conflict("Nobody has complained in {number}; there is nothing to withdraw", number=row.number)
    if row.withdrawn_at is not None:
        raise Conflict("The complaint {number} has been withdrawn already", number=row.number)
    if under_check(connection, row.number) is not None:
        raise Conflict("A withdrawal of complaint {number} is being checked already", number=row.number)
    if row.stage == "replied":
        raise Conflict("The complaint {number} has been answered; there is nothing left to withdraw", number=row.number)


def _check_fields(row: Row[Any], reason: str, received_at: datetime, now: datetime) -> None:
    if len(reason.strip()) < REASON:
        raise Invalid(_FLAWS, (Problem("reason", "Please say why, in a few words."),))
    if not row.received_at.replace(second=0, microsecond=0) <= received_at <= now:  # forms show minutes
        raise Invalid(
            _FLAWS,
            (Problem("received_at", "Expected a time since the receipt of the complaint, not later than now."),),
        )


def offered(connection: Connection, number: str) -> bool:
    """Whether a page offers to withdraw the case; `begin` looks again."""
    try:
        _check(connection, connection.execute(select(case).where(case.c.number == number)).one())
    except Conflict:
        return False
    return True


def under_check(connection: Connection, number: str) -> Row[Any] | None:
    """The withdrawal of a case that is being checked."""
    return connection.execute(*_under_check(number)).first()


@prepared
def _under_check(number: Any) -> Any:
    return select(table).where(table.c.number == number, table.c.decided_at.is_(None))


def _spared(connection: Connection, row: Row[Any]) -> Collection[str]:
    """The call trees that go on: what runs beside, what the bank mends, of a violation or crime what leads the case."""
    every = kinds.every()
    spared = {kind.code for kind in every if kind.change == kinds.BESIDE} | {actions.PROCESS}
    if row.subcategory in INVESTIGATED:
        spared |= {kind.code for kind in every}
    return [tree.id for tree in holding.roots(connection, row.number) if tree.process in spared]


def _stop_clocks(tx: Transaction, number: str, at: datetime) -> list[str]:
    """Stop what runs, or is paused, for the customer as of the receipt: one that was late by then stays late."""
    running = [row for row in clocks.rows(tx.connection, number) if row.name in CLOCKS and row.stopped_at is None]
    for row in running:
        in_time = row.paused_at is not None or at <= row.due_at
        clockwork.stop(tx, number, at, row.name, outcome=WITHDRAWN if in_time else None)
    return [row.name for row in running]


def take_back(tx: Transaction, signed_in: SignedIn, number: str, proof: str) -> None:
    """The customer wants his complaint handled after all, as recorded by somebody of the bank.

    Raises NotFound, Forbidden, Invalid without the number of the recording, Conflict when nothing is being checked.
    """
    scope.worker(tx.connection, signed_in, number)
    if len(proof.strip()) < REASON:
        raise Invalid(_FLAWS, (Problem("proof", "Expected the number of the recording in which he says so."),))
    _take_back(tx, number, proof.strip())


def take_back_by_customer(tx: Transaction, number: str) -> None:
    """The customer says so on the status page. Raises Conflict when nothing is being checked."""
    _take_back(tx, number, "")


def _take_back(tx: Transaction, number: str, proof: str) -> None:
    holding.lock(tx, number)
    if under_check(tx.connection, number) is None:
        raise Conflict("No withdrawal of complaint {number} is being checked", number=number)
    tx.record(streams.of(number), TAKEN_BACK, proof=proof)
    messages.publish(tx, TAKEN_BACK, business_key=number)
    messages.bring(tx)


def handlers(connection: Connection, number: str) -> frozenset[str]:
    """Who has or had to do with the handling of a case, or has taken its withdrawal: none of them checks it."""
    row = connection.execute(select(case.c.owner, case.c.first_owner).where(case.c.number == number)).first()
    slip = tables.slip
    accepted = connection.scalars(select(slip.c.accepted_by).where(slip.c.number == number)).all()
    taken = connection.scalars(select(table.c.by).where(table.c.number == number)).all()
    users = {*(row or ()), *accepted, *taken, *dossier.authors(connection, number, *HANDLING)}
    return frozenset(user for user in users if user)


def check_form(connection: Connection, number: str, form: str) -> None:
    """Raise Conflict for what is done with the customer while his withdrawal is checked."""
    if form in CUSTOMERS and under_check(connection, number) is not None:
        raise Conflict("The withdrawal of complaint {number} is being checked; until then this rests", number=number)


def concerned(tx: Transaction, number: str) -> list[str]:
    """Who works on the case and should know: its owner, its first owner, who has accepted a slip."""
    row = tx.connection.execute(select(case.c.owner, case.c.first_owner).where(case.c.number == number)).one()
    slip = tables.slip
    accepted = tx.connection.scalars(select(slip.c.accepted_by).where(slip.c.number == number)).all()
    return [user for user in dict.fromkeys([*row, *accepted]) if user]
