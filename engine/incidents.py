"""Incidents: what could not go on waits here for a person, with the reason and the traceback; never silence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update

from engine import tables
from engine.advance import Tree, lock
from engine.bpmn import resuming
from engine.environment import Transaction
from engine.errors import NotFound

incident, instance = tables.incident, tables.instance


def annotate(tx: Transaction, incident_id: str, text: str) -> None:
    """Leave a note for colleagues."""
    row = _get(tx, incident_id)
    tx.connection.execute(update(incident).where(incident.c.id == incident_id).values(annotation=text))
    _record(tx, row, "incident-annotated", old=row.annotation, new=text)


def retry(tx: Transaction, incident_id: str) -> None:
    """Let the token try again what failed; a new failure is a new incident."""
    row = _get(tx, incident_id)
    _record(tx, row, "incident-retried")
    tree = Tree(tx, row.root_id)
    x = tree.load(row.instance_id)
    x.token(row.scope_id).internal_data.pop("attempts", None)
    resuming.resume(x, row.scope_id)
    tree.settle()


def resolve(tx: Transaction, incident_id: str, note: str) -> None:
    """The work was done by hand: the token goes on as if the element had been completed. `note` says what was done."""
    row = _get(tx, incident_id)
    _record(tx, row, "incident-resolved", why=note)
    tree = Tree(tx, row.root_id)
    resuming.resolve(tree.load(row.instance_id), row.scope_id)
    tree.settle()


def _get(tx: Transaction, incident_id: str) -> Row[Any]:
    query = select(incident, instance.c.stream).join(instance, instance.c.id == incident.c.instance_id)
    query = query.where(incident.c.id == incident_id)
    row = tx.connection.execute(query).first()
    if row is not None:
        lock(tx, row.root_id)
        row = tx.connection.execute(query).first()
    if row is None:
        raise NotFound(what="incident", id=incident_id)
    return row


def _record(tx: Transaction, row: Row[Any], kind: str, **facts: object) -> None:
    tx.record(
        row.stream,
        kind,
        instance=row.instance_id,
        definition=row.definition_id,
        element=row.element_id,
        task=row.scope_id,
        incident=row.id,
        **facts,
    )
