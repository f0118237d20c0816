"""Where a case stands: told to the customer (R106), and to whoever was asked first (R34)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from complaints import letters, stage_notices, streams, tables
from engine.environment import Transaction
from engine.prepared import prepared


@prepared
def _place(number: Any) -> Any:
    table = tables.complaint
    return select(table.c.stage, table.c.first_owner).where(table.c.number == number)


@prepared
def _put(number: Any, stage: Any) -> Any:
    return update(tables.complaint).where(tables.complaint.c.number == number).values(stage=stage)


def move(tx: Transaction, number: str, stage: str) -> None:
    """Put a case into a stage of `catalogue.STAGES` and tell its first owner, unless he did it himself."""
    row = tx.connection.execute(*_place(number)).one()
    if row.stage == stage:
        return
    tx.connection.execute(*_put(number, stage))
    tx.record(streams.of(number), "stage-changed", old=row.stage, new=stage)
    stage_notices.tell(tx, number, stage)
    if row.first_owner not in (None, tx.actor.user):
        letters.to_staff(tx, number, "progress", [row.first_owner], next_step=stage_notices.following(stage))
