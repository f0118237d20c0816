"""One process instance in memory, within one command: tokens move here until all of them wait.

Our run loop decides the order: an interruption cancels at once, then scopes that ran empty end, then conditions on
changed variables are looked at, then the next automatic element runs, first come first served; inclusive joins are
looked at when nothing else can move. What must become rows is collected in `effects`; the heart (engine/advance.py)
writes it. SpiffWorkflow's own loop, event manager and timers are never called.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.bpmn import compensating, data, inclusive, listening, loops, parking, scoping, state
from engine.bpmn.compiler import Compiled
from engine.bpmn.effects import Effects, Host, Row
from engine.bpmn.model import Node
from engine.bpmn.sight import Sight
from engine.bpmn.tokens import Token, TokenGame
from engine.errors import EngineError, Fault, NotFound
from engine.variables import Scopes

COMPACT_EVERY = 100


class Execution(Sight):
    """The tokens of one process instance and everything that moves them."""

    def __init__(self, compiled: Compiled, instance: Row, scopes: Scopes, host: Host) -> None:
        self.compiled = compiled
        self.instance = instance
        self.scopes = scopes
        self.host = host
        self.game = TokenGame(compiled.spec, self)
        self.ready: deque[Token] = deque()
        self.arriving: deque[Token] = deque()
        self.emptied: list[str | None] = []
        self.effects = Effects()
        self.outcome: str | None = None
        self.steps = 0
        if instance["state"] is not None:
            state.load(self.game, instance["state"])

    @property
    def task_tree(self) -> Token:
        """The root below which every token hangs."""
        root: Token = self.game.task_tree
        return root

    def live(self) -> list[Token]:
        """Every live token, oldest first."""
        return self.game.live()

    def spec(self, name: str) -> Any:
        """The spec of a node."""
        return self.compiled.spec.task_specs[name]

    def token(self, key: str) -> Token:
        """A live token by id. Raises NotFound."""
        token = self.game.tasks.get(UUID(key))
        if token is None or not token.live:
            raise NotFound(what="activity", id=key)
        found: Token = token
        return found

    def holder(self, scope: str | None) -> Token:
        """Who holds the tokens of a scope: a subprocess, or the root for the process itself."""
        found: Token = self.task_tree if scope is None else self.game.tasks[UUID(scope)]
        return found

    def waits(self, key: str, position: int) -> bool:
        """Does this token still wait for the message or signal at `position`?"""
        token = self.game.tasks.get(UUID(key))
        if token is None or not token.live:
            return False
        return str(position) in token.internal_data.get("heard", {})

    def recall(self, key: str, position: int, heard: list[str | None]) -> None:
        """A token waits for this message or signal, says its row; a state of format 1 did not."""
        token = self.game.tasks.get(UUID(key))
        if token is None or "subscription" not in token.internal_data.get("rows", ()):
            return
        if (key, position) not in self.effects.heard:
            token.internal_data.setdefault("heard", {}).setdefault(str(position), heard)

    def enqueue(self, token: Token) -> None:
        """Let a new token arrive as soon as the present step is over."""
        self.arriving.append(token)

    def follow(self, token: Token) -> None:
        """Tokens for the chosen flows; a token without a way on ends, and perhaps its scope with it.

        What has happened behind an event-based gateway (`fired`) is not waited for again.
        """
        scope, happened = token.internal_data.get("scope"), token.internal_data.get("fired")
        flows = token.internal_data.get("flows", ())
        self.gone(token)
        for flow_id in flows:
            target = self.compiled.process.flows[flow_id].target
            fired = True if target == happened else None
            self.enqueue(self.task_tree.spawn(self.spec(target), scope=scope, via=flow_id, fired=fired))
        if not flows:
            self.emptied.append(scope)

    def jump(self, token: Token, target: Node) -> None:
        """The token goes on at a link event of the same scope."""
        scope = token.internal_data.get("scope")
        self.gone(token)
        self.enqueue(self.task_tree.spawn(self.spec(target.id), scope=scope))

    @property
    def busy(self) -> bool:
        """Something can move, or has to be done for what moved."""
        moving = self.outcome is None and (self.ready or self.arriving or self.emptied or self._stirred)
        return bool(moving or self.effects.calls or self.effects.called_off)

    @property
    def _stirred(self) -> bool:
        return self.stirred and self.compiled.watches

    def run(self) -> None:
        """Move until every token waits. Raises nothing for faults of the diagram: those are parked as incidents."""
        while self.outcome is None and (token := self._next()) is not None:
            self.steps += 1
            if self.steps > self.host.steps:
                self._stop(token)
                break
            token.run()
            if self.steps % COMPACT_EVERY == 0:
                self.game.compact()
        if self.outcome is None:
            scoping.look_for_deadlock(self)

    def _stop(self, token: Token) -> None:
        """The step guard: everything that still wants to run is parked, so that nothing is lost unseen."""
        for stopped in (token, *self.ready):
            if stopped._state == TaskState.READY:
                fault = Fault("Expected at most {limit} automatic steps", limit=self.host.steps)
                parking.park(self, stopped, fault, "run")
        self.ready.clear()

    def _next(self) -> Token | None:
        while True:
            while self.emptied:
                scoping.end(self, self.emptied.pop())
            if self.outcome is not None:
                return None
            if self._stirred and (data.wake(self) or listening.look(self)):
                continue
            if self.arriving:
                if (token := self.arriving.popleft()).live:
                    token.arrive()
            elif self.ready:
                if (token := self.ready.popleft())._state == TaskState.READY:
                    return token
            elif not (self.compiled.upstream and inclusive.fire(self)):
                return None

    def prepare(self, token: Token) -> bool | None:
        """Before an element completes: outputs, the way on, and the pause of `asyncAfter`. None when it pauses."""
        spec = token.task_spec
        if not spec.repeats:  # else the outputs belong to its items
            for name, _ in spec.node.outputs:
                self.set_outside(token, name, self.value(token, f"output:{name}"))
        data.take(self, token)
        if "body" in token.internal_data:
            loops.remember_output(self, token)
            compensating.remember(self, token)
            return True
        token.internal_data["flows"] = spec.choose(token, self)
        compensating.remember(self, token)  # last: what fails before is tried again, and would be remembered twice
        if spec.node.attributes.get("asyncAfter") == "true":
            self.close_activity(token)  # the work is done: nothing at its border may undo it
            parking.open_job(self, token, "after")
            return None
        return True

    def finish(self, token: Token) -> None:
        """A waiting element is done: take its outputs and go on, or be parked when that fails.

        Nobody can do it a second time meanwhile. Raises Rejected when a person is to be told at once.
        """
        token.internal_data.pop("parked", None)
        self.gone(token)
        try:
            done = self.prepare(token)
        except EngineError as error:
            parking.tell_or_park(self, token, error, "leave")
            return
        if done:
            token.complete()

    def trigger(
        self, key: str, element: str, variables: Mapping[str, object], *, position: int = 0, last: bool = False
    ) -> None:
        """What a token waited for at `position` has happened; `last`: a timer that has no further round."""
        token = self.token(key)
        self.set_all(token, data.receive(self, token, element, variables))
        token.task_spec.trigger(token, self, element, position, last)

    def open_task(self, token: Token) -> None:
        """A person has something to do."""
        self.host.task_row(self, token)

    def open_boundaries(self, token: Token) -> None:
        """The boundary events of an activity begin to wait."""
        for node in self.compiled.process.boundaries(token.task_spec.node.id):
            if node.catches("compensate"):
                continue  # it waits until the activity is completed: engine/bpmn/compensating.py
            event = self.task_tree.spawn(self.spec(node.id), scope=token.internal_data.get("scope"), host=token.key)
            event._set_state(TaskState.WAITING)
            listening.listen(self, event, node)

    def close_activity(self, token: Token) -> None:
        """The activity is over: nobody waits at its border any more, its local variables die."""
        self.close_borders(token)
        self.scopes.drop(token.key)

    def close_borders(self, token: Token) -> None:
        """The boundary events of an activity stop waiting."""
        if not self.compiled.process.boundaries(token.task_spec.node.id):
            return
        for other in self.live():
            if other.internal_data.get("host") == token.key:
                self.consume(other)

    def gone(self, token: Token) -> None:
        """The rows that waited for this token are to be deleted."""
        for kind in token.internal_data.pop("rows", ()):
            self.effects.remove(kind, token)
        for name in ("heard", "watch"):
            token.internal_data.pop(name, None)

    def consume(self, token: Token) -> None:
        """Take a token away without a word: merged by a join, or a boundary event whose host is over."""
        self.gone(token)
        self.scopes.drop(token.key)
        token._set_state(TaskState.CANCELLED)
