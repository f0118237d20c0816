"""What is owed to the customer beside and after the handling: promises, notices of each stage, groups and waivers."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from complaints.tables_case import of_case, row_id
from engine.columns import Instant, metadata

action_waiver = Table(  # "no corrective action needed", signed by somebody who did not handle the case
    "action_waiver",
    metadata,
    of_case(primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
)
improvement = Table(  # what a product department proposes to improve, and what became of it
    "improvement",
    metadata,
    row_id(),
    of_case(),
    Column("kind", String(10), nullable=False),
    Column("product", String(40)),
    Column("subcategory", String(20)),
    Column("unit", String(40)),
    Column("opinion", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", Instant),
    Column("done_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Index(None, "number"),
    Index(None, "at", "id"),
)
promise = Table(  # what the customer was promised, until when
    "promise",
    metadata,
    row_id(),
    of_case(),
    Column("text", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("source", String(80), nullable=False),  # the step in which it was given, or "hand"
    Column("user", String(80)),
    Column("unit", String(40)),
    Column("state", String(10), nullable=False, server_default="open"),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kept_at", Instant),
    Column("kept_by", String(80)),
    Column("proof", Text, nullable=False, server_default=""),
    Column("broken_at", Instant),
    Index(None, "number"),
)
stage_notice = Table(  # what the customer was told about a change of stage, or why not
    "stage_notice",
    metadata,
    of_case(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("stage", String(20), nullable=False),
    Column("letter_id", String(36), ForeignKey("letter.id")),
    Column("reason", String(20), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)
representative = Table(  # who speaks for a group; the sixth is refused (art. 12)
    "representative",
    metadata,
    of_case(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("phone", String(60), nullable=False, server_default=""),
    Column("admitted", Boolean, nullable=False),
)
