"""What pages ask: open tasks, instances, activities, incidents, definitions; frozen values, paged in SQL.

Lists are paged by key, not by offset: the first page of a group's inbox reads as many rows with a thousand open tasks
as with a hundred thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Select, and_, func, literal, select, tuple_

from engine import store, tables
from engine import variables as stored
from engine.bpmn import state
from engine.prepared import prepared

task, candidate, instance, definition = tables.task, tables.candidate, tables.instance, tables.definition
event, incident = tables.event, tables.incident
Cursor = tuple[datetime, str]


@dataclass(frozen=True)
class TaskView:
    """An open user task. Times are aware UTC; `due_at` is None without a limit."""

    id: str
    instance_id: str
    root_id: str
    definition_id: str
    element_id: str
    name: str
    business_key: str | None
    created_at: datetime
    assignee: str | None
    owner: str | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_key: str | None
    documentation: str | None


@dataclass(frozen=True)
class Page:
    """One page of open tasks and the cursor of the next one (None: this is the last)."""

    tasks: tuple[TaskView, ...]
    following: Cursor | None


@dataclass(frozen=True)
class ActivityView:
    """How an element of a diagram stands in one instance: `state` is active, incident, done or cancelled."""

    element_id: str
    state: str
    tokens: int
    count: int
    started_at: datetime | None
    ended_at: datetime | None
    actor: str | None


def my_tasks(connection: Connection, user: str, *, after: Cursor | None = None, limit: int = 20) -> Page:
    """The tasks assigned to a person, the most urgent first."""
    query = select(task).where(task.c.assignee == user).order_by(task.c.due_at, task.c.id)
    if after is not None:
        query = query.where(_behind(after, task.c.due_at, task.c.id))
    return _page(connection.execute(query.limit(limit + 1)).all(), limit)


def offered_tasks(
    connection: Connection, user: str, groups: Iterable[str], *, after: Cursor | None = None, limit: int = 20
) -> Page:
    """The open tasks that a person may claim, by group or by name, the most urgent first."""
    keys = [("user", user), *(("group", group) for group in sorted(groups))]
    found: dict[str, Cursor] = {}
    for kind, value in keys:
        for row in connection.execute(_offered(kind, value, after).limit(limit + 1)):
            found[row.task_id] = (row.due_at, row.task_id)
    chosen = sorted(found.values())[: limit + 1]
    rows = connection.execute(select(task).where(task.c.id.in_([key for _, key in chosen]))).all()
    return _page(sorted(rows, key=lambda row: (row.due_at, row.id)), limit)


def _offered(kind: str, value: str, after: Cursor | None) -> Select[Any]:
    query = select(candidate.c.due_at, candidate.c.task_id).where(
        candidate.c.kind == kind, candidate.c.value == value, candidate.c.claimed.is_(False)
    )
    if after is not None:
        query = query.where(_behind(after, candidate.c.due_at, candidate.c.task_id))
    return query.order_by(candidate.c.due_at, candidate.c.task_id)


def _behind(after: Cursor, due_at: Column[datetime], identity: Column[str]) -> ColumnElement[bool]:
    """What stands behind the cursor; a bare value in a tuple would not be written as its column is."""
    return tuple_(due_at, identity) > tuple_(literal(after[0], due_at.type), literal(after[1], identity.type))


def _page(rows: Any, limit: int) -> Page:
    tasks = tuple(_task_view(row) for row in rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(tasks, None if last is None else (last.due_at, last.id))


def _task_view(row: Any) -> TaskView:
    values = {name: getattr(row, name) for name in TaskView.__dataclass_fields__}
    if values["due_at"] == tables.FAR:
        values["due_at"] = None
    return TaskView(**values)


def count_offered(connection: Connection, groups: Iterable[str], most: int = 1000) -> int:
    """How many tasks are offered to the groups, counted up to `most` (the page shows "1000+")."""
    chosen = (
        select(candidate.c.task_id)
        .where(candidate.c.kind == "group", candidate.c.value.in_(sorted(groups)), candidate.c.claimed.is_(False))
        .limit(most)
    )
    return int(connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())


def open_task(connection: Connection, task_id: str) -> TaskView | None:
    """One open task, None when it is gone."""
    row = connection.execute(select(task).where(task.c.id == task_id)).first()
    return None if row is None else _task_view(row)


def candidates(connection: Connection, task_id: str) -> frozenset[tuple[str, str]]:
    """To whom a task is offered and who must not do it: ("user", id), ("group", name), ("never", user id)."""
    seen = store.seen(connection)
    if ("candidates", task_id) not in seen:
        seen["candidates", task_id] = frozenset(
            (row.kind, row.value) for row in connection.execute(*_candidates(task_id))
        )
    found: frozenset[tuple[str, str]] = seen["candidates", task_id]
    return found


@prepared
def _candidates(task: Any) -> Any:
    return select(candidate.c.kind, candidate.c.value).where(candidate.c.task_id == task)


def tasks_of(connection: Connection, business_key: str) -> tuple[TaskView, ...]:
    """The open tasks of a business key, oldest first."""
    query = select(task).where(task.c.business_key == business_key).order_by(task.c.created_at, task.c.id)
    return tuple(_task_view(row) for row in connection.execute(query))


def instances_of(connection: Connection, business_key: str) -> list[Any]:
    """All process instances of a business key with key, name and version of their process, oldest first."""
    columns = select(
        instance.c.id,
        instance.c.root_id,
        instance.c.parent_id,
        instance.c.parent_scope,
        instance.c.definition_id,
        instance.c.started_at,
        instance.c.ended_at,
        instance.c.outcome,
        instance.c.suspended_at,
        definition.c.key,
        definition.c.name,
        definition.c.version,
    )
    query = columns.join(definition, definition.c.id == instance.c.definition_id)
    return list(
        connection.execute(query.where(instance.c.business_key == business_key).order_by(instance.c.started_at))
    )


UNSEEN = {"count": 0, "start": None, "end": None, "actor": None, "state": "done"}
STARTS = ("element-entered", "task-created")
ENDS = ("element-left", "element-passed", "task-completed", "element-cancelled")


def activities(connection: Connection, instance_id: str) -> tuple[list[ActivityView], list[str]]:
    """How each element stands, and the sequence flows taken: history for what was, the state for what is."""
    seen: dict[str, dict[str, Any]] = defaultdict(lambda: dict(UNSEEN))
    flows: dict[str, None] = {}
    query = select(event.c.kind, event.c.element_id, event.c.at, event.c.actor, event.c.body)
    for row in connection.execute(query.where(event.c.instance_id == instance_id).order_by(event.c.seq)):
        if row.element_id is None or row.kind not in STARTS + ENDS:
            continue
        _note(seen[row.element_id], row, flows)
    live: dict[str, list[state.LiveToken]] = defaultdict(list)
    content = connection.execute(select(instance.c.state).where(instance.c.id == instance_id)).scalar()
    for token in state.tokens(content) if content else ():
        live[token.element].append(token)
    names = dict.fromkeys([*seen, *live])
    return [_activity(name, seen[name], live[name]) for name in names], list(flows)


def _note(entry: dict[str, Any], row: Any, flows: dict[str, None]) -> None:
    facts = facts_of(row.body)
    for flow in (facts.get("via"), *facts.get("joined", ())):
        if flow:
            flows[flow] = None
    if row.kind in STARTS:
        entry["start"] = entry["start"] or row.at
        return
    entry["count"] += row.kind != "element-cancelled"
    entry["start"] = entry["start"] or row.at
    entry["end"], entry["actor"] = row.at, row.actor
    entry["state"] = "cancelled" if row.kind == "element-cancelled" else "done"


def facts_of(text: str) -> dict[str, Any]:
    """The facts of an event."""
    facts: dict[str, Any] = orjson.loads(text)
    return facts


def _activity(element: str, entry: dict[str, Any], tokens: list[state.LiveToken]) -> ActivityView:
    parked = any(token.parked for token in tokens)
    standing = "incident" if parked else "active" if tokens else entry["state"]
    ended = None if tokens else entry["end"]
    items = [token for token in tokens if not token.body] or tokens
    return ActivityView(element, standing, len(items), entry["count"], entry["start"], ended, entry["actor"])


def incidents(connection: Connection, *, limit: int = 200) -> list[Any]:
    """Open incidents, newest first, with process and business key."""
    columns = select(incident, instance.c.business_key, definition.c.key, definition.c.version)
    query = columns.join(instance, instance.c.id == incident.c.instance_id)
    query = query.join(definition, definition.c.id == incident.c.definition_id)
    return list(connection.execute(query.order_by(incident.c.created_at.desc()).limit(limit)))


def definitions(connection: Connection) -> list[Any]:
    """All versions of all processes, newest first, with deployment, current mark and number of running instances."""
    current, deployment = tables.current_definition, tables.deployment
    running = (
        select(func.count())
        .where(and_(instance.c.definition_id == definition.c.id, instance.c.ended_at.is_(None)))
        .scalar_subquery()
    )
    query = (
        select(
            definition,
            deployment.c.deployed_at,
            deployment.c.deployed_by,
            deployment.c.comment,
            deployment.c.name.label("deployment_name"),
            (current.c.definition_id == definition.c.id).label("is_current"),
            running.label("running"),
        )
        .join(deployment, deployment.c.id == definition.c.deployment_id)
        .outerjoin(current, current.c.key == definition.c.key)
        .order_by(definition.c.key, definition.c.version.desc())
    )
    return list(connection.execute(query))


def resource(connection: Connection, definition_id: str) -> tuple[str, bytes] | None:
    """Name and original bytes of the diagram of a version."""
    table = tables.resource
    query = select(table.c.name, table.c.content).join(definition, definition.c.resource_id == table.c.id)
    row = connection.execute(query.where(definition.c.id == definition_id)).first()
    return None if row is None else (row.name, bytes(row.content))


def files(connection: Connection, deployment_id: str) -> dict[str, bytes]:
    """All files of a deployment, as they were uploaded."""
    table = tables.resource
    query = select(table.c.name, table.c.content).where(table.c.deployment_id == deployment_id).order_by(table.c.name)
    return {row.name: bytes(row.content) for row in connection.execute(query)}


def draft(connection: Connection, task_id: str) -> dict[str, Any] | None:
    """What was typed and saved for a task, None when nothing was."""
    text = connection.execute(select(tables.draft.c.data).where(tables.draft.c.task_id == task_id)).scalar()
    return None if text is None else facts_of(text)


def variables(connection: Connection, instance_id: str) -> dict[str, object]:
    """The variables of a running instance's own scope, as FEEL values."""
    table = tables.variable
    query = select(table.c.name, table.c.type, table.c.text).where(table.c.scope_id == instance_id)
    return {row.name: stored.decode(row.type, row.text) for row in connection.execute(query)}
