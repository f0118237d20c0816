"""The working-day calendar as rows: one per day, and one that names the state of the whole."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, String, Table

from engine.columns import Instant, metadata

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("name", String(80), nullable=False, server_default=""),
    Column("source", String(120), nullable=False),
    Column("status", String(12), nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("loaded_by", String(80), nullable=False),
    CheckConstraint("kind IN ('workday', 'weekend', 'holiday', 'make-up')", name="kind"),
    CheckConstraint("status IN ('official', 'provisional')", name="status"),
)
calendar_override = Table(  # a second layer: what one part of the house does otherwise on a day, and why
    "calendar_override",
    metadata,
    Column("layer", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("loaded_at", Instant, nullable=False),
    Column("loaded_by", String(80), nullable=False),
)
calendar_stamp = Table(  # a new random stamp with every change, so that whoever keeps a calendar in memory notices
    "calendar_stamp",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("stamp", String(32), nullable=False),
)
