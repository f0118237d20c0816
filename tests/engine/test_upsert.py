"""Insert or update, the same on both databases."""

from __future__ import annotations

from support.engine import Story

from engine import tables
from engine.upsert import upsert


def test_new_rows_are_inserted_and_known_ones_replaced(story: Story) -> None:
    starts = tables.start_message
    first = [{"name": "a", "key": "p", "element_id": "s"}, {"name": "b", "key": "p", "element_id": "s"}]
    story.run(lambda tx: upsert(tx.connection, starts, first, ("name",)))
    story.run(lambda tx: upsert(tx.connection, starts, [{"name": "b", "key": "q", "element_id": "t"}], ("name",)))
    assert {(row.name, row.key, row.element_id) for row in story.rows(starts)} == {("a", "p", "s"), ("b", "q", "t")}


def test_a_row_of_keys_only_is_left_as_it_is(story: Story) -> None:
    keys = ("name", "key", "element_id")
    for _ in range(2):
        story.run(lambda tx: upsert(tx.connection, tables.start_message, [dict.fromkeys(keys, "x")], ("name",)))
    assert len(story.rows(tables.start_message)) == 1
