"""Indexes for what was found by looking at everything: the timers of a token, and the messages nobody has taken yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Two indexes; what is stored stays as it is."""
    op.create_index(op.f("ix_timer_scope_id"), "timer", ["scope_id"], unique=False)
    waiting = sa.text("delivered_at IS NULL")
    op.create_index(
        "ix_message_kept",
        "message",
        ["kind", "expires_at"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
