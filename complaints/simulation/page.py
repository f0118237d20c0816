"""A form in front of a person, and what the simulation remembers of the case that it is about."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from complaints import evidence
from complaints.simulation.arrivals import Arrival
from complaints.simulation.policy import Policy
from engine import calendar

Answer = dict[str, Any]
FAILS = "not-reached"


@dataclass
class Case:
    """What the simulation remembers of a case while it is open; `hands` is who did a step last.

    `code` is the query code that the customer was given.
    """

    external: str
    arrival: Arrival
    subcategory: str
    rounds: Counter[str] = field(default_factory=Counter)
    hands: dict[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass
class Page:
    """A form in front of a person: `initial` opens the page of the task, as a browser would."""

    policy: Policy
    chance: random.Random
    case: Case
    user: str
    now: datetime
    opening: Callable[[], Mapping[str, Any]]
    colleagues: Callable[[], list[str]]
    units: Callable[[], list[str]]
    upload: Callable[[str, str], evidence.Upload]
    uploads: list[evidence.Upload] = field(default_factory=list)

    @cached_property
    def initial(self) -> Mapping[str, Any]:
        """The first values of the form."""
        return self.opening()

    def happens(self, what: str) -> bool:
        """Whether something with a share in the policy happens here."""
        return self.policy.happens(what, self.chance)

    def always(self, what: str) -> bool:
        """The same, but decided once for the whole case."""
        return self.policy.happens(what, self.policy.chance(self.case.external, what))

    def text(self, what: str) -> str:
        """A phrase."""
        return self.policy.text(what, self.chance)

    def day(self, days: int) -> str:
        """A date from today, as forms take it."""
        return (calendar.local_day(self.now) + timedelta(days=days)).isoformat()

    def proof(self) -> str:
        """The number of a recording or posting."""
        return f"REC-{self.chance.randrange(10**8):08d}"

    def another_unit(self) -> str:
        """A unit that handles complaints, other than the one whose turn it is."""
        here = self.initial.get("unit")
        return self.chance.choice([unit for unit in self.units() if unit != here])
