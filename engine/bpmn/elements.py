"""What each BPMN element does when a token arrives, runs and leaves: one SpiffWorkflow spec class per kind.

`arrive` returns True when the element runs by itself now; `execute` returns True when it is done, None when it waits.
Data never travels with tokens, nothing is predicted, and every look outside goes through the execution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import data, parking
from engine.bpmn.model import EVENTS, Node
from engine.errors import EngineError, Fault

if TYPE_CHECKING:
    from engine.bpmn.compiler import Compiled
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class Element(TaskSpec):  # type: ignore[misc]
    """Common life of all flow nodes."""

    holds = False
    """Does its token stand for others: those inside a subprocess, the items of a repetition?"""
    repeats = False
    """Does it stand for the items of a repetition?"""
    joins = False
    """Does it wait for other tokens?"""

    def __init__(self, compiled: Compiled, node: Node, name: str | None = None) -> None:
        self.node = node
        self.flows = tuple(flow.id for flow in compiled.process.outgoing(node.id))
        super().__init__(compiled.spec, name or node.id)

    def arrive(self, token: Token, x: Execution) -> bool:
        """A token has come; True when the element may run at once."""
        return True

    def say_entered(self, token: Token, x: Execution) -> None:
        """Tell history that an event or gateway begins to wait; once, also when the arrival is retried."""
        if not token.internal_data.get("entered"):
            x.record("element-entered", token, via=token.internal_data.get("via"))
            token.internal_data["entered"] = True

    def execute(self, token: Token, x: Execution) -> bool | None:
        """Do the work; True when done."""
        return True

    def choose(self, token: Token, x: Execution) -> list[str]:
        """The flows on which the token goes on: BPMN 13.3.2, conditions on flows out of activities and events."""
        chosen = [flow for flow in self.flows if flow != self.node.default and x.holds(token, flow)]
        if not chosen and self.node.default:
            return [self.node.default]
        if not chosen and self.flows:
            raise Fault(
                "No condition on the flows out of '{element}' holds and there is no default", element=self.node.id
            )
        return chosen

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        """What the token waited for at `position` has happened; `last` says that it cannot happen again."""
        x.finish(token)

    def leave(self, token: Token, x: Execution) -> None:
        """The element is done: say so and go on."""
        x.record("element-passed", token, via=token.internal_data.get("via"))
        x.follow(token)

    def resolve(self, token: Token, x: Execution) -> None:
        """The work was done by hand."""
        x.finish(token)

    # SpiffWorkflow's hooks

    def test(self) -> None:
        """Structure is checked by lint at deployment, not at every token."""

    def _predict(self, my_task: Any, *args: Any, **options: Any) -> None:
        """Tokens have no predicted future."""

    def _update_hook(self, my_task: Token) -> bool:
        x = my_task.workflow.execution
        try:
            if self.node.kind in EVENTS:
                data.declare(x, my_task)
            ready: bool = self.arrive(my_task, x)
        except EngineError as error:
            parking.tell_or_park(x, my_task, error, "arrive")
            return False
        if not ready and my_task._state == TaskState.FUTURE:
            my_task._set_state(TaskState.WAITING)
        return ready

    def _on_ready_hook(self, my_task: Token) -> None:
        my_task.workflow.execution.ready.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        x, stage = my_task.workflow.execution, "run"
        try:
            done = self.execute(my_task, x) and my_task.live
            stage = "leave"  # the work is done, a retry must not do it again
            return x.prepare(my_task) if done else None
        except EngineError as error:
            parking.tell_or_park(x, my_task, error, stage)
            return None

    def _on_complete_hook(self, my_task: Token) -> None:
        self.leave(my_task, my_task.workflow.execution)
        my_task.workflow.execution.scopes.drop(my_task.key)

    def _on_cancel(self, my_task: Token) -> None:
        """The execution cancels in the right order and keeps the books."""
