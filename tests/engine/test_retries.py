"""How often a failed operation is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Fault
from engine.retries import Retries


def test_the_default_is_three_tries_after_a_minute() -> None:
    assert Retries.read(None) == Retries.read("R3/PT1M") == Retries(3, timedelta(minutes=1))


def test_the_pause_doubles_up_to_a_day() -> None:
    retries = Retries.read("R9/PT5M")
    assert [retries.wait(n) for n in (1, 2, 3)] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert retries.wait(10) == retries.wait(10**6) == timedelta(days=1)


@pytest.mark.parametrize("text", ["R3", "PT5M", "R/PT5M", "R3/", "R3/5 minutes", "R3/P1M", "R-1/PT5M"])
def test_what_is_no_retry_cycle_is_a_fault(text: str) -> None:
    with pytest.raises(Fault):
        Retries.read(text)
