"""The case: what was complained, by whom, in which words, and what the file holds about it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from engine.columns import Instant, metadata


def of_case(**options: bool) -> Column[str]:
    """The number of the case that a row belongs to."""
    return Column("number", String(20), ForeignKey("complaint.number"), **({"nullable": False} | options))  # type: ignore[arg-type]


def row_id() -> Column[str]:
    """A random id."""
    return Column("id", String(36), primary_key=True)


counter = Table(  # numbers without gaps: the row is locked by the command that takes the next one
    "counter", metadata, Column("name", String(40), primary_key=True), Column("value", Integer, nullable=False)
)
complaint = Table(
    "complaint",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("external", String(200), unique=True),
    Column("kind", String(20), nullable=False),
    Column("process", String(40), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("registered_at", Instant, nullable=False),
    Column("registered_by", String(80), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("product", String(40)),
    Column("branch", String(40)),
    Column("urgency", String(20)),
    Column("category", String(20)),
    Column("subcategory", String(20)),
    Column("time_class", String(20)),
    Column("intake_group", String(80), nullable=False),
    Column("first_owner", String(80)),
    Column("owner", String(80)),  # who answers for the case now; an open case has one (R5)
    Column("unit", String(40)),
    Column("stage", String(20), nullable=False),
    Column("level", Integer, nullable=False, server_default="0"),
    Column("returns", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant, nullable=False),  # of the governing clock, far away while there is none
    Column("first_response", String(20)),
    Column("reply_round", Integer, nullable=False, server_default="0"),
    Column("replied_at", Instant),
    Column("forwarder_replied_at", Instant),
    Column("resolved_at", Instant),
    Column("first_resolved_at", Instant),  # stays when a reopened case loses its mark
    Column("justified", String(20)),
    Column("root_cause", String(40)),
    Column("satisfaction", String(20)),
    Column("query_hash", String(64), nullable=False),
    Column("archive_no", String(30), unique=True),
    Column("withdrawn_at", Instant),  # a confirmed withdrawal ends the case with the moment of its receipt (R71)
    Column("closed_at", Instant),
    Column("retain_until", Instant),
    Column("head_count", Integer),
    Column("major", Boolean, nullable=False, server_default=false()),  # 重大投诉
    Column("notices_off", Boolean, nullable=False, server_default=false()),  # the customer wants no notices of stages
    Index(
        "ix_complaint_open",
        "due_at",
        "number",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index(None, "received_at", "number"),
    Index(None, "unit", "closed_at"),
    Index(None, "product", "subcategory", "received_at"),
    Index(None, "first_owner"),
    Index(
        "ix_complaint_owner",
        "owner",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)
party = Table(  # personal data stand here and nowhere else
    "party",
    metadata,
    of_case(primary_key=True),
    Column("name", String(200)),
    Column("phone", String(60)),
    Column("email", String(200)),
    Column("address", Text),
    Column("id_number", String(60)),
    Column("account_number", String(60)),
    Index(None, "name"),
    Index(None, "phone"),
    Index(None, "email"),
)
wording = Table(  # never changed; what is added is an addendum
    "wording",
    metadata,
    of_case(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
)
entry = Table(  # every form that was submitted
    "entry",
    metadata,
    row_id(),
    of_case(),
    Column("task_id", String(36)),
    Column("instance_id", String(36)),
    Column("element", String(200), nullable=False),
    Column("form", String(200), nullable=False),
    Column("data", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("on_behalf_of", String(80)),
    Column("at", Instant, nullable=False),
    Index(None, "number", "element", "at"),
    Index(None, "by", "number"),
)
field = Table(  # what the file says now; `entry` keeps what it said before
    "field",
    metadata,
    of_case(primary_key=True),
    Column("scope", String(36), primary_key=True),  # the process instance, or "" for the case
    Column("name", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)
note = Table(
    "note",
    metadata,
    row_id(),
    of_case(),
    Column("text", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
evidence = Table(
    "evidence",
    metadata,
    row_id(),
    of_case(),
    Column("task_id", String(36)),
    Column("field", String(80)),
    Column("name", String(255), nullable=False),
    Column("stored", String(64), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
contact = Table(
    "contact",
    metadata,
    row_id(),
    of_case(),
    Column("purpose", String(20), nullable=False),
    Column("method", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("contacted_at", Instant, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("proof", String(120), nullable=False, server_default=""),
    Column("evidence_id", String(36), ForeignKey("evidence.id")),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
clock = Table(
    "clock",
    metadata,
    of_case(primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("measure", String(20), nullable=False),
    Column("limit", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("extended_to", Instant),
    Column("extended_at", Instant),
    Column("unit", String(40)),  # whose working days count; null: those of the unit that answers for the case
    Column("mark", String(40)),
    Column("pauses", Text, nullable=False, server_default="[]"),  # the intervals that do not count
    Column("paused_at", Instant),
    Column("stopped_at", Instant),
    Column("outcome", String(20)),
    Index(
        "ix_clock_running",
        "name",
        "due_at",
        sqlite_where=text("stopped_at IS NULL"),
        postgresql_where=text("stopped_at IS NULL"),
    ),
)
pause = Table(  # why the limits of a case stood still, and that the customer was told
    "pause",
    metadata,
    row_id(),
    of_case(),
    Column("reason", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("note", Text, nullable=False, server_default=""),
    Column("evidence_id", String(36), ForeignKey("evidence.id"), nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("told_method", String(20), nullable=False),
    Column("told_evidence_id", String(36), ForeignKey("evidence.id"), nullable=False),
    Column("by", String(80), nullable=False),
    Column("ended_by", String(80)),
    Column("ended_note", Text, nullable=False, server_default=""),
    Index(None, "number", "since"),
)
participant = Table(  # who took part, so that nobody loses sight of a case that he worked on
    "participant",
    metadata,
    of_case(primary_key=True),
    Column("user", String(80), primary_key=True),
    UniqueConstraint("user", "number"),
)
case_link = Table(  # `number` is what `relation` says of `other`: its re-complaint, merged into it …
    "case_link",
    metadata,
    of_case(primary_key=True),
    Column("other", String(20), ForeignKey("complaint.number"), primary_key=True),
    Column("relation", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Index(None, "other"),
)
case_hold = Table(  # the call trees that a withdrawal holds up, and nothing that somebody else has suspended
    "case_hold",
    metadata,
    Column("root_id", String(36), primary_key=True),
    of_case(),
    Column("suspended_before", Text, nullable=False),  # called processes that were suspended already
    Column("at", Instant, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "number"),
)
