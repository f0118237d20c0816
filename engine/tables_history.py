"""The tables of history: streams with their heads, append-only events, seals over the heads."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from engine.columns import Instant, metadata

stream = Table(
    "stream",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("sealed", BigInteger, nullable=False, server_default="0"),
    Index("ix_stream_unsealed", "id", sqlite_where=text("length > sealed"), postgresql_where=text("length > sealed")),
)
event = Table(  # append-only; no foreign keys: history outlives the state
    "event",
    metadata,
    Column("stream", String(200), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("on_behalf_of", String(80)),
    Column("instance_id", String(36)),
    Column("definition_id", String(36)),
    Column("element_id", String(200)),
    Column("task_id", String(36)),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "instance_id", "seq"),
    Index(None, "at"),
    Index(
        "ix_event_task_completed",
        "task_id",
        sqlite_where=text("kind = 'task-completed'"),
        postgresql_where=text("kind = 'task-completed'"),
    ),
)
seal = Table(
    "seal",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed_at", Instant, nullable=False),
    Column("heads", Text, nullable=False),
    Column("mac", String(64), nullable=False),
)
