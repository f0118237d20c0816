"""Service operations after the reply: satisfaction, report, dossier, archive, follow-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import update

from complaints import (
    archive,
    catalogue,
    clockwork,
    closing,
    contacts,
    dossier,
    elements,
    progress,
    satisfaction,
    streams,
    survey,
    tables,
)
from complaints.operations_intake import case_of
from engine.operations import OperationCall, Result


def send_survey(call: OperationCall) -> Result:
    """A one-time survey link to the customer, when there is an address (R86)."""
    return {"survey_sent": survey.send(call.tx, case_of(call))}


def record_satisfaction(
    call: OperationCall,
    *,
    source: str,
    call_result: str,
    expectation: int | None = None,
    perception: int | None = None,
) -> Result:
    """Store an answer with its ratio and class, or a failed call (R64, R88)."""
    tx, number = call.tx, case_of(call)
    entry = dossier.latest(tx.connection, number, "CallBack") if source == "call" else None
    said = entry.data if entry else {}
    at = datetime.fromisoformat(said["called_at"]) if said.get("called_at") else tx.now
    by = entry.by if entry else "customer"
    answered = call_result == "answered"
    comment = dossier.fields(tx.connection, number).get("satisfaction_comment") or ""
    outcome = satisfaction.record(
        tx,
        number,
        source,
        call_result,
        expectation if answered else None,
        perception if answered else None,
        at=at,
        by=by,
        comment=comment if answered else "",
        evidenced=source == "survey" or bool(said.get("call_evidence")),
    )
    if source == "call":
        reached = "not-reached" if call_result == "not-reached" else "reached"
        contacts.write(tx, number, "satisfaction", "call", reached, at, by=by, proof=said.get("call_evidence") or "")
    retry = satisfaction.next_slot(tx.connection, max(at, tx.now)) if call_result == "not-reached" else None
    return {"attempts": satisfaction.attempts(tx.connection, number), "satisfaction": outcome, "retry_at": retry}


def mark_unreachable(call: OperationCall) -> Result:
    """Three evidenced attempts in different slots (R64, R85)."""
    satisfaction.unreachable(call.tx, case_of(call))
    return {"satisfaction": "unreachable"}


def reopen_case(call: OperationCall, *, why: str) -> Result:
    """Take back the "solved" mark (the first value is kept, D13); the limits run again towards their old due time."""
    tx, number, table = call.tx, case_of(call), tables.complaint
    tx.connection.execute(update(table).where(table.c.number == number).values(resolved_at=None))
    tx.record(streams.of(number), "reopened", why=why)
    closing.reopen(tx, number)
    clockwork.restart(tx, number, *clockwork.RESOLUTION)
    progress.move(tx, number, "handling")
    return None


def sign_report(call: OperationCall) -> Result:
    """Fix the six elements of the report just submitted (R60–R66)."""
    return {"report_version": elements.sign(call.tx, case_of(call))}


def check_dossier(call: OperationCall, *, internal: bool = False) -> Result:
    """What the dossier still lacks (R38, R49); `internal` when the customer has withdrawn (R71)."""
    tx = call.tx
    missing = archive.missing(tx.environment, tx.connection, case_of(call), tx.now, internal=internal)
    codes = [item.code for item in missing]
    if missing:
        tx.record(streams.of(case_of(call)), "dossier-incomplete", missing=codes)
    english = [catalogue.label("dossier", code, "en") for code in codes]
    return {
        "missing": codes,
        "missing_names": "、".join(item.name for item in missing),
        "missing_en": ", ".join(english),
    }


def close_case(call: OperationCall, *, internal: bool = False) -> Result:
    """Archive number and retention date; starts the follow-up, unless the customer has withdrawn (R38, R49, R56)."""
    return archive.close(call.tx, case_of(call), internal=internal)


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "send-survey": send_survey,
    "record-satisfaction": record_satisfaction,
    "mark-unreachable": mark_unreachable,
    "reopen-case": reopen_case,
    "sign-report": sign_report,
    "check-dossier": check_dossier,
    "close-case": close_case,
}
