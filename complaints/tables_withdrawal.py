"""What a customer takes back, and how it was checked."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from complaints.tables_case import of_case, row_id
from engine.columns import Instant, metadata

withdrawal = Table(
    "withdrawal",
    metadata,
    row_id(),
    of_case(),
    Column("received_at", Instant, nullable=False),
    Column("via", String(20), nullable=False),
    Column("proof", String(120), nullable=False, server_default=""),
    Column("evidence_id", String(36), ForeignKey("evidence.id")),
    Column("reason", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("stopped", Text, nullable=False),  # the clocks that it has stopped
    Column("outcome", String(20)),  # confirmed, void, taken-back; none while it is checked
    Column("decided_at", Instant),
    Column("decided_by", String(80)),
    Index(None, "number", "received_at"),
    Index(
        "ix_withdrawal_open",
        "number",
        unique=True,
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)
withdrawal_check = Table(  # each call; what was said about pressure is for supervision and compliance only
    "withdrawal_check",
    metadata,
    Column("withdrawal", String(36), ForeignKey("withdrawal.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("called_at", Instant, nullable=False),
    Column("result", String(20), nullable=False),
    Column("slot", String(40)),  # of a call in vain that counts
    Column("own_wish", String(10)),
    Column("pressure", String(20)),
    Column("pressed_by", Text),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
)
