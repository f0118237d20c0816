"""Reviews that customers ask for, and what counts against the handler of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Two tables; no case has had either."""
    op.create_table(
        "review",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision_at", engine.columns.Instant(), nullable=False),
        sa.Column("received_at", engine.columns.Instant(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", engine.columns.Instant(), nullable=True),
        sa.Column("corrected_by", sa.String(length=80), nullable=True),
        sa.Column("corrected_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_review_number")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_review_evidence_id")),
        sa.PrimaryKeyConstraint("number", "round", name=op.f("pk_review")),
    )
    op.create_table(
        "score",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_score_number")),
        sa.ForeignKeyConstraint(["source"], ["complaint.number"], name=op.f("fk_score_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("number", "user", "kind", "source", name=op.f("uq_score_number_user_kind_source")),
    )
    op.create_index(op.f("ix_score_user_at"), "score", ["user", "at"], unique=False)
