"""What is thrown inside a call tree reaches those of the same tree at once; others get it by deliveries (design §3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from engine import tables
from engine.bpmn import listening
from engine.prepared import Prepared

if TYPE_CHECKING:
    from engine.advance import Tree
    from engine.bpmn.execution import Execution
    from engine.bpmn.listening import Hearer

_subscription = tables.subscription
_WAITING = Prepared(
    select(
        _subscription.c.instance_id,
        _subscription.c.scope_id,
        _subscription.c.position,
        _subscription.c.element_id,
        _subscription.c.correlation_key,
    )
    .where(
        _subscription.c.root_id == bindparam("r"),
        _subscription.c.kind == bindparam("k"),
        _subscription.c.name == bindparam("n"),
    )
    .order_by(_subscription.c.instance_id)
)


def hearers(tree: Tree, thrown: Mapping[str, Any]) -> list[tuple[Execution, Hearer]]:
    """Who waits in the call tree for a message or signal, its processes restored.

    The process that began first comes first, and in it who began to wait first.
    """
    kind, name = thrown["kind"], thrown["name"]
    for row in tree.tx.connection.execute(_WAITING, {"r": tree.root_id, "k": kind, "n": name}).all():
        tree.load(row.instance_id).recall(row.scope_id, row.position, [row.element_id, kind, name, row.correlation_key])
    return [
        (x, hearer)
        for x in sorted(tree.executions.values(), key=lambda x: (x.instance["depth"], x.instance["started_at"]))
        if x.outcome is None and thrown["process"] in (None, x.compiled.process.id)
        for hearer in listening.hearers(x, kind, name, thrown["correlation_key"])
    ]


def bring(tree: Tree, hearing: Iterable[tuple[Execution, Hearer]], thrown: Mapping[str, Any], **facts: object) -> None:
    """Let all of them hear it before anything runs; `facts` go into history."""
    for x, (key, element, position) in hearing:
        if x.waits(key, position):  # else the one before has ended the wait
            x.record(f"{thrown['kind']}-received", x.token(key), name=thrown["name"], **facts)
            x.trigger(key, element, thrown["payload"], position=position)
            tree.call_off(x)


def hear(tree: Tree, thrown: Mapping[str, Any]) -> bool:
    """Bring what was thrown inside a call tree to those that wait in it: a message to one, a signal to all."""
    found = hearers(tree, thrown)
    bring(tree, found if thrown["kind"] == "signal" else found[:1], thrown)
    return bool(found)
