"""Scopes: the process and its subprocesses begin with their listeners, and end when nothing runs in them (BPMN 13.5.4).

Of what stands still for ever, deadlocks are seen: joins, or activities without data, while nothing else can move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import adhoc, data, listening, parking
from engine.errors import Fault

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def begin(x: Execution, scope: str | None, node: str | None) -> None:
    """The event subprocesses of a scope begin to listen."""
    for listener in x.compiled.listeners.get(node, ()):
        token = x.task_tree.spawn(x.spec(listener.id), scope=scope, listens=True)
        token._set_state(TaskState.WAITING)
        listening.listen(x, token, x.compiled.process.starts(listener.id)[0])


def end(x: Execution, scope: str | None) -> None:
    """A scope ends when nothing runs in it any more; who only listens does not count."""
    inside = [token for token in x.live() if token.internal_data.get("scope") == scope]
    if any("listens" not in token.internal_data for token in inside):
        return
    holder = x.game.tasks.get(UUID(scope)) if scope else x.task_tree
    if holder is None or "parked" in holder.internal_data:
        return
    if scope and (not holder.live or adhoc.next_one(x, holder)):
        return
    for listener in inside:
        x.consume(listener)
    if scope is None:
        x.outcome = "completed"
    else:
        x.finish(holder)


def look_for_deadlock(x: Execution) -> None:
    """When joins wait, or activities for data, and nothing else does, nothing can come: an incident at the first."""
    waiting = [token for token in x.live() if not _only_holds(token)]
    stuck = [token for token in waiting if _needs_others(token) and "parked" not in token.internal_data]
    if not stuck or len(stuck) < len(waiting):
        return
    if (starved := data.starved(stuck[0])) is not None:
        parking.park(x, stuck[0], starved, "data")
    else:
        parking.park(x, stuck[0], Fault("The join waits for a token that can no longer come"), "join")


def _needs_others(token: Token) -> bool:
    """Can the token only go on when others do: at a join, or for want of data?"""
    joins: bool = token.task_spec.joins
    return joins or "wants" in token.internal_data


def _only_holds(token: Token) -> bool:
    """Does the token stand for others that move (a subprocess, a repetition, an undoing), or catch what they throw?

    An event subprocess that listens is no such other: what it begins brings no token to a join.
    """
    remembered = token.internal_data
    if remembered.keys() & {"parked", "wants"}:
        return False
    catches = "host" in remembered and not remembered.keys() & {"rows", "watch"}
    holds = token.task_spec.holds or "undo" in remembered
    return catches or holds
