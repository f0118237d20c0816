"""Teams, shifts and channels; bodies with names of their own; units in preparation; who keeps away from a case."""

from __future__ import annotations

import re

import orjson
import sqlalchemy as sa
from alembic import op

import engine.columns

revision = "0013"
down_revision = "0012"

SEPARATORS = re.compile(r"[、,,;;\n]")


def upgrade() -> None:
    """Make the tables; units and channels of before stay live, and the people that open cases name are found again."""
    _units()
    for make in (_body, _team, _team_member, _shift, _channel, _complained, _recusal, _relation):
        make()
    _name_again()


def _units() -> None:
    op.add_column("unit", sa.Column("preparing", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("unit", sa.Column("successor", sa.String(length=40), nullable=True))


def _body() -> None:
    op.create_table(
        "body",
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_body_unit")),
        sa.PrimaryKeyConstraint("group", name=op.f("pk_body")),
    )
    op.create_index(op.f("ix_body_unit"), "body", ["unit"], unique=False)


def _team() -> None:
    op.create_table(
        "team",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("closed_at", engine.columns.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_team_unit")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_team")),
    )
    op.create_index(op.f("ix_team_unit"), "team", ["unit"], unique=False)


def _team_member() -> None:
    op.create_table(
        "team_member",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("skills", sa.Text(), server_default="", nullable=False),
        sa.Column("capacity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deputy", sa.String(length=80), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_team_member_capacity")),
        sa.ForeignKeyConstraint(["deputy"], ["account.user"], name=op.f("fk_team_member_deputy")),
        sa.ForeignKeyConstraint(["team"], ["team.code"], name=op.f("fk_team_member_team")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_team_member_user")),
        sa.PrimaryKeyConstraint("team", "user", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_user"), "team_member", ["user"], unique=False)


def _shift() -> None:
    hours = "weekday BETWEEN 0 AND 6 AND starts >= 0 AND starts < ends AND ends <= 1440"
    op.create_table(
        "shift",
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint(hours, name=op.f("ck_shift_hours")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_shift_user")),
        sa.PrimaryKeyConstraint("user", "weekday", "starts", name=op.f("pk_shift")),
    )


def _channel() -> None:
    op.create_table(
        "channel",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("deputy", sa.String(length=80), nullable=True),
        sa.Column("preparing", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["deputy"], ["account.user"], name=op.f("fk_channel_deputy")),
        sa.ForeignKeyConstraint(["team"], ["team.code"], name=op.f("fk_channel_team")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_channel")),
    )
    op.create_index(op.f("ix_channel_team"), "channel", ["team"], unique=False)


def _complained() -> None:
    op.create_table(
        "complained",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_complained_number")),
        sa.PrimaryKeyConstraint("number", "name", name=op.f("pk_complained")),
    )
    op.create_index(op.f("ix_complained_name"), "complained", ["name"], unique=False)


def _recusal() -> None:
    op.create_table(
        "recusal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.Column("lifted_by", sa.String(length=80), nullable=True),
        sa.Column("lifted_at", engine.columns.Instant(), nullable=True),
        sa.Column("lifted_why", sa.Text(), nullable=True),
        sa.CheckConstraint("ground IN ('involved', 'kinship', 'interest')", name=op.f("ck_recusal_ground")),
        sa.ForeignKeyConstraint(["number"], ["complaint.number"], name=op.f("fk_recusal_number")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_recusal_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_number_user"), "recusal", ["number", "user"], unique=False)
    op.create_index(op.f("ix_recusal_user"), "recusal", ["user"], unique=False)


def _relation() -> None:
    kinds = "kind IN ('spouse', 'family', 'in-law', 'interest', 'other')"
    op.create_table(
        "relation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=80), nullable=False),
        sa.Column("other", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", engine.columns.Instant(), nullable=False),
        sa.Column("valid_to", engine.columns.Instant(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", engine.columns.Instant(), nullable=False),
        sa.CheckConstraint(kinds, name=op.f("ck_relation_kind")),
        sa.ForeignKeyConstraint(["user"], ["account.user"], name=op.f("fk_relation_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(op.f("ix_relation_user"), "relation", ["user"], unique=False)
    op.create_index(op.f("ix_relation_other"), "relation", ["other"], unique=False)


def _name_again() -> None:
    """Whom the cases name stood in a field of the file until now."""
    connection = op.get_bind()
    field = sa.table("field", sa.column("number"), sa.column("scope"), sa.column("name"), sa.column("value"))
    complained = sa.table("complained", sa.column("number"), sa.column("name"))
    query = sa.select(field.c.number, field.c.value).where(field.c.scope == "", field.c.name == "complained_person")
    for number, value in connection.execute(query).all():
        whole = str(orjson.loads(value) or "")
        names = {part.strip()[:200] for part in (whole, *SEPARATORS.split(whole))} - {""}
        if names:
            op.bulk_insert(complained, [{"number": number, "name": name} for name in sorted(names)])
