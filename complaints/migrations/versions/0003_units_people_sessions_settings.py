"""Units, people, sessions, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, each after those that it refers to."""
    for make in (
        _setting,
        _throttle,
        _unit,
        _account,
        _absence,
        _account_role,
        _membership,
        _responsibility,
        _roster,
        _session,
    ):
        make()


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )


def _throttle() -> None:
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", engine.columns.Instant(), nullable=False),
        sa.Column("locked_until", engine.columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("products", sa.Text(), server_default="", nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("closed_at", engine.columns.Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('head-office', 'branch', 'hotline', 'supervision', 'office', 'discipline', 'department')",
            name=op.f("ck_unit_kind"),
        ),
        sa.ForeignKeyConstraint(["parent"], ["unit.code"], name=op.f("fk_unit_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
    )
    op.create_index(op.f("ix_unit_parent"), "unit", ["parent"], unique=False)


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("email", sa.String(length=200), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("disabled_at", engine.columns.Instant(), nullable=True),
        sa.Column("created_at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_account_unit")),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_unit"), "account", ["unit"], unique=False)


def _absence() -> None:
    op.create_table(
        "absence",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("starts_at", engine.columns.Instant(), nullable=False),
        sa.Column("ends_at", engine.columns.Instant(), nullable=False),
        sa.Column("deputy", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["deputy"], ["account.user"], name=op.f("fk_absence_deputy")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_absence_user")),
        sa.PrimaryKeyConstraint("user", "starts_at", name=op.f("pk_absence")),
    )


def _account_role() -> None:
    op.create_table(
        "account_role",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_account_role_user")),
        sa.PrimaryKeyConstraint("user", "role", name=op.f("pk_account_role")),
    )
    op.create_index(op.f("ix_account_role_role"), "account_role", ["role"], unique=False)


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_membership_user")),
        sa.PrimaryKeyConstraint("user", "group", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_group"), "membership", ["group"], unique=False)


def _responsibility() -> None:
    op.create_table(
        "responsibility",
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("valid_from", engine.columns.Instant(), nullable=False),
        sa.Column("valid_to", engine.columns.Instant(), nullable=True),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.CheckConstraint("kind IN ('leader', 'contact_a', 'contact_b')", name=op.f("ck_responsibility_kind")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_responsibility_unit")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_responsibility_user")),
        sa.PrimaryKeyConstraint("unit", "kind", "valid_from", name=op.f("pk_responsibility")),
    )
    op.create_index(op.f("ix_responsibility_user"), "responsibility", ["user"], unique=False)


def _roster() -> None:
    op.create_table(
        "roster",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("starts_at", engine.columns.Instant(), nullable=False),
        sa.Column("ends_at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_roster_user")),
        sa.PrimaryKeyConstraint("user", "starts_at", name=op.f("pk_roster")),
    )
    op.create_index(op.f("ix_roster_starts_at_ends_at"), "roster", ["starts_at", "ends_at"], unique=False)


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("created_at", engine.columns.Instant(), nullable=False),
        sa.Column("seen_at", engine.columns.Instant(), nullable=False),
        sa.Column("ends_at", engine.columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_session_user")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_ends_at"), "session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_session_user"), "session", ["user"], unique=False)
