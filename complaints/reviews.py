"""核查 (G5): a customer who does not accept the decision asks in writing, within 30 natural days, to have it reviewed.

Somebody who did not handle the case, one level higher, checks process, time limits and result and decides within 30
natural days of the request (Measures for complaints of banking and insurance consumers, article 20). The review runs
beside or after everything else, on a clock of its own; a case that is closed stays closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from complaints import clocks, clockwork, contacts, dossier, earlier, evidence, letters, scope, streams, tables
from complaints.clockmath import NATURAL_DAYS
from complaints.viewer import SignedIn
from engine import calendar, instances
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, NotFound, Problem

PROCESS = "review"
ASK_WITHIN, DECIDE_WITHIN = 30, 30
"""Natural days, article 20."""
WAYS = ("letter", "email", "visit", "portal")
LEAST, MOST = 5, 2000
case, review = tables.complaint, tables.review


@dataclass(frozen=True)
class ReviewRow:
    """A review; `due_at` of its clock, `outcome` kept or changed once it is decided."""

    round: int
    decision_at: datetime
    received_at: datetime
    way: str
    request: str
    evidence_id: str | None
    by: str
    due_at: datetime
    outcome: str | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    corrected_at: datetime | None


@dataclass(frozen=True)
class Right:
    """Whether a review may be asked for: until the end of which day, of the decision of when."""

    decision_at: datetime
    last_day: date


def right(connection: Connection, number: str, at: datetime) -> Right | None:
    """The customer's right to a review at an instant; None without a decision, after it was used, or too late."""
    try:
        return _right(connection, number, at)
    except (Conflict, Invalid):
        return None


def _right(connection: Connection, number: str, at: datetime) -> Right:
    decided = connection.scalar(select(case.c.replied_at).where(case.c.number == number))
    if decided is None:
        raise Conflict("Expected a decision to review, but the customer of {number} has no answer yet", number=number)
    rows = connection.execute(select(review).where(review.c.number == number).order_by(review.c.round)).all()
    if any(row.decided_at is None or (row.outcome == "changed" and row.corrected_at is None) for row in rows):
        raise Conflict("A review of case {number} is under way already", number=number)
    decided = max([decided, *(row.corrected_at for row in rows if row.corrected_at)])
    if any(row.decision_at == decided for row in rows):
        raise Conflict("The decision of case {number} has been reviewed already", number=number)
    last_day = calendar.local_day(decided) + timedelta(days=ASK_WITHIN)
    if at >= calendar.end_of_day(last_day):
        raise Invalid(
            "A review is asked for within {days} days of the decision (Measures, article 20); the last was {day}",
            days=ASK_WITHIN,
            day=last_day.isoformat(),
        )
    return Right(decided, last_day)


def ask(
    tx: Transaction,
    signed_in: SignedIn,
    number: str,
    way: str,
    received_at: datetime,
    request: str,
    upload: evidence.Upload | None,
) -> str:
    """Take the customer's written request in; the paper is the evidence. Returns the process instance.

    Raises NotFound, Forbidden, Invalid (without the paper, too late), Conflict.
    """
    scope.worker(tx.connection, signed_in, number)
    if way not in WAYS[:-1]:
        raise Invalid(_FLAWS, (Problem("way", "Choose how the request came in."),))
    if upload is None:
        raise Invalid(_FLAWS, (Problem("request_file", "Expected the customer's written request as a file"),))
    files = evidence.keep(tx, number, [upload])
    dossier.took_part(tx, number, signed_in.user)
    return _begin(tx, number, way, received_at, request, files[0])


def ask_online(tx: Transaction, number: str, request: str) -> str:
    """The customer asks on his own page; his words are the request in writing."""
    return _begin(tx, number, "portal", tx.now, request, None)


_FLAWS = "Some fields need your attention"


def _begin(tx: Transaction, number: str, way: str, received_at: datetime, request: str, evidence_id: str | None) -> str:
    row = tx.connection.execute(select(case).where(case.c.number == number).with_for_update()).first()
    if row is None:
        raise NotFound(what="case", id=number)
    if not LEAST <= len(request.strip()) <= MOST:
        raise Invalid(_FLAWS, (Problem("request", "Expected what is to be reviewed, in 5 to 2000 characters"),))
    found = _right(tx.connection, number, received_at)
    if not found.decision_at.replace(second=0, microsecond=0) <= received_at <= tx.now:
        raise Invalid(_FLAWS, (Problem("received_at", "Expected a time after the decision and not after now"),))
    turn = len(listed(tx.connection, number)) + 1
    clock = f"{clocks.REVIEW}{turn}"
    values = {"number": number, "round": turn, "decision_at": found.decision_at, "received_at": received_at}
    values |= {"way": way, "request": request.strip(), "evidence_id": evidence_id, "by": tx.actor.user, "at": tx.now}
    tx.connection.execute(insert(review).values(**values))
    tx.record(streams.of(number), "review-asked", round=turn, way=way, received_at=received_at, evidence=evidence_id)
    due = clockwork.open_clock(tx, number, clock, NATURAL_DAYS, DECIDE_WITHIN, since=received_at)
    letters.to_customer(tx, number, "review-received", review_due=letters.limit(due))
    variables: dict[str, object] = {
        "turn": turn,
        "clock_name": clock,
        "first_unit": earlier.unit(tx.connection, number),
    }
    handled = earlier.handlers(tx.connection, [number, *earlier.chain(tx.connection, number)])
    variables |= {"subcategory": row.subcategory, "handled": sorted(handled)}
    return instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables=variables)


def decide(tx: Transaction, number: str, turn: int) -> str:
    """Keep the reviewer's decision, stop the clock and write to the customer; returns kept or changed."""
    entry = dossier.latest(tx.connection, number, "Decide")
    if entry is None:
        raise Invalid("Expected the decision of a reviewer")
    outcome, reason = str(entry.data["review_outcome"]), str(entry.data.get("review_basis") or "")
    _change(tx, number, turn, outcome=outcome, reason=reason, decided_by=entry.by, decided_at=entry.at)
    clockwork.stop(tx, number, entry.at, f"{clocks.REVIEW}{turn}")
    checks = {name: entry.data.get(name) for name in ("review_process", "review_limits", "review_finding")}
    tx.record(streams.of(number), "review-decided", round=turn, outcome=outcome, by=entry.by, checks=checks)
    letters.to_customer(tx, number, f"review-{outcome}")
    if (handler := earlier.first_handler(tx.connection, number)) is not None:
        letters.to_staff(tx, number, "review-result", [handler], result=RESULTS[outcome])
    return outcome


RESULTS = {"kept": "维持", "changed": "变更"}


def correction(turn: int) -> str:
    """The name of the clock of a changed decision."""
    return f"task:review-{turn}"


def correct(tx: Transaction, number: str, turn: int) -> None:
    """The case was handled again and the customer has the new decision; its clock stops."""
    entry = dossier.latest(tx.connection, number, "Correct")
    if entry is None:
        raise Invalid("Expected the corrected decision")
    said: Mapping[str, Any] = entry.data
    at = datetime.fromisoformat(said["corrected_at"])
    method, proof = str(said["correction_channel"]), str(said.get("correction_evidence") or "")
    contacts.write(tx, number, "reply", method, "reached", at, by=entry.by, proof=proof)
    _change(tx, number, turn, corrected_by=entry.by, corrected_at=at)
    clockwork.stop(tx, number, at, correction(turn))
    tx.record(streams.of(number), "review-corrected", round=turn, at=at, by=entry.by)
    letters.to_customer(tx, number, "review-corrected", by_post=method == "letter")


def _change(tx: Transaction, number: str, turn: int, **values: object) -> None:
    tx.connection.execute(update(review).where(review.c.number == number, review.c.round == turn).values(**values))


def listed(connection: Connection, number: str) -> list[ReviewRow]:
    """The reviews of a case, the first first."""
    due = {row.name: row.due_at for row in clocks.rows(connection, number)}
    rows: Sequence[Row[Any]] = connection.execute(
        select(review).where(review.c.number == number).order_by(review.c.round)
    ).all()
    columns = [column for column in ReviewRow.__dataclass_fields__ if column != "due_at"]
    return [
        ReviewRow(**{column: getattr(row, column) for column in columns}, due_at=due[f"{clocks.REVIEW}{row.round}"])
        for row in rows
    ]
