"""Who has completed a task is looked up by task, when a second person is too late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Index the completions only."""
    completed = sa.text("kind = 'task-completed'")
    op.create_index("ix_event_task_completed", "event", ["task_id"], sqlite_where=completed, postgresql_where=completed)
