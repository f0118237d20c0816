"""Units, people, responsibility with dates, sessions, settings."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.columns import Instant, metadata


def _user(name: str = "user", **options: bool) -> Column[str]:
    return Column(name, String(80), ForeignKey("account.user"), **options)  # type: ignore[arg-type]


def _unit(name: str = "unit", **options: bool) -> Column[str]:
    return Column(name, String(40), ForeignKey("unit.code"), **options)  # type: ignore[arg-type]


unit = Table(
    "unit",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False, server_default=""),
    Column("kind", String(20), nullable=False),
    Column("level", Integer, nullable=False),
    Column("products", Text, nullable=False, server_default=""),  # product codes that a product department answers for
    _unit("parent"),
    Column("preparing", Boolean, nullable=False, server_default=text("false")),  # until it goes live it gets no case
    Column("closed_at", Instant),
    Column("successor", String(40)),  # takes what comes for a closed unit
    CheckConstraint(
        "kind IN ('head-office', 'branch', 'hotline', 'supervision', 'office', 'discipline', 'department')", name="kind"
    ),
    Index(None, "parent"),
)
account = Table(
    "account",
    metadata,
    Column("user", String(80), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("phone", String(40), nullable=False, server_default=""),
    Column("email", String(200), nullable=False, server_default=""),
    _unit(),
    Column("password", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False, server_default=text("false")),
    Column("disabled_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index(None, "unit"),
)
account_role = Table(
    "account_role", metadata, _user(primary_key=True), Column("role", String(20), primary_key=True), Index(None, "role")
)
membership = Table(
    "membership", metadata, _user(primary_key=True), Column("group", String(80), primary_key=True), Index(None, "group")
)
responsibility = Table(
    "responsibility",
    metadata,
    _unit(primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("valid_from", Instant, primary_key=True),
    Column("valid_to", Instant),
    _user(nullable=False),
    CheckConstraint("kind IN ('leader', 'contact_a', 'contact_b')", name="kind"),
    Index(None, "user"),
)
roster = Table(
    "roster",
    metadata,
    _user(primary_key=True),
    Column("starts_at", Instant, primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Index(None, "starts_at", "ends_at"),
)
absence = Table(
    "absence",
    metadata,
    _user(primary_key=True),
    Column("starts_at", Instant, primary_key=True),
    Column("ends_at", Instant, nullable=False),
    _user("deputy"),
)
session = Table(  # the cookie holds the random id, this table only its hash
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),
    _user(nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "user"),
    Index(None, "ends_at"),
)
throttle = Table(  # failed attempts at anything guessable, known or not: user names, case numbers, addresses
    "throttle",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Instant, nullable=False),
    Column("locked_until", Instant),
)
setting = Table("setting", metadata, Column("key", String(60), primary_key=True), Column("value", Text, nullable=False))
