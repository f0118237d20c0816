"""Where scenarios are played: tables, people and operations of the house above, on a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from engine import compose, tables
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store
from engine.testing.reading import Part
from engine.testing.story import Story


class House:
    """An empty house: the engine alone. A house above derives from it and brings what it has."""

    words: ClassVar[Mapping[str, Callable[[Part], Any]]] = {}
    """Further words of `given`, with their readers."""

    def prepare(self, url: str, at: datetime) -> None:
        """Make the tables, and what every scenario finds there."""
        store = Store(url)
        tables.metadata.create_all(store.database)
        store.close()

    def environment(self, store: Store, clock: TravelClock) -> Environment:
        """An environment on a copy of the database that was prepared."""
        return compose.environment(store, clock=clock, seal_key=b"scenario")

    def actor(self, story: Story, name: str) -> Actor | None:
        """A person of the house by user id, None when there is no such person."""
        return None

    def arrange(self, story: Story, given: Mapping[str, Any]) -> None:
        """Bring about what the house's own words of `given` say, before the process starts."""
