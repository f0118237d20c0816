"""The check of a withdrawal: was it the customer's own wish, or has somebody pressed him? And what follows (R71, G6).

What was said about pressure is for supervision and compliance only; whoever handles the case learns whether it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, insert, select, update

import engine.tables
from complaints import (
    archive,
    clockwork,
    contacts,
    dossier,
    holding,
    kinds,
    letters,
    progress,
    satisfaction,
    scope,
    streams,
    tables,
    withdrawal,
)
from complaints.viewer import SignedIn
from engine import instances, messages
from engine.environment import Transaction
from engine.errors import Conflict

CALLER = "CallCustomer"
OWN_WISH, NOT_HIS_WISH, DOUBTFUL, NOT_REACHED = "own-wish", "not-his-wish", "doubtful", "not-reached"
VOID, CONFIRMED, TAKEN_BACK = "void", "confirmed", "taken-back"
WHY = {
    NOT_HIS_WISH: "经核实,撤诉并非客户本人意愿",
    "supervision": "督办裁定撤诉不成立",
    TAKEN_BACK: "客户收回撤诉",
}
ALSO_ENDED = ("sender", "silence")
"""Clocks that end with the confirmation: the forwarder hears of it, nobody is owed a call any more."""
table, check = tables.withdrawal, tables.withdrawal_check


@dataclass(frozen=True)
class CheckRow:
    """A call: what it found about pressure is None for those who may not read it."""

    called_at: datetime
    result: str
    own_wish: str | None
    pressure: str | None
    pressed_by: str | None
    by: str


@dataclass(frozen=True)
class WithdrawalRow:
    """A withdrawal; `outcome` None while it is checked."""

    id: str
    received_at: datetime
    via: str
    proof: str
    evidence_id: str | None
    reason: str
    by: str
    outcome: str | None
    decided_at: datetime | None
    decided_by: str | None
    checks: tuple[CheckRow, ...]


def record(tx: Transaction, number: str, instance: str) -> tuple[str, int, datetime | None]:
    """Put a call into the record: what it found, how many calls in vain count, when to try again after one.

    The call is the newest of the process `instance`: an earlier withdrawal of the case has calls of its own.
    """
    row, entry = _open(tx.connection, number), dossier.latest(tx.connection, number, CALLER, instance=instance)
    assert entry is not None
    said, at = entry.data, datetime.fromisoformat(entry.data["checked_at"])
    reached = said["check_result"] == "reached"
    proof = str(said.get("check_evidence") or "")
    slot = satisfaction.slot(at)
    counts = not reached and bool(proof) and slot not in _tried(tx.connection, row.id)
    seq = (tx.connection.scalar(select(func.max(check.c.seq)).where(check.c.withdrawal == row.id)) or 0) + 1
    found = {name: said.get(name) if reached else None for name in ("own_wish", "pressure", "pressed_by")}
    values = {"called_at": at, "result": said["check_result"], "slot": slot if counts else None, **found}
    tx.connection.execute(insert(check).values(withdrawal=row.id, seq=seq, by=entry.by, at=tx.now, **values))
    contacts.write(tx, number, "withdrawal", "call", said["check_result"], at, by=entry.by, proof=proof)
    retry = None if reached else satisfaction.next_slot(tx.connection, max(at, tx.now))
    return _finding(said) if reached else NOT_REACHED, len(_tried(tx.connection, row.id)), retry


def _finding(said: dict[str, Any]) -> str:
    if said.get("own_wish") != "yes":
        return NOT_HIS_WISH
    return OWN_WISH if said.get("pressure") == "none" else DOUBTFUL


def _tried(connection: Connection, withdrawal_id: str) -> set[str]:
    query = select(check.c.slot).where(check.c.withdrawal == withdrawal_id, check.c.slot.is_not(None))
    return {str(slot) for slot in connection.scalars(query)}


def _open(connection: Connection, number: str) -> Row[Any]:
    row = withdrawal.under_check(connection, number)
    if row is None:
        raise Conflict("No withdrawal of complaint {number} is being checked", number=number)
    return row


def confirm(tx: Transaction, number: str) -> bool:
    """The case ends with the moment of receipt, in all its processes; tells whether its dossier is closed here.

    It is closed by others where the public matter or the investigation of a violation or crime goes on. What does not
    know the message is cancelled.
    """
    row, case = _open(tx.connection, number), tables.complaint
    tx.connection.execute(update(case).where(case.c.number == number).values(withdrawn_at=row.received_at))
    _decide(tx, number, row, CONFIRMED)
    clockwork.stop(tx, number, tx.now, *ALSO_ENDED, outcome="ended")
    progress.move(tx, number, withdrawal.WITHDRAWN)
    resumed = holding.resume(tx, number, "the withdrawal is confirmed")
    messages.publish(tx, withdrawal.WITHDRAWN, business_key=number, everywhere=True)
    hearing = _hearing(tx.connection, number)
    for root in resumed:
        if root not in hearing:
            instances.cancel(tx, root, "the complaint was withdrawn")
    letters.to_customer(tx, number, "withdrawal-confirmed", withdrawn_at=letters.day(row.received_at))
    letters.to_staff(tx, number, "withdrawal-ended", withdrawal.concerned(tx, number))
    subcategory = tx.connection.scalar(select(case.c.subcategory).where(case.c.number == number))
    beside = {kind.code for kind in kinds.every() if kind.change == kinds.BESIDE}
    public = any(tree.process in beside for tree in holding.roots(tx.connection, number))
    return subcategory not in withdrawal.INVESTIGATED and not public


def _hearing(connection: Connection, number: str) -> set[str]:
    waiting = engine.tables.subscription
    same = (waiting.c.kind == "message", waiting.c.name == withdrawal.WITHDRAWN, waiting.c.business_key == number)
    return set(connection.scalars(select(waiting.c.root_id).where(*same)))


def void(tx: Transaction, number: str, why: str) -> None:
    """The withdrawal counts as never received: work goes on, clocks count as never stopped, the supervisor is told."""
    row = _open(tx.connection, number)
    _decide(tx, number, row, TAKEN_BACK if why == TAKEN_BACK else VOID)
    holding.resume(tx, number, "the withdrawal is void")
    clockwork.unstop(tx, number, *orjson.loads(row.stopped), why="withdrawal-void")
    pressed = select(check.c.seq).where(check.c.withdrawal == row.id, check.c.pressure.is_not(None))
    felt = tx.connection.scalar(pressed.where(check.c.pressure != "none").limit(1)) is not None
    postscript = "核实中发现客户可能受到压力,请查看撤诉核实记录并处理。" if felt else ""
    letters.to_staff(
        tx, number, "withdrawal-void", ["group:supervision"], postscript=postscript, void_reason=WHY.get(why, "")
    )
    letters.to_staff(tx, number, "withdrawal-goes-on", withdrawal.concerned(tx, number))
    letters.to_customer(tx, number, "withdrawal-not-taken")


def _decide(tx: Transaction, number: str, row: Row[Any], outcome: str) -> None:
    decided = {"outcome": outcome, "decided_at": tx.now, "decided_by": tx.actor.user}
    tx.connection.execute(update(table).where(table.c.id == row.id).values(decided))
    if outcome != TAKEN_BACK:  # which whoever heard the customer has recorded
        tx.record(streams.of(number), f"withdrawal-{outcome}", received_at=row.received_at)


def missing(connection: Connection, number: str) -> list[str]:
    """Codes of what the dossier of a withdrawn case lacks: the registration, the customer's evidence, the check."""
    row = connection.execute(select(table).where(table.c.number == number, table.c.outcome == CONFIRMED)).one()
    checked = connection.scalar(select(check.c.seq).where(check.c.withdrawal == row.id).limit(1)) is not None
    decided = bool(dossier.authors(connection, number, "DecideWithdrawal"))
    complete = {
        "register": bool(dossier.authors(connection, number, "Register", "Portal", "Settle")),
        "withdrawal": row.via == withdrawal.WEB or bool(row.proof or row.evidence_id),
        "check": checked or decided,
    }
    return [code for code, there in complete.items() if not there]


def close(tx: Transaction, number: str) -> str:
    """Close a withdrawn case: it ended on the day on which the withdrawal was received (reg. art. 15)."""
    case = tables.complaint
    at = tx.connection.execute(select(case.c.withdrawn_at).where(case.c.number == number)).scalar_one()
    return archive.seal(tx, number, at)


def listed(connection: Connection, viewer: SignedIn, number: str) -> list[WithdrawalRow]:
    """The withdrawals of a case, the oldest first."""
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.at)).all()
    names = [name for name in WithdrawalRow.__dataclass_fields__ if name != "checks"]
    return [
        WithdrawalRow(**{name: getattr(row, name) for name in names}, checks=_checks(connection, viewer, row.id))
        for row in rows
    ]


def _checks(connection: Connection, viewer: SignedIn, withdrawal_id: str) -> tuple[CheckRow, ...]:
    rows = connection.execute(select(check).where(check.c.withdrawal == withdrawal_id).order_by(check.c.seq))
    open_to = viewer.has(*scope.EVERYTHING)
    return tuple(
        CheckRow(
            row.called_at,
            row.result,
            row.own_wish if open_to else None,
            row.pressure if open_to else None,
            row.pressed_by if open_to else None,
            row.by,
        )
        for row in rows
    )
