"""Service operations around the responsible units: transfer slips from issue to findings, and the reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, type_coerce, update

from complaints import clockwork, contacts, dossier, letters, owners, progress, slips, streams, tables
from complaints.operations_intake import case_of
from engine import messages, rows
from engine.operations import OperationCall, Result
from engine.prepared import prepared

WRITTEN = ("letter", "email", "sms")
"""Ways of replying for which the letter is written from the template; a call or a visit has its own evidence."""


def issue_transfer_slips(call: OperationCall, *, lead_unit: str, assist_units: list[str] | None = None) -> Result:
    """One slip per responsible unit, the lead first (R42, R46, R60)."""
    tx, number = call.tx, case_of(call)
    requirement = str(dossier.fields(tx.connection, number).get("handling_requirement") or "")
    units = list(dict.fromkeys([lead_unit, *(assist_units or [])]))
    made = [
        {"unit": unit, "slip": slips.issue(tx, number, unit, unit == lead_unit, requirement), "lead": unit == lead_unit}
        for unit in units
    ]
    rows.change(tx.connection, tables.complaint, {"number": number}, unit=lead_unit)
    clockwork.recompute(tx, number, "unit")
    progress.move(tx, number, "distributed")
    return {"assignments": made}


def notify_second_contact(call: OperationCall, *, unit: str, slip: str) -> Result:
    """Not accepted within the limit: contact B is told (R42)."""
    slips.remind_second(call.tx, case_of(call), slip)
    return None


def record_acceptance(call: OperationCall, *, unit: str, slip: str) -> Result:
    """The unit has the slip; who handed it over is no longer liable (R3, R46). Of the lead slip: the case's owner."""
    entry = dossier.latest(call.tx.connection, case_of(call), "Accept", "AcceptSecond", instance=call.instance_id)
    by = (entry.data.get("handler") or entry.by) if entry else call.tx.actor.user
    slips.accept(call.tx, case_of(call), slip, by)
    if slips.get(call.tx.connection, slip).lead:
        owners.change(call.tx, case_of(call), by, "accepted")
    return None


def record_return(call: OperationCall, *, unit: str, slip: str) -> Result:
    """The unit gave the slip back; the second return of a case goes to the supervisor (R3)."""
    return {"returns": slips.give_back(call.tx, case_of(call), slip)}


def transfer_unit(call: OperationCall, *, slip: str, unit: str, next_unit: str, why: str) -> Result:
    """Hand the slip to another unit, or insist; the first owner stays (R34)."""
    slips.hand_over(call.tx, case_of(call), slip, next_unit, why)
    return {"unit": next_unit, "slip": slip}


def record_investigation(call: OperationCall, *, unit: str, slip: str, justified: str, root_cause: str) -> Result:
    """The findings of a unit (R23, R55)."""
    slips.conclude(call.tx, case_of(call), slip, justified, root_cause)
    return None


def record_reply(call: OperationCall, *, reply_channel: str, replied_at: datetime, resolved: bool) -> Result:
    """The customer (and who forwarded the case) has an answer: the limits stop at the later of the two (R27)."""
    tx, number = call.tx, case_of(call)
    entry = dossier.latest(tx.connection, number, "Reply")
    said = entry.data if entry else {}
    answered = reply_channel != "none"
    contacts.write(
        tx,
        number,
        "reply",
        reply_channel,
        "reached" if answered else "not-reached",
        replied_at,
        by=entry.by if entry else tx.actor.user,
        note=said.get("no_reply_reason") or "",
        proof=said.get("reply_evidence") or "",
    )
    forwarder_at = tx.connection.scalar(*_forwarder(number))
    clockwork.stop(tx, number, max(replied_at, forwarder_at or replied_at), *clockwork.RESOLUTION)
    reply_round = tx.connection.scalar(*(_resolved if resolved else _replied)(number, replied_at))
    tx.record(streams.of(number), "replied", channel=reply_channel, at=replied_at, round=reply_round, resolved=resolved)
    progress.move(tx, number, "replied")
    if reply_channel in WRITTEN:
        letters.to_customer(tx, number, "reply", by_post=reply_channel == "letter")
    messages.publish(
        tx,
        "replied",
        business_key=number,
        message_id=f"{number}:replied:{reply_round}",
        ttl=timedelta(days=1),
        everywhere=True,
    )
    return {"reply_round": reply_round}


@prepared
def _forwarder(number: Any) -> Any:
    return select(tables.complaint.c.forwarder_replied_at).where(tables.complaint.c.number == number)


@prepared
def _replied(number: Any, at: Any) -> Any:
    return _answer(number, replied_at=at)


@prepared
def _resolved(number: Any, at: Any) -> Any:
    column = tables.complaint.c.first_resolved_at
    first = func.coalesce(column, type_coerce(at, column.type))
    return _answer(number, replied_at=at, resolved_at=at, first_resolved_at=first)


def _answer(number: Any, **values: Any) -> Any:
    table = tables.complaint
    again = table.c.reply_round + 1
    return (
        update(table).where(table.c.number == number).values(reply_round=again, **values).returning(table.c.reply_round)
    )


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "issue-transfer-slips": issue_transfer_slips,
    "notify-second-contact": notify_second_contact,
    "record-acceptance": record_acceptance,
    "record-return": record_return,
    "transfer-unit": transfer_unit,
    "record-investigation": record_investigation,
    "record-reply": record_reply,
}
