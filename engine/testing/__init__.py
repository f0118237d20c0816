"""The test kit for processes: what the team uses is what process owners and others get (docs/testing.md).

    with testing.story() as story:
        story.load("processes/leave")
        story.start("leave", {"days": 3}, by="amy")
        story.complete("Approve", {"approved": True}, by="bob")
        story.expect(path=["Start", "Approve", "Booked"], variables={"approved": True}, ended=True)

Every step is a command of the engine on a real database; time stands still until the test travels.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import compose, tables
from engine.clock import TravelClock
from engine.store import Store
from engine.testing.coverage import Coverage
from engine.testing.doubles import Called, Given
from engine.testing.expectations import NotAsExpected
from engine.testing.files import ENDING, files_of
from engine.testing.house import House
from engine.testing.looks import NotOpen
from engine.testing.play import Outcome
from engine.testing.reading import BadScenario, Part
from engine.testing.scenario import Scenario
from engine.testing.story import Forgetful, Story
from engine.testing.suite import START, Report, Suite

__all__ = [
    "ENDING",
    "START",
    "BadScenario",
    "Called",
    "Coverage",
    "Forgetful",
    "Given",
    "House",
    "NotAsExpected",
    "NotOpen",
    "Outcome",
    "Part",
    "Report",
    "Scenario",
    "Story",
    "Suite",
    "files_of",
    "story",
]


@contextmanager
def story(
    url: str | None = None,
    *,
    at: datetime = START,
    kind: type[Story] = Story,
    **options: Any,
) -> Iterator[Story]:
    """A story on an empty database: a temporary SQLite file, or the one at `url`. `options` are those of Story.

    `kind` is Story or a class derived from it.
    """
    with tempfile.TemporaryDirectory(prefix="huiyin-story-") as folder:
        store = Store(url or f"sqlite:///{Path(folder) / 'story.db'}", pool_size=4)
        try:
            tables.metadata.create_all(store.database)
            yield kind(compose.environment(store, clock=TravelClock(at), seal_key=b"story"), **options)
        finally:
            store.close()
