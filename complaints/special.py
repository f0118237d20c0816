"""Limits that a product or a category brings beside those of its class: data of decision `special-limits` (G19)."""

from __future__ import annotations

from sqlalchemy import select

from complaints import clockwork, decisions, tables
from engine.environment import Transaction

DECISION = "special-limits"


def open_limits(tx: Transaction, number: str) -> None:
    """Start the clocks that the decision names for the case, from its receipt; one that is open stays as it is."""
    case = tables.complaint.c
    query = select(case.received_at, case.product, case.subcategory, case.channel).where(case.number == number)
    row = tx.connection.execute(query).one()
    facts = {"product": row.product, "subcategory": row.subcategory, "channel": row.channel}
    found = decisions.rules(tx.environment, tx.connection, DECISION, facts, tx.now)
    opened = set(tx.connection.scalars(select(tables.clock.c.name).where(tables.clock.c.number == number)))
    for rule in found:
        if rule["clock"] not in opened:
            clockwork.open_clock(
                tx, number, rule["clock"], rule["measure"], int(rule["limit"]), since=row.received_at, mark=rule["mark"]
            )
