"""The engine's tables. State is rows that exist while something is open; history (`event`) is append-only."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from engine.columns import FAR, Instant, metadata
from engine.tables_history import event, seal, stream
from engine.tables_start import start_event, start_timer

__all__ = ["FAR", "Instant", "event", "metadata", "seal", "start_event", "start_timer", "stream"]

_RUNS, _UNTAKEN = text("stopped_at IS NULL"), text("delivered_at IS NULL")


def _id() -> Column[str]:
    return Column("id", String(36), primary_key=True)


def _instance() -> Column[str]:
    return Column("instance_id", String(36), ForeignKey("instance.id"), nullable=False)


deployment = Table(
    "deployment",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("deployed_at", Instant, nullable=False),
    Column("deployed_by", String(80), nullable=False),
)
resource = Table(
    "resource",
    metadata,
    _id(),
    Column("deployment_id", String(36), ForeignKey("deployment.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("deployment_id", "name"),
)
definition = Table(
    "definition",
    metadata,
    _id(),
    Column("key", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("deployment_id", String(36), ForeignKey("deployment.id"), nullable=False),
    Column("resource_id", String(36), ForeignKey("resource.id"), nullable=False),
    Column("suspended_at", Instant),
    UniqueConstraint("key", "version"),
)
current_definition = Table(
    "current_definition",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("definition_id", String(36), ForeignKey("definition.id"), nullable=False),
)
instance = Table(
    "instance",
    metadata,
    _id(),
    Column("root_id", String(36), nullable=False),
    Column("parent_id", String(36)),
    Column("parent_scope", String(36)),
    Column("depth", Integer, nullable=False, server_default="0"),
    Column("definition_id", String(36), ForeignKey("definition.id"), nullable=False),
    Column("business_key", String(200)),
    Column("stream", String(200), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", String(80), nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(10)),
    Column("suspended_at", Instant),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("state", LargeBinary),
    Index(None, "root_id"),
    Index(None, "business_key"),
    Index(None, "definition_id", "started_at"),
    Index("ix_instance_parent", "parent_id", sqlite_where=text("parent_id IS NOT NULL")),
)
variable = Table(
    "variable",
    metadata,
    Column("scope_id", String(36), primary_key=True),
    Column("name", String(200), primary_key=True),
    _instance(),
    Column("type", String(10), nullable=False),
    Column("number", Double),
    Column("text", Text),
    Column("at", Instant),
    Index(None, "instance_id"),
    Index(None, "name", "text", postgresql_where=text("length(text) <= 200"), sqlite_where=text("length(text) <= 200")),
    Index(None, "name", "number"),
)
task = Table(
    "task",
    metadata,
    _id(),
    _instance(),
    Column("root_id", String(36), nullable=False),
    Column("definition_id", String(36), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("name", String(400), nullable=False),
    Column("business_key", String(200)),
    Column("stream", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("assignee", String(80)),
    Column("owner", String(80)),
    Column("due_at", Instant, nullable=False),
    Column("due_key", String(200)),
    Column("follow_up_at", Instant),
    Column("priority", Integer, nullable=False, server_default="50"),
    Column("form_key", String(200)),
    Column("documentation", Text),
    Index(None, "instance_id"),
    Index(None, "business_key"),
    Index(None, "assignee", "due_at", "id"),
    Index(None, "due_at", "id"),
)
candidate = Table(  # a group stands here once per task, never once per member
    "candidate",
    metadata,
    Column("task_id", String(36), ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(5), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("claimed", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("kind IN ('group', 'user', 'never')", name="kind"),
    Index(None, "kind", "value", "claimed", "due_at", "task_id"),
)
draft = Table(
    "draft",
    metadata,
    Column("task_id", String(36), ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(80), nullable=False),
    Column("data", Text, nullable=False),
)
timer = Table(
    "timer",
    metadata,
    _id(),
    _instance(),
    Column("root_id", String(36), nullable=False),
    Column("scope_id", String(36), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("business_key", String(200)),
    Column("key", String(200)),
    Column("kind", String(10), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("repeats", Integer),  # cycle: rounds left after this one, null = without end
    Column("interval", String(60)),
    Column("stopped_at", Instant),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("hops", Integer, nullable=False, server_default="0"),
    Index(None, "instance_id"),
    Index(None, "scope_id"),
    Index("ix_timer_due", "due_at", sqlite_where=_RUNS, postgresql_where=_RUNS),
    Index(None, "business_key", "key"),
)
job = Table(
    "job",
    metadata,
    _id(),
    _instance(),
    Column("root_id", String(36), nullable=False),
    Column("scope_id", String(36), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retries", Integer, nullable=False, server_default="3"),
    Column("lease_by", String(80)),
    Column("lease_until", Instant),
    Column("suspended_at", Instant),
    Column("error", Text),
    Column("hops", Integer, nullable=False, server_default="0"),
    Index(None, "instance_id"),
    Index("ix_job_due", "due_at", sqlite_where=text("retries > 0"), postgresql_where=text("retries > 0")),
)
performer = Table(  # who completed the user tasks that a separation of duties refers to
    "performer",
    metadata,
    Column("instance_id", String(36), ForeignKey("instance.id"), primary_key=True),
    Column("element_id", String(200), primary_key=True),
    Column("user_id", String(80), nullable=False),
)
incident = Table(
    "incident",
    metadata,
    _id(),
    _instance(),
    Column("root_id", String(36), nullable=False),
    Column("definition_id", String(36), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("scope_id", String(36)),
    Column("job_id", String(36)),
    Column("kind", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("traceback", Text),
    Column("created_at", Instant, nullable=False),
    Column("annotation", Text),
    Index(None, "instance_id"),
    Index(None, "created_at"),
)
subscription = Table(
    "subscription",
    metadata,
    Column("scope_id", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    _instance(),
    Column("root_id", String(36), nullable=False),
    Column("element_id", String(200), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("business_key", String(200)),
    Column("correlation_key", String(200)),
    Index(None, "kind", "name", "business_key"),
    Index(None, "instance_id"),
)
message = Table(  # published, not yet delivered (or kept until it expires)
    "message",
    metadata,
    _id(),
    Column("message_id", String(200), unique=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("business_key", String(200)),
    Column("correlation_key", String(200)),
    Column("payload", Text, nullable=False),
    Column("everywhere", Boolean, nullable=False, server_default=text("false")),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(80), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("process", String(200)),  # the pool that it flows to, null = whoever waits
    Column("hops", Integer, nullable=False, server_default="0"),
    Index(None, "kind", "name", "business_key"),
    Index(None, "expires_at"),
    Index("ix_message_kept", "kind", "expires_at", sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN),
)
delivery = Table(  # a message or signal on its way to one call tree, delivered once by a command of its own
    "delivery",
    metadata,
    _id(),
    Column("message", String(36), ForeignKey("message.id", ondelete="CASCADE"), nullable=False),
    Column("root_id", String(36)),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("process", String(200)),  # without a call tree: the process that it starts
    UniqueConstraint("message", "root_id"),
    Index(None, "due_at"),
)
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", String(200), unique=True, nullable=False),
    Column("stream", String(200), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address", String(400), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_until", Instant),
    Column("sent_at", Instant),
    Column("receipt", Text),
    Column("error", Text),
    Column("given_up_at", Instant),
    Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
    ),
)
