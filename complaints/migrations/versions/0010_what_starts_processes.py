"""Signals, timers and conditions start processes too; messages know how far they have come and whom they are for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Put what starts processes into rows of its own kind; what is on its way stays on its way."""
    _start_event()
    _start_timer()
    _move()
    op.drop_table("start_message")
    for table in ("message", "job", "timer"):
        op.add_column(table, sa.Column("hops", sa.Integer(), server_default="0", nullable=False))
    for table in ("message", "delivery"):
        op.add_column(table, sa.Column("process", sa.String(length=200), nullable=True))
    op.execute(_ADDRESSED)


def _start_event() -> None:
    op.create_table(
        "start_event",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", "element_id", "position", name=op.f("pk_start_event")),
    )
    op.create_index(op.f("ix_start_event_kind_name"), "start_event", ["kind", "name"], unique=False)


def _start_timer() -> None:
    op.create_table(
        "start_timer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("definition_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=True),
        sa.Column("interval", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_start_timer_definition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_timer")),
    )
    op.create_index(op.f("ix_start_timer_due_at"), "start_timer", ["due_at"], unique=False)
    op.create_index(op.f("ix_start_timer_key"), "start_timer", ["key"], unique=False)


def _move() -> None:
    """`message:begin` was one name until now."""
    for kind in ("message", "signal"):
        rows = sa.text(
            "INSERT INTO start_event (key, element_id, position, kind, name) "
            "SELECT key, element_id, 0, :kind, substr(name, :after) FROM start_message WHERE name LIKE :known"
        )
        op.execute(rows.bindparams(kind=kind, after=len(kind) + 2, known=f"{kind}:%"))


_ADDRESSED = """
UPDATE delivery SET process = (
    SELECT s.key FROM start_event s JOIN message m ON m.kind = s.kind AND m.name = s.name WHERE m.id = delivery.message
) WHERE root_id IS NULL
"""
