"""Events: who hears what is thrown, and what happens then."""

from __future__ import annotations

from collections.abc import Iterator

from support.token_game.activities import Activities
from support.token_game.pieces import Activity, Scope, Token, Wait
from support.token_game.sheet import Definition, holds

LEAVE = Definition("leave", None)
"""A transaction is compensated and leaves by its cancel event."""
OUT = ("signal", "message", "escalation")
"""What goes out from a throw event, whatever it does to the event itself."""


class Events(Activities):
    """Throwing and catching."""

    # catching

    def trigger(self, wait: Wait, definition: Definition) -> None:
        """One of the things happens that the event waits for."""
        if wait.sheet.is_(wait.node, "parallelMultiple"):
            wait.missing.remove(definition)
            if wait.missing:
                return
        elif definition.kind == "timer":
            wait.missing.remove(definition)  # it runs out once
        if wait.place == "listener":
            self._begin_event_subprocess(wait)
            return
        if wait.host is not None and wait.interrupting:
            self.cancel(wait.host)
        if wait.host is not None and wait.host.node == wait.node:
            self.pass_(wait.scope, wait.node)
            return
        if wait.place == "catch":
            self.trace.append(wait.host.node)  # an event-based gateway, left by the way of this event
        self.tokens.append(Token(wait.scope, wait.node, heard=True))

    def _begin_event_subprocess(self, wait: Wait) -> None:
        if wait.interrupting:
            self.clear(wait.scope)
        activity = Activity(wait.scope, wait.sheet.id)
        wait.scope.activities.append(activity)
        self.begin_item(activity, wait.scope.sheet, activity.node, wait.scope.path)

    def broadcast(self, definition: Definition) -> None:
        """Everybody who waits hears it, all before anything else moves."""
        for wait in self.waits():
            if definition in wait.missing and wait in self.waits():
                self.trigger(wait, definition)

    def fire_a_condition(self, waits: list[Wait]) -> bool:
        """A condition that has become true since it was looked at last."""
        for wait in waits:
            for definition in [d for d in wait.missing if d.kind == "conditional"]:
                was_true, true = definition in wait.was_true, holds(definition.ref, self.values)
                wait.was_true = wait.was_true | {definition} if true else wait.was_true - {definition}
                if true and not was_true:
                    self.trigger(wait, definition)
                    return True
        return False

    # throwing

    def throw(self, scope: Scope, node: str) -> None:
        """The token stays in the event until everything is thrown, in the order of the drawing."""
        thrower = Activity(scope, node, to_throw=scope.sheet.definitions(node))
        scope.activities.append(thrower)
        self.go_on(thrower)

    def go_on(self, thrower: Activity) -> None:
        scope = thrower.scope
        while thrower.to_throw and thrower in scope.activities:
            definition = thrower.to_throw.pop(0)
            if definition.kind == "compensate":
                self.compensate(thrower, definition.ref)
                return  # it comes back when everything is compensated
            self._throw_one(thrower, definition)
        if thrower in scope.activities and not thrower.failed:
            self.cancel(thrower)
            self.pass_(scope, thrower.node)

    def _throw_one(self, thrower: Activity, definition: Definition) -> None:
        scope, kind = thrower.scope, definition.kind
        if kind in ("signal", "message"):
            self.broadcast(definition)
        elif kind == "link":
            self.cancel(thrower)
            self.trace.append(thrower.node)
            self.pass_(scope, scope.sheet.link(definition.ref))
        elif kind == "terminate":
            self.trace.append(thrower.node)
            self.clear(scope)
        elif kind == "cancel":
            self._only(thrower)
            thrower.to_throw = [Definition("compensate", None), LEAVE]
        elif kind == "leave":
            self.trace.append(thrower.node)
            self._leave_by_the_cancel_event(scope)
        elif (handler := self._handler(scope, definition)) is not None:
            self.trigger(handler, definition)
        elif kind == "error":  # nobody catches it: an incident
            self._only(thrower)
            thrower.failed = True
        if kind in OUT and thrower not in scope.activities:  # what it threw has ended it: it is left all the same
            self.trace.append(thrower.node)

    def _only(self, thrower: Activity) -> None:
        """Everything else in the scope is cancelled."""
        self.clear(thrower.scope)
        thrower.scope.activities.append(thrower)

    def _handler(self, scope: Scope, thrown: Definition) -> Wait | None:
        """The nearest one, from the inside out; on a level one that names the code before one that takes any."""
        for waits in self._outwards(scope):
            for wanted in (thrown, Definition(thrown.kind, None)):
                for wait in waits:
                    if wanted in wait.missing:
                        return wait
        return None

    def _outwards(self, scope: Scope | None) -> Iterator[list[Wait]]:
        came_from = None
        while scope is not None:
            yield [wait for wait in scope.listeners if wait.sheet.id != came_from]
            if scope.owner is not None:
                came_from = scope.owner.activity.node
                yield scope.owner.activity.waits
            scope = scope.above

    def _leave_by_the_cancel_event(self, scope: Scope) -> None:
        host = scope.owner.activity
        border = next(wait for wait in host.waits if Definition("cancel", None) in wait.missing)
        self.cancel(host)
        self.pass_(host.scope, border.node)
