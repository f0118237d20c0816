"""A case has an owner, links to other cases, holds, and is looked at every night."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns
from engine.clock import SystemClock

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Open cases get the owner whom the rules would have given them."""
    op.add_column("complaint", sa.Column("owner", sa.String(length=80), nullable=True))
    instant = engine.columns.Instant()
    op.execute(sa.text(_OWNER).bindparams(sa.bindparam("now", SystemClock().now(), type_=instant)))
    still_open = sa.text("closed_at IS NULL")
    op.create_index("ix_complaint_owner", "complaint", ["owner"], sqlite_where=still_open, postgresql_where=still_open)
    _link()
    _hold()
    _reconciliation()


def _link() -> None:
    op.create_table(
        "case_link",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("other", sa.String(length=20), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_case_link_number")),
        sa.ForeignKeyConstraint(["other"], ["complaint.number"], name=op.f("fk_case_link_other")),
        sa.PrimaryKeyConstraint("number", "other", "relation", name=op.f("pk_case_link")),
    )
    op.create_index(op.f("ix_case_link_other"), "case_link", ["other"], unique=False)


def _hold() -> None:
    op.create_table(
        "case_hold",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("suspended_before", sa.Text(), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_case_hold_number")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_hold")),
    )
    op.create_index(op.f("ix_case_hold_number"), "case_hold", ["number"], unique=False)


def _reconciliation() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("started_at", engine.columns.Instant(), nullable=False),
        sa.Column("ended_at", engine.columns.Instant(), nullable=True),
        sa.Column("cases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("findings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("night", name=op.f("uq_reconciliation_night")),
    )
    op.create_index(op.f("ix_reconciliation_started_at"), "reconciliation", ["started_at"], unique=False)
    op.create_table(
        "finding",
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_finding_number")),
        sa.ForeignKeyConstraint(["run"], ["reconciliation.id"], name=op.f("fk_finding_run")),
        sa.PrimaryKeyConstraint("run", "number", "code", "detail", name=op.f("pk_finding")),
    )


_OWNER = """
UPDATE complaint SET owner = COALESCE(
    first_owner,
    (SELECT r."user" FROM responsibility r
     WHERE r.unit = complaint.intake_group AND r.kind IN ('leader', 'contact_a')
       AND r.valid_from <= :now AND (r.valid_to IS NULL OR r.valid_to > :now)
     ORDER BY r.kind DESC LIMIT 1),
    (SELECT min(a."user") FROM account a
     WHERE a.disabled_at IS NULL AND (a.unit = complaint.intake_group OR EXISTS (
         SELECT 1 FROM membership m WHERE m."user" = a."user" AND m."group" = complaint.intake_group)))
) WHERE closed_at IS NULL
"""
