"""The days of a year: official ones as the State Council announced them, and provisional ones until it has.

A provisional year has its weekends and the 13 statutory days (State Council Order 795) off and no make-up days, since
those are only known from the yearly notice and must never be guessed. Where the day of two festivals coincides, one is
named. `calendar_provisional.csv` holds the statutory days, those of the lunar year included.
"""

from __future__ import annotations

import csv
import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar

from engine.errors import EngineError


class UnknownYear(EngineError):
    """Expected a year from {first} to {last}, but got {year}: its holidays are not known."""


@dataclass(frozen=True)
class Day:
    """A calendar day; `kind` is workday, weekend, holiday or make-up (a weekend day that is worked)."""

    day: date
    working: bool
    kind: str
    name: str
    source: str
    status: str

    @property
    def provisional(self) -> bool:
        return self.status == "provisional"


OFFICIAL_YEARS = range(
    min(chinese_calendar.holidays).year,
    max(chinese_calendar.holidays).year + 1,
)


def days_of(year: int) -> Iterator[Day]:
    """Every day of `year`. Raises `UnknownYear` where neither official nor provisional holidays are known."""
    if year not in OFFICIAL_YEARS and year not in provisional_years():
        last = max(OFFICIAL_YEARS.stop - 1, *provisional_years())
        raise UnknownYear(first=OFFICIAL_YEARS.start, last=last, year=year)
    first = date(year, 1, 1)
    for offset in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(offset)
        yield _official(day) if year in OFFICIAL_YEARS else _provisional(day)


def provisional_years() -> frozenset[int]:
    """The years whose statutory days are shipped, although their notice may not be out yet."""
    return frozenset(day.year for day in _statutory())


def _official(day: date) -> Day:
    off, name = chinese_calendar.get_holiday_detail(day)
    weekend = day.weekday() > 4
    kind = ("holiday" if name else "weekend") if off else ("make-up" if weekend else "workday")
    return Day(day, not off, kind, name or "", _source(), "official")


@cache
def _source() -> str:
    """The library and its version; reading it takes longer than a year of days."""
    return f"chinesecalendar {importlib.metadata.version('chinesecalendar')}"


def _provisional(day: date) -> Day:
    name = _statutory().get(day, "")
    weekend = day.weekday() > 4
    kind = "holiday" if name else "weekend" if weekend else "workday"
    return Day(day, kind == "workday", kind, name, "State Council Order 795", "provisional")


@cache
def _statutory() -> dict[date, str]:
    with Path(__file__).with_name("calendar_provisional.csv").open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(file)}
