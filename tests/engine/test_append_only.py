"""Nobody changes history by accident."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError
from support.engine import Story

from engine import append_only
from engine.environment import SYSTEM


@pytest.mark.parametrize(
    "statement", ["UPDATE event SET body = '{}'", "DELETE FROM event", "DELETE FROM seal WHERE n = 0"]
)
def test_history_refuses_to_be_changed(story: Story, statement: str) -> None:
    store = story.environment.store
    for ddl in append_only.statements(store.database.dialect.name):
        store.write(lambda connection, ddl=ddl: connection.exec_driver_sql(ddl))
    story.environment.run(SYSTEM, lambda tx: tx.record("s", "noted"))
    store.write(
        lambda connection: connection.exec_driver_sql(
            "INSERT INTO seal (n, sealed_at, heads, mac) VALUES (0, '2026-05-08T01:00:00.000000Z', '[]', '')"
        )
    )
    with pytest.raises(DBAPIError, match=append_only.REFUSAL):
        store.write(lambda connection: connection.exec_driver_sql(statement))
    story.environment.run(SYSTEM, lambda tx: tx.record("s", "noted"))
    assert story.history(stream="s") == ["noted", "noted"]
