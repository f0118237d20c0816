"""What is done about a case: slips, supervision, satisfaction, reports, letters, notices, visits."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Numeric, String, Table, Text

from complaints.tables_case import of_case, row_id
from engine.columns import Instant, metadata

slip = Table(  # 转(督)办单, one per responsible unit
    "slip",
    metadata,
    Column("id", String(30), primary_key=True),
    of_case(),
    Column("unit", String(40), ForeignKey("unit.code"), nullable=False),
    Column("lead", Boolean, nullable=False),
    Column("liable_unit", String(40)),  # who handed it on stays liable until the next unit accepts
    Column("contact_a", String(80)),
    Column("contact_b", String(80)),
    Column("level", Integer, nullable=False, server_default="0"),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", String(80), nullable=False),
    Column("accepted_at", Instant),
    Column("accepted_by", String(80)),
    Column("returns", Integer, nullable=False, server_default="0"),
    Column("replied_at", Instant),
    Column("justified", String(20)),
    Column("root_cause", String(40)),
    Column("requirement", Text, nullable=False, server_default=""),
    Index(None, "number"),
    Index(None, "unit"),
    Index(None, "contact_a"),
    Index(None, "contact_b"),
)
supervision = Table(  # 提醒, 催办, 督办
    "supervision",
    metadata,
    row_id(),
    of_case(),
    Column("level", Integer, nullable=False),
    Column("share", Numeric(6, 4, asdecimal=True)),
    Column("name", String(40), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("addressees", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
satisfaction = Table(
    "satisfaction",
    metadata,
    row_id(),
    of_case(),
    Column("round", Integer, nullable=False),
    Column("source", String(20), nullable=False),
    Column("result", String(20), nullable=False),
    Column("expectation", Integer),
    Column("perception", Integer),
    Column("ratio", Numeric(8, 4, asdecimal=True)),
    Column("outcome", String(20)),
    Column("slot", String(40)),
    Column("evidence_id", String(36), ForeignKey("evidence.id")),
    Column("comment", Text, nullable=False, server_default=""),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
survey = Table(  # a link that works once; only the hash of its token is kept
    "survey",
    metadata,
    Column("hash", String(64), primary_key=True),
    of_case(),
    Column("round", Integer, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Index(None, "number"),
)
report = Table(  # the reply with the six elements, as signed
    "report",
    metadata,
    of_case(primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("signed_at", Instant, nullable=False),
    Column("signed_by", String(80), nullable=False),
    Column("marks", Text),
    Column("reviewed_at", Instant),
    Column("reviewed_by", String(80)),
)
action = Table(  # corrective actions promised in a report
    "action",
    metadata,
    row_id(),
    of_case(),
    Column("text", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("due", Date, nullable=False),
    Column("check", Text, nullable=False),
    Column("done_at", Instant),
    Index(None, "number"),
)
extension = Table(
    "extension",
    metadata,
    row_id(),
    of_case(),
    Column("stage", String(10), nullable=False),
    Column("old_due", Instant, nullable=False),
    Column("new_due", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
letter = Table(  # what was sent to the customer, word for word
    "letter",
    metadata,
    row_id(),
    of_case(),
    Column("template", String(80), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number", "at"),
)
notice = Table(  # addressed to a person or a group, never copied to its members
    "notice",
    metadata,
    row_id(),
    Column("kind", String(5), nullable=False),
    Column("value", String(80), nullable=False),
    Column("number", String(20), ForeignKey("complaint.number")),
    Column("template", String(80), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "kind", "value", "at"),
    Index(None, "number", "at"),
)
notice_read = Table(
    "notice_read",
    metadata,
    Column("notice_id", String(36), ForeignKey("notice.id"), primary_key=True),
    Column("user", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
)
visit = Table(
    "visit",
    metadata,
    row_id(),
    of_case(),
    Column("days", Integer, nullable=False),
    Column("result", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "number"),
)
reconciliation = Table(  # a look at all cases; `night` is the day of a nightly one, so that two nodes make one
    "reconciliation",
    metadata,
    row_id(),
    Column("night", Date, unique=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("cases", Integer, nullable=False, server_default="0"),
    Column("findings", Integer, nullable=False, server_default="0"),
    Column("by", String(80), nullable=False),
    Index(None, "started_at"),
)
finding = Table(  # what a reconciliation has found wrong about a case
    "finding",
    metadata,
    Column("run", String(36), ForeignKey("reconciliation.id"), primary_key=True),
    of_case(primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("detail", String(200), primary_key=True),
    Column("new", Boolean, nullable=False),  # not found by the run before
)
