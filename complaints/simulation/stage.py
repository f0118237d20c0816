"""The play: the next instant is that of the next timer, the next thing on the plan or the next complaint.

Between two instants nothing happens, so that years pass in minutes and still every timer fires at its own time.
"""

from __future__ import annotations

import random
import resource
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

import engine.tables
from complaints import portal, reconcile, tables
from complaints.simulation import answers
from complaints.simulation.customers import Customers
from complaints.simulation.page import Case
from complaints.simulation.players import Players
from complaints.simulation.scene import Scene
from engine import calendar, scheduler, timers
from engine.errors import Fault, NotFound
from engine.prepared import prepared

POST = timedelta(hours=1)
"""How often letters are taken to the post, and failed jobs tried again, when no timer is due before."""
AFTER = timedelta(days=400)
"""So long after the last complaint all is over: reworks, a review, and the visit 90 days after closure. A case that is
open even then has a task that nobody may do; its timers would go on for ever, so that it is counted instead."""
A_WEEK = 7
"""How often, in days, what is over is forgotten: it is looked for among everything that ever ran."""
Progress = Callable[[int, int], None]


class Stage:
    """The scene with its players and customers, and the time that passes."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.players, self.customers = scene, Players(scene), Customers()
        self.customers.connect(scene.environment)
        self._posted = scene.now
        self._arrived = 0

    def play(self, progress: Progress | None = None) -> bool:
        """Let everything happen, to the last follow-up visit; False when it was interrupted before that."""
        try:
            self._play(progress)
        except KeyboardInterrupt:
            return False
        return True

    def _play(self, progress: Progress | None) -> None:
        scene, total = self.scene, len(self.scene.queue.order)
        while (at := self._next_instant()) is not None:
            self._travel_to(at)
            while self._arrived < total and scene.queue.order[self._arrived][0] <= scene.now:
                self.players.receive(scene.queue.order[self._arrived][1])
                self._arrived += 1
            while action := scene.take():
                action()
                if progress is not None:
                    progress(scene.count["archived"], total)
                if scene.count["archived"] * 4 >= total * (len(scene.memory) + 1):
                    scene.memory.append(_memory())
        self._post()
        self._end_day()

    def _travel_to(self, at: datetime) -> None:
        """Let time pass; a day that ends is looked at before the next one begins."""
        scene = self.scene
        if calendar.local_day(at) > calendar.local_day(scene.now):
            self._end_day()
        scene.clock.travel_to(max(at, scene.now))

    def _end_day(self) -> None:
        """What must be true of every case (R5) from the first open one on; what is over is forgotten."""
        scene, case, instance = self.scene, tables.complaint, engine.tables.instance
        with scene.environment.read() as connection:
            first = connection.scalar(select(func.min(case.c.number)).where(case.c.closed_at.is_(None)))
            last = connection.scalar(select(func.max(case.c.number)))
            before = connection.scalar(select(func.max(case.c.number)).where(case.c.number < (first or "")))
            found = reconcile.check(connection, before or "", last) if first and last else []
            live = select(instance.c.business_key).where(instance.c.ended_at.is_(None)).distinct()
            over = scene.cases.keys() - set(connection.scalars(live)) if scene.count["days"] % A_WEEK == 0 else set()
        for finding in found:
            told = (finding.number, finding.code, finding.detail)
            scene.violations.setdefault(told, calendar.local_day(scene.now).isoformat())
        for number in over:
            del scene.cases[number]
        scene.count["days"] += 1

    def _next_instant(self) -> datetime | None:
        """The next instant at which somebody does something; what the system does before then is done."""
        scene = self.scene
        while True:
            order, planned = scene.queue.order, scene.next_planned()
            coming = [planned] if planned is not None else []
            coming += [order[self._arrived][0]] if self._arrived < len(order) else []
            due = timers.next_due(scene.environment)
            if min([*coming, due or scene.now]) > order[-1][0] + AFTER:
                return None
            if due is not None and due <= min(coming, default=due):
                self._travel_to(due)
                self._fire()
            elif coming and min(coming) - self._posted >= POST:
                self._post()
                self._posted = min(coming)
            else:
                return min(coming, default=None)

    def _fire(self) -> None:
        """Fire the timers that are due, and see what has become of their cases."""
        with self.scene.environment.read() as connection:
            numbers = set(connection.scalars(*_due(self.scene.now)))
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
            case = scene.cases.get(number)
            if case is None:  # all is over, nobody asks for it any more
                continue
            chance = scene.policy.chance(case.external, "survey", case.rounds["Reply"])
            if scene.policy.happens("survey_answered", chance):
                at = scene.now + timedelta(minutes=scene.policy.minutes("Survey", "customer", chance))
                scene.later(at, partial(self._rate, link, number, case, chance))

    def _rate(self, link: str, number: str, case: Case, chance: random.Random) -> None:
        """The customer answers; a newer link, after a second reply, has ended this one."""
        scene = self.scene
        given = answers.rating(scene.policy, case, chance)
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


@prepared
def _due(now: Any) -> Any:
    timer = engine.tables.timer
    return select(timer.c.business_key).where(timer.c.due_at <= now, timer.c.stopped_at.is_(None))


def _memory() -> int:
    """The most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
