"""How satisfied the customer is: expectation ÷ perception, by call or survey, never by a handler (R64, R88, D10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select, update

from complaints import settings, streams, tables
from engine import calendar, rows
from engine.clock import ZONE
from engine.environment import Transaction
from engine.prepared import prepared

SLOTS = (("morning", time(0)), ("afternoon", time(12)), ("evening", time(18)))
NEXT_CALL = {"morning": time(13), "afternoon": time(18)}
ENOUGH = 3
"""Evidenced attempts in different time slots after which a customer counts as unreachable (R64, R85)."""
LABELS = {
    "very-satisfied": "非常满意",
    "satisfied": "满意",
    "dissatisfied": "不满意",
    "declined": "客户不愿评价",
    "unreachable": "三次未能联系上",
}


@dataclass(frozen=True)
class SatisfactionRow:
    """One attempt or answer; `ratio` is expectation ÷ perception (small is good)."""

    id: str
    round: int
    source: str
    result: str
    expectation: int | None
    perception: int | None
    ratio: Decimal | None
    outcome: str | None
    slot: str | None
    comment: str
    by: str
    at: datetime


def ratio(expectation: int, perception: int) -> Decimal | None:
    """Expectation ÷ perception on the 1–10 scale; None when nothing was perceived (D10)."""
    return (Decimal(expectation) / Decimal(perception)).quantize(Decimal("0.0001")) if perception > 0 else None


def classify(value: Decimal | None, tolerance: Decimal = Decimal("0.05")) -> str:
    """>1 dissatisfied, =1 satisfied, <1 very satisfied, equal within `tolerance` (R88)."""
    if value is None or value > 1 + tolerance:
        return "dissatisfied"
    return "satisfied" if value >= 1 - tolerance else "very-satisfied"


def slot(at: datetime) -> str:
    """The time slot of a call: the day and its part."""
    local = at.astimezone(ZONE)
    part = [name for name, begin in SLOTS if local.time() >= begin][-1]
    return f"{local.date().isoformat()} {part}"


def next_slot(connection: Connection, at: datetime) -> datetime:
    """The start of the next slot: later the same day, else 9:00 of the next working day."""
    local, part = at.astimezone(ZONE), slot(at).split()[1]
    if part in NEXT_CALL:
        return datetime.combine(local.date(), NEXT_CALL[part], ZONE)
    day = calendar.add_working_days(connection, local.date(), 1).date
    return datetime.combine(day, time(9), ZONE)


def record(
    tx: Transaction,
    number: str,
    source: str,
    result: str,
    expectation: int | None,
    perception: int | None,
    *,
    at: datetime,
    by: str,
    comment: str = "",
    evidenced: bool = True,
) -> str | None:
    """Store an attempt or answer and return the class of an answer, None for a call that did not reach the customer.

    A failed call without evidence, or in a slot that was tried already, is stored but does not count.
    """
    counts = result == "not-reached" and evidenced and slot(at) not in _tried(tx.connection, number)
    value = ratio(expectation, perception) if expectation is not None and perception is not None else None
    outcome = None
    if result == "answered":
        outcome = classify(value, Decimal(settings.get(tx.connection, "satisfaction-tolerance")))
    elif result == "declined":
        outcome = "declined"
    facts = {"source": source, "result": result, "expectation": expectation, "perception": perception, "by": by}
    row = {**facts, "ratio": value, "outcome": outcome, "slot": slot(at) if counts else None}
    own = {"id": str(uuid4()), "number": number, "round": tx.connection.scalar(*_round(number))}
    rows.add(tx.connection, tables.satisfaction, row | own | {"comment": comment, "at": tx.now})
    tx.record(streams.of(number), "satisfaction-recorded", answer=row)
    if outcome is not None:
        set_outcome(tx, number, outcome)
    return outcome


def set_outcome(tx: Transaction, number: str, outcome: str) -> None:
    """Write the class into the case. What is not contested at the call-back counts as solved by the reply (D13)."""
    if outcome == "dissatisfied":
        rows.change(tx.connection, tables.complaint, {"number": number}, satisfaction=outcome)
    else:
        tx.connection.execute(*_solved(number, outcome))


@prepared
def _solved(number: Any, outcome: Any) -> Any:
    table = tables.complaint
    solved = func.coalesce(table.c.resolved_at, table.c.replied_at)
    first = func.coalesce(table.c.first_resolved_at, table.c.replied_at)
    values = {"satisfaction": outcome, "resolved_at": solved, "first_resolved_at": first}
    return update(table).where(table.c.number == number).values(values)


def unreachable(tx: Transaction, number: str) -> None:
    """Three evidenced attempts in different slots: counted apart, never as satisfied (R31, R64)."""
    set_outcome(tx, number, "unreachable")
    tx.record(streams.of(number), "customer-unreachable", attempts=attempts(tx.connection, number))


def attempts(connection: Connection, number: str) -> int:
    """Failed calls of this round that count."""
    return len(_tried(connection, number))


def _tried(connection: Connection, number: str) -> set[str]:
    return set(connection.scalars(*_slots(number)))


@prepared
def _slots(number: Any) -> Any:
    table, case = tables.satisfaction, tables.complaint
    this_round = (table.c.number == case.c.number) & (table.c.round == case.c.reply_round)
    return select(table.c.slot).join(case, this_round).where(case.c.number == number, table.c.slot.is_not(None))


@prepared
def _round(number: Any) -> Any:
    return select(tables.complaint.c.reply_round).where(tables.complaint.c.number == number)


def listed(connection: Connection, number: str) -> list[SatisfactionRow]:
    """Attempts and answers of a case, the oldest first."""
    return [SatisfactionRow(*row) for row in connection.execute(*_of(number))]


@prepared
def _of(number: Any) -> Any:
    table = tables.satisfaction
    columns = [table.c[name] for name in SatisfactionRow.__dataclass_fields__]
    return select(*columns).where(table.c.number == number).order_by(table.c.at, table.c.id)
