"""A public matter beside a case: reports, statements, situation notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0015"
down_revision = "0014"


def _text(name: str, length: int, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _at(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, engine.columns.Instant(), nullable=nullable)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f(f"fk_{table}_number"))


def upgrade() -> None:
    """Four tables; no case had the media beside it before."""
    op.create_table(
        "media",
        _text("number", 20),
        _at("begun_at"),
        _text("begun_by", 80),
        _at("facts_due"),
        _at("facts_at", True),
        _text("customer", 20),
        _at("quiet_at", True),
        _of_case("media"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_media")),
    )
    _reports()
    _notes()
    _statements()


def _reports() -> None:
    op.create_table(
        "media_report",
        _text("id", 36),
        _text("number", 20),
        _text("outlet", 200),
        _text("journalist", 200, True),
        _text("url", 500, True),
        _at("published_at", True),
        _text("reach", 20),
        _text("tone", 20, True),
        _at("answer_asked_by", True),
        _at("found_at"),
        _text("by", 80),
        _of_case("media_report"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_report")),
    )
    op.create_index(op.f("ix_media_report_number_found_at"), "media_report", ["number", "found_at"], unique=False)


def _notes() -> None:
    op.create_table(
        "media_note",
        _text("id", 36),
        _text("number", 20),
        sa.Column("text", sa.Text(), nullable=False),
        _text("assessment", 20),
        sa.Column("reports", sa.Integer(), nullable=False),
        _at("at"),
        _text("by", 80),
        _of_case("media_note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_note")),
    )
    op.create_index(op.f("ix_media_note_number_at"), "media_note", ["number", "at"], unique=False)


def _statements() -> None:
    op.create_table(
        "media_statement",
        _text("id", 36),
        _text("number", 20),
        _text("instance_id", 36),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("kind", 20),
        sa.Column("text", sa.Text(), nullable=False),
        _text("spokesperson", 100, True),
        _text("author", 80),
        _at("drafted_at"),
        _text("approver", 80, True),
        _text("decision", 20, True),
        sa.Column("comment", sa.Text(), nullable=True),
        _at("decided_at", True),
        _text("released_by", 80, True),
        _at("released_at", True),
        _text("released_where", 200, True),
        _of_case("media_statement"),
        sa.CheckConstraint("approver <> author", name=op.f("ck_media_statement_approver_not_author")),
        sa.CheckConstraint(
            "released_at IS NULL OR (approver IS NOT NULL AND decision = 'approve')",
            name=op.f("ck_media_statement_released_approved"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_statement")),
        sa.UniqueConstraint("number", "seq", "version", name=op.f("uq_media_statement_number_seq_version")),
    )
