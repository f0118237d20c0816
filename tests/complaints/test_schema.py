"""The migrations make the very tables that the program expects, on both databases."""

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select

from complaints import schema, tables
from engine.calendar_table import calendar_day
from engine.store import Store


def test_migrations_equal_the_metadata(database_url):
    assert schema.revision(database_url) is None
    assert not schema.is_current(database_url)
    schema.upgrade(database_url)
    assert schema.is_current(database_url)
    store = Store(database_url)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, tables.metadata) == []
        assert connection.scalar(select(func.count()).select_from(calendar_day)) > 2000
    store.close()


def test_a_second_upgrade_changes_nothing(database_url):
    schema.upgrade(database_url)
    before = schema.revision(database_url)
    schema.upgrade(database_url)
    assert schema.revision(database_url) == before


def test_an_upgrade_that_fails_leaves_nothing(database_url, monkeypatch):
    create, made = op.create_table, []

    def break_off(name, *columns, **options):
        if len(made) == 30:
            raise RuntimeError("the power went out")
        made.append(name)
        return create(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", break_off)
    with pytest.raises(RuntimeError):
        schema.upgrade(database_url)
    monkeypatch.undo()
    assert schema.revision(database_url) is None
    schema.upgrade(database_url)
    assert schema.is_current(database_url)
