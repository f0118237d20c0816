"""What is done about a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, each after those that it refers to."""
    for make in (
        _action,
        _extension,
        _letter,
        _notice,
        _report,
        _slip,
        _supervision,
        _survey,
        _visit,
        _notice_read,
        _satisfaction,
    ):
        make()


def _action() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("done_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_action_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_number"), "action", ["number"], unique=False)


def _extension() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("old_due", engine.columns.Instant(), nullable=False),
        sa.Column("new_due", engine.columns.Instant(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_extension_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_number_at"), "extension", ["number", "at"], unique=False)


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_letter_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_number_at"), "letter", ["number", "at"], unique=False)


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_notice_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_kind_value_at"), "notice", ["kind", "value", "at"], unique=False)
    op.create_index(op.f("ix_notice_number_at"), "notice", ["number", "at"], unique=False)


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signed_at", engine.columns.Instant(), nullable=False),
        sa.Column("signed_by", sa.String(length=80), nullable=False),
        sa.Column("marks", sa.Text(), nullable=True),
        sa.Column("reviewed_at", engine.columns.Instant(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_report_number")),
        sa.PrimaryKeyConstraint("number", "version", name=op.f("pk_report")),
    )


def _slip() -> None:
    op.create_table(
        "slip",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("liable_unit", sa.String(length=40), nullable=True),
        sa.Column("contact_a", sa.String(length=80), nullable=True),
        sa.Column("contact_b", sa.String(length=80), nullable=True),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("issued_at", engine.columns.Instant(), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("accepted_at", engine.columns.Instant(), nullable=True),
        sa.Column("accepted_by", sa.String(length=80), nullable=True),
        sa.Column("returns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replied_at", engine.columns.Instant(), nullable=True),
        sa.Column("justified", sa.String(length=20), nullable=True),
        sa.Column("root_cause", sa.String(length=40), nullable=True),
        sa.Column("requirement", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_slip_number")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_slip_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
    )
    op.create_index(op.f("ix_slip_contact_a"), "slip", ["contact_a"], unique=False)
    op.create_index(op.f("ix_slip_contact_b"), "slip", ["contact_b"], unique=False)
    op.create_index(op.f("ix_slip_number"), "slip", ["number"], unique=False)
    op.create_index(op.f("ix_slip_unit"), "slip", ["unit"], unique=False)


def _supervision() -> None:
    op.create_table(
        "supervision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("share", sa.Numeric(precision=6, scale=4), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("addressees", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_supervision_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index(op.f("ix_supervision_number_at"), "supervision", ["number", "at"], unique=False)


def _survey() -> None:
    op.create_table(
        "survey",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sent_at", engine.columns.Instant(), nullable=False),
        sa.Column("ends_at", engine.columns.Instant(), nullable=False),
        sa.Column("answered_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_survey_number")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_survey")),
    )
    op.create_index(op.f("ix_survey_number"), "survey", ["number"], unique=False)


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_visit_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_number"), "visit", ["number"], unique=False)


def _notice_read() -> None:
    op.create_table(
        "notice_read",
        sa.Column("notice_id", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_read_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "user", name=op.f("pk_notice_read")),
    )


def _satisfaction() -> None:
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("expectation", sa.Integer(), nullable=True),
        sa.Column("perception", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.Numeric(precision=8, scale=4), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("slot", sa.String(length=40), nullable=True),
        sa.Column("evidence_id", sa.String(length=36), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_satisfaction_evidence_id")),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_satisfaction_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
    )
    op.create_index(op.f("ix_satisfaction_number_at"), "satisfaction", ["number", "at"], unique=False)
