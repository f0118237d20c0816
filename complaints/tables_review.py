"""After an answer that did not satisfy: reviews that customers ask for, and what counts against a handler."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from complaints.tables_case import of_case, row_id
from engine.columns import Instant, metadata

review = (
    Table(  # 核查 (G5): `round` counts the reviews of a case; the decision that is reviewed is that of `decision_at`
        "review",
        metadata,
        of_case(primary_key=True),
        Column("round", Integer, primary_key=True, autoincrement=False),
        Column("decision_at", Instant, nullable=False),
        Column("received_at", Instant, nullable=False),
        Column("way", String(20), nullable=False),
        Column("request", Text, nullable=False),
        Column("evidence_id", String(36), ForeignKey("evidence.id")),
        Column("by", String(80), nullable=False),
        Column("at", Instant, nullable=False),
        Column("outcome", String(20)),
        Column("reason", Text, nullable=False, server_default=""),
        Column("decided_by", String(80)),
        Column("decided_at", Instant),
        Column("corrected_by", String(80)),
        Column("corrected_at", Instant),
    )
)
score = Table(  # what counts against somebody: how he handled case `number`, told by case `source` (R70)
    "score",
    metadata,
    row_id(),
    of_case(),
    Column("user", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("source", String(20), ForeignKey("complaint.number"), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("number", "user", "kind", "source"),
    Index(None, "user", "at"),
)
