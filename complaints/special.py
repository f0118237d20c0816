"""Limits that a product or a category brings beside those of its class: data of decision `special-limits` (G19)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from complaints import clocks, clockwork, decisions, tables
from engine.environment import Transaction
from engine.prepared import prepared

DECISION = "special-limits"


def open_limits(tx: Transaction, number: str) -> None:
    """Start the clocks that the decision names for the case, from its receipt; one that is open stays as it is."""
    row = tx.connection.execute(*_case(number)).one()
    facts = {"product": row.product, "subcategory": row.subcategory, "channel": row.channel}
    found = decisions.rules(tx.environment, tx.connection, DECISION, facts, tx.now)
    opened = {row.name for row in clocks.rows(tx.connection, number)} if found else set()
    for rule in found:
        if rule["clock"] not in opened:
            clockwork.open_clock(
                tx, number, rule["clock"], rule["measure"], int(rule["limit"]), since=row.received_at, mark=rule["mark"]
            )


@prepared
def _case(number: Any) -> Any:
    case = tables.complaint.c
    return select(case.received_at, case.product, case.subcategory, case.channel).where(case.number == number)
