"""The one place that reads the machine's clock. Everything else is handed an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)


class TravelClock:
    """A clock that stands still until it is moved: for tests, simulations and drills."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant travelled to, aware, in UTC."""
        return self._now

    def travel(self, delta: timedelta) -> datetime:
        """Move by `delta` and return the new instant."""
        return self.travel_to(self._now + delta)

    def travel_to(self, at: datetime) -> datetime:
        """Move to the aware instant `at`. Raises ValueError when it lies in the past: time runs one way."""
        if at < self._now:
            raise ValueError(f"expected an instant after {self._now.isoformat()}, but got {at.isoformat()}")
        self._now = at.astimezone(UTC)
        return self._now
