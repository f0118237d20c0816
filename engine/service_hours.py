"""The hours of a working day that count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from itertools import pairwise

from engine.errors import EngineError

SECOND = 1_000_000  # the arithmetic of hours is done in whole microseconds
MINUTE = 60 * SECOND


class BadServiceHours(EngineError):
    """Expected service hours like '09:00-12:00,13:00-18:00', in order and apart, but got '{value}'."""


def after_midnight(at: time) -> int:
    """Microseconds since the day began."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * SECOND + at.microsecond


@dataclass(frozen=True)
class ServiceHours:
    """The windows of a working day that count, in order and apart; an end of 00:00 means 24:00."""

    windows: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        spans = self.spans
        if not spans or any(end <= begin for begin, end in spans) or any(a[1] > b[0] for a, b in pairwise(spans)):
            raise BadServiceHours(value=str(self))

    @classmethod
    def parse(cls, text: str) -> ServiceHours:
        """Read `09:00-12:00,13:00-18:00`. Raises `BadServiceHours`."""
        windows = []
        for part in text.split(","):
            found = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)\s*", part)
            if not found:
                raise BadServiceHours(value=text)
            hour, minute, end_hour, end_minute = (int(number or 0) for number in found.groups())
            windows.append((time(hour, minute), time(end_hour, end_minute)))
        return cls(tuple(windows))

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Begin and end of each window in microseconds after midnight."""
        return tuple((after_midnight(begin), after_midnight(end) or 24 * 60 * MINUTE) for begin, end in self.windows)

    def __str__(self) -> str:
        return ",".join(f"{begin:%H:%M}-{'24:00' if end == time(0) else f'{end:%H:%M}'}" for begin, end in self.windows)


OFFICE_HOURS = ServiceHours.parse("09:00-12:00,13:00-18:00")
