"""Bundles before their deployment: drafts that their owner changes, and proposals that nobody changes any more."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from engine import tables
from engine.columns import Instant, metadata

DEPLOYMENT = tables.deployment.c.id

draft_bundle = Table(
    "draft_bundle",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("based_on", String(36), ForeignKey(DEPLOYMENT)),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "owner", "changed_at"),
)
draft_file = Table(
    "draft_file",
    metadata,
    Column("draft_id", String(36), ForeignKey("draft_bundle.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("writer", String(40)),  # the window that saved last: it may go on without asking
)
proposal = Table(
    "proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("comment", Text, nullable=False),
    Column("based_on", String(36), ForeignKey(DEPLOYMENT)),
    Column("sha256", String(64), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("state", String(10), nullable=False, server_default="waiting"),
    Column("decided_at", Instant),
    Column("decided_by", String(80)),
    Column("reason", Text),
    Column("deployment_id", String(36), ForeignKey(DEPLOYMENT)),
    CheckConstraint("state IN ('waiting', 'deployed', 'rejected', 'withdrawn')", name="state"),
    Index(None, "state", "proposed_at"),
)
proposal_file = Table(
    "proposal_file",
    metadata,
    Column("proposal_id", String(36), ForeignKey("proposal.id"), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
