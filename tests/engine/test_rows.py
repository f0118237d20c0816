"""Rows are added, changed, or added unless they are there, the same on both databases."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table
from support.engine import Story

from engine import tables
from engine.rows import add, change, upsert


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


def test_rows_are_changed_by_their_keys(story: Story) -> None:
    rows = [{"id": name, "length": 1, "head": "x"} for name in ("a", "b")]
    story.run(lambda tx: add(tx.connection, tables.stream, *rows))
    assert story.run(lambda tx: change(tx.connection, tables.stream, {"id": "a", "head": "x"}, length=2, head="y")) == 1
    assert story.run(lambda tx: change(tx.connection, tables.stream, {"id": "a", "head": "x"}, length=3)) == 0
    assert {(row.id, row.length, row.head) for row in story.rows(tables.stream)} == {("a", 2, "y"), ("b", 1, "x")}


def test_an_empty_key_is_met_by_an_empty_column_only(story: Story) -> None:
    """An update that compared with NULL would never change anything."""
    entry = {"key": "k", "stream": "s", "channel": "sms", "address": "1", "subject": "", "body": ""}
    row = entry | {"id": "a", "created_at": story.clock.now(), "due_at": story.clock.now()}
    story.run(lambda tx: add(tx.connection, tables.outbox, row))
    unsent = {"id": "a", "sent_at": None}
    assert story.run(lambda tx: change(tx.connection, tables.outbox, unsent, sent_at=tx.now)) == 1
    assert story.run(lambda tx: change(tx.connection, tables.outbox, unsent, sent_at=tx.now)) == 0
