"""How often, after which pause, a failed operation is tried again (`camunda:failedJobRetryTimeCycle`, e.g. R5/PT5M)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from engine import due
from engine.errors import Fault

PATTERN = re.compile(r"^R(\d+)/(P.+)$")
DEFAULT = "R3/PT1M"
LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class Retries:
    """`count` further tries; the pause doubles with each of them, up to a day."""

    count: int
    pause: timedelta

    @classmethod
    def read(cls, text: str | None) -> Retries:
        """Parse a retry cycle; None means the default R3/PT1M. Raises Fault (lint has checked it at deployment)."""
        match = PATTERN.match(text or DEFAULT)
        pause = due.parse(match.group(2)) if match else None
        if match is None or not isinstance(pause, timedelta):
            raise Fault("Expected a retry cycle like R3/PT5M, but got '{text}'", text=text)
        return cls(int(match.group(1)), pause)

    def wait(self, attempt: int) -> timedelta:
        """The pause after the given attempt (1 for the first)."""
        doubled: timedelta = self.pause * 2 ** min(attempt - 1, 20)
        return min(doubled, LONGEST)
