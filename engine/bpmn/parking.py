"""What cannot go on waits: as a job that the engine does later, or as an incident for a person, never in silence.

A parked token remembers at which stage it stopped, so that the same thing is tried again and nothing is done twice:
`arrive`, `run` (the work itself), `leave` (the work is done), `join`, `loop` (between items), `before` and `after`
(asynchronous continuations), `operation` (a failed operation between its tries), `return` (from a called process),
`watch` (a condition that is waited for), `adhoc` (the completion condition of an ad-hoc subprocess), `data` (for want
of it).
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import EngineError, Rejected

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


def park(x: Execution, token: Token, error: EngineError, stage: str) -> None:
    """The token cannot go on: it waits as an incident for a person."""
    if stage == "arrive" and "entered" not in token.internal_data:
        x.close_borders(token)  # they are opened again when the arrival is retried
    token.internal_data["parked"] = stage
    token._set_state(TaskState.WAITING)
    trace = "".join(traceback.format_exception(error)) if error.__traceback__ else None
    element = token.task_spec.node.id
    x.effects.add(
        "incident",
        token,
        {"element_id": element, "scope_id": token.key, "kind": stage, "message": str(error), "traceback": trace},
    )
    x.record("incident-created", token, message=str(error))


def tell_or_park(x: Execution, token: Token, error: EngineError, stage: str) -> None:
    """A person is told at once what is not allowed, and nothing has happened; anything else waits as an incident."""
    if isinstance(error, Rejected) and x.host.person:
        raise error
    park(x, token, error, stage)


def open_job(x: Execution, token: Token, kind: str, **columns: Any) -> None:
    """Let the token wait for a job: an asynchronous continuation, or a failed operation to be tried again."""
    token.internal_data["parked"] = kind
    token._set_state(TaskState.WAITING)
    x.effects.add("job", token, {"scope_id": token.key, "element_id": token.task_spec.node.id, "kind": kind, **columns})


def unpark(x: Execution, token: Token) -> None:
    """What stopped the token is over, its incident with it."""
    if token.internal_data.pop("parked", None) is not None:
        x.gone(token)
