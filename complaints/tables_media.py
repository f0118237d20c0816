"""A public matter beside a case: what the media report, what the bank says to them, and how the matter stands."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint

from complaints.tables_case import of_case, row_id
from engine.columns import Instant, metadata

media = Table(  # since when the media have it; `customer` is what has become of the customer's own complaint
    "media",
    metadata,
    of_case(primary_key=True),
    Column("begun_at", Instant, nullable=False),
    Column("begun_by", String(80), nullable=False),
    Column("facts_due", Instant, nullable=False),
    Column("facts_at", Instant),
    Column("customer", String(20), nullable=False),
    Column("quiet_at", Instant),
)
media_report = Table(  # the monitoring log: every report that was found
    "media_report",
    metadata,
    row_id(),
    of_case(),
    Column("outlet", String(200), nullable=False),
    Column("journalist", String(200)),
    Column("url", String(500)),
    Column("published_at", Instant),
    Column("reach", String(20), nullable=False),
    Column("tone", String(20)),
    Column("answer_asked_by", Instant),
    Column("found_at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Index(None, "number", "found_at"),
)
media_note = Table(  # the daily situation notes
    "media_note",
    metadata,
    row_id(),
    of_case(),
    Column("text", Text, nullable=False),
    Column("assessment", String(20), nullable=False),
    Column("reports", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Index(None, "number", "at"),
)
media_statement = Table(  # every version of every statement; who released it is never who alone decided on it
    "media_statement",
    metadata,
    row_id(),
    of_case(),
    Column("instance_id", String(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("spokesperson", String(100)),
    Column("author", String(80), nullable=False),
    Column("drafted_at", Instant, nullable=False),
    Column("approver", String(80)),
    Column("decision", String(20)),
    Column("comment", Text),
    Column("decided_at", Instant),
    Column("released_by", String(80)),
    Column("released_at", Instant),
    Column("released_where", String(200)),
    UniqueConstraint("number", "seq", "version"),
    CheckConstraint("approver <> author", name="approver_not_author"),
    CheckConstraint("released_at IS NULL OR (approver IS NOT NULL AND decision = 'approve')", name="released_approved"),
)
