"""The board of the token game: where tokens lie, how they are put down and how they are taken away."""

from __future__ import annotations

from support.token_game.pieces import Activity, Item, Scope, Token, Wait
from support.token_game.sheet import NESTED, Sheet, holds


class Board:
    """The state of one process instance. Tokens lie in the order in which they came."""

    root: Scope
    tokens: list[Token]
    values: dict[str, int]
    now: int
    steps: int
    trace: list[str]
    """The nodes that were left, in order."""
    waits_begun: int = 0
    done: int = 0
    """How many completed activities were remembered."""

    def scopes(self) -> list[Scope]:
        """Everything that runs, the outer before the inner."""
        found = [self.root]
        for scope in found:  # grows while we go through it
            found += [i.inside for activity in scope.activities for i in activity.items if i.inside is not None]
        return found

    def waits(self) -> list[Wait]:
        """Every event that waits, the longest first."""
        of_scopes = [wait for scope in self.scopes() for wait in scope.listeners]
        of_activities = [w for scope in self.scopes() for activity in scope.activities for w in activity.waits]
        return sorted(of_scopes + of_activities, key=lambda wait: wait.number)

    def wait(self, node: str, sheet: Sheet, place: str, scope: Scope, host: Activity | None = None) -> Wait:
        self.waits_begun += 1
        return Wait(node, sheet, place, scope, host, self.now, self.waits_begun)

    # tokens are put down

    def pass_(self, scope: Scope, node: str) -> None:
        """The node is left by every flow that it chooses."""
        self.steps += 1
        self.trace.append(node)
        self.mark(scope, node)

    def mark(self, scope: Scope, node: str) -> None:
        self.tokens += [Token(scope, scope.sheet.target(flow), flow) for flow in self._ways(scope.sheet, node)]

    def _ways(self, sheet: Sheet, node: str) -> list[str]:
        """An exclusive gateway takes the first flow that holds, everything else all that hold; else the default."""
        default, leaving = sheet.nodes[node].get("default"), sheet.leaving(node)
        possible = [flow for flow in leaving if flow != default]
        found = [f for f in possible if sheet.condition(f) is None or holds(sheet.condition(f), self.values)]
        if sheet.kind(node) == "exclusiveGateway":
            found = found[:1]
        return found or ([default] if default else [])

    def open_scope(self, scope: Scope) -> None:
        """Its event subprocesses listen, and its first nodes get a token."""
        sheet = scope.sheet
        for node, start in sheet.events_inside().items():
            if sheet.inner[node].definitions(start)[0].kind != "compensate":
                scope.listeners.append(self.wait(start, sheet.inner[node], "listener", scope))
        starts = sheet.starts()
        if sheet.element.get("ordering") == "Sequential":
            starts, scope.later = starts[:1], starts[1:]
        self.tokens += [Token(scope, node) for node in starts]

    def begin_item(self, activity: Activity, sheet: Sheet, node: str, path: str) -> Item:
        item = Item(activity, node, sheet, path)
        activity.items.append(item)
        if sheet.kind(node) in NESTED:
            item.inside = Scope(sheet.inner[node], path, item)
            self.open_scope(item.inside)
        return item

    # tokens are taken away

    def clear(self, scope: Scope) -> None:
        """Cancel everything in the scope. What was completed in it stays remembered."""
        self.tokens = [token for token in self.tokens if token.scope is not scope]
        scope.listeners, scope.later = [], []
        for activity in [*scope.activities]:
            self.cancel(activity)

    def cancel(self, activity: Activity) -> None:
        """Take the token out of the activity, with everything that runs in it and waits at its border."""
        activity.scope.activities.remove(activity)
        for item in activity.items:
            if item.inside is not None:
                self.clear(item.inside)
        activity.items, activity.waits, activity.undo = [], [], []

    def fire_a_condition(self, waits: list[Wait]) -> bool:
        """One of the events waits for a condition that holds; see `Events`."""
        raise NotImplementedError

    def go_on(self, thrower: Activity) -> None:
        """The compensation that an event has thrown is through; see `Events`."""
        raise NotImplementedError
