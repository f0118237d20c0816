"""Service operations of an answer that did not satisfy: the re-complaint (R70, G3) and the review (G5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaints import clockwork, recomplaints, reviews
from complaints.operations_intake import case_of
from engine.operations import OperationCall, Result


def attach_earlier_case(call: OperationCall) -> Result:
    """The file of the earlier case is attached; which unit answered, and whether its period still runs."""
    return recomplaints.attach(call.tx, case_of(call))


def renew_limits(call: OperationCall) -> Result:
    """New facts: the limits start again from the receipt of the new material (G3)."""
    return {"governing_due": recomplaints.new_facts(call.tx, case_of(call))}


def count_against_handler(call: OperationCall) -> Result:
    """It counts against whoever handled the earlier case, and he is told (R70)."""
    recomplaints.count(call.tx, case_of(call))
    return None


def merge_case(call: OperationCall) -> Result:
    """The case ends as a part of the earlier one, whose period still runs (G3)."""
    recomplaints.merge(call.tx, case_of(call))
    return None


def record_review(call: OperationCall, *, turn: int) -> Result:
    """The reviewer's decision: its clock stops, the customer gets the letter (G5)."""
    return {"outcome": reviews.decide(call.tx, case_of(call), turn)}


def open_correction(call: OperationCall, *, turn: int, limit_days: int) -> Result:
    """A changed decision is put right within the working days of the class (G5)."""
    return {"due": clockwork.open_clock(call.tx, case_of(call), reviews.correction(turn), "working-days", limit_days)}


def record_correction(call: OperationCall, *, turn: int) -> Result:
    """The customer has the corrected decision; the clock of the correction stops (G5)."""
    reviews.correct(call.tx, case_of(call), turn)
    return None


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "attach-earlier-case": attach_earlier_case,
    "renew-limits": renew_limits,
    "count-against-handler": count_against_handler,
    "merge-case": merge_case,
    "record-review": record_review,
    "open-correction": open_correction,
    "record-correction": record_correction,
}
