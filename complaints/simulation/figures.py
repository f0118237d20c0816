"""What a simulation has measured: counts that add up over the parts of a bank, and the figures that come from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

import engine.tables
from complaints import metrics, tables
from complaints.simulation.scene import Scene
from engine import seal, verify
from engine.environment import Environment

COUNTED = {
    "incidents": engine.tables.incident,
    "supervisions": tables.supervision,
    "extensions": tables.extension,
    "visits": tables.visit,
    "open tasks": engine.tables.task,
}
SHOWN = 20
"""So many of the violations are told one by one."""
F = TypeVar("F", metrics.Response, metrics.Limit, metrics.Solved, metrics.Satisfaction)


@dataclass(frozen=True)
class Measured:
    """One part of a bank after its year; `seconds` is the time of the play, `memory` MB at each quarter."""

    count: Counter[str]
    response: metrics.Response
    limits: dict[str, metrics.Limit]
    solved: metrics.Solved
    rated: metrics.Satisfaction
    kinds: dict[str, tuple[int, int]]
    violations: list[tuple[str, ...]]
    memory: list[int]
    verified: bool
    interrupted: bool
    seconds: float

    def __add__(self, other: Measured) -> Measured:
        """Both parts together; `seconds` is that of the longer one."""
        limits = {
            name: _sum([part.limits[name] for part in (self, other) if name in part.limits])
            for name in sorted(self.limits.keys() | other.limits.keys())
        }
        kinds = {
            name: (_of(self, name)[0] + _of(other, name)[0], _of(self, name)[1] + _of(other, name)[1])
            for name in sorted(self.kinds.keys() | other.kinds.keys())
        }
        return Measured(
            self.count + other.count,
            _sum([self.response, other.response]),
            limits,
            _sum([self.solved, other.solved]),
            _sum([self.rated, other.rated]),
            kinds,
            self.violations + other.violations,
            [max(pair) for pair in zip(self.memory, other.memory, strict=False)],
            self.verified and other.verified,
            self.interrupted or other.interrupted,
            max(self.seconds, other.seconds),
        )


def _of(part: Measured, kind: str) -> tuple[int, int]:
    return part.kinds.get(kind, (0, 0))


def _sum(parts: Sequence[F]) -> F:
    """Counts added up; what is no count is the same in all of them."""

    def add(one: F, other: F) -> F:
        values = {field.name: (getattr(one, field.name), getattr(other, field.name)) for field in fields(one)}
        return type(one)(**{name: a + b if isinstance(a, int) else a for name, (a, b) in values.items()})

    return reduce(add, parts)


def measure(environment: Environment, scene: Scene, seconds: float, interrupted: bool) -> Measured:
    """Look at everything at the end of the play, and verify the whole history."""
    seal.seal(environment)
    now, case = environment.clock.now(), tables.complaint
    with environment.read() as connection:
        kinds = connection.execute(
            select(case.c.process, func.count(), func.count(case.c.closed_at)).group_by(case.c.process)
        ).all()
        count = Counter(scene.count) | {name: _count(connection, table) for name, table in COUNTED.items()}
        limits = {limit.time_class: limit for limit in metrics.within_limit(connection, now)}
        response, solved = metrics.response(connection, now), metrics.solved(connection, now)
        rated = metrics.satisfied(connection)
    report = verify.verify(environment)
    count |= {"wrong rows": scene.queue.wrong, "events": report.events, "archived": sum(row[2] for row in kinds)}
    return Measured(
        Counter(count),
        response,
        limits,
        solved,
        rated,
        {row[0]: (row[1], row[2]) for row in kinds},
        [(day, *finding) for finding, day in scene.violations.items()],
        scene.memory,
        report.ok,
        interrupted,
        seconds,
    )


def told(measured: Measured) -> dict[str, Any]:
    """The figures by their contract names, then what else is worth knowing."""
    count, seconds, limits = measured.count, measured.seconds, list(measured.limits.values())
    named = ("incidents", "timers", "passed on", "unattended", "supervisions", "extensions", "visits", "open tasks")
    begun = ("withdrawals", "reviews", "kind changes")
    return {
        "cases": count["cases"],
        "archived": count["archived"],
        "steps": count["steps"],
        "steps_per_second": round(count["steps"] / seconds, 1),
        "response_24h": measured.response.share,
        "within_limit": metrics.overall(limits),
        "resolved_48h": measured.solved.share_first,
        "satisfaction": measured.rated.share,
        "by_kind": {kind: {"cases": all_, "archived": done} for kind, (all_, done) in sorted(measured.kinds.items())},
        "violations": len(measured.violations),
        "violations_found": [list(found) for found in measured.violations[:SHOWN]],
        "days_checked": count["days"],
        **{name.replace(" ", "_"): count[name] for name in (*named, *begun)},
        "seconds": round(seconds, 2),
        "cases_per_second": round(count["cases"] / seconds, 2),
        "memory_mb": measured.memory,
        "interrupted": measured.interrupted,
        "response": vars(measured.response),
        "by_class": {limit.time_class: vars(limit) | {"share": limit.share} for limit in limits},
        "solved": vars(measured.solved) | {"final": measured.solved.share_final},
        "rated": vars(measured.rated)
        | {"interval": measured.rated.interval, "response_rate": measured.rated.response_rate},
        "wrong_rows": count["wrong rows"],
        "events": count["events"],
        "verified": measured.verified,
    }


def _count(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
