"""Teams and how they are manned, the channels they take, bodies with their names, and who keeps away from a case."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.columns import Instant, metadata


def _user(name: str = "user", **options: bool) -> Column[str]:
    return Column(name, String(80), ForeignKey("account.user"), **options)  # type: ignore[arg-type]


body = Table(  # what a group of the processes is called in this bank, and whose people form it (D8)
    "body",
    metadata,
    Column("group", String(80), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("unit", String(40), ForeignKey("unit.code")),
    Index(None, "unit"),
)
team = Table(
    "team",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("unit", String(40), ForeignKey("unit.code")),
    Column("closed_at", Instant),
    Index(None, "unit"),
)
team_member = Table(
    "team_member",
    metadata,
    Column("team", String(40), ForeignKey("team.code"), primary_key=True),
    _user(primary_key=True),
    Column("skills", Text, nullable=False, server_default=""),  # codes with commas; empty: whatever the team does
    Column("capacity", Integer, nullable=False, server_default="0"),  # open tasks at most; 0: no bound
    _user("deputy"),
    CheckConstraint("capacity >= 0", name="capacity"),
    Index(None, "user"),
)
shift = Table(  # the weekly pattern of a person, in minutes of the day; without any: service hours
    "shift",
    metadata,
    _user(primary_key=True),
    Column("weekday", Integer, primary_key=True, autoincrement=False),
    Column("starts", Integer, primary_key=True, autoincrement=False),
    Column("ends", Integer, nullable=False),
    CheckConstraint("weekday BETWEEN 0 AND 6 AND starts >= 0 AND starts < ends AND ends <= 1440", name="hours"),
)
channel = Table(  # which team takes a channel, and who stands in for it
    "channel",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("team", String(40), ForeignKey("team.code")),
    _user("deputy"),
    Column("preparing", Boolean, nullable=False, server_default=text("false")),
    Index(None, "team"),
)
complained = Table(  # whom a complaint names, each as it was written: a user id or a name
    "complained",
    metadata,
    Column("number", String(20), ForeignKey("complaint.number"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Index(None, "name"),
)
recusal = Table(  # who keeps away from a case for a reason that the complaint itself does not tell
    "recusal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(20), ForeignKey("complaint.number"), nullable=False),
    _user(nullable=False),
    Column("ground", String(20), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("lifted_by", String(80)),
    Column("lifted_at", Instant),
    Column("lifted_why", Text),
    CheckConstraint("ground IN ('involved', 'kinship', 'interest')", name="ground"),
    Index(None, "number", "user"),
    Index(None, "user"),
)
relation = Table(  # between two people as long as it is valid, whatever the case; `other` is a user id or a name
    "relation",
    metadata,
    Column("id", String(36), primary_key=True),
    _user(nullable=False),
    Column("other", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("kind IN ('spouse', 'family', 'in-law', 'interest', 'other')", name="kind"),
    Index(None, "user"),
    Index(None, "other"),
)
