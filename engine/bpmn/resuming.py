"""The way on for a parked token: again from where it stopped, or by hand (engine/bpmn/parking.py names the stages)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine import variables
from engine.bpmn import adhoc, calls, loops, scoping

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution


def resume(x: Execution, key: str) -> None:
    """A job is due or an incident is to be tried again: let the token do what it could not do."""
    token = x.token(key)
    stage = token.internal_data.pop("parked", "arrive")
    if stage == "watch":
        x.effects.remove("incident", token)
        x.stirred = True
        return
    x.gone(token)
    if stage in ("arrive", "before", "join", "data"):
        if stage == "before":
            token.internal_data["resumed"] = True
        token._set_state(TaskState.WAITING)
        token.arrive()
        if token._state == TaskState.WAITING:
            scoping.look_for_deadlock(x)  # nothing else may move now
    elif stage == "leave":
        x.finish(token)
    elif stage == "after":
        token.complete()
    elif stage == "loop":
        loops.go_on(x, token)
    elif stage == "adhoc":
        token._set_state(TaskState.STARTED)
        adhoc.go_on(x, token)
        x.emptied.append(key)
    elif stage == "return":
        results = token.internal_data.pop("results")
        calls.take_over(x, token, {name: variables.decode(*value) for name, value in results.items()})
    else:
        token._set_state(TaskState.READY)
        x.ready.append(token)


def resolve(x: Execution, key: str) -> None:
    """The work was done by hand: the token goes on as if the element had been completed."""
    token = x.token(key)
    token.internal_data["by_hand"] = True  # data outputs may be missing
    token.task_spec.resolve(token, x)
