"""What happened, read from history: the path of an instance, its variables to the end, decisions, incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from engine import queries, tables
from engine.bpmn.model import Node, Process

event = tables.event
BODIES = ("items-started", "items-ended")
"""Said by the body of a multi-instance; its items speak for themselves."""
STOPS = ("error-thrown", "escalation-thrown", "job-failed", "incident-created")
VISITS = frozenset((*queries.STARTS, *queries.ENDS, *BODIES, *STOPS)) - {"element-cancelled"}
"""Kinds of events that show that a token has reached an element."""


@dataclass(frozen=True)
class Happened:
    """One event of a process instance: `token` is the activity instance, `facts` the body of the event."""

    kind: str
    instance: str
    definition: str
    element: str
    token: str
    facts: Mapping[str, Any]


def events(connection: Connection, instance_id: str | None = None) -> Iterator[Happened]:
    """The events of one instance in their order, or of all of them."""
    query = select(event).where(event.c.instance_id.is_not(None)).order_by(event.c.stream, event.c.seq)
    if instance_id is not None:
        query = query.where(event.c.instance_id == instance_id)
    for row in connection.execute(query):
        yield Happened(
            row.kind,
            row.instance_id,
            row.definition_id or "",
            row.element_id or "",
            row.task_id or "",
            queries.facts_of(row.body),
        )


def path(connection: Connection, instance_id: str) -> list[str]:
    """The elements in the order in which tokens reached them; each round of a loop and each item counts.

    A repetition without items was reached, too: it counts once.
    """
    seen: dict[tuple[str, str], None] = {}
    empty: dict[str, str] = {}
    for happened in events(connection, instance_id):
        if happened.kind == "items-started":
            empty[happened.element] = happened.token
        elif happened.kind == "items-ended":
            if empty.get(happened.element) == happened.token:
                seen.setdefault((happened.token, happened.element), None)
        elif happened.kind in VISITS:
            empty.pop(happened.element, None)
            seen.setdefault((happened.token, happened.element), None)
    return [element for _, element in seen]


def variables(connection: Connection, instance_id: str, process: Process) -> dict[str, object]:
    """The variables of an instance, also of one that has ended and whose rows are gone: as history tells them."""
    found: dict[str, object] = {}
    own: set[tuple[str, str]] = set()
    for happened in events(connection, instance_id):
        if happened.kind == "instance-started":
            found.update(happened.facts.get("variables", {}))
        if happened.kind != "variable-changed":
            continue
        name, node = happened.facts["name"], process.nodes.get(happened.element)
        first = (happened.token, name) not in own and "old" not in happened.facts
        own.add((happened.token, name))
        if node is None or not _is_local(process, node, name, first):
            found[name] = happened.facts.get("new")
    return found


def _is_local(process: Process, node: Node, name: str, first: bool) -> bool:
    """Was this a variable of the activity alone: an input as it begins, the result of its operation, its loop's own?"""
    if (first and name in dict(node.inputs)) or (name == "result" and "topic" in node.attributes):
        return True
    if node.loop is not None and name in node.loop.names:
        return True
    around = None if node.scope is None else process.nodes[node.scope]
    return around is not None and (name in dict(around.inputs) or _is_local(process, around, name, False))


def decisions(connection: Connection) -> dict[str, Any]:
    """The last outputs of each decision that was made, by its id."""
    found: dict[str, Any] = {}
    for happened in events(connection):
        if happened.kind == "decision-evaluated":
            for entry in happened.facts["trace"]:
                found[entry["decision"]] = entry["outputs"]
    return found
