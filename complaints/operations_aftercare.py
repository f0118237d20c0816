"""Service operations beside and after the handling: actions, promises, visits, silence, major cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from complaints import (
    actions,
    contacts,
    dossier,
    groups,
    letters,
    promises,
    satisfaction,
    silence,
    streams,
    tables,
)
from complaints.operations_intake import case_of
from engine import rows
from engine.errors import Fault
from engine.operations import OperationCall, Result
from engine.prepared import prepared


def _said(call: OperationCall, element: str) -> dossier.LatestEntry:
    found = dossier.latest(call.tx.connection, case_of(call), element, instance=call.instance_id)
    if found is None:
        raise Fault("Expected a submitted form of '{element}', but there is none", element=element)
    return found


def tell_of_action(call: OperationCall, *, action: str, template: str, addressees: list[str]) -> Result:
    """A notice about one corrective action (R39)."""
    actions.tell(call.tx, case_of(call), action, template, addressees)
    return None


def finish_action(call: OperationCall, *, action: str) -> Result:
    """The owner has carried it out, with evidence (R39)."""
    said = _said(call, "CarryOut")
    actions.finish(call.tx, case_of(call), action, said.data["action_proof"], said.by)
    return {"done_at": call.tx.now}


def check_action(call: OperationCall, *, action: str, effective: bool) -> Result:
    """Somebody else has checked the effect; one that does not work begins again with a new date (R39)."""
    said = _said(call, "CheckEffect")
    again = None if effective else date.fromisoformat(said.data["effect_due"])
    due_at = actions.check(call.tx, case_of(call), action, said.data["effect_finding"], said.by, again)
    return {"due_at": due_at}


def tell_of_promise(call: OperationCall, *, promise: str, template: str, addressees: list[str]) -> Result:
    """A notice about one promise (R108)."""
    promises.tell(call.tx, case_of(call), promise, template, addressees)
    return None


def keep_promise(call: OperationCall, *, promise: str) -> Result:
    """It was kept in time, with evidence (R108)."""
    said = _said(call, "KeepPromise")
    at = datetime.fromisoformat(said.data["kept_at"])
    promises.keep(call.tx, case_of(call), promise, at, said.by, said.data["kept_proof"])
    return None


def break_promise(call: OperationCall, *, promise: str) -> Result:
    """Its date has passed: the case is handled again (R108)."""
    return promises.broken(call.tx, case_of(call), promise)


def settle_breach(call: OperationCall, *, promise: str, reopened: bool, was_closed: bool) -> Result:
    """It was made good; what it had reopened ends again (R108)."""
    said = _said(call, "MakeGood")
    at = datetime.fromisoformat(said.data["breach_told_at"])
    contacts.write(call.tx, case_of(call), "reply", "call", "reached", at, by=said.by, proof=said.data["breach_proof"])
    promises.mended(call.tx, case_of(call), promise, at, reopened=reopened, was_closed=was_closed)
    return None


def record_visit(call: OperationCall, *, days: int, visit_result: str) -> Result:
    """The result of a follow-up visit with its findings; `attempts` counts those that reached nobody (R56)."""
    tx, number = call.tx, case_of(call)
    said = _said(call, "Visit")
    findings = "" if visit_result == "unreachable" else said.data.get("visit_findings") or said.data["visit_note"]
    row = {"id": str(uuid4()), "number": number, "days": days, "result": visit_result, "by": said.by, "at": tx.now}
    rows.add(tx.connection, tables.visit, row | {"findings": findings})
    tx.record(streams.of(number), "visited", days=days, result=visit_result, by=said.by)
    at = datetime.fromisoformat(said.data["visited_at"])
    if visit_result not in ("not-reached", "unreachable"):
        contacts.write(tx, number, "visit", "visit", "reached", at, by=said.by, note=findings)
    again = satisfaction.next_slot(tx.connection, tx.now) if visit_result == "not-reached" else None
    return {"attempts": tx.connection.scalar(*_failed(number, days)), "retry_at": again}


@prepared
def _failed(number: Any, days: Any) -> Any:
    table = tables.visit
    failed = table.c.number == number, table.c.days == days, table.c.result == "not-reached"
    return select(func.count()).select_from(table).where(*failed)


def escalate_visit(call: OperationCall, *, days: int, addressees: list[str]) -> Result:
    """A visit was missed: the leader is told (R56)."""
    call.tx.record(streams.of(case_of(call)), "visit-missed", days=days, told=addressees)
    letters.to_staff(call.tx, case_of(call), "visit-missed", addressees, visit_days=days)
    return None


def send_progress(call: OperationCall) -> Result:
    """A letter with the reason of the delay and the next date (R105); `owner` is whom to ask for a call."""
    tx, number, case = call.tx, case_of(call), tables.complaint
    in_row = silence.write(tx, number)
    row = tx.connection.execute(select(case.c.first_owner, case.c.intake_group).where(case.c.number == number)).one()
    return {"in_row": in_row, "owner": row.first_owner or f"group:{row.intake_group}"}


def declare_major(call: OperationCall, *, head_count: int) -> Result:
    """Mark the case as major, tell the leaders at once (R12, G9)."""
    return {"leader": groups.declare_major(call.tx, case_of(call), head_count)}


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "tell-of-action": tell_of_action,
    "finish-action": finish_action,
    "check-action": check_action,
    "tell-of-promise": tell_of_promise,
    "keep-promise": keep_promise,
    "break-promise": break_promise,
    "settle-breach": settle_breach,
    "record-visit": record_visit,
    "escalate-visit": escalate_visit,
    "send-progress": send_progress,
    "declare-major": declare_major,
}
