"""What product departments propose to improve, and an index to count the complaints before and after."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Opinions given before stay in their files: nobody was to decide on them."""
    op.create_table(
        "improvement",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=True),
        sa.Column("subcategory", sa.String(length=20), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", engine.columns.Instant(), nullable=True),
        sa.Column("done_at", engine.columns.Instant(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_improvement_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement")),
    )
    op.create_index(op.f("ix_improvement_number"), "improvement", ["number"], unique=False)
    op.create_index(op.f("ix_improvement_at_id"), "improvement", ["at", "id"], unique=False)
    columns = ["product", "subcategory", "received_at"]
    op.create_index(op.f("ix_complaint_product_subcategory_received_at"), "complaint", columns, unique=False)
