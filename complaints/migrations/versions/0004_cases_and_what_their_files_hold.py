"""Cases and what their files hold."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, each after those that it refers to."""
    for make in (
        _complaint,
        _counter,
        _clock,
        _entry,
        _evidence,
        _field,
        _note,
        _participant,
        _party,
        _wording,
        _contact,
    ):
        make()


def _complaint() -> None:
    op.create_table(
        "complaint",
        *_complaint_facts(),
        *_complaint_progress(),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_complaint")),
        sa.UniqueConstraint("archive_no", name=op.f("uq_complaint_archive_no")),
        sa.UniqueConstraint("external", name=op.f("uq_complaint_external")),
    )
    op.create_index(op.f("ix_complaint_first_owner"), "complaint", ["first_owner"], unique=False)
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["due_at", "number"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_complaint_received_at_number"), "complaint", ["received_at", "number"], unique=False)
    op.create_index(op.f("ix_complaint_unit_closed_at"), "complaint", ["unit", "closed_at"], unique=False)


def _complaint_facts() -> list[sa.Column[Any]]:
    """What does not change after registration, or seldom."""
    return [
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("external", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("received_at", engine.columns.Instant(), nullable=False),
        sa.Column("registered_at", engine.columns.Instant(), nullable=False),
        sa.Column("registered_by", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=True),
        sa.Column("branch", sa.String(length=40), nullable=True),
        sa.Column("urgency", sa.String(length=20), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("subcategory", sa.String(length=20), nullable=True),
        sa.Column("time_class", sa.String(length=20), nullable=True),
        sa.Column("intake_group", sa.String(length=80), nullable=False),
    ]


def _complaint_progress() -> list[sa.Column[Any]]:
    """How far the case is."""
    return [
        sa.Column("first_owner", sa.String(length=80), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("returns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("first_response", sa.String(length=20), nullable=True),
        sa.Column("reply_round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("replied_at", engine.columns.Instant(), nullable=True),
        sa.Column("forwarder_replied_at", engine.columns.Instant(), nullable=True),
        sa.Column("resolved_at", engine.columns.Instant(), nullable=True),
        sa.Column("first_resolved_at", engine.columns.Instant(), nullable=True),
        sa.Column("justified", sa.String(length=20), nullable=True),
        sa.Column("root_cause", sa.String(length=40), nullable=True),
        sa.Column("satisfaction", sa.String(length=20), nullable=True),
        sa.Column("query_hash", sa.String(length=64), nullable=False),
        sa.Column("archive_no", sa.String(length=30), nullable=True),
        sa.Column("closed_at", engine.columns.Instant(), nullable=True),
        sa.Column("retain_until", engine.columns.Instant(), nullable=True),
    ]


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("started_at", engine.columns.Instant(), nullable=False),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("extended_to", engine.columns.Instant(), nullable=True),
        sa.Column("stopped_at", engine.columns.Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_clock_number")),
        sa.PrimaryKeyConstraint("number", "name", name=op.f("pk_clock")),
    )
    op.create_index(
        "ix_clock_running",
        "clock",
        ["name", "due_at"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("instance_id", sa.String(length=36), nullable=True),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=80), nullable=True),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_by_number"), "entry", ["by", "number"], unique=False)
    op.create_index(op.f("ix_entry_number_element_at"), "entry", ["number", "element", "at"], unique=False)


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("field", sa.String(length=80), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_evidence_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("stored", name=op.f("uq_evidence_stored")),
    )
    op.create_index(op.f("ix_evidence_number_at"), "evidence", ["number", "at"], unique=False)


def _field() -> None:
    op.create_table(
        "field",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_field_number")),
        sa.PrimaryKeyConstraint("number", "scope", "name", name=op.f("pk_field")),
    )


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_note_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_number_at"), "note", ["number", "at"], unique=False)


def _participant() -> None:
    op.create_table(
        "participant",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_participant_number")),
        sa.PrimaryKeyConstraint("number", "user", name=op.f("pk_participant")),
        sa.UniqueConstraint("user", "number", name=op.f("uq_participant_user_number")),
    )


def _party() -> None:
    op.create_table(
        "party",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("id_number", sa.String(length=60), nullable=True),
        sa.Column("account_number", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_party_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_name"), "party", ["name"], unique=False)
    op.create_index(op.f("ix_party_phone"), "party", ["phone"], unique=False)


def _wording() -> None:
    op.create_table(
        "wording",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_wording_number")),
        sa.PrimaryKeyConstraint("number", "seq", name=op.f("pk_wording")),
    )


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("contacted_at", engine.columns.Instant(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("proof", sa.String(length=120), server_default="", nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_contact_evidence_id")),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_contact_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_number_at"), "contact", ["number", "at"], unique=False)
