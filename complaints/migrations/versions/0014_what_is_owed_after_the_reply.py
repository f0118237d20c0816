"""Corrective actions with their owners, promises, notices of stages, groups, waivers, findings of visits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0014"
down_revision = "0013"

ACTION: tuple[sa.Column[Any], ...] = (
    sa.Column("source", sa.String(length=10), server_default="report", nullable=False),
    sa.Column("user", sa.String(length=80), nullable=True),
    sa.Column("unit", sa.String(length=40), nullable=True),
    sa.Column("state", sa.String(length=12), server_default="open", nullable=False),
    sa.Column("by", sa.String(length=80), server_default="system", nullable=False),
    sa.Column("done_by", sa.String(length=80), nullable=True),
    sa.Column("proof", sa.Text(), server_default="", nullable=False),
    sa.Column("checked_at", engine.columns.Instant(), nullable=True),
    sa.Column("checked_by", sa.String(length=80), nullable=True),
    sa.Column("finding", sa.Text(), server_default="", nullable=False),
    sa.Column("rounds", sa.Integer(), server_default="1", nullable=False),
)


def upgrade() -> None:
    """Actions that reports promised before stay open, without a process that reminds of them."""
    op.add_column("complaint", sa.Column("head_count", sa.Integer(), nullable=True))
    for name in ("major", "notices_off"):
        op.add_column("complaint", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    for column in ACTION:
        op.add_column("action", column)
    op.execute("UPDATE action SET state = 'done' WHERE done_at IS NOT NULL")
    op.create_index(op.f("ix_action_state_due_id"), "action", ["state", "due", "id"], unique=False)
    op.add_column("visit", sa.Column("findings", sa.Text(), server_default="", nullable=False))
    _waiver()
    _promise()
    _stage_notice()
    _representative()


def _waiver() -> None:
    op.create_table(
        "action_waiver",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_action_waiver_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_action_waiver")),
    )


def _promise() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("kept_at", engine.columns.Instant(), nullable=True),
        sa.Column("kept_by", sa.String(length=80), nullable=True),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("broken_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_promise_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index(op.f("ix_promise_number"), "promise", ["number"], unique=False)


def _stage_notice() -> None:
    op.create_table(
        "stage_notice",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("letter_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=20), server_default="", nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_stage_notice_letter_id")),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_stage_notice_number")),
        sa.PrimaryKeyConstraint("number", "seq", name=op.f("pk_stage_notice")),
    )


def _representative() -> None:
    op.create_table(
        "representative",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=60), server_default="", nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_representative_number")),
        sa.PrimaryKeyConstraint("number", "seq", name=op.f("pk_representative")),
    )
