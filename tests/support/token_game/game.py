"""One process instance as people see it: what is open, and what they can do."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

from support.token_game.pieces import Activity, Item, Scope, Token, Wait
from support.token_game.play import Play
from support.token_game.sheet import BPMN, WAITS, Definition, Sheet, seconds


class Game(Play):
    """An independent token game. Choices read the last number given as `pick`; time is counted in seconds."""

    def __init__(self, xml: bytes, steps: int = 10_000) -> None:
        (process,) = ElementTree.fromstring(xml).findall(BPMN + "process")
        self.root, self.tokens = Scope(Sheet(process)), list[Token]()
        self.values, self.now, self.limit, self.steps = {"pick": 0}, 0, steps, 0
        self.trace: list[str] = []
        self.open_scope(self.root)
        self.settle()

    # what one sees

    def _activities(self) -> list[Activity]:
        return [activity for scope in self.scopes() for activity in scope.activities]

    def items(self) -> list[Item]:
        return [item for activity in self._activities() for item in activity.items]

    def tasks(self) -> list[tuple[str, str]]:
        """The tasks that wait for a person and where, sorted."""
        return sorted((item.node, item.path) for item in self.items() if item.inside is None)

    def open(self) -> list[str]:
        """The tasks that wait for a person, sorted."""
        return [node for node, _ in self.tasks()]

    def waiting(self) -> Counter[tuple[str, str]]:
        """Every event that a message, a signal or the clock can make fire, with what it waits for."""
        return Counter((wait.node, d.kind) for wait in self.waits() for d in wait.visible)

    def heard(self, kind: str) -> list[str]:
        """The messages or signals that somebody waits for."""
        return sorted({d.ref or "" for wait in self.waits() for d in wait.visible if d.kind == kind})

    @property
    def completed(self) -> bool:
        return self.root.over

    @property
    def failed(self) -> bool:
        return any(activity.failed for activity in self._activities())

    @property
    def deadlocked(self) -> bool:
        """Tokens are left over, and nothing that could happen moves them: an event subprocess brings none to a join."""
        events = [wait for wait in self.waits() if wait.place != "listener"]
        hope = self.tasks() or [d for wait in events for d in wait.missing if d.kind in WAITS]
        return not self.completed and not self.failed and not hope

    # what one does

    def complete(self, task: str, pick: int, path: str = "") -> None:
        """A person completes a task and says which way to go on."""
        self.values["pick"], self.steps = pick, 0
        item = next(i for i in self.items() if i.inside is None and (i.node, i.path) == (task, path))
        self.item_done(item)
        self.settle()

    def change(self, pick: int) -> None:
        """Somebody changes the variable."""
        self.values["pick"], self.steps = pick, 0
        self.settle()

    def travel(self, seconds_: int) -> None:
        """Everything that is due fires in the order of its time; what opens then begins to wait now."""
        self.now += seconds_
        while due := [
            (wait.since + seconds(d.ref), wait.node, wait, d)
            for wait in self.waits()
            for d in wait.missing
            if d.kind == "timer" and wait.since + seconds(d.ref) <= self.now
        ]:
            _, _, wait, definition = min(due, key=lambda found: found[:2])
            self._happens(wait, definition)

    def hear(self, kind: str, name: str, pick: int) -> None:
        """A message or signal comes with a value: everybody who waits for it gets it before anything else moves."""
        self.values["pick"], self.steps = pick, 0
        self.broadcast(Definition(kind, name))
        self.settle()

    def _happens(self, wait: Wait, definition: Definition) -> None:
        self.steps = 0
        self.trigger(wait, definition)
        self.settle()
