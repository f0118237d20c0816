"""An index for the customers who have left nothing but an e-mail address: their earlier cases are looked for by it."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """An index; what is stored stays as it is."""
    op.create_index(op.f("ix_party_email"), "party", ["email"], unique=False)
