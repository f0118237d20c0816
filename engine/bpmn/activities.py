"""Activities: tasks, calls, subprocesses and their repetition (BPMN 10.3, 13.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import calls, loops, parking, raising
from engine.bpmn.elements import Element

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token


class Activity(Element):
    """Tasks, calls and subprocesses: local inputs, boundary events, asynchronous continuations, outputs."""

    waits = False
    said = ("element-entered", "element-left")
    """What history says of one that waits; the others only say `element-passed`."""

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The declared local inputs; those of a multi-instance belong to its items."""
        return self.node.inputs

    def arrive(self, token: Token, x: Execution) -> bool:
        remembered = token.internal_data
        if self.node.attributes.get("asyncBefore") == "true" and not remembered.keys() & {"resumed", "body"}:
            parking.open_job(x, token, "before")
            return False
        self.enter(token, x)
        return self.begin(token, x)

    def enter(self, token: Token, x: Execution) -> None:
        """Inputs become local variables, boundary events begin to wait. Done once, also when the arrival is retried."""
        if token.internal_data.get("entered"):
            return
        if "body" not in token.internal_data:
            x.open_boundaries(token)
        for name, _ in self.inputs:
            x.set(token, name, x.value(token, f"input:{name}"), local=True)
        token.internal_data["entered"] = True
        if self.waits:
            x.record(self.said[0], token, via=token.internal_data.get("via"))

    def begin(self, token: Token, x: Execution) -> bool:
        """Start the work; True when it can run at once."""
        return True

    def leave(self, token: Token, x: Execution) -> None:
        x.record(self.said[1] if self.waits else "element-passed", token, via=token.internal_data.get("via"))
        x.close_activity(token)
        if "body" in token.internal_data:
            loops.item_done(x, token)
        else:
            x.follow(token)


class PassThrough(Activity):
    """A plain or manual task: nothing for the engine to do (BPMN 13.3.3)."""


class UserTask(Activity):
    """Waits for a person."""

    def begin(self, token: Token, x: Execution) -> bool:
        x.open_task(token)
        return False

    def leave(self, token: Token, x: Execution) -> None:
        x.close_activity(token)
        if "body" in token.internal_data:
            loops.item_done(x, token)
        else:
            x.follow(token)


class ServiceTask(Activity):
    """Runs a registered operation, in a savepoint of the command."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        return x.host.operate(x, token)


class SendTask(ServiceTask):
    """Runs an operation, or throws the message it names."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        if "topic" in self.node.attributes:
            return super().execute(token, x)
        raising.throw(x, token, self.node)
        return True


class ScriptTask(Activity):
    """Evaluates FEEL into a variable."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        x.set(token, self.node.attributes["resultVariable"], x.value(token, "script"))
        return True


class BusinessRuleTask(Activity):
    """Decides by a decision table of its own deployment."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        x.host.decide(x, token)
        return True


class CallActivity(Activity):
    """Starts a process instance of its own and waits for its end."""

    waits = True

    def begin(self, token: Token, x: Execution) -> bool:
        token._set_state(TaskState.STARTED)
        x.effects.calls.append((token, calls.transfer_in(x, token)))
        return False


class ReceiveTask(Activity):
    """Waits for a message."""

    waits = True

    def begin(self, token: Token, x: Execution) -> bool:
        if token.internal_data.get("fired"):
            return True
        x.wait_for(token, self.node, 0)
        return False


class SubProcess(Activity):
    """Holds tokens of its own until none is left."""

    waits = True

    def begin(self, token: Token, x: Execution) -> bool:
        token._set_state(TaskState.STARTED)
        for start in x.compiled.starts[self.node.id]:
            x.enqueue(token.spawn(x.spec(start.id), scope=token.key))
        return False


class LoopBody(Activity):
    """A multi-instance activity around its items, sequential or parallel (BPMN 13.3.7)."""

    waits = True
    said = ("items-started", "items-ended")
    inputs = ()

    def begin(self, token: Token, x: Execution) -> bool:
        return loops.start_items(x, token)

    def resolve(self, token: Token, x: Execution) -> None:
        loops.cancel_items(x, token)
        x.finish(token)
