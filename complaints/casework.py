"""Doing the tasks of cases: everything that a task page shows, and every command that it offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

import engine.tables
from complaints import (
    casefile,
    clocks,
    dossier,
    evidence,
    people,
    recusal,
    scope,
    submission,
    taskforms,
    taskpages,
    withdrawal,
)
from complaints.bodies import WORKING
from complaints.casefile_rows import CaseSummary
from complaints.taskforms import Sheet
from complaints.viewer import SignedIn
from engine import advance, tasks
from engine.environment import Environment, Transaction
from engine.errors import Conflict, Forbidden, NotFound
from engine.prepared import prepared
from forms import exchange
from forms.components import Evaluate
from forms.schema import Schema


@prepared
def _open(task: Any) -> Any:
    return select(engine.tables.task).where(engine.tables.task.c.id == task)


@prepared
def _draft(task: Any) -> Any:
    return select(engine.tables.draft).where(engine.tables.draft.c.task_id == task)


@dataclass(frozen=True)
class TaskView:
    """A task, its form and its case; `schema` is None for a task without a form."""

    task: taskpages.TaskRow | None
    schema: Schema | None
    initial: Mapping[str, Any]
    evaluate: Evaluate
    options: Mapping[str, list[tuple[str, str]]]
    case: CaseSummary | None
    clocks: list[clocks.ClockView]
    draft_saved_at: datetime | None


def task_view(
    environment: Environment, connection: Connection, viewer: SignedIn, task_id: str, locale: str = "zh"
) -> TaskView:
    """Everything for the page of a task. Raises NotFound for a task that is done, unknown or not the viewer's."""
    task = connection.execute(*_open(task_id)).first()
    if task is None or not taskpages.may_do(connection, viewer, task):
        raise NotFound(what="task", id=task_id)
    now = environment.clock.now()
    draft = connection.execute(*_draft(task_id)).first()
    work = taskpages.work(connection, task)
    typed = orjson.loads(draft.data) if draft else None
    form = taskpages.sheet(environment, connection, viewer, work, now, typed, locale)
    return TaskView(
        taskpages.row(environment, connection, viewer, task),
        form.schema if form else None,
        form.initial if form else {},
        form.evaluate if form else lambda expression, context: None,
        form.options if form else {},
        casefile.summary(connection, viewer, work.number) if work.number else None,
        clocks.of(connection, work.number, now) if work.number else [],
        draft.saved_at if draft else None,
    )


def start_view(
    environment: Environment, connection: Connection, viewer: SignedIn, key: str, element: str, locale: str = "zh"
) -> TaskView:
    """The form of a process's first task before there is a case. Raises NotFound."""
    form = taskpages.start_sheet(environment, connection, viewer, key, element, locale)
    return TaskView(None, form.schema, form.initial, form.evaluate, form.options, None, [], None)


def claim(tx: Transaction, signed_in: SignedIn, task_id: str) -> None:
    """Take a task of one's groups. Raises as `tasks.claim`."""
    _working(tx, signed_in, task_id)
    tasks.claim(tx, task_id)


def release(tx: Transaction, signed_in: SignedIn, task_id: str) -> None:
    """Give a task back to its groups."""
    _working(tx, signed_in, task_id)
    tasks.release(tx, task_id)


def assign(tx: Transaction, signed_in: SignedIn, task_id: str, user: str) -> None:
    """Hand a task to a person: one's own, or as supervisor or leader any that one sees."""
    task = _working(tx, signed_in, task_id)
    if not taskpages.own(signed_in, task) and not signed_in.has("supervisor", "leader"):
        raise Forbidden("Expected your own task, or the role supervisor or leader")
    people.person(tx.connection, user)
    recusal.check(tx.connection, task.business_key, user, tx.now)
    tasks.assign(tx, task_id, user)


def delegate(tx: Transaction, signed_in: SignedIn, task_id: str, user: str) -> None:
    """Let somebody else prepare one's task; it comes back."""
    task = _working(tx, signed_in, task_id)
    people.person(tx.connection, user)
    recusal.check(tx.connection, task.business_key, user, tx.now)
    tasks.delegate(tx, task_id, user)


def give_back(tx: Transaction, signed_in: SignedIn, task_id: str) -> None:
    """Return a delegated task to its owner."""
    task = _working(tx, signed_in, task_id)
    if task.owner is not None:
        recusal.check(tx.connection, task.business_key, task.owner, tx.now)
    tasks.give_back(tx, task_id)


def save_draft(tx: Transaction, signed_in: SignedIn, task_id: str, data: Mapping[str, Any]) -> None:
    """Keep what was typed so far, unchecked; personal data of the customer stay out of it."""
    _working(tx, signed_in, task_id)
    content = exchange.to_json(
        {name: value for name, value in data.items() if name not in (*dossier.PARTY, *dossier.PRIVATE)}
    )
    assert isinstance(content, dict)
    tasks.save_draft(tx, task_id, content)


def complete_task(
    tx: Transaction,
    signed_in: SignedIn,
    task_id: str,
    data: Mapping[str, Any],
    uploads: Sequence[evidence.Upload] = (),
) -> None:
    """Check a form, put it into the case file and move the process on, all or nothing.

    Raises Invalid (problems by field), Forbidden, NotFound, Conflict ("done by …"). A deputy acts on behalf of the
    person that he stands in for.
    """
    task = _working(tx, signed_in, task_id)
    if task.assignee in signed_in.covers:
        tx.actor = replace(tx.actor, on_behalf_of=task.assignee)
        tasks.assign(tx, task_id, signed_in.user)
    work = taskpages.work(tx.connection, task)
    form = taskpages.sheet(tx.environment, tx.connection, signed_in, work, tx.now)
    finish(tx, signed_in, task, form, taskforms.checked(form, data, uploads) if form else {}, uploads, work)


def finish(
    tx: Transaction,
    signed_in: SignedIn,
    task: Row[Any],
    form: Sheet | None,
    data: Mapping[str, Any],
    uploads: Sequence[evidence.Upload],
    work: taskpages.Work | None = None,
) -> None:
    """Take checked data of a task into the case and complete it; `work` where it was read already."""
    work = work or taskpages.work(tx.connection, task)
    number = work.number
    if number is not None:
        key = task.form_key or ""
        withdrawal.check_form(tx.connection, number, key)
        filled = submission.Submission(
            tx.connection, number, key, data, work.case, work.variables, tx.now, task.instance_id
        )
        submission.check(filled, signed_in)
        source = dossier.Source(task.element_id, key, task.id, task.instance_id)
        dossier.submit(tx, number, source, data, uploads, shared=work.variables.get("lead") is not False)
        submission.after(tx, number, key, data, task.instance_id)
        if work.case["first_owner"] is None:
            dossier.set_first_owner(tx, number, signed_in.user)
    tasks.complete(tx, task.id, form.schema.variables(data) if form else {})


def _working(tx: Transaction, signed_in: SignedIn, task_id: str) -> Row[Any]:
    """The task, its call tree locked, so that of two people the second is told who was faster. Raises NotFound too."""
    task = tx.connection.execute(*_open(task_id)).first()
    if task is not None and advance.lock(tx, task.root_id):
        task = tx.connection.execute(*_open(task_id)).first()
    if task is None:
        raise _gone(tx.connection, signed_in, task_id)
    signed_in.require(*WORKING)
    if not taskpages.sees(tx.connection, signed_in, task):
        raise NotFound(what="task", id=task_id)
    recusal.check(tx.connection, task.business_key, signed_in.user, tx.now)
    return task


def _gone(connection: Connection, signed_in: SignedIn, task_id: str) -> Conflict | NotFound:
    event = engine.tables.event
    done = connection.execute(
        select(event.c.actor, event.c.at, event.c.stream).where(
            event.c.task_id == task_id, event.c.kind == "task-completed"
        )
    ).first()
    number = done.stream.removeprefix("case:") if done else ""
    if done is None or not scope.sees(connection, signed_in, number):
        return NotFound(what="task", id=task_id)
    name = people.names(connection, [done.actor])[done.actor]
    return Conflict("This task was done by {user} at {at}", user=name, at=done.at)
