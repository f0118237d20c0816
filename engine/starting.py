"""What may start a process: a row for each message, signal, condition and timer of its current version.

The rows are set when a version is made current and replace those of the version before it. A message starts one
process; a signal starts every process that listens for it (BPMN 10.5.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from engine import due, feel, tables
from engine.bpmn.compiler import Compiled
from engine.bpmn.instantiating import beginnings
from engine.bpmn.listening import slot
from engine.bpmn.model import EventDefinition, Node
from engine.environment import Transaction
from engine.errors import EngineError
from engine.functions import Host
from engine.lint import Finding, Refused
from engine.prepared import prepared

STREAM = "deployment"
start_event, start_timer, definition = tables.start_event, tables.start_timer, tables.definition
Row = dict[str, Any]


def disarm(tx: Transaction, key: str) -> None:
    """Nothing starts this process by itself any more."""
    for table in (start_event, start_timer):
        tx.connection.execute(delete(table).where(table.c.key == key))


def arm(tx: Transaction, definition_id: str, compiled: Compiled) -> None:
    """From now on this version is started by its events; nothing else may start its process any more (`disarm`).

    Raises Refused when a message or a timer cannot start it.
    """
    listen(tx, definition_id, compiled)
    rows = [
        row
        for node, position, event in beginnings(compiled.process)
        if event.kind == "timer"
        for row in _timer(tx, definition_id, compiled, node, position, event)
    ]
    if rows:
        tx.connection.execute(insert(start_timer), rows)


def listen(tx: Transaction, definition_id: str, compiled: Compiled) -> None:
    """Messages, signals and conditions start this process. Raises Refused when a message starts another one."""
    key = compiled.process.id
    tx.connection.execute(delete(start_event).where(start_event.c.key == key))
    rows: list[Row] = []
    for node, position, event in beginnings(compiled.process):
        if event.kind == "message":
            _claim(tx, definition_id, compiled, node, event.name or "")
        if event.kind in ("message", "signal", "conditional"):
            where = {"key": key, "element_id": node.id, "position": position}
            rows.append(where | {"kind": event.kind, "name": event.name or ""})
    if rows:
        tx.connection.execute(insert(start_event), rows)


def _claim(tx: Transaction, definition_id: str, compiled: Compiled, node: Node, name: str) -> None:
    """A message starts one process. Another one that it starts refuses this version, unless it gives the message up:
    when it is suspended, or when this deployment has followed its own and does not hold it any more.
    """
    current = tables.current_definition
    query = (
        select(definition.c.id, definition.c.key, definition.c.suspended_at)
        .join(current, current.c.definition_id == definition.c.id)
        .join(start_event, start_event.c.key == current.c.key)
        .where(start_event.c.kind == "message", start_event.c.name == name, start_event.c.key != compiled.process.id)
    )
    for row in tx.connection.execute(query.distinct()).all():
        if row.suspended_at is None and not _followed(tx, row, definition_id):
            template = "The message '{name}' starts the process '{other}' already"
            advice = "Use a name of its own, or suspend the other process."
            raise Refused([_finding("start-name", compiled, node, template, advice, name=name, other=row.key)])
        given_up = (start_event.c.key == row.key, start_event.c.kind == "message", start_event.c.name == name)
        tx.connection.execute(delete(start_event).where(*given_up))
        tx.record(STREAM, "start-taken-over", definition=definition_id, element=node.id, name=name, old=row.id)


def _followed(tx: Transaction, other: Any, definition_id: str) -> bool:
    """Was the other process in a deployment of the same name, and is it not in the one of this version?"""
    deployment = tables.deployment
    names = select(deployment.c.id, deployment.c.name).join(definition, definition.c.deployment_id == deployment.c.id)
    old = tx.connection.execute(names.where(definition.c.id == other.id)).one()
    new = tx.connection.execute(names.where(definition.c.id == definition_id)).one()
    kept = select(definition.c.id).where(definition.c.deployment_id == new.id, definition.c.key == other.key)
    return bool(old.name == new.name) and tx.connection.execute(kept).first() is None


def _timer(
    tx: Transaction, definition_id: str, compiled: Compiled, node: Node, position: int, event: EventDefinition
) -> Iterator[Row]:
    """The row of a timer, none for a time that is over: it has started what it had to start, or came too late."""
    kind, limits = event.timer or "duration", tx.environment.limits
    try:
        value = evaluate(tx, compiled, node, slot("timer", position), {})
        found = due.schedule(kind, value, tx.now, years=limits.timer_years, cycle_seconds=limits.cycle_seconds)
    except due.Over:
        found = None
    except EngineError as error:
        advice = "Choose when the timer is due."
        finding = _finding("timer", compiled, node, error.template, advice, **error.parameters)
        raise Refused([finding]) from error
    if found is None or found.due_at < tx.now:
        tx.record(STREAM, "timer-over", definition=definition_id, element=node.id, timer=node.id)
        return
    tx.record(
        STREAM, "timer-set", definition=definition_id, element=node.id, timer=node.id, due=found.due_at.isoformat()
    )
    yield {
        "id": str(uuid4()),
        "key": compiled.process.id,
        "definition_id": definition_id,
        "element_id": node.id,
        "kind": kind,
        "due_at": found.due_at,
        "repeats": found.repeats,
        "interval": found.interval,
    }


def _finding(rule: str, compiled: Compiled, node: Node, template: str, advice: str, **parameters: object) -> Finding:
    return Finding(rule, "error", compiled.process.file, node.id, node.name, template, advice, parameters)


def evaluate(tx: Transaction, compiled: Compiled, node: Node, name: str, variables: Mapping[str, object]) -> object:
    """The value of a start event's time or condition; there is no instance yet. Raises feel.FeelError."""
    value = compiled.value(node.id, name)
    host = Host(tx.connection, tx.now, None, None)
    scope = feel.Scope(now=tx.now, functions=tx.environment.functions.bind(host))
    return None if value is None else value(variables, scope)


def listening(tx: Transaction, kind: str, name: str, process: str | None = None) -> list[Any]:
    """The start events of current processes that wait for this message or signal; of one process, if given."""
    found = tx.connection.execute(*_listening(kind, name)).all()
    return [row for row in found if process in (None, row.key)]


@prepared
def _listening(kind: Any, name: Any) -> Any:
    heard = select(start_event).where(start_event.c.kind == kind, start_event.c.name == name)
    return heard.order_by(start_event.c.key, start_event.c.element_id)


def conditions(tx: Transaction, key: str | None) -> list[Any]:
    """The process and element of each conditional start event, also behind a gateway, of processes that may start."""
    current = tables.current_definition
    query = (
        select(start_event.c.key, start_event.c.element_id)
        .join(current, current.c.key == start_event.c.key)
        .join(definition, definition.c.id == current.c.definition_id)
        .where(start_event.c.kind == "conditional", definition.c.suspended_at.is_(None))
        .order_by(start_event.c.key, start_event.c.element_id)
        .distinct()
    )
    return list(tx.connection.execute(query if key is None else query.where(start_event.c.key == key)).all())


def skip_missed(tx: Transaction, definition_id: str) -> None:
    """A version is activated again: what its timers would have started meanwhile is not made up for."""
    missed = select(start_timer).where(start_timer.c.definition_id == definition_id, start_timer.c.due_at < tx.now)
    for row in tx.connection.execute(missed).all():
        found: due.Schedule | None = due.Schedule(row.due_at, row.repeats, row.interval)
        while found is not None and found.due_at < tx.now:
            found = due.following(found)
        move_on(tx, row.id, found)
        kind, at = ("timer-over", None) if found is None else ("timer-set", found.due_at.isoformat())
        tx.record(STREAM, kind, definition=definition_id, element=row.element_id, timer=row.element_id, due=at)


def move_on(tx: Transaction, timer_id: str, found: due.Schedule | None) -> None:
    """The row of a start timer waits for its next round, or goes after the last."""
    if found is None:
        tx.connection.execute(delete(start_timer).where(start_timer.c.id == timer_id))
        return
    later = {"due_at": found.due_at, "repeats": found.repeats}
    tx.connection.execute(update(start_timer).where(start_timer.c.id == timer_id).values(later))
