"""Service operations of a withdrawal: what the check has found, and what follows from it (R71, G6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints import pressure, streams
from complaints.operations_intake import case_of
from engine.operations import OperationCall, Result


def record_withdrawal_check(call: OperationCall) -> Result:
    """The call just submitted: what it found, how many calls in vain count, when to try again."""
    finding, attempts, retry_at = pressure.record(call.tx, case_of(call), call.instance_id)
    return {"finding": finding, "attempts": attempts, "retry_at": retry_at}


def confirm_withdrawal(call: OperationCall) -> Result:
    """The case ends as of the receipt of the withdrawal."""
    return {"closed_here": pressure.confirm(call.tx, case_of(call))}


def void_withdrawal(call: OperationCall, *, why: str) -> Result:
    """The case goes on as if nothing had been."""
    pressure.void(call.tx, case_of(call), why)
    return None


def check_withdrawn_dossier(call: OperationCall) -> Result:
    """What the dossier of a withdrawn case still lacks."""
    missing = pressure.missing(call.tx.connection, case_of(call))
    if missing:
        call.tx.record(streams.of(case_of(call)), "dossier-incomplete", missing=missing)
    return {"missing": missing}


def close_withdrawn_case(call: OperationCall) -> Result:
    """Archive number and retention date; nobody visits a customer who has withdrawn."""
    return {"archive_no": pressure.close(call.tx, case_of(call))}


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "record-withdrawal-check": record_withdrawal_check,
    "confirm-withdrawal": confirm_withdrawal,
    "void-withdrawal": void_withdrawal,
    "check-withdrawn-dossier": check_withdrawn_dossier,
    "close-withdrawn-case": close_withdrawn_case,
}
