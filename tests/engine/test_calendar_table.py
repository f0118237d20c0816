"""The calendar in the database: filled once, never changed behind anybody's back, read again when it was changed."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from engine import calendar, calendar_seed, store, tables
from engine.calendar_table import calendar_day
from engine.clock import TravelClock
from engine.environment import Actor, Environment

ADMIN = Actor("admin")
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture
def bank(database_url: str) -> Iterator[Environment]:
    environment = Environment(store.Store(database_url), clock=TravelClock(NOON))
    tables.metadata.create_all(environment.store.database)
    yield environment
    environment.store.close()


def test_the_seed_fills_what_is_missing_and_records_it(bank: Environment) -> None:
    assert bank.run(ADMIN, lambda tx: calendar.seed(tx, 2026, 2027)) == 730
    assert bank.run(ADMIN, lambda tx: calendar.seed(tx, 2026, 2027)) == 0
    assert bank.run(ADMIN, lambda tx: calendar.seed(tx, 2025, 2027)) == 365
    with bank.read() as connection:
        assert connection.scalar(select(func.count()).select_from(calendar_day)) == 1095
        events = connection.execute(select(tables.event).order_by(tables.event.c.seq)).all()
        row = connection.execute(select(calendar_day).where(calendar_day.c.day == date(2026, 2, 14))).one()
    assert [(event.stream, event.kind, event.actor) for event in events] == [
        ("calendar", "calendar_loaded", "admin")
    ] * 2
    assert (row.working, row.kind, row.status, row.loaded_by) == (True, "make-up", "official", "admin")
    assert row.loaded_at == NOON
    assert row.source.startswith("chinesecalendar")


def test_a_deadline_is_computed_from_the_table(bank: Environment) -> None:
    bank.run(ADMIN, lambda tx: calendar.seed(tx, 2026, 2027))
    with bank.read() as connection:
        assert calendar.add_working_days(connection, date(2026, 2, 13), 10) == calendar.DueDate(date(2026, 3, 5), False)
        assert calendar.add_working_days(connection, date(2026, 12, 30), 2).provisional


def test_the_calendar_is_kept_until_it_changes(bank: Environment) -> None:
    bank.run(ADMIN, lambda tx: calendar.seed(tx, 2026, 2026))
    closed = dataclasses.replace(
        next(calendar_seed.days_of(2026)),
        day=date(2026, 3, 3),
        working=False,
        kind="holiday",
        name="Flood",
        source="branch",
    )
    with bank.read() as connection:
        kept = calendar.current(connection)
        assert calendar.current(connection) is kept
        assert kept.is_working(date(2026, 3, 3))
    bank.run(ADMIN, lambda tx: calendar.load(tx, [closed]))
    with bank.read() as connection:
        assert calendar.current(connection).day(date(2026, 3, 3)) == closed
        assert calendar.add_working_days(connection, date(2026, 3, 2), 1).date == date(2026, 3, 4)


def test_a_change_that_was_rolled_back_leaves_no_trace(bank: Environment) -> None:
    bank.run(ADMIN, lambda tx: calendar.seed(tx, 2026, 2026))

    def fail(tx) -> None:
        calendar.seed(tx, 2027, 2027)
        assert calendar.current(tx.connection).is_working(date(2027, 1, 4))
        raise RuntimeError("the power went off")

    with pytest.raises(RuntimeError):
        bank.run(ADMIN, fail)
    with bank.read() as connection, pytest.raises(calendar.CalendarExhausted):
        calendar.current(connection).is_working(date(2027, 1, 4))


def test_without_a_calendar_nothing_is_computed(bank: Environment) -> None:
    with bank.read() as connection, pytest.raises(calendar.CalendarExhausted, match="load the missing year"):
        calendar.add_working_days(connection, date(2026, 3, 2), 1)
