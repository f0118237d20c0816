"""Run by Alembic inside the transaction of `complaints.schema`, which begins and commits it."""

from __future__ import annotations

from alembic import context

from complaints import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
