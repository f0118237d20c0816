"""What everybody on the stage shares: the bank, its clock, the policy, the plan, the cases and the tally."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from complaints import evidence
from complaints.simulation.arrivals import Arrival
from complaints.simulation.page import Case
from complaints.simulation.policy import Policy
from complaints.simulation.staff import Staff
from engine.clock import TravelClock
from engine.environment import Environment


class Queue(Protocol):
    """The complaints on their way: `order` lists (received, place), the earliest first; wrong rows are counted."""

    @property
    def order(self) -> list[tuple[datetime, int]]: ...

    @property
    def wrong(self) -> int: ...

    def get(self, place: int) -> Arrival:
        """The complaint at a place."""
        ...


class Scene:
    """One run. `cases` are those that are live, `count` what has happened so far, `violations` when they were seen."""

    def __init__(self, environment: Environment, policy: Policy, queue: Queue, vault: evidence.Vault) -> None:
        self.environment, self.policy, self.queue, self.vault = environment, policy, queue, vault
        self.staff = Staff(environment)
        self.cases: dict[str, Case] = {}
        self.count: Counter[str] = Counter()
        self.violations: dict[tuple[str, ...], str] = {}
        self.memory: list[int] = []
        self._plan: list[tuple[datetime, int, Callable[[], None]]] = []
        self._entered = 0

    @property
    def clock(self) -> TravelClock:
        """The clock that is moved."""
        assert isinstance(self.environment.clock, TravelClock)
        return self.environment.clock

    @property
    def now(self) -> datetime:
        """The instant travelled to."""
        return self.clock.now()

    def later(self, at: datetime, action: Callable[[], None]) -> None:
        """Put something on the plan; of two things at one instant the one planned first comes first."""
        heapq.heappush(self._plan, (at, self._entered, action))
        self._entered += 1

    def next_planned(self) -> datetime | None:
        """When the next thing on the plan is to be done."""
        return self._plan[0][0] if self._plan else None

    def take(self) -> Callable[[], None] | None:
        """The next thing that is to be done by now, taken off the plan."""
        return heapq.heappop(self._plan)[2] if self._plan and self._plan[0][0] <= self.now else None
