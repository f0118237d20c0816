"""Working days and service hours: the golden dates of the notices, the laws of the arithmetic, and its limits."""

import csv
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import calendar, calendar_seed
from engine.calendar import Calendar, DueDate, ServiceHours
from engine.clock import ZONE

FIRST, LAST = date(2020, 1, 1), date(2028, 12, 31)
GOLDEN = list(csv.DictReader(Path(__file__).with_name("golden_deadlines.csv").read_text("utf-8").splitlines()))


@cache
def china() -> Calendar:
    return Calendar(day for year in range(2020, 2029) for day in calendar_seed.days_of(year))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# the golden dates: 20 receipt dates around every kind of holiday, checked against the State Council's notices


@pytest.mark.parametrize("row", GOLDEN, ids=[row["received"] for row in GOLDEN])
def test_golden_deadlines(row: dict[str, str]) -> None:
    received = date.fromisoformat(row["received"])
    assert china().is_working(received) is (row["is_workday"] == "True")
    for n in (3, 7, 10):
        assert china().add_working_days(received, n) == DueDate(date.fromisoformat(row[f"due_{n}wd"]), False)
    for n in (15, 30, 60):
        assert china().add_natural_days(received, n) == date.fromisoformat(row[f"due_{n}d"])


def test_the_official_days_agree_with_a_second_source() -> None:
    second = holidays.country_holidays("CN", years=range(2020, 2027))
    differing = [
        day.day
        for year in range(2020, 2027)
        for day in calendar_seed.days_of(year)
        if day.working is not second.is_working_day(day.day)
    ]
    assert differing == []


def test_the_seed_covers_what_the_library_covers() -> None:
    assert range(2004, 2027) == calendar_seed.OFFICIAL_YEARS
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 1))


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_year_without_a_notice_has_the_statutory_days_off_and_no_make_up_days(year: int) -> None:
    statutory = set(holidays.country_holidays("CN", years=year, observed=False))
    days = list(calendar_seed.days_of(year))
    assert {day.day for day in days if day.kind == "holiday"} == statutory
    assert [day.day for day in days if day.working is not (day.day.weekday() < 5 and day.day not in statutory)] == []
    assert {day.status for day in days} == {"provisional"}


def test_a_year_nobody_knows_is_refused() -> None:
    with pytest.raises(calendar_seed.UnknownYear, match="Expected a year from 2004 to 2028, but got 2029"):
        list(calendar_seed.days_of(2029))


# what days are


def test_a_make_up_saturday_is_worked_and_a_holiday_monday_is_not() -> None:
    saturday, monday = china().day(date(2026, 2, 14)), china().day(date(2026, 2, 16))
    assert (saturday.working, saturday.kind, saturday.name) == (True, "make-up", "Spring Festival")
    assert (monday.working, monday.kind, monday.name) == (False, "holiday", "Spring Festival")
    assert china().add_working_days(date(2026, 2, 13), 1).date == date(2026, 2, 14)
    assert china().add_working_days(date(2026, 2, 14), 1).date == date(2026, 2, 24)


def test_the_day_of_receipt_does_not_count() -> None:
    assert china().add_working_days(date(2026, 3, 2), 1).date == date(2026, 3, 3)
    assert china().add_working_days(date(2026, 3, 2), 0).date == date(2026, 3, 2)


def test_a_limit_in_days_ends_at_midnight_of_the_bank() -> None:
    assert calendar.end_of_day(date(2026, 3, 3)) == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert calendar.local_day(datetime(2026, 3, 3, 16, tzinfo=UTC)) == date(2026, 3, 4)


# the laws

days = st.dates(FIRST + timedelta(60), LAST - timedelta(200))
counts = st.integers(1, 90)


@given(days, counts)
def test_counting_back_gives_the_number_that_was_added(day: date, n: int) -> None:
    due = china().add_working_days(day, n).date
    assert china().working_days_between(day, due) == n
    assert china().working_days_between(due, day) == -n
    assert china().is_working(due)


@given(days, counts)
def test_the_sum_is_what_walking_from_day_to_day_finds(day: date, n: int) -> None:
    walked, left = day, n
    while left:
        walked += timedelta(1)
        left -= china().is_working(walked)
    assert china().add_working_days(day, n).date == walked


@given(days, counts, st.integers(0, 30))
def test_later_receipt_or_more_days_never_give_an_earlier_deadline(day: date, n: int, more: int) -> None:
    due = china().add_working_days(day, n).date
    assert due <= china().add_working_days(day, n + more).date
    assert due <= china().add_working_days(day + timedelta(more), n).date


@given(days, st.integers(1, 30))
def test_subtracting_working_days_finds_the_one_from_which_they_lead_back(day: date, n: int) -> None:
    earlier = china().add_working_days(day, -n).date
    assert china().is_working(earlier)
    assert china().working_days_between(earlier - timedelta(1), day - timedelta(1)) == n


# what is not known


def test_a_deadline_is_provisional_when_it_rests_on_a_day_not_announced() -> None:
    assert china().add_working_days(date(2026, 12, 30), 1) == DueDate(date(2026, 12, 31), False)
    assert china().add_working_days(date(2026, 12, 30), 2) == DueDate(date(2027, 1, 4), True)
    assert china().add_working_days(date(2027, 1, 4), -2) == DueDate(date(2026, 12, 30), True)
    assert not china().is_provisional(date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize("n", [1, 10, -2000])
def test_beyond_the_table_there_is_no_answer(n: int) -> None:
    with pytest.raises(calendar.CalendarExhausted, match="covers 2020-01-01 to 2028-12-31; load the missing year"):
        china().add_working_days(date(2028, 12, 29) if n > 0 else date(2025, 1, 1), n)
    with pytest.raises(calendar.CalendarExhausted, match="to reach 2019-12-31"):
        china().is_working(date(2019, 12, 31))


def test_an_empty_calendar_refuses_too() -> None:
    with pytest.raises(calendar.CalendarExhausted, match="covers no day to no day"):
        Calendar([]).is_working(date(2026, 1, 1))


def test_a_calendar_with_a_gap_is_refused() -> None:
    with_gap = [day for day in calendar_seed.days_of(2026) if day.day != date(2026, 5, 9)]
    with pytest.raises(calendar.CalendarBroken, match="2026-05-09 is missing"):
        Calendar(with_gap)


# service hours


@pytest.mark.parametrize(
    ("begin", "minutes", "due"),
    [
        ("2026-03-02T09:00:00", 240, "2026-03-02T14:00:00"),  # over the midday break
        ("2026-03-02T09:00:00", 180, "2026-03-02T12:00:00"),  # ends with the morning, not with the break
        ("2026-03-02T12:30:00", 60, "2026-03-02T14:00:00"),  # received in the break
        ("2026-03-02T17:30:15", 60, "2026-03-03T09:30:15"),  # to the second, over night
        ("2026-03-02T17:00:00", 60, "2026-03-02T18:00:00"),  # ends with the day
        ("2026-02-13T17:00:00", 120, "2026-02-14T10:00:00"),  # the make-up Saturday counts
        ("2026-02-14T17:00:00", 120, "2026-02-24T10:00:00"),  # the Spring Festival does not
        ("2026-02-17T03:00:00", 1, "2026-02-24T09:01:00"),  # received in a holiday night
        ("2026-03-02T23:00:00", 0, "2026-03-02T23:00:00"),
    ],
)
def test_working_minutes(begin: str, minutes: int, due: str) -> None:
    assert china().add_working_minutes(local(begin), minutes) == local(due)
    assert china().working_minutes_between(local(begin), local(due)) == minutes
    assert china().working_minutes_between(local(due), local(begin)) == -minutes


def test_the_share_of_a_limit_is_exact_to_the_second() -> None:
    received, due = local("2026-03-02T09:00:01"), local("2026-03-11T18:00:00")
    minutes = china().working_minutes_between(received, due)
    assert minutes * 60 == 8 * 8 * 3600 - 1
    assert china().add_working_minutes(received, minutes * Decimal("0.5")) == local("2026-03-06T09:00:00.5")


@given(
    st.integers(0, 3 * 365 * 86_400_000).map(lambda milli: local("2024-01-01") + timedelta(milliseconds=milli)),
    st.integers(1, 20_000_000),
    st.sampled_from(["09:00-12:00,13:00-18:00", "00:00-24:00", "08:30-17:30", "22:00-23:00,23:30-24:00"]),
)
def test_the_added_hours_are_found_between_and_not_a_moment_before(begin: datetime, milli: int, text: str) -> None:
    hours, minutes = ServiceHours.parse(text), Decimal(milli) / 1000
    due = china().add_working_minutes(begin, minutes, hours)
    assert round(china().working_minutes_between(begin, due, hours), 9) == minutes
    moment = timedelta(microseconds=1)
    assert china().working_minutes_between(begin, due - moment, hours) < minutes


def test_beyond_the_table_there_are_no_service_hours() -> None:
    with pytest.raises(calendar.CalendarExhausted, match="60 working minutes after 2028-12-29 17:30"):
        china().add_working_minutes(local("2028-12-29T17:30:00"), 60)
    with pytest.raises(ValueError, match="at least 0"):
        china().add_working_minutes(local("2026-03-02T09:00:00"), -1)


@pytest.mark.parametrize("text", ["09:00-12:00,13:00-18:00", "00:00-24:00", "08:00-08:01"])
def test_service_hours_are_written_as_they_are_read(text: str) -> None:
    assert str(ServiceHours.parse(text)) == text


@pytest.mark.parametrize("text", ["", "9-17", "12:00-09:00", "09:00-12:00,11:00-13:00", "25:00-26:00", "09:00-09:00"])
def test_senseless_service_hours_are_refused(text: str) -> None:
    with pytest.raises(calendar.BadServiceHours, match="in order and apart, but got"):
        ServiceHours.parse(text)
    with pytest.raises(calendar.BadServiceHours):
        ServiceHours(((time(12), time(9)),))


def test_a_deadline_takes_microseconds_not_milliseconds() -> None:
    rounds, day, kept = 2000, date(2026, 2, 13), china()
    before = stopwatch.process_time()
    for _ in range(rounds):
        kept.add_working_days(day, 10)
    assert (stopwatch.process_time() - before) / rounds < 20e-6


def test_a_limit_at_midnight_belongs_to_the_day_before() -> None:
    day = date(2026, 2, 25)
    assert calendar.last_day(calendar.end_of_day(day)) == day
    assert calendar.last_day(calendar.end_of_day(day) + timedelta(minutes=1)) == day + timedelta(1)
