"""Clocks that stand still and run again, clocks of units and senders, and working days of a unit's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Running cases keep their clocks, and get the one that watches over silence from their receipt on."""
    with op.batch_alter_table("clock") as clock:
        clock.alter_column("name", type_=sa.String(length=60), existing_type=sa.String(length=20), nullable=False)
        clock.add_column(sa.Column("extended_at", engine.columns.Instant(), nullable=True))
        clock.add_column(sa.Column("unit", sa.String(length=40), nullable=True))
        clock.add_column(sa.Column("mark", sa.String(length=40), nullable=True))
        clock.add_column(sa.Column("pauses", sa.Text(), server_default="[]", nullable=False))
        clock.add_column(sa.Column("paused_at", engine.columns.Instant(), nullable=True))
    op.execute("UPDATE clock SET extended_at = started_at WHERE extended_to IS NOT NULL")
    _pause()
    op.create_table(
        "calendar_override",
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", engine.columns.Instant(), nullable=False),
        sa.Column("loaded_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("layer", "day", name=op.f("pk_calendar_override")),
    )


def _pause() -> None:
    op.create_table(
        "pause",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("since", engine.columns.Instant(), nullable=False),
        sa.Column("until", engine.columns.Instant(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("told_at", engine.columns.Instant(), nullable=False),
        sa.Column("told_method", sa.String(length=20), nullable=False),
        sa.Column("told_evidence_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_pause_number")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_pause_evidence_id")),
        sa.ForeignKeyConstraint(["told_evidence_id"], ["evidence.id"], name=op.f("fk_pause_told_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_number_since"), "pause", ["number", "since"], unique=False)
