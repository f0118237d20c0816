"""What is thrown inside a call tree reaches those of the same tree at once; others get it by deliveries (design §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from engine import tables
from engine.bpmn import listening

if TYPE_CHECKING:
    from engine.advance import Tree

_subscription = tables.subscription
_WAITING = (
    select(_subscription.c.instance_id)
    .where(
        _subscription.c.root_id == bindparam("r"),
        _subscription.c.kind == bindparam("k"),
        _subscription.c.name == bindparam("n"),
    )
    .distinct()
)


def hear(tree: Tree, thrown: Mapping[str, Any]) -> bool:
    """Bring a message (to one) or signal (to all) to those of the call tree that wait for it; was there one?"""
    kind, name = thrown["kind"], thrown["name"]
    waiting = tree.tx.connection.execute(_WAITING, {"r": tree.root_id, "k": kind, "n": name})
    for instance_id in waiting.scalars().all():
        tree.load(instance_id)
    found = [
        (x, *hearer)
        for x in tree.executions.values()
        if x.outcome is None
        for hearer in listening.hearers(x, kind, name, thrown["correlation_key"])
    ]
    for x, key, element, position in found if kind == "signal" else found[:1]:
        if x.waits(key, position):  # else the one before has ended the wait
            x.record(f"{kind}-received", x.token(key), name=name)
            x.trigger(key, element, thrown["payload"], position=position)
            tree.call_off(x)
    return bool(found)
