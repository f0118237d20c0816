"""History is append-only: the triggers that refuse to change or delete it."""

from __future__ import annotations

from alembic import op

from engine import append_only

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Put the triggers in place."""
    for statement in append_only.statements(op.get_bind().dialect.name):
        op.execute(statement)
