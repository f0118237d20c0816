"""A notice of the State Council, an edit and a unit's own day: what they would move, and what they then have moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

import engine.tables
from complaints import calendar_moves, clocks, clockwork, letters, tables
from complaints.calendar_moves import Change
from engine import calendar, calendar_seed
from engine.calendar_seed import Day
from engine.clock import ZONE
from engine.environment import SYSTEM


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def complex_case(bank, **changes):
    number = bank.register(**changes).number
    bank.environment.run(SYSTEM, lambda tx: clockwork.set_limits(tx, number, 7, 10, 15))
    return number


def due(bank, number, name):
    with bank.environment.read() as connection:
        return clocks.due(connection, number, name)


def ask(bank, question, *arguments):
    with bank.environment.read() as connection:
        return question(connection, *arguments)


def notice_2027():
    """As a notice might be: New Year's bridge on Saturday 2 January, worked on Sunday 10 January instead."""
    days = {day.day: replace(day, status="official", source="国办发明电") for day in calendar_seed.days_of(2027)}
    for off in (date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)):
        days[off] = Day(off, False, "holiday", "元旦", "国办发明电", "official")
    worked = date(2027, 1, 10)
    days[worked] = Day(worked, True, "make-up", "元旦", "国办发明电", "official")
    return Change(days=tuple(days.values()))


def test_a_notice_shows_and_then_moves_the_open_clocks(bank):
    bank.clock.travel_to(at("2026-12-28T10:00"))
    number = complex_case(bank)
    early = complex_case(bank, received_at=at("2026-12-01T10:00"))
    assert due(bank, number, "internal") == at("2027-01-13T00:00"), "the tenth working day, as far as one knows"
    found = {(move.number, move.name): move for move in ask(bank, calendar_moves.moves, notice_2027())}
    assert {name for case, name in found if case == early} == {"silence"}, "its limits end before the year that changes"
    assert {name for case, name in found if case == number} == {"target", "internal", "silence"}
    internal = found[number, "internal"]
    assert (internal.old, internal.new, internal.provisional) == (at("2027-01-13T00:00"), at("2027-01-13T00:00"), False)
    target = found[number, "target"]
    assert (target.old, target.new) == (at("2027-01-08T00:00"), at("2027-01-09T00:00"))
    assert due(bank, number, "target") == target.old, "a preview changes nothing"
    assert ask(bank, letters.values, number, bank.now)["due_date"].endswith("日(预计)")
    differ = {one.day.isoformat() for one in ask(bank, calendar_moves.difference, notice_2027())}
    assert differ == {"2027-01-02", "2027-01-03", "2027-01-04", "2027-01-10"}
    before = {case: bank.events(case).count("clock-recomputed") for case in (number, early)}
    moved = bank.environment.run(SYSTEM, lambda tx: calendar_moves.apply(tx, notice_2027()))
    assert moved == len(found)
    told = {case: bank.events(case).count("clock-recomputed") - count for case, count in before.items()}
    assert told == {number: moved - 1, early: 1}, "one event each"
    assert due(bank, number, "target") == target.new
    assert ask(bank, calendar_moves.moves, notice_2027()) == []
    with bank.environment.read() as connection:
        assert not any(clock.provisional for clock in clocks.of(connection, number, bank.now))
    assert ask(bank, letters.values, number, bank.now)["due_date"].endswith("日")


def test_a_timer_moves_with_the_calendar(bank):
    number = bank.register().number
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    bank.do("mei", number, "Classify", subcategory="SQ.ATT")
    change = Change(days=(Day(date(2026, 3, 4), False, "holiday", "", "暴雪停业", "official"),), reason="暴雪停业")
    bank.environment.run(SYSTEM, lambda tx: calendar_moves.apply(tx, change))
    assert due(bank, number, "internal") == at("2026-03-07T00:00")
    timer = engine.tables.timer
    with bank.environment.read() as connection:
        row = connection.execute(select(timer).where(timer.c.key == "clock:governing:0.5")).one()
    assert row.due_at == at("2026-03-05T09:30")
    assert "timer-moved" in bank.events(number)


def test_a_units_own_day_moves_only_its_cases_and_can_be_taken_back(bank):
    mine, other = complex_case(bank), complex_case(bank)
    bank.environment.run(SYSTEM, lambda tx: _answers(tx, mine, "west"))
    closed = Change(unit="west", day=date(2026, 3, 5), working=False, reason="营业场所搬迁")
    assert {move.number for move in ask(bank, calendar_moves.moves, closed)} == {mine}
    assert bank.environment.run(SYSTEM, lambda tx: calendar_moves.apply(tx, closed)) == 3
    assert due(bank, mine, "internal") == at("2026-03-18T00:00")
    assert due(bank, other, "internal") == at("2026-03-17T00:00")
    back = replace(closed, working=None)
    assert bank.environment.run(SYSTEM, lambda tx: calendar_moves.apply(tx, back)) == 3
    assert due(bank, mine, "internal") == at("2026-03-17T00:00")
    assert ask(bank, calendar.overrides) == []


def _answers(tx, number, unit):
    tx.connection.execute(tables.complaint.update().where(tables.complaint.c.number == number).values(unit=unit))


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-10-31", None),
        ("2026-11-01", "amber"),
        ("2026-12-14", "amber"),
        ("2026-12-15", "red"),
        ("2025-12-31", None),
    ],
)
def test_from_november_on_a_missing_notice_is_told(bank, today, found):
    assert ask(bank, calendar_moves.alarm, date.fromisoformat(today)) == found


def test_nobody_computes_beyond_the_table(bank):
    bank.clock.travel_to(at("2028-12-20T10:00"))
    with pytest.raises(calendar.CalendarExhausted, match="to 2027-12-31"):
        bank.register()
