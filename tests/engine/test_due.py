"""When a timer is due: the examples of ISO 8601, calendar months in Shanghai, and the bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import due, feel
from engine.due import Schedule
from engine.errors import Fault

NOW = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)  # noon in Shanghai

FIRST = datetime.fromisoformat("0001-01-01T00:00:00+12:00")
LAST = datetime.fromisoformat("9999-12-31T23:00:00-12:00")
"""They have no UTC."""


def schedule(kind: str, value: object) -> Schedule:
    return due.schedule(kind, value, NOW, years=10, cycle_seconds=60)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT4H", "2026-01-31T08:00:00"),
        (timedelta(hours=4), "2026-01-31T08:00:00"),
        ("P1M", "2026-02-28T04:00:00"),  # the last day of the shorter month
        (feel.YearsMonths(13), "2027-02-28T04:00:00"),
        ("-PT1H", "2026-01-31T03:00:00"),
        ("2026-02-01T09:00:00", "2026-02-01T01:00:00"),  # without a zone it is Shanghai's
        ("2026-02-01T09:00:00Z", "2026-02-01T09:00:00"),
        (datetime.fromisoformat("2026-02-01T09:00"), "2026-02-01T01:00:00"),
        (date(2026, 2, 1), "2026-01-31T16:00:00"),
        ("2026-02-01", "2026-01-31T16:00:00"),
    ],
)
def test_instants(value: object, expected: str) -> None:
    assert due.instant(value, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("value", ["soon", "P", "PT", "2026-13-01", "", 7, None, [], FIRST, LAST])
def test_what_is_no_time_is_a_fault(value: object) -> None:
    with pytest.raises(Fault):
        due.instant(value, NOW)


@pytest.mark.parametrize(
    ("text", "first", "repeats"),
    [
        ("R3/PT1H", "2026-01-31T05:00:00", 2),
        ("R/P1D", "2026-02-01T04:00:00", None),
        ("R1/P1M", "2026-02-28T04:00:00", 0),
        ("R3/2026-02-01T00:00:00Z/PT1H", "2026-02-01T00:00:00", 2),
        ("R9/2026-01-31T00:30:00Z/PT1H", "2026-01-31T04:30:00", 4),  # four rounds are over
        ("R/2026-01-31T00:00:00Z/PT1H", "2026-01-31T04:00:00", None),
        ("R/2020-01-31T00:00:00Z/P1Y", "2027-01-31T00:00:00", None),
    ],
)
def test_cycles(text: str, first: str, repeats: int | None) -> None:
    found = schedule("cycle", text)
    assert (found.due_at, found.repeats) == (datetime.fromisoformat(first).replace(tzinfo=UTC), repeats)
    assert found.interval == text.rpartition("/")[2]


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("duration", "P10Y1M", "within 10 years"),
        ("duration", "P99999999Y", "Expected"),
        ("duration", "PT99999999999999999999H", "Expected"),
        ("date", "2100-01-01", "within 10 years"),
        ("cycle", "R/P20Y", "within 10 years"),
        ("cycle", "R/PT59S", "at least 60 seconds"),
        ("cycle", "R/PT0S", "at least 60 seconds"),
        ("cycle", "R/P0M", "with a pause"),
        ("cycle", "R0/PT1H", "is over"),
        ("cycle", "R2/2026-01-01T00:00:00Z/PT1H", "is over"),
        ("cycle", "PT1H", "cycle like"),
        ("cycle", "R/-PT1H", "cycle like"),
        ("cycle", None, "cycle like"),
    ],
)
def test_the_bounds(kind: str, value: object, said: str) -> None:
    with pytest.raises(Fault, match=said):
        schedule(kind, value)


def test_what_is_past_is_due_at_once() -> None:
    assert schedule("date", "2020-01-01").due_at < NOW


def test_rounds_follow_each_other_from_their_own_due_time_to_the_last() -> None:
    found: due.Schedule | None = schedule("cycle", "R3/2026-02-01T00:00:00Z/P1M")
    rounds = []
    while found is not None:
        rounds.append((found.due_at.date().isoformat(), found.repeats))
        found = due.following(found)
    assert rounds == [("2026-02-01", 2), ("2026-03-01", 1), ("2026-04-01", 0)]
    endless = due.following(schedule("cycle", "R/P1D"))
    assert endless is not None
    assert endless.repeats is None
    assert due.following(schedule("duration", "PT1H")) is None
