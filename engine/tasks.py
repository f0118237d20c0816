"""User tasks: claim, release, assign, delegate and give back, save a draft, complete; one table of allowed transitions.

The state of a task is derived from its row: open (nobody), assigned (somebody), delegated (somebody for its owner).
Separation of duties (`notSameAs`) is enforced at claim, assignment and completion.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine import definitions, history, queries, store, tables
from engine.advance import Tree, lock
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, NotFound
from engine.prepared import Prepared, prepared
from engine.rows import change, upsert

MAY_BECOME: Mapping[str, frozenset[str]] = {
    "open": frozenset({"assigned", "completed", "cancelled"}),
    "assigned": frozenset({"open", "assigned", "delegated", "completed", "cancelled"}),
    "delegated": frozenset({"assigned", "cancelled"}),
}
"""The lifecycle; docs/lifecycles.md draws it."""

TaskRow = Row[Any]
_task, _candidate, _event = tables.task, tables.candidate, tables.event
_SELECT = Prepared(
    select(
        _task,
        tables.instance.c.suspended_at,
        tables.instance.c.parent_id,
        tables.definition.c.suspended_at.label("definition_suspended_at"),
    )
    .join(tables.instance, tables.instance.c.id == _task.c.instance_id)
    .join(tables.definition, tables.definition.c.id == tables.instance.c.definition_id)
    .where(_task.c.id == bindparam("t"))
)


@prepared
def _done_by(instances: Any, elements: Any, user: Any) -> Any:
    performer = tables.performer
    mine = performer.c.instance_id.in_(instances), performer.c.element_id.in_(elements), performer.c.user_id == user
    return select(performer.c.element_id).where(*mine)


@prepared
def _parent(instance: Any) -> Any:
    return select(tables.instance.c.parent_id).where(tables.instance.c.id == instance)


def state(task: TaskRow) -> str:
    """The derived state of a task row."""
    if task.assignee is None:
        return "open"
    return "assigned" if task.owner is None else "delegated"


def claim(tx: Transaction, task_id: str) -> None:
    """Take an open task. Raises Forbidden for who is no candidate, Conflict when somebody has it."""
    task = _get(tx, task_id)
    if task.assignee == tx.actor.user:
        return
    if task.assignee is not None:
        raise Conflict("The task '{task}' is already with {assignee}", task=task.name, assignee=task.assignee)
    _check_candidate(tx, task)
    _check_separation(tx, task, tx.actor.user)
    _assign(tx, task, tx.actor.user, None, "task-claimed")


def release(tx: Transaction, task_id: str) -> None:
    """Give a task back to its candidates. Raises Forbidden for others than its assignee, Conflict when delegated."""
    task = _get(tx, task_id)
    _move(task, "open")
    _check_assignee(tx, task)
    _assign(tx, task, None, None, "task-released")


def assign(tx: Transaction, task_id: str, user: str) -> None:
    """Hand a task to a person; who may do so is the caller's question. Raises Forbidden on separation of duties."""
    task = _get(tx, task_id)
    _move(task, "assigned")
    _check_separation(tx, task, user)
    _assign(tx, task, user, None, "task-assigned")


def unassign(tx: Transaction, task_id: str) -> None:
    """Take a task from whoever has it and offer it to its candidates again; who may do so is the caller's question."""
    task = _get(tx, task_id)
    if task.assignee is not None:
        _move(task, "open")
        _assign(tx, task, None, None, "task-released")


def delegate(tx: Transaction, task_id: str, user: str) -> None:
    """Let another person work on one's task; it comes back by `give_back`. Raises Forbidden, Conflict."""
    task = _get(tx, task_id)
    _move(task, "delegated")
    _check_assignee(tx, task)
    _check_separation(tx, task, user)
    _assign(tx, task, user, task.assignee, "task-delegated")


def give_back(tx: Transaction, task_id: str) -> None:
    """Return a delegated task to its owner. Raises Forbidden, Conflict."""
    task = _get(tx, task_id)
    if state(task) != "delegated":
        raise Conflict("Expected a delegated task, but '{task}' is {state}", task=task.name, state=state(task))
    _check_assignee(tx, task)
    _assign(tx, task, task.owner, None, "task-given-back")


def save_draft(tx: Transaction, task_id: str, data: Mapping[str, object]) -> None:
    """Keep what was typed, unchecked. Raises Forbidden for others than assignee or candidates."""
    task = _get(tx, task_id)
    if task.assignee != tx.actor.user:
        _check_candidate(tx, task)
    row = {"task_id": task_id, "saved_at": tx.now, "saved_by": tx.actor.user, "data": history.canonical(data)}
    upsert(tx.connection, tables.draft, [row], ("task_id",))


def complete(tx: Transaction, task_id: str, variables: Mapping[str, object] | None = None) -> None:
    """Complete a task and run on. Raises Conflict ("done by …") when it is gone, Forbidden for who may not."""
    task = _get(tx, task_id)
    if state(task) == "delegated":
        raise Conflict(
            "The task '{task}' was delegated by {owner}: give it back first", task=task.name, owner=task.owner
        )
    if task.assignee is None:
        _check_candidate(tx, task)
    elif task.assignee != tx.actor.user and not tx.actor.system:
        raise Conflict("The task '{task}' is with {assignee}", task=task.name, assignee=task.assignee)
    _check_separation(tx, task, tx.actor.user)
    tree = Tree(tx, task.root_id)
    x = tree.load(task.instance_id)
    token = x.token(task_id)
    x.record("task-completed", token, name=task.name, user=tx.actor.user)
    _remember_performer(tx, task)
    x.set_all(token, variables or {})
    x.finish(token)
    tree.settle()


def set_due(tx: Transaction, task_id: str, due: datetime) -> None:
    """Move the due date (aware instant)."""
    task = _get(tx, task_id)
    _change(tx, task, "due_at", due, "task-due-changed")
    change(tx.connection, _candidate, {"task_id": task_id}, due_at=due)


def set_follow_up(tx: Transaction, task_id: str, at: datetime | None) -> None:
    """Put a task aside until `at` (aware instant), or take it up again."""
    _change(tx, _get(tx, task_id), "follow_up_at", at, "task-follow-up-changed")


def set_priority(tx: Transaction, task_id: str, priority: int) -> None:
    """Change the priority (higher is more urgent, 50 is usual)."""
    _change(tx, _get(tx, task_id), "priority", priority, "task-priority-changed")


def add_candidate(tx: Transaction, task_id: str, kind: str, value: str) -> None:
    """Let one more group or user see and take the task; an assigned task becomes open to them as well."""
    task = _get(tx, task_id)
    row = {
        "task_id": task_id,
        "kind": kind,
        "value": value,
        "due_at": task.due_at,
        "claimed": task.assignee is not None,
    }
    upsert(tx.connection, _candidate, [row], ("task_id", "kind", "value"))
    store.seen(tx.connection).pop(("candidates", task_id), None)
    _record(tx, task, "task-candidate-added", candidate=value, candidate_kind=kind)


@prepared
def _due_by(key: Any, business_key: Any) -> Any:
    return select(_task).where(_task.c.business_key == business_key, _task.c.due_key == key)


def move_due(tx: Transaction, key: str, business_key: str, due: datetime) -> int:
    """Move the due date of every open task that carries this due key; returns how many."""
    found = tx.connection.execute(*_due_by(key, business_key)).all()
    for task in found:
        lock(tx, task.root_id)
        _change(tx, task, "due_at", due, "task-due-changed")
        change(tx.connection, _candidate, {"task_id": task.id}, due_at=due)
    return len(found)


# inside


def _get(tx: Transaction, task_id: str) -> TaskRow:
    """The task, its call tree locked. Raises Conflict naming who has done it, NotFound."""
    task = tx.connection.execute(_SELECT, {"t": task_id}).first()
    if task is not None and lock(tx, task.root_id):
        task = tx.connection.execute(_SELECT, {"t": task_id}).first()
    if task is None:
        raise _done(tx, task_id)
    if task.suspended_at or task.definition_suspended_at:
        raise Conflict("The task '{task}' is suspended", task=task.name)
    return task


def _done(tx: Transaction, task_id: str) -> Conflict | NotFound:
    done = _event.c.task_id == task_id, _event.c.kind == "task-completed"
    found = tx.connection.execute(select(_event.c.actor, _event.c.at).where(*done)).first()
    if found is None:
        return NotFound(what="task", id=task_id)
    return Conflict("This task was done by {user} at {at}", user=found.actor, at=found.at)


def _move(task: TaskRow, target: str) -> None:
    if target not in MAY_BECOME[state(task)]:
        raise Conflict(
            "The task '{task}' is {state} and cannot become {target}", task=task.name, state=state(task), target=target
        )


def _check_assignee(tx: Transaction, task: TaskRow) -> None:
    if task.assignee != tx.actor.user and not tx.actor.system:
        raise Forbidden("The task '{task}' is with {assignee}", task=task.name, assignee=task.assignee)


def _check_candidate(tx: Transaction, task: TaskRow) -> None:
    if tx.actor.system:
        return
    mine = {("user", tx.actor.user), *(("group", group) for group in tx.actor.groups)}
    if mine.isdisjoint(queries.candidates(tx.connection, task.id)):
        raise Forbidden("The task '{task}' is not for you or your groups", task=task.name)


def _check_separation(tx: Transaction, task: TaskRow, user: str) -> None:
    """Four eyes (`notSameAs`) and recusal (`excludedUsers`)."""
    definition = definitions.by_id(tx.environment, tx.connection, task.definition_id)
    properties = definition.compiled.process.nodes[task.element_id].properties
    if "excludedUsers" in properties:
        _check_exclusion(tx, task, user)
    elements = [name.strip() for name in properties.get("notSameAs", "").split(",") if name.strip()]
    if elements:
        _check_performers(tx, task, user, elements)


def _check_exclusion(tx: Transaction, task: TaskRow, user: str) -> None:
    if ("never", user) in queries.candidates(tx.connection, task.id):
        raise Forbidden("The task '{task}' must not be done by {user} (recusal)", task=task.name, user=user)


def _check_performers(tx: Transaction, task: TaskRow, user: str, elements: list[str]) -> None:
    if (element := tx.connection.scalar(*_done_by(_callers(tx, task), elements, user))) is not None:
        raise Forbidden("Whoever has done '{element}' may not do '{task}' (four eyes)", element=element, task=task.name)


def _callers(tx: Transaction, task: TaskRow) -> list[str]:
    found, parent = [task.instance_id], task.parent_id
    while parent is not None:
        found.append(parent)
        parent = tx.connection.scalar(*_parent(parent))
    return found


def _remember_performer(tx: Transaction, task: TaskRow) -> None:
    bundle = definitions.by_id(tx.environment, tx.connection, task.definition_id).bundle
    if task.element_id in bundle.separated:
        row = {"instance_id": task.instance_id, "element_id": task.element_id, "user_id": tx.actor.user}
        upsert(tx.connection, tables.performer, [row], ("instance_id", "element_id"))


def _assign(tx: Transaction, task: TaskRow, user: str | None, owner: str | None, kind: str) -> None:
    change(tx.connection, _task, {"id": task.id}, assignee=user, owner=owner)
    change(tx.connection, _candidate, {"task_id": task.id}, claimed=user is not None)
    _record(tx, task, kind, old=task.assignee, new=user, owner=owner)


def _change(tx: Transaction, task: TaskRow, column: str, value: object, kind: str) -> None:
    old = getattr(task, column)
    if old != value:
        change(tx.connection, _task, {"id": task.id}, **{column: value})
        _record(tx, task, kind, old=old, new=value)


def _record(tx: Transaction, task: TaskRow, kind: str, **facts: object) -> None:
    tx.record(
        task.stream,
        kind,
        instance=task.instance_id,
        definition=task.definition_id,
        element=task.element_id,
        task=task.id,
        **facts,
    )
