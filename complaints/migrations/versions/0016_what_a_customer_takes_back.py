"""A customer may withdraw: what was received, how it was checked, and when it has ended the case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """The withdrawals of a case, at most one of them open, and their checks."""
    instant = engine.columns.Instant()
    op.add_column("complaint", sa.Column("withdrawn_at", instant, nullable=True))
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("proof", sa.String(length=120), server_default="", nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_withdrawal_evidence_id")),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_withdrawal_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index(op.f("ix_withdrawal_number_received_at"), "withdrawal", ["number", "received_at"], unique=False)
    undecided = sa.text("decided_at IS NULL")
    op.create_index(
        "ix_withdrawal_open",
        "withdrawal",
        ["number"],
        unique=True,
        sqlite_where=undecided,
        postgresql_where=undecided,
    )
    _check()


def _check() -> None:
    op.create_table(
        "withdrawal_check",
        sa.Column("withdrawal", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("called_at", engine.columns.Instant(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=True),
        sa.Column("own_wish", sa.String(length=10), nullable=True),
        sa.Column("pressure", sa.String(length=20), nullable=True),
        sa.Column("pressed_by", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["withdrawal"], ["withdrawal.id"], name=op.f("fk_withdrawal_check_withdrawal")),
        sa.PrimaryKeyConstraint("withdrawal", "seq", name=op.f("pk_withdrawal_check")),
    )
