"""Insert or update, the same on both databases."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table
from support.engine import Story

from engine import tables
from engine.rows import upsert


def test_new_rows_are_inserted_and_known_ones_replaced(story: Story) -> None:
    streams = tables.stream
    first = [{"id": "a", "length": 1, "head": "x"}, {"id": "b", "length": 1, "head": "x"}]
    story.run(lambda tx: upsert(tx.connection, streams, first, ("id",)))
    story.run(lambda tx: upsert(tx.connection, streams, [{"id": "b", "length": 2, "head": "y"}], ("id",)))
    assert {(row.id, row.length, row.head) for row in story.rows(streams)} == {("a", 1, "x"), ("b", 2, "y")}


def test_a_row_of_keys_only_is_left_as_it_is(story: Story) -> None:
    pairs = Table(
        "pair", MetaData(), Column("a", String(9), primary_key=True), Column("b", String(9), primary_key=True)
    )
    pairs.create(story.environment.store.database)
    for _ in range(2):
        story.run(lambda tx: upsert(tx.connection, pairs, [{"a": "x", "b": "x"}], ("a", "b")))
    assert len(story.rows(pairs)) == 1
