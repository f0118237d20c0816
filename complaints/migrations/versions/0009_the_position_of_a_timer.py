"""An event may hold several timers: each knows its position among the definitions of its event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Until now an event had one timer."""
    op.add_column("timer", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
