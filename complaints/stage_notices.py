"""Each change of stage is told to the customer, or it is recorded why not (R106)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select, update

from complaints import catalogue, clocks, letters, scope, streams, tables
from complaints.viewer import SignedIn
from engine import rows
from engine.environment import Transaction
from engine.errors import Invalid
from engine.prepared import prepared

TEMPLATE, RECEIPT = "stage", "acknowledgement"
QUIET = timedelta(hours=1)
"""A stage that is passed again so soon is not told twice."""
OPTED_OUT, NO_ADDRESS, REPEATED, IN_RECEIPT = "opted-out", "no-address", "repeated", "in-receipt"
WITHDRAWN = "withdrawn"
"""The customer has withdrawn: the letter that confirms it is the last (R71)."""


@dataclass(frozen=True)
class StageNotice:
    """What was told of a stage; `reason` says why nothing was sent, empty when a letter went out."""

    stage: str
    letter_id: str | None
    reason: str
    at: datetime


def tell(tx: Transaction, number: str, stage: str) -> None:
    """Tell the customer where the case stands and what comes next, or record the reason why nothing is sent."""
    letter, reason = _sent(tx, number, stage)
    last = tx.connection.scalar(*_last(number)) or 0
    row = {"number": number, "seq": last + 1, "stage": stage, "letter_id": letter, "reason": reason, "at": tx.now}
    rows.add(tx.connection, tables.stage_notice, row)
    tx.record(streams.of(number), "stage-told", stage=stage, letter=letter, reason=reason)


@prepared
def _last(number: Any) -> Any:
    return select(func.max(tables.stage_notice.c.seq)).where(tables.stage_notice.c.number == number)


@prepared
def _reach(number: Any) -> Any:
    case, party = tables.complaint, tables.party
    columns = select(case.c.notices_off, case.c.withdrawn_at, party.c.email, party.c.phone)
    return columns.join(party, party.c.number == case.c.number).where(case.c.number == number)


def _sent(tx: Transaction, number: str, stage: str) -> tuple[str | None, str]:
    row = tx.connection.execute(*_reach(number)).one()
    if row.withdrawn_at is not None:
        return None, WITHDRAWN
    if row.notices_off:
        return None, OPTED_OUT
    if not (row.email or row.phone):
        return None, NO_ADDRESS
    earlier: str | None = tx.connection.scalar(*_told(number, stage, tx.now - QUIET))
    if earlier is not None:
        return earlier, REPEATED
    receipt = tx.connection.scalar(*_receipt(number, tx.now - QUIET)) if stage == "registered" else None
    if receipt is not None:
        return receipt, IN_RECEIPT
    facts: dict[str, object] = {
        "stage": catalogue.label("stages", stage),
        "next_step": following(stage),
        "deadline": _deadline(tx, number),
    }
    letter = str(uuid4())
    letters.to_customer(tx, number, TEMPLATE, facts=facts, letter_id=letter)
    return letter, ""


def following(stage: str) -> str:
    """What comes next for the customer, as letters say it; nothing after the last stage."""
    step = catalogue.NEXT[stage][0]
    return f"下一步:{step}。" if step else ""


def _deadline(tx: Transaction, number: str) -> str:
    due = clocks.due(tx.connection, number, "governing")
    return f"办理期限:{letters.limit(due)}。" if due else ""


@prepared
def _told(number: Any, stage: Any, since: Any) -> Any:
    table = tables.stage_notice
    query = select(table.c.letter_id).where(table.c.number == number, table.c.stage == stage, table.c.reason == "")
    return query.where(table.c.at > since).order_by(table.c.seq.desc()).limit(1)


@prepared
def _receipt(number: Any, since: Any) -> Any:
    """The receipt says the same of what comes next, when it has just been written."""
    table = tables.letter
    query = select(table.c.id).where(table.c.number == number, table.c.template == RECEIPT)
    return query.where(table.c.at > since).limit(1)


def opt(tx: Transaction, signed_in: SignedIn, number: str, reason: str, *, off: bool) -> None:
    """The customer wants no notices of stages any more, or wants them again. Raises Forbidden, NotFound, Invalid."""
    scope.worker(tx.connection, signed_in, number)
    if len(reason.strip()) < 5:
        raise Invalid("Expected in at least five characters how the customer said so")
    case = tables.complaint
    tx.connection.execute(update(case).where(case.c.number == number).values(notices_off=off))
    tx.record(streams.of(number), "notices-set", off=off, reason=reason.strip())


def of(connection: Connection, number: str) -> list[StageNotice]:
    """What the customer was told of each stage, the oldest first."""
    table = tables.stage_notice
    columns = [table.c[name] for name in StageNotice.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.seq)
    return [StageNotice(*row) for row in connection.execute(query)]
