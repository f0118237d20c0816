"""Process instances: start, cancel, suspend, activate, set variables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select, update

from engine import definitions, feel, starting, tables
from engine.advance import Tree, lock
from engine.bpmn.listening import slot
from engine.environment import Transaction
from engine.errors import Conflict, NotFound


def start(
    tx: Transaction,
    key: str,
    *,
    business_key: str | None = None,
    variables: Mapping[str, object] | None = None,
    stream: str | None = None,
    definition_id: str | None = None,
    element: str | None = None,
) -> str:
    """Start the current (or the given) version of a process and run it until it waits; returns the instance id.

    `stream` names the history stream, `element` an event other than the plain start event with which the instance is
    to begin. Raises NotFound, Conflict.
    """
    if definition_id is None:
        definition = definitions.current(tx.environment, tx.connection, key)
    else:
        definition = definitions.by_id(tx.environment, tx.connection, definition_id)
    tree = Tree(tx, str(uuid4()))
    tree.create(definition, business_key=business_key, stream=stream, variables=variables or {}, element=element)
    tree.settle()
    return tree.root_id


def start_when(
    tx: Transaction,
    variables: Mapping[str, object],
    *,
    business_key: str | None = None,
    stream: str | None = None,
    key: str | None = None,
) -> list[str]:
    """Start every current process (or the one of `key`) whose conditional start event holds on these variables.

    Once per start event; returns the instance ids. Processes that are suspended are passed over.
    """
    known = feel.to_feel(dict(variables))
    started = []
    for row in starting.conditions(tx, key):
        definition = definitions.current(tx.environment, tx.connection, row.key)
        node = definition.compiled.process.nodes[row.element_id]
        slots = [slot("conditional", n) for n, event in enumerate(node.events) if event.kind == "conditional"]
        if any(starting.evaluate(tx, definition.compiled, node, slot, known) is True for slot in slots):
            tree = Tree(tx, str(uuid4()))
            tree.create(
                definition, business_key=business_key, stream=stream, variables=variables, element=row.element_id
            )
            tree.settle()
            started.append(tree.root_id)
    return started


def cancel(tx: Transaction, instance_id: str, reason: str) -> None:
    """End a whole call tree; `reason` goes into history. Raises NotFound, Conflict when it has ended."""
    tree = Tree(tx, _root(tx, instance_id))
    tree.load(tree.root_id, active=False)
    stream = tree.executions[tree.root_id].instance["stream"]
    tx.record(stream, "instance-cancelled", instance=tree.root_id, why=reason)
    tree.cancel(tree.root_id)
    tree.settle()


def set_variables(tx: Transaction, instance_id: str, variables: Mapping[str, object]) -> None:
    """Write variables of a process instance from outside; conditional events that wait for them fire at once.

    Raises NotFound, Conflict when it has ended or is suspended.
    """
    tree = Tree(tx, _root(tx, instance_id))
    x = tree.load(instance_id)
    for name, value in variables.items():
        x.set_from_outside(name, value)
    tree.settle()


def suspend(tx: Transaction, instance_id: str) -> None:
    """No command on this instance (and its timers and jobs) until it is activated again."""
    _set_suspended(tx, instance_id, "instance-suspended", tx.now)


def activate(tx: Transaction, instance_id: str) -> None:
    """Undo `suspend`."""
    _set_suspended(tx, instance_id, "instance-activated", None)


def _root(tx: Transaction, instance_id: str) -> str:
    root = tx.connection.execute(select(tables.instance.c.root_id).where(tables.instance.c.id == instance_id)).scalar()
    if root is None:
        raise NotFound(what="process instance", id=instance_id)
    return str(root)


def _set_suspended(tx: Transaction, instance_id: str, kind: str, at: datetime | None) -> None:
    instance = tables.instance
    lock(tx, _root(tx, instance_id))
    row = tx.connection.execute(
        select(instance.c.stream, instance.c.ended_at).where(instance.c.id == instance_id)
    ).one()
    if row.ended_at is not None:
        raise Conflict("The process instance '{id}' has ended", id=instance_id)
    tx.connection.execute(update(instance).where(instance.c.root_id == instance_id).values(suspended_at=at))
    tx.connection.execute(update(instance).where(instance.c.id == instance_id).values(suspended_at=at))
    tx.record(row.stream, kind, instance=instance_id)
