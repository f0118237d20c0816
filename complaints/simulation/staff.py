"""Who does a task: those to whom the engine offers it, by name, group and duty roster, never anybody else."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from complaints import decisions, people, sessions, settings, tables
from complaints.viewer import SignedIn
from engine import calendar
from engine.clock import ZONE
from engine.columns import FAR
from engine.environment import SYSTEM, Environment, Transaction

FIRST_CALL, LAST_CALL = 8, 21
"""Hours between which people on duty call customers."""
DUTY = "duty"


class Staff:
    """The people of the bank at an instant; roles and groups are read once, the duty roster when it changes."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._duty_from = self._duty_until = environment.clock.now()
        self._duty: frozenset[str] = frozenset()
        with environment.read() as connection:
            now = environment.clock.now()
            users = connection.scalars(select(tables.account.c.user).order_by(tables.account.c.user)).all()
            known = [sessions.person_at_work(connection, user, now) for user in users]
            outside = {unit.code for unit in people.units(connection, "branch", "department")}
            self._hours = calendar.ServiceHours.parse(settings.get(connection, "service-hours"))
            self._calendar = calendar.current(connection)
        self.people = {person.user: person for person in known if person.has("handler", "supervisor", "leader")}
        self.units = sorted({person.unit for person in known if person.unit in outside and person.has("handler")})

    def at_work(self, user: str, now: datetime) -> SignedIn:
        """A person with the groups of this moment, as a page would sign him in."""
        person = self.people[user]
        if not self._duty_from <= now < self._duty_until:
            with self.environment.read() as connection:
                self._look(connection, now)
        return replace(person, groups=person.groups - {DUTY} | ({DUTY} if user in self._duty else set()))

    def colleagues(self, person: SignedIn) -> list[str]:
        """The handlers of somebody's unit, himself among them."""
        unit = [one.user for one in self.people.values() if one.unit == person.unit and one.has("handler")]
        return unit or [person.user]

    def of_group(self, group: str) -> list[str]:
        """The members of a group."""
        return [person.user for person in self.people.values() if group in person.groups]

    def handlers(self, group: str) -> list[str]:
        """Those of a group who handle complaints, and are not only there to lead."""
        return [user for user in self.of_group(group) if self.people[user].has("handler")]

    def on_duty(self, connection: Connection, now: datetime) -> list[str]:
        """The people on the roster now."""
        self._look(connection, now)
        return sorted(self._duty & self.people.keys())

    def _look(self, connection: Connection, now: datetime) -> None:
        """Read the roster of an instant, unless it is as it was."""
        if not self._duty_from <= now < self._duty_until:
            self._duty_from, self._duty = now, people.on_duty(connection, now)
            self._duty_until = _duty_until(connection, now)

    def candidates(
        self,
        connection: Connection,
        task: Row[Any],
        offered: Iterable[Any],
        chance: random.Random,
        now: datetime,
    ) -> list[str]:
        """Whom a task may be done by, in the order in which they take it: leaders last, after hours who is on duty."""
        self._look(connection, now)
        if task.assignee is not None:
            return [task.assignee]
        found: set[str] = set()
        for kind, value in offered:
            if kind == "user":
                found.add(value)
            else:
                found |= set(self.on_duty(connection, now) if value == DUTY else self.of_group(value))
        first = set() if self.in_service(now) else set(self.on_duty(connection, now))
        doers = shuffled(found & self.people.keys(), chance)
        return sorted(doers, key=lambda user: (user not in first, not self.people[user].has("handler", "supervisor")))

    def receiving(self, connection: Connection, channel: str, chance: random.Random, now: datetime) -> list[str]:
        """Who registers what comes in by a channel: its intake group, outside service hours the people on duty."""
        if not self.in_service(now) and (duty := self.on_duty(connection, now)):
            return shuffled(duty, chance)
        group = decisions.intake_group(self.environment, connection, channel, now)
        members = self.handlers(group)
        free = [user for user in members if not self.people[user].has("supervisor")]  # he is to look at it later
        return shuffled(free or members, chance)

    def in_service(self, now: datetime) -> bool:
        """Whether these are service hours."""
        return self._calendar.working_minutes_between(now, now + timedelta(seconds=1), self._hours) > 0

    def after(self, begin: datetime, minutes: int) -> datetime:
        """When somebody who works in service hours has let that many minutes pass."""
        return self._calendar.add_working_minutes(begin, minutes, self._hours)

    def on_call_after(self, begin: datetime, minutes: int) -> datetime:
        """When somebody on duty has: at any day, but not at night."""
        at = (begin + timedelta(minutes=minutes)).astimezone(ZONE)
        if FIRST_CALL <= at.hour < LAST_CALL:
            return at
        morning = at.replace(hour=FIRST_CALL, minute=at.minute, second=0, microsecond=0)
        return morning if at.hour < FIRST_CALL else morning + timedelta(days=1)


def _duty_until(connection: Connection, at: datetime) -> datetime:
    """How long the roster stays as it is at an instant."""
    changes = tables.roster.c.starts_at, tables.roster.c.ends_at
    coming = [connection.scalar(select(func.min(time)).where(time > at)) for time in changes]
    return min((time for time in coming if time is not None), default=FAR)


def shuffled(users: Iterable[str], chance: random.Random) -> list[str]:
    """In an order that depends on the dice only."""
    found = sorted(users)
    chance.shuffle(found)
    return found


def put_on_duty(environment: Environment, group: str, first: datetime, last: datetime) -> None:
    """Somebody of `group` on duty at any hour, week by week in turn (R28)."""
    turn = Staff(environment).handlers(group)

    def work(tx: Transaction) -> None:
        begin, week = first - timedelta(days=1), 0
        while begin < last and turn:
            people.roster(tx, turn[week % len(turn)], begin, begin + timedelta(weeks=1))
            begin, week = begin + timedelta(weeks=1), week + 1

    environment.run(SYSTEM, work)
