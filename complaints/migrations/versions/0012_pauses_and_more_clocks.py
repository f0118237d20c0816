"""Clocks that stand still and run again, clocks of units and senders, and working days of a unit's own."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from alembic import op

import engine.columns
from engine.clock import ZONE

revision = "0012"
down_revision = "0011"

SILENCE_DAYS = 5


def upgrade() -> None:
    """Open cases keep their clocks, and get the watch on silence: from the last contact, else from the receipt."""
    with op.batch_alter_table("clock") as clock:
        clock.alter_column("name", type_=sa.String(length=60), existing_type=sa.String(length=20), nullable=False)
        clock.add_column(sa.Column("extended_at", engine.columns.Instant(), nullable=True))
        clock.add_column(sa.Column("unit", sa.String(length=40), nullable=True))
        clock.add_column(sa.Column("mark", sa.String(length=40), nullable=True))
        clock.add_column(sa.Column("pauses", sa.Text(), server_default="[]", nullable=False))
        clock.add_column(sa.Column("paused_at", engine.columns.Instant(), nullable=True))
    op.execute("UPDATE clock SET extended_at = started_at WHERE extended_to IS NOT NULL")
    _watch_silence()
    _pause()
    op.create_table(
        "calendar_override",
        sa.Column("layer", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", engine.columns.Instant(), nullable=False),
        sa.Column("loaded_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("layer", "day", name=op.f("pk_calendar_override")),
    )


def _watch_silence() -> None:
    """Five working days, by the days in the table; where these end before, there is no clock to be had."""
    instant, connection = engine.columns.Instant(), op.get_bind()
    query = sa.text(_LAST_HEARD).columns(number=sa.String(), received_at=instant, heard_at=instant)
    days = sa.text("SELECT day, working, status FROM calendar_day ORDER BY day")
    known = connection.execute(days.columns(day=sa.Date(), working=sa.Boolean(), status=sa.String())).all()
    working = [row.day for row in known if row.working]
    unsure = [row.day for row in known if row.status == "provisional"]
    names = ("number", "name", "measure", "limit", "provisional")
    times = ("started_at", "due_at")
    clock = sa.table("clock", *map(sa.column, names), *(sa.column(name, instant) for name in times))
    for number, received_at, heard_at in connection.execute(query).all():
        since = heard_at or received_at
        first = since.astimezone(ZONE).date()
        at = bisect_right(working, first) + SILENCE_DAYS - 1
        if at < len(working):
            due = datetime.combine(working[at] + timedelta(days=1), time(), ZONE)
            provisional = bisect_right(unsure, working[at]) > bisect_right(unsure, first - timedelta(days=1))
            row = {"number": number, "name": "silence", "measure": "working-days", "limit": SILENCE_DAYS}
            connection.execute(clock.insert(), row | {"started_at": since, "due_at": due, "provisional": provisional})


_LAST_HEARD = """
    SELECT number, received_at, (
        SELECT max(contacted_at) FROM contact WHERE contact.number = complaint.number AND outcome = 'reached'
    ) AS heard_at
    FROM complaint WHERE closed_at IS NULL
"""


def _pause() -> None:
    op.create_table(
        "pause",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("since", engine.columns.Instant(), nullable=False),
        sa.Column("until", engine.columns.Instant(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("told_at", engine.columns.Instant(), nullable=False),
        sa.Column("told_method", sa.String(length=20), nullable=False),
        sa.Column("told_evidence_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ended_note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_pause_number")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_pause_evidence_id")),
        sa.ForeignKeyConstraint(["told_evidence_id"], ["evidence.id"], name=op.f("fk_pause_told_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_number_since"), "pause", ["number", "since"], unique=False)
