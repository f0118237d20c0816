"""What was completed is remembered, and undone in reverse order."""

from __future__ import annotations

from support.token_game.board import Board
from support.token_game.pieces import Activity, Done, Item, Undo
from support.token_game.sheet import NESTED


class Compensation(Board):
    """Memory of the completed."""

    def remember(self, item: Item) -> None:
        """A completed run of an activity, if there is a way to undo it or something inside it.

        Nothing is undone of an activity that does not complete, so the scope remembers its runs when all are through.
        """
        sheet, node = item.sheet, item.node
        memory = [] if item.inside is None else item.inside.memory
        own = item.inside is not None and item.inside.sheet.catches_compensation()
        if sheet.compensates(node) or own or memory:
            item.activity.memory.append(Done(sheet, node, item.path, memory))

    def plan(self, memory: list[Done]) -> list[Undo]:
        """What is to be done to undo all that, the last first."""
        return [undo for done in reversed(memory) for undo in self._undo(done)]

    def _undo(self, done: Done) -> list[Undo]:
        if (handler := done.sheet.compensates(done.node)) is not None:
            return [Undo(done.sheet, handler, done.path, [])]
        inner = done.sheet.inner[done.node]
        if (event := inner.catches_compensation()) is not None:
            return [Undo(inner, event, done.path, done.memory)]
        return self.plan(done.memory)

    def compensate(self, thrower: Activity, only: str | None) -> None:
        """Undo the activity, or everything in the scope of the thrower; what is undone is forgotten.

        An event subprocess handles something for the scope that it stands in, so what was done there counts too; one
        that undoes a completed subprocess remembers what was done in that.
        """
        scopes = [thrower.scope]
        while scopes[-1].handles_for_its_scope:
            scopes.append(scopes[-1].above)
        chosen = [done for scope in reversed(scopes) for done in scope.memory if only in (None, done.node)]
        for scope in scopes:
            scope.memory = [done for done in scope.memory if done not in chosen]
        thrower.undo = self.plan(sorted(chosen, key=lambda done: done.number))
        self.next_undo(thrower)

    def next_undo(self, thrower: Activity) -> None:
        """One after the other; then the thrower goes on."""
        while thrower.undo:
            undo = thrower.undo.pop(0)
            item = self.begin_item(thrower, undo.sheet, undo.node, undo.path)
            if item.inside is not None:
                item.inside.memory = undo.memory
            if undo.sheet.kind(undo.node) in NESTED | {"userTask"}:
                return
            self.trace.append(undo.node)
            thrower.items.remove(item)
        self.go_on(thrower)
