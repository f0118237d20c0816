"""The engine: definitions, instances, tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, each after those that it refers to."""
    for make in (
        _deployment,
        _start_message,
        _resource,
        _definition,
        _current_definition,
        _instance,
        _performer,
        _task,
        _variable,
        _candidate,
        _draft,
    ):
        make()


def _deployment() -> None:
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("deployed_at", engine.columns.Instant(), nullable=False),
        sa.Column("deployed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )


def _start_message() -> None:
    op.create_table(
        "start_message",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_start_message")),
    )


def _resource() -> None:
    op.create_table(
        "resource",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("deployment_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_resource_deployment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("deployment_id", "name", name=op.f("uq_resource_deployment_id_name")),
    )


def _definition() -> None:
    op.create_table(
        "definition",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("deployment_id", sa.String(length=36), nullable=False),
        sa.Column("resource_id", sa.String(length=36), nullable=False),
        sa.Column("suspended_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_definition_deployment_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_definition_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_definition_key_version")),
    )


def _current_definition() -> None:
    op.create_table(
        "current_definition",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("definition_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_current_definition_definition_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_current_definition")),
    )


def _instance() -> None:
    op.create_table(
        "instance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("parent_scope", sa.String(length=36), nullable=True),
        sa.Column("depth", sa.Integer(), server_default="0", nullable=False),
        sa.Column("definition_id", sa.String(length=36), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("started_at", engine.columns.Instant(), nullable=False),
        sa.Column("started_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", engine.columns.Instant(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("suspended_at", engine.columns.Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["definition.id"], name=op.f("fk_instance_definition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_index(op.f("ix_instance_business_key"), "instance", ["business_key"], unique=False)
    op.create_index(
        op.f("ix_instance_definition_id_started_at"), "instance", ["definition_id", "started_at"], unique=False
    )
    op.create_index(
        "ix_instance_parent", "instance", ["parent_id"], unique=False, sqlite_where=sa.text("parent_id IS NOT NULL")
    )
    op.create_index(op.f("ix_instance_root_id"), "instance", ["root_id"], unique=False)


def _performer() -> None:
    op.create_table(
        "performer",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_performer_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", "element_id", name=op.f("pk_performer")),
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("definition_id", sa.String(length=36), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("stream", sa.String(length=200), nullable=False),
        sa.Column("created_at", engine.columns.Instant(), nullable=False),
        sa.Column("assignee", sa.String(length=80), nullable=True),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("due_key", sa.String(length=200), nullable=True),
        sa.Column("follow_up_at", engine.columns.Instant(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="50", nullable=False),
        sa.Column("form_key", sa.String(length=200), nullable=True),
        sa.Column("documentation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_task_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_assignee_due_at_id"), "task", ["assignee", "due_at", "id"], unique=False)
    op.create_index(op.f("ix_task_business_key"), "task", ["business_key"], unique=False)
    op.create_index(op.f("ix_task_due_at_id"), "task", ["due_at", "id"], unique=False)
    op.create_index(op.f("ix_task_instance_id"), "task", ["instance_id"], unique=False)


def _variable() -> None:
    op.create_table(
        "variable",
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_variable_instance_id")),
        sa.PrimaryKeyConstraint("scope_id", "name", name=op.f("pk_variable")),
    )
    op.create_index(op.f("ix_variable_instance_id"), "variable", ["instance_id"], unique=False)
    op.create_index(op.f("ix_variable_name_number"), "variable", ["name", "number"], unique=False)
    op.create_index(
        op.f("ix_variable_name_text"),
        "variable",
        ["name", "text"],
        unique=False,
        postgresql_where=sa.text("length(text) <= 200"),
        sqlite_where=sa.text("length(text) <= 200"),
    )


def _candidate() -> None:
    op.create_table(
        "candidate",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("due_at", engine.columns.Instant(), nullable=False),
        sa.Column("claimed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.CheckConstraint("kind IN ('group', 'user', 'never')", name=op.f("ck_candidate_kind")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_candidate_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "kind", "value", name=op.f("pk_candidate")),
    )
    op.create_index(
        op.f("ix_candidate_kind_value_claimed_due_at_task_id"),
        "candidate",
        ["kind", "value", "claimed", "due_at", "task_id"],
        unique=False,
    )


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("saved_at", engine.columns.Instant(), nullable=False),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draft_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_draft")),
    )
