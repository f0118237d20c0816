"""The rows that wait for what begins process instances; those of the current version of each process."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.columns import Instant, metadata

start_event = Table(  # which message, signal or condition starts which current process
    "start_event",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("element_id", String(200), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(200), nullable=False),
    Index(None, "kind", "name"),
)
start_timer = Table(
    "start_timer",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("definition_id", String(36), ForeignKey("definition.id"), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("repeats", Integer),  # cycle: rounds left after this one, null = without end
    Column("interval", String(60)),
    Index(None, "due_at"),
    Index(None, "key"),
)
