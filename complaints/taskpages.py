"""One task as pages and commands need it: who may see and do it, its form with first values, its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

import engine.tables
from complaints import dossier, elements, people, recusal, repeats, scope, taskforms
from complaints.bodies import WORKING
from complaints.viewer import SignedIn
from engine import definitions, queries
from engine.columns import FAR
from engine.environment import Environment
from engine.errors import NotFound
from engine.functions import Host
from engine.prepared import prepared
from engine.variables import Scopes


@dataclass(frozen=True)
class TaskRow:
    """A task as its page shows it; `due_at` is None where there is no limit. Nobody can work at one that `rests`."""

    id: str
    name: str
    name_en: str
    element: str
    instance: str
    number: str | None
    assignee: str | None
    assignee_name: str | None
    owner: str | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    claimable: bool
    mine: bool
    may_complete: bool
    rests: bool
    documentation: str
    documentation_en: str


@dataclass(frozen=True)
class Work:
    """An open task with its case (`number` is None for a process that is about no case) and its variables."""

    task: Row[Any]
    number: str | None
    case: Mapping[str, Any]
    variables: Mapping[str, Any]


def work(connection: Connection, task: Row[Any]) -> Work:
    """A task and what it is about, read once."""
    case = dossier.case(connection, task.business_key, task.instance_id) if task.business_key else None
    variables = Scopes.load(connection, task.instance_id).view((task.instance_id,))
    return Work(task, task.business_key if case is not None else None, case or {}, variables)


def sheet(
    environment: Environment,
    connection: Connection,
    viewer: SignedIn,
    work: Work,
    now: datetime,
    draft: Mapping[str, Any] | None = None,
    locale: str = "zh",
) -> taskforms.Sheet | None:
    """The form of a task for `viewer`, None for a task without one."""
    task, case = work.task, dict(work.case)
    if task.form_key is None:
        return None
    if work.number and task.form_key == elements.FORM:
        case |= elements.shown(connection, work.number, viewer.user, now)
    if work.number and task.form_key == "review":
        case |= repeats.suggested(connection, work.number)
    return taskforms.sheet(
        environment,
        Host(connection, now, task.business_key, task.instance_id),
        viewer,
        definitions.by_id(environment, connection, task.definition_id).bundle,
        task.form_key,
        work.variables,
        case,
        draft=draft,
        locale=locale,
    )


def sees(connection: Connection, viewer: SignedIn, task: Row[Any]) -> bool:
    """Whether `viewer` may look at a task: his own, offered to him, or of a case that he sees."""
    if not viewer.has(*WORKING, "compliance"):
        return False
    return (
        own(viewer, task)
        or is_candidate(connection, viewer, task)
        or scope.sees(connection, viewer, task.business_key or "")
    )


def may_do(connection: Connection, viewer: SignedIn, task: Row[Any]) -> bool:
    """Whether `viewer` sees a task and need not keep away from its case (G7); who only reads may look at any."""
    if not sees(connection, viewer, task):
        return False
    return not viewer.has(*WORKING) or not recusal.concerns(connection, task.business_key, viewer)


def own(viewer: SignedIn, task: Row[Any]) -> bool:
    """Whether a task is with the viewer, or with somebody whom he deputises for."""
    return task.assignee is not None and task.assignee in viewer.covers | {viewer.user}


def is_candidate(connection: Connection, viewer: SignedIn, task: Row[Any]) -> bool:
    """Whether a task is offered to the viewer, by name or by group."""
    mine = {("user", viewer.user), *(("group", group) for group in viewer.groups)}
    return not mine.isdisjoint(queries.candidates(connection, task.id))


def row(environment: Environment, connection: Connection, viewer: SignedIn, task: Row[Any]) -> TaskRow:
    """A task as its page shows it to `viewer`."""
    node = definitions.by_id(environment, connection, task.definition_id).compiled.process.nodes[task.element_id]
    rests = connection.scalar(*_suspended(task.instance_id)) is not None
    works = viewer.has(*WORKING) and not rests
    claimable = works and task.assignee is None and is_candidate(connection, viewer, task)
    mine = works and own(viewer, task)
    return TaskRow(
        task.id,
        task.name,
        node.properties.get("name_en", ""),
        task.element_id,
        task.instance_id,
        task.business_key,
        task.assignee,
        people.names(connection, [task.assignee]).get(task.assignee) if task.assignee else None,
        task.owner,
        None if task.due_at == FAR else task.due_at,
        task.follow_up_at,
        task.priority,
        claimable,
        mine,
        (mine and task.owner is None) or claimable,
        rests,
        task.documentation or "",
        node.properties.get("documentation_en", ""),
    )


@prepared
def _suspended(instance: Any) -> Any:
    table, definition = engine.tables.instance, engine.tables.definition
    since = func.coalesce(table.c.suspended_at, definition.c.suspended_at)
    return select(since).join(definition, definition.c.id == table.c.definition_id).where(table.c.id == instance)


def start_sheet(
    environment: Environment, connection: Connection, viewer: SignedIn, key: str, element: str, locale: str = "zh"
) -> taskforms.Sheet:
    """The form of a process's first task before there is a case. Raises NotFound."""
    definition = definitions.current(environment, connection, key)
    node = definition.compiled.process.nodes.get(element)
    form = node.attributes.get("formRef") if node else None
    if form is None:
        raise NotFound(what="task", id=element)
    now = environment.clock.now()
    host = Host(connection, now, None, None)
    return taskforms.sheet(environment, host, viewer, definition.bundle, form, {"channel": None}, {}, locale=locale)
