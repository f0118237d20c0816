"""Instants in the database: always aware, the same on both databases, and sorted by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from engine.clock import ZONE
from engine.columns import FAR, Instant
from engine.store import Store

INSTANTS = [
    datetime(987, 6, 5, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 30, tzinfo=ZONE),
    datetime(2026, 3, 2, 1, 30, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 2, 1, 30, 1, tzinfo=UTC),
    FAR,
]
note = Table("note", MetaData(), Column("n", Integer, primary_key=True), Column("at", Instant))


@pytest.fixture
def store(database_url: str):
    store = Store(database_url)
    note.create(store.database)
    yield store
    store.close()


def test_instants_come_back_aware_in_utc_and_in_order(store: Store) -> None:
    rows = [{"n": n, "at": at} for n, at in enumerate(reversed(INSTANTS))]
    store.write(lambda connection: connection.execute(insert(note), rows))
    with store.read() as connection:
        found = [row.at for row in connection.execute(select(note).order_by(note.c.at))]
        later = connection.execute(select(note.c.n).where(note.c.at > INSTANTS[1])).all()
    assert found == INSTANTS
    assert {at.utcoffset() for at in found} == {timedelta(0)}
    assert len(later) == 3


def test_nothing_stays_nothing(store: Store) -> None:
    store.write(lambda connection: connection.execute(insert(note).values(n=1, at=None)))
    with store.read() as connection:
        assert connection.execute(select(note.c.at)).scalar_one() is None


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="expected an aware instant"):
        store.write(lambda connection: connection.execute(insert(note).values(n=1, at=datetime(2026, 3, 2))))  # noqa: DTZ001
