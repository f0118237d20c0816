"""How tokens move until nothing moves any more."""

from __future__ import annotations

from support.token_game.events import Events
from support.token_game.pieces import Activity, Scope, Token
from support.token_game.sheet import NESTED, Sheet


class TooLong(Exception):
    """More automatic steps than the bound."""


class Play(Events):
    """First come, first served."""

    limit: int

    def settle(self) -> None:
        """Scopes that ran empty end, then conditions are looked at, then tokens move, then inclusive joins."""
        while self._end_a_scope() or self.fire_a_condition(self.waits()) or self._step() or self._join_what_came():
            if self.steps > self.limit:
                raise TooLong

    def _end_a_scope(self) -> bool:
        for scope in reversed(self.scopes()):
            if scope.over or scope.activities or any(token.scope is scope for token in self.tokens):
                continue
            if scope.later:
                self.tokens.append(Token(scope, scope.later.pop(0)))
            else:
                self.end_scope(scope)
            return True
        return False

    def _step(self) -> bool:
        token = next((token for token in self.tokens if not token.arrived), None)
        if token is None:
            return False
        token.arrived = True
        scope, node, kind = token.scope, token.node, token.scope.sheet.kind(token.node)
        entering = scope.sheet.entering(node)
        if token.heard:
            self.tokens.remove(token)
            self.pass_(scope, node)
        elif kind == "parallelGateway":
            if {flow for flow, _ in self._at(scope, node)} == {*entering}:
                self._take_from(scope, node)
        elif kind != "inclusiveGateway" or len(entering) < 2:
            self.tokens.remove(token)
            self._take(scope, node, kind)
        return True

    def _at(self, scope: Scope, node: str) -> list[tuple[str | None, Token]]:
        return [(t.flow, t) for t in self.tokens if t.arrived and (t.scope, t.node) == (scope, node)]

    def _take_from(self, scope: Scope, node: str) -> None:
        """A join takes one token from each flow that has some; what is too much stays."""
        taken = dict(reversed(self._at(scope, node)))
        self.tokens = [token for token in self.tokens if token not in taken.values()]
        self.pass_(scope, node)

    def _take(self, scope: Scope, node: str, kind: str) -> None:
        sheet = scope.sheet
        if kind in NESTED | {"userTask", "task", "receiveTask"}:
            self.enter(scope, node)
        elif kind in ("intermediateThrowEvent", "endEvent"):
            self.throw(scope, node)
        elif kind == "intermediateCatchEvent" or kind == "eventBasedGateway":
            activity = Activity(scope, node)
            scope.activities.append(activity)
            events = [node] if kind == "intermediateCatchEvent" else [*map(sheet.target, sheet.leaving(node))]
            activity.waits = [self.wait(event, sheet, "catch", scope, activity) for event in events]
        else:
            self.pass_(scope, node)

    # inclusive joins (13.4.3)

    def _join_what_came(self) -> bool:
        """The join that waits longest among those for which nothing more can come."""
        for token in self.tokens:
            scope, node = token.scope, token.node
            if scope.sheet.kind(node) == "inclusiveGateway" and not self._more_can_come(scope, node):
                self._take_from(scope, node)
                return True
        return False

    def _more_can_come(self, scope: Scope, gateway: str) -> bool:
        """Whether a token elsewhere can reach a flow that is empty and none that is filled."""
        filled = {flow for flow, _ in self._at(scope, gateway)}
        empty = {*scope.sheet.entering(gateway)} - filled
        places = [t.node for t in self.tokens if t.scope is scope and t.node != gateway]
        places += [activity.node for activity in scope.activities]
        reached = [reachable(scope.sheet, place, gateway) for place in places]
        return any(flows & empty and not flows & filled for flows in reached)


def reachable(sheet: Sheet, place: str, gateway: str) -> set[str]:
    """The flows that a token at a node may come to without visiting the gateway."""
    found: set[str] = set()
    places = [place]
    for node in places:  # grows while we go through it
        ways = [flow for n in (node, *sheet.borders(node), *_link(sheet, node)) for flow in sheet.leaving(n)]
        places += [t for flow in ways if flow not in found and (t := sheet.target(flow)) != gateway]
        found.update(ways)
    return found


def _link(sheet: Sheet, node: str) -> list[str]:
    thrown = sheet.definitions(node) if sheet.kind(node) == "intermediateThrowEvent" else []
    return [sheet.link(d.ref) for d in thrown if d.kind == "link"]
