"""A simulation from a CSV file to figures: a bank, complaints with travelled time, people who act by a policy.

The same seed gives the same figures on every machine and database. What runs are the commands of the pages; only the
clock is not the machine's.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

import engine.tables
from complaints import catalogue, demo, evidence, house, metrics, schema, tables
from complaints.simulation import arrivals, policy, scene, staff, stage
from engine import calendar, seal, verify
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM, Environment
from engine.errors import Conflict

BEFORE, AFTER = timedelta(days=7), timedelta(days=200)
"""From a week before the first complaint to well after the last visit, 90 days after the closure of the last one."""
OPENED = datetime(2020, 1, 8, tzinfo=ZONE)
DUTY_GROUP = "95566"
SHIPPED = catalogue.FOLDER / "demo" / "complaints.csv"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
    """What is simulated: a CSV file, how its columns are read, how people behave, how many complaints."""

    source: Path = SHIPPED
    mapping: Path | None = None
    policy: Path | None = None
    limit: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class Place:
    """Where it is simulated: a database, a folder for evidence, the key of the seals, the password of the accounts."""

    url: str
    folder: Path
    seal_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)


@contextmanager
def temporary() -> Iterator[Place]:
    """A place that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="huiyin-simulation-") as folder:
        yield Place(f"sqlite:///{folder}/simulation.db", Path(folder))


def run(place: Place, options: Options, progress: Progress | None = None) -> dict[str, Any]:
    """Simulate in a place whose database must hold no cases; returns the figures.

    Raises Conflict for a database with cases, Invalid for a source, mapping or policy that cannot be used, and Fault
    where the policy fills in a form wrong or time stands still.
    """
    behaviour = policy.read(options.policy, options.seed)
    environment = _bank(place)
    try:
        with tempfile.TemporaryFile() as file:
            queue = arrivals.read(environment, file, options.source, options.mapping, options.limit)
            first, last = queue.order[0][0], queue.order[-1][0]
            environment.clock = TravelClock(first - timedelta(minutes=1))
            _prepare_time(environment, first - BEFORE, last + AFTER)
            play = stage.Stage(scene.Scene(environment, behaviour, queue, evidence.Vault(place.folder)))
            begun = time.perf_counter()
            play.play(progress)
            seconds = time.perf_counter() - begun
        seal.seal(environment)
        return _figures(environment, play.scene, seconds)
    finally:
        environment.store.close()


def _bank(place: Place) -> Environment:
    """The demo bank, unless there is one already; the clock is still to be set."""
    schema.upgrade(place.url)
    environment = house.environment(place.url, clock=TravelClock(OPENED), seal_key=place.seal_key)
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


def _figures(environment: Environment, play: scene.Scene, seconds: float) -> dict[str, Any]:
    """The figures by their contract names, then what else is worth knowing."""
    now = environment.clock.now()
    with environment.read() as connection:
        response = metrics.response(connection, now)
        limits = metrics.within_limit(connection, now)
        solved = metrics.solved(connection, now)
        rated = metrics.satisfied(connection)
        found = {
            "cases": play.count["cases"],
            "archived": _count(connection, tables.complaint, tables.complaint.c.closed_at.is_not(None)),
            "steps": play.count["steps"],
            "steps_per_second": round(play.count["steps"] / seconds, 1),
            "response_24h": response.share,
            "within_limit": metrics.overall(limits),
            "resolved_48h": solved.share_first,
            "satisfaction": rated.share,
            "incidents": _count(connection, engine.tables.incident),
            "seconds": round(seconds, 2),
            "cases_per_second": round(play.count["cases"] / seconds, 2),
        }
        details = {
            "response": vars(response),
            "by_class": {limit.time_class: vars(limit) | {"share": limit.share} for limit in limits},
            "solved": vars(solved) | {"final": solved.share_final},
            "rated": vars(rated) | {"interval": rated.interval, "response_rate": rated.response_rate},
            "supervisions": _count(connection, tables.supervision),
            "extensions": _count(connection, tables.extension),
            "visits": _count(connection, tables.visit),
            "open_tasks": _count(connection, engine.tables.task),
        }
    report = verify.verify(environment)
    counted = {name.replace(" ", "_"): play.count[name] for name in ("timers", "passed on", "unattended")}
    return found | counted | details | {"wrong_rows": play.queue.wrong, "events": report.events, "verified": report.ok}


def _count(connection: Connection, table: Any, *conditions: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())
