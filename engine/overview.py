"""What administrators look at: deployments, jobs, timers, entries of the outbox that are not sent, incidents in full.

No list holds what people wrote: of an outbox entry only its channel, times and failure are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, false, func, null, select, true

from engine import tables
from engine.errors import NotFound

T = TypeVar("T")
MOST = 1000
"""Counts stop here; pages show "1000+"."""
deployment, definition, instance = tables.deployment, tables.definition, tables.instance
job, timer, outbox, incident = tables.job, tables.timer, tables.outbox, tables.incident


@dataclass(frozen=True)
class DeploymentRow:
    """A deployment: how many processes it has, how many of them are current, how many of its instances run."""

    id: str
    name: str
    comment: str
    deployed_at: datetime
    deployed_by: str
    processes: int
    current: int
    running: int


@dataclass(frozen=True)
class JobRow:
    """A job that waits or failed; `retries` 0 means that it became an incident."""

    id: str
    process: str
    definition_id: str
    business_key: str | None
    element_id: str
    kind: str
    due_at: datetime
    attempts: int
    retries: int
    suspended_at: datetime | None
    error: str | None


@dataclass(frozen=True)
class TimerRow:
    """A timer that runs or is stopped; one that `starts` a process belongs to no instance."""

    id: str
    process: str
    definition_id: str
    business_key: str | None
    element_id: str
    kind: str
    key: str | None
    due_at: datetime
    stopped_at: datetime | None
    starts: bool


@dataclass(frozen=True)
class OutboxRow:
    """An entry that is not sent: it waits, failed for now, or was given up."""

    id: str
    channel: str
    created_at: datetime
    due_at: datetime
    attempts: int
    error: str | None
    given_up_at: datetime | None


@dataclass(frozen=True)
class IncidentRow:
    """An open incident with everything known about it."""

    id: str
    instance_id: str
    definition_id: str
    element_id: str
    kind: str
    message: str
    traceback: str | None
    created_at: datetime
    annotation: str | None
    business_key: str | None
    process: str
    version: int


@dataclass(frozen=True)
class Figures:
    """How much waits for an administrator, each counted up to MOST."""

    incidents: int
    overdue_jobs: int
    overdue_timers: int
    unsent: int


def deployments(connection: Connection, limit: int = 100) -> list[DeploymentRow]:
    """Deployments, newest first."""
    current = tables.current_definition
    own = definition.c.deployment_id == deployment.c.id
    processes = select(func.count()).select_from(definition).where(own).scalar_subquery()
    live = select(func.count()).select_from(definition.join(current, current.c.definition_id == definition.c.id))
    running = select(func.count()).select_from(instance.join(definition, definition.c.id == instance.c.definition_id))
    query = select(
        deployment,
        processes.label("processes"),
        live.where(own).scalar_subquery().label("current"),
        running.where(and_(own, instance.c.ended_at.is_(None))).scalar_subquery().label("running"),
    )
    query = query.order_by(deployment.c.deployed_at.desc(), deployment.c.id).limit(limit)
    return [_made(DeploymentRow, row) for row in connection.execute(query)]


def jobs(connection: Connection, limit: int = 100) -> list[JobRow]:
    """Jobs, the one that is due first at the top."""
    query = _of_instances(job).order_by(job.c.due_at, job.c.id).limit(limit)
    return [_made(JobRow, row) for row in connection.execute(query)]


def timers(connection: Connection, limit: int = 100) -> list[TimerRow]:
    """Timers of instances and those that start processes, the one that is due first at the top."""
    query = _of_instances(timer).add_columns(false().label("starts")).order_by(timer.c.due_at, timer.c.id).limit(limit)
    running = [_made(TimerRow, row) for row in connection.execute(query)]
    start = tables.start_timer
    nothing = (null().label("business_key"), null().label("key"), definition.c.suspended_at.label("stopped_at"))
    whole = (start.c.definition_id, true().label("starts"))
    columns = select(start.c.id, start.c.element_id, start.c.kind, start.c.due_at, definition.c.name.label("process"))
    query = columns.add_columns(*nothing, *whole).join(definition, definition.c.id == start.c.definition_id)
    starting = connection.execute(query.order_by(start.c.due_at, start.c.id).limit(limit))
    found = [*running, *(_made(TimerRow, row) for row in starting)]
    return sorted(found, key=lambda row: row.due_at)[:limit]


def _of_instances(table: Any) -> Select[Any]:
    columns = select(*_fields(table), instance.c.definition_id, definition.c.name.label("process"))
    joined = columns.join(instance, instance.c.id == table.c.instance_id)
    return joined.join(definition, definition.c.id == instance.c.definition_id)


def _fields(table: Any) -> list[Any]:
    """The columns of a job or timer, with the business key of its instance."""
    return [*(column for column in table.c if column.name != "business_key"), instance.c.business_key]


def unsent(connection: Connection, limit: int = 100) -> list[OutboxRow]:
    """Entries of the outbox that are not sent, oldest first."""
    query = select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.created_at, outbox.c.id)
    return [_made(OutboxRow, row) for row in connection.execute(query.limit(limit))]


def incidents(connection: Connection, limit: int = 200) -> list[IncidentRow]:
    """Open incidents, newest first."""
    query = _incidents().order_by(incident.c.created_at.desc(), incident.c.id).limit(limit)
    return [_made(IncidentRow, row) for row in connection.execute(query)]


def one_incident(connection: Connection, incident_id: str) -> IncidentRow:
    """One open incident. Raises NotFound when it is resolved or never was."""
    row = connection.execute(_incidents().where(incident.c.id == incident_id)).first()
    if row is None:
        raise NotFound(what="incident", id=incident_id)
    return _made(IncidentRow, row)


def _incidents() -> Select[Any]:
    columns = select(incident, instance.c.business_key, definition.c.name.label("process"), definition.c.version)
    joined = columns.join(instance, instance.c.id == incident.c.instance_id)
    return joined.join(definition, definition.c.id == incident.c.definition_id)


def figures(connection: Connection, now: datetime) -> Figures:
    """What waits at `now`: open incidents, jobs and timers that are overdue, entries that are not sent."""
    return Figures(
        _count(connection, select(incident.c.id)),
        _count(connection, select(job.c.id).where(job.c.due_at < now, job.c.retries > 0)),
        _count(connection, select(timer.c.id).where(timer.c.due_at < now, timer.c.stopped_at.is_(None))),
        _count(connection, select(outbox.c.id).where(outbox.c.sent_at.is_(None))),
    )


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.scalar(select(func.count()).select_from(query.limit(MOST).subquery())) or 0)


def _made(kind: type[T], row: Any) -> T:
    fields: Any = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{name: getattr(row, name) for name in fields})
