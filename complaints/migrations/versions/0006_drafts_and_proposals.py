"""Drafts of bundles, and proposals to deploy them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables, each after those that it refers to."""
    for make in (_draft_bundle, _draft_file, _proposal, _proposal_file):
        make()


def _draft_bundle() -> None:
    op.create_table(
        "draft_bundle",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("based_on", sa.String(length=36), nullable=True),
        sa.Column("created_at", engine.columns.Instant(), nullable=False),
        sa.Column("changed_at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["based_on"], ["deployment.id"], name=op.f("fk_draft_bundle_based_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_bundle")),
    )
    op.create_index(op.f("ix_draft_bundle_owner_changed_at"), "draft_bundle", ["owner", "changed_at"], unique=False)


def _draft_file() -> None:
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("writer", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft_bundle.id"], name=op.f("fk_draft_file_draft_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "name", name=op.f("pk_draft_file")),
    )


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("based_on", sa.String(length=36), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", engine.columns.Instant(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("decided_at", engine.columns.Instant(), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("deployment_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'deployed', 'rejected', 'withdrawn')", name=op.f("ck_proposal_state")),
        sa.ForeignKeyConstraint(["based_on"], ["deployment.id"], name=op.f("fk_proposal_based_on")),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_proposal_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_state_proposed_at"), "proposal", ["state", "proposed_at"], unique=False)


def _proposal_file() -> None:
    op.create_table(
        "proposal_file",
        sa.Column("proposal_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_file_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", "name", name=op.f("pk_proposal_file")),
    )
