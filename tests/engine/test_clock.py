"""The clock is handed in: instants are aware, and travelled time runs one way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.clock import ZONE, SystemClock, TravelClock

START = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE)


def test_the_clock_of_the_machine_gives_aware_instants_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_travelled_clock_stands_still() -> None:
    clock = TravelClock(START)
    assert clock.now() == clock.now() == START
    assert clock.now().tzinfo is UTC
    assert clock.now().hour == 1


def test_a_travelled_clock_moves_on_demand() -> None:
    clock = TravelClock(START)
    assert clock.travel(timedelta(hours=4)) == clock.now() == START + timedelta(hours=4)
    assert clock.travel_to(START + timedelta(days=1)) == clock.now() == START + timedelta(days=1)


def test_time_runs_one_way() -> None:
    clock = TravelClock(START)
    assert clock.travel_to(START) == START
    with pytest.raises(ValueError, match="expected an instant after 2026-03-02T01:30:00"):
        clock.travel(timedelta(seconds=-1))
    assert clock.now() == START
