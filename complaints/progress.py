"""Where a case stands, in the words of the customer's page; whoever was asked first hears of every step (R34)."""

from __future__ import annotations

from sqlalchemy import select, update

from complaints import catalogue, letters, streams, tables
from engine.environment import Transaction


def move(tx: Transaction, number: str, stage: str) -> None:
    """Put a case into a stage of `catalogue.STAGES` and tell its first owner, unless he did it himself."""
    table = tables.complaint
    row = tx.connection.execute(select(table.c.stage, table.c.first_owner).where(table.c.number == number)).one()
    if row.stage == stage:
        return
    tx.connection.execute(update(table).where(table.c.number == number).values(stage=stage))
    tx.record(streams.of(number), "stage-changed", old=row.stage, new=stage)
    if row.first_owner not in (None, tx.actor.user):
        letters.to_staff(tx, number, "progress", [row.first_owner], next_step=catalogue.NEXT[stage][0])
