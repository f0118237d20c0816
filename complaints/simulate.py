"""A simulation to figures: a bank, complaints with travelled time, people who act by a policy.

The complaints come from a CSV file, or are made for a bank's year. The same seed gives the same figures on every
machine and database, and with any number of workers. What runs are the commands of the pages; only the clock is not the
machine's.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from complaints import catalogue, demo, evidence, house, people, schema, tables
from complaints.simulation import arrivals, figures, parts, policy, scene, staff, stage, year
from engine import calendar
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM, Environment
from engine.errors import Conflict

BEFORE = timedelta(days=7)
"""So long before the first complaint the bank is open."""
OPENED = datetime(2020, 1, 8, tzinfo=ZONE)
DUTY_GROUP = "95566"
SHIPPED = catalogue.FOLDER / "demo" / "complaints.csv"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """What is simulated: a CSV file, how its columns are read, how people behave, how many complaints.

    With `days` and `cases` so many complaints are made instead, and of those every `parts`-th from `part` on is played.
    """

    source: Path = SHIPPED
    mapping: Path | None = None
    policy: Path | None = None
    limit: int | None = None
    seed: int = 1
    days: int | None = None
    cases: int | None = None
    part: int = 0
    parts: int = 1


@dataclass(frozen=True)
class Place:
    """Where it is simulated: a database, a folder for evidence, the key of the seals, the password of the accounts."""

    url: str
    folder: Path
    seal_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    durable: bool = True


@contextmanager
def temporary() -> Iterator[Place]:
    """A place that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="huiyin-simulation-") as folder:
        yield Place(f"sqlite:///{folder}/simulation.db", Path(folder), durable=False)


def run(place: Place, options: Options, progress: Progress | None = None) -> dict[str, Any]:
    """Simulate in a place whose database must hold no cases; returns the figures.

    Raises Conflict for a database with cases, Invalid for a source, mapping or policy that cannot be used, and Fault
    where the policy fills in a form wrong or time stands still.
    """
    return figures.told(_play(place, options, progress))


def run_in_parts(options: Options, workers: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """A bank's year in temporary places, several at once where the machine can; raises as `run` does.

    What must fit is looked at before anything is begun.
    """
    assert options.cases is not None
    policy.read(options.policy, options.seed)
    count = parts.number(options.cases)
    if count == 1:
        with temporary() as place:
            return run(place, options, progress)
    begun = time.perf_counter()
    work = partial(_part, replace(options, parts=count))
    found = parts.play(work, count, workers or parts.usual_workers(count), options.cases, progress)
    whole = reduce(add, found)
    return figures.told(replace(whole, seconds=time.perf_counter() - begun))


def _part(options: Options, part: int, progress: Progress) -> figures.Measured:
    with temporary() as place:
        return _play(place, replace(options, part=part), progress)


def _play(place: Place, options: Options, progress: Progress | None) -> figures.Measured:
    behaviour = policy.read(options.policy, options.seed)
    environment = _bank(place)
    try:
        policy.check_kinds(environment, behaviour)
        with tempfile.TemporaryFile() as file:
            queue = _queue(environment, file, options)
            first, last = queue.order[0][0], queue.order[-1][0]
            environment.clock = TravelClock(first - timedelta(minutes=1))
            _prepare_time(environment, first - BEFORE, last + stage.AFTER)
            play = stage.Stage(scene.Scene(environment, behaviour, queue, evidence.Vault(place.folder)))
            begun = time.perf_counter()
            complete = play.play(progress)
            seconds = time.perf_counter() - begun
        return figures.measure(environment, play.scene, seconds, not complete)
    finally:
        environment.store.close()


def _queue(environment: Environment, file: IO[bytes], options: Options) -> scene.Queue:
    """The complaints: those of the file, or those that are made for so many days."""
    if options.cases is None:
        return arrivals.read(environment, file, options.source, options.mapping, options.limit)
    with environment.read() as connection:
        branches = [unit.code for unit in people.units(connection, "branch")]
    days = options.days or 365
    return year.Year(year.mix(), branches, options.seed, days, options.cases, options.part, options.parts)


def _bank(place: Place) -> Environment:
    """The demo bank, unless there is one already; the clock is still to be set."""
    schema.upgrade(place.url)
    clock = TravelClock(OPENED)
    environment = house.environment(place.url, clock=clock, seal_key=place.seal_key, durable=place.durable)
    with environment.read() as connection:
        if connection.scalar(select(tables.complaint.c.number).limit(1)):
            environment.store.close()
            raise Conflict("Expected a database without cases: a simulation never runs over real ones")
        empty = connection.scalar(select(tables.account.c.user).limit(1)) is None
    if empty:
        demo.load(environment, place.password, cases=False)
    return environment


def _prepare_time(environment: Environment, first: datetime, last: datetime) -> None:
    """A calendar over the whole time, and somebody on duty at any hour."""
    years = calendar.local_day(first).year, calendar.local_day(last).year
    environment.run(SYSTEM, lambda tx: calendar.seed(tx, *years))
    staff.put_on_duty(environment, DUTY_GROUP, first, last)
