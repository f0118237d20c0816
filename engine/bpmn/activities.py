"""Activities: tasks, calls, subprocesses and their repetition (BPMN 10.3, 13.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import adhoc, calls, cancelling, compensating, data, listening, loops, parking, raising, scoping
from engine.bpmn.elements import Element
from engine.errors import Conflict

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
        return self.enter(token, x) and self.begin(token, x)

    def enter(self, token: Token, x: Execution) -> bool:
        """Inputs become local variables, boundary events begin to wait. Done once, also when the arrival is retried.

        False while data that it requires is not there.
        """
        if token.internal_data.get("entered"):
            return True
        if not data.fill(x, token):
            return False
        if "body" not in token.internal_data:
            x.open_boundaries(token)
        for name, _ in self.inputs:
            x.set(token, name, x.value(token, f"input:{name}"), local=True)
        token.internal_data["entered"] = True
        if self.waits:
            x.record(self.said[0], token, via=token.internal_data.get("via"))
        return True

    def begin(self, token: Token, x: Execution) -> bool:
        """Start the work; True when it can run at once."""
        return True

    def leave(self, token: Token, x: Execution) -> None:
        x.record(self.said[1] if self.waits else "element-passed", token, via=token.internal_data.get("via"))
        self.pass_on(token, x)

    def pass_on(self, token: Token, x: Execution) -> None:
        """Where the token goes when the activity is over."""
        x.close_activity(token)
        if "body" in token.internal_data:
            loops.item_done(x, token)
        elif "undoes" in token.internal_data:
            compensating.handled(x, token)
        else:
            x.follow(token)
            adhoc.look(x, token)


class PassThrough(Activity):
    """A plain or manual task: nothing for the engine to do (BPMN 13.3.3)."""


class UserTask(Activity):
    """Waits for a person."""

    def begin(self, token: Token, x: Execution) -> bool:
        x.open_task(token)
        return False

    def leave(self, token: Token, x: Execution) -> None:
        self.pass_on(token, x)  # history has "task-completed" already


class ServiceTask(Activity):
    """Runs a registered operation, in a savepoint of the command."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        return x.host.operate(x, token)


class SendTask(ServiceTask):
    """Runs an operation, or throws the message it names."""

    def execute(self, token: Token, x: Execution) -> bool | None:
        if "topic" in self.node.attributes:
            return super().execute(token, x)
        raising.throw(x, token, self.node, self.node.events[0])
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
        listening.listen(x, token, self.node)
        return False


class SubProcess(Activity):
    """Holds tokens of its own until none is left."""

    waits = holds = True

    def begin(self, token: Token, x: Execution) -> bool:
        token._set_state(TaskState.STARTED)
        scoping.begin(x, token.key, self.node.id)
        self.begin_inside(token, x)
        return False

    def begin_inside(self, token: Token, x: Execution) -> None:
        """Put the first tokens inside."""
        for start in x.compiled.process.starts(self.node.id):
            x.enqueue(token.spawn(x.spec(start.id), scope=token.key, fired=True if start.events else None))


class EventSubProcess(SubProcess):
    """Begun by its start event while its scope lives, not by the flow (BPMN 10.3.5, 13.5.4).

    One token listens for the start event; when it fires, it becomes the subprocess, or another one beside it.
    """

    def trigger(self, token: Token, x: Execution, element: str, position: int, last: bool) -> None:
        scope, start = token.internal_data.get("scope"), listening.caught(x, token)
        if not listening.complete(x, token, start, position, last):
            return
        if start.interrupting:
            cancelling.cancel_scope(x, scope, keep=token)
            x.holder(scope).internal_data.pop("todo", None)
        begun = x.task_tree.spawn(self, scope=scope)
        data.hand_over(x, token, begun)
        if start.interrupting or not listening.wait_again(x, token, start):
            x.consume(token)
        x.enqueue(begun)

    def resolve(self, token: Token, x: Execution) -> None:
        if "listens" in token.internal_data:
            raise Conflict("'{element}' waits for its event: retry instead", element=self.node.id)
        x.finish(token)


class AdHocSubProcess(SubProcess):
    """Its activities have no order of their own: side by side, or one at a time (BPMN 10.3.5, 13.3.5)."""

    def begin_inside(self, token: Token, x: Execution) -> None:
        adhoc.begin(x, token)

    def resolve(self, token: Token, x: Execution) -> None:
        cancelling.cancel_scope(x, token.key)
        x.finish(token)


class LoopBody(Activity):
    """A repeated activity around its items: multi-instance or standard loop (BPMN 13.3.6, 13.3.7)."""

    waits = holds = repeats = True
    said = ("items-started", "items-ended")
    inputs = ()

    def begin(self, token: Token, x: Execution) -> bool:
        if self.node.loop is not None and self.node.loop.standard:
            return loops.start_loop(x, token)
        return loops.start_items(x, token)

    def resolve(self, token: Token, x: Execution) -> None:
        loops.cancel_items(x, token)
        x.finish(token)
