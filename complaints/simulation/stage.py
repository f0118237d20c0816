"""The play: the next instant is that of the next timer, the next thing on the plan or the next complaint.

Between two instants nothing happens, so that years pass in minutes and still every timer fires at its own time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

import engine.tables
from complaints import portal
from complaints.simulation import answers
from complaints.simulation.customers import Customers
from complaints.simulation.players import Players
from complaints.simulation.scene import Scene
from engine import scheduler, timers
from engine.errors import Fault, NotFound

POST = timedelta(hours=1)
"""How often letters are taken to the post, and failed jobs tried again, when no timer is due before."""
Progress = Callable[[int, int], None]


class Stage:
    """The scene with its players and customers, and the time that passes."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.players, self.customers = scene, Players(scene), Customers()
        self.customers.connect(scene.environment)
        self._posted = scene.now
        self._arrived = 0

    def play(self, progress: Progress | None = None) -> None:
        """Let everything happen, to the last follow-up visit."""
        scene, total = self.scene, len(self.scene.queue.order)
        while (at := self._next_instant()) is not None:
            scene.clock.travel_to(max(at, scene.now))
            while self._arrived < total and scene.queue.order[self._arrived][0] <= scene.now:
                self.players.receive(scene.queue.order[self._arrived][1])
                self._arrived += 1
            while action := scene.take():
                action()
                if progress is not None:
                    progress(scene.count["archived"], total)
        self._post()

    def _next_instant(self) -> datetime | None:
        """The next instant at which somebody does something; what the system does before then is done."""
        scene = self.scene
        while True:
            order, planned = scene.queue.order, scene.next_planned()
            coming = [planned] if planned is not None else []
            coming += [order[self._arrived][0]] if self._arrived < len(order) else []
            due = timers.next_due(scene.environment)
            if due is not None and due <= min(coming, default=due):
                scene.clock.travel_to(max(due, scene.now))
                self._fire()
            elif coming and min(coming) - self._posted >= POST:
                self._post()
                self._posted = min(coming)
            else:
                return min(coming, default=None)

    def _fire(self) -> None:
        """Fire the timers that are due, and see what has become of their cases."""
        numbers, timer = set(), engine.tables.timer
        query = select(timer.c.business_key).where(timer.c.due_at <= self.scene.now, timer.c.stopped_at.is_(None))
        with self.scene.environment.read() as connection:
            numbers = set(connection.scalars(query))
        before = self.scene.count["timers"]
        while fired := timers.fire_due(self.scene.environment):
            self.scene.count["timers"] += fired
        if before == self.scene.count["timers"]:
            raise Fault("Expected the timers of {numbers} to fire, but none did", numbers=", ".join(sorted(numbers)))
        for number in sorted(numbers):
            self.players.look(number)

    def _post(self) -> None:
        """Let the scheduler do its work: letters, deliveries and jobs; some customers answer the survey they get."""
        scene = self.scene
        while scheduler.work(scene.environment):
            scene.count["posts"] += 1
        for link, number in self.customers.opened(scene.environment):
            case = scene.cases[number]
            chance = scene.policy.chance(case.external, "survey", case.rounds["Reply"])
            if scene.policy.happens("survey_answered", chance):
                at = scene.now + timedelta(minutes=scene.policy.minutes("Survey", "customer", chance))
                scene.later(at, partial(self._rate, link, number, chance))

    def _rate(self, link: str, number: str, chance: random.Random) -> None:
        """The customer answers; a newer link, after a second reply, has ended this one."""
        scene = self.scene
        given = answers.rating(scene.policy, scene.cases[number], chance)
        with suppress(NotFound):
            portal.answer(
                scene.environment,
                link,
                given["expectation"],
                given["perception"],
                given["satisfaction_comment"],
            )
            scene.count["steps"] += 1
        self.players.look(number)
