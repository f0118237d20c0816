"""An independent token game: slow, small, obviously right. Places are the sequence flows of the drawing (BPMN 13).

It knows nothing of the engine: it reads the XML itself, keeps a multiset of marked flows per running level, and fires
whatever may fire until nothing moves. Choices read the last number given as `pick`; time is counted in minutes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


class TooLong(Exception):
    """More automatic steps than the bound."""


@dataclass(eq=False)
class Level:
    """One running level: the process, or one embedded subprocess that a token is in."""

    element: ElementTree.Element
    path: str = ""
    """Which item of which repetition it is, e.g. `/1/0`."""
    marked: Counter[str] = field(default_factory=Counter)
    waiting: list[Waiting] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.nodes = {e.get("id", ""): e for e in self.element if e.get("id") and not e.tag.endswith("sequenceFlow")}
        self.flows = {e.get("id", ""): e for e in self.element if e.tag == BPMN + "sequenceFlow"}

    def leaving(self, node: str) -> list[str]:
        return [identity for identity, flow in self.flows.items() if flow.get("sourceRef") == node]

    def entering(self, node: str) -> list[str]:
        return [identity for identity, flow in self.flows.items() if flow.get("targetRef") == node]

    def mark(self, node: str) -> None:
        self.marked.update(self.leaving(node))

    @property
    def over(self) -> bool:
        return not self.marked.total() and not self.waiting


@dataclass(eq=False)
class Waiting:
    """An activity that a token is in, with its items and their levels."""

    node: str
    since: int
    items: list[Level | None]
    """What runs of it: None is a task, a level the inside of a subprocess."""
    left: int = 0
    """Items of a sequence that have not begun."""
    begun: int = 0
    spent: set[str] = field(default_factory=set)
    """Boundary timers that have fired."""


class Game:
    """One process instance."""

    def __init__(self, xml: bytes, steps: int = 10_000) -> None:
        (process,) = ElementTree.fromstring(xml).findall(BPMN + "process")
        self.root = Level(process)
        self.pick, self.now, self.limit, self.steps = 0, 0, steps, 0
        self.root.mark(self._start(self.root))
        self.steps = 1
        self.settle()

    # what one sees

    def levels(self) -> list[Level]:
        found = [self.root]
        for level in found:  # grows while we go through it
            found += [item for waiting in level.waiting for item in waiting.items if item is not None]
        return found

    def tasks(self) -> list[tuple[str, str]]:
        """The tasks that wait for a person and where, sorted."""
        found = [(level, w, item) for level in self.levels() for w in level.waiting for item in w.items]
        return sorted((waiting.node, level.path) for level, waiting, item in found if item is None)

    def open(self) -> list[str]:
        """The tasks that wait for a person, sorted."""
        return [node for node, _ in self.tasks()]

    def borders(self) -> list[tuple[Level, Waiting, str, ElementTree.Element]]:
        """The boundary events that wait now."""
        return [
            (level, waiting, identity, node)
            for level in self.levels()
            for waiting in level.waiting
            for identity, node in level.nodes.items()
            if node.get("attachedToRef") == waiting.node and identity not in waiting.spent
        ]

    @property
    def completed(self) -> bool:
        return self.root.over

    @property
    def deadlocked(self) -> bool:
        return not self.completed and not any(level.waiting for level in self.levels())

    # what one does

    def complete(self, task: str, pick: int, path: str = "") -> None:
        self.pick, self.steps = pick, 0
        level, waiting = next(
            (level, waiting)
            for level in self.levels()
            for waiting in level.waiting
            if (waiting.node, level.path) == (task, path) and None in waiting.items
        )
        self._item_done(level, waiting, None)
        self.settle()

    def travel(self, minutes: int) -> None:
        """Everything that is due fires in the order of its time; what opens then begins to wait now."""
        self.now += minutes
        while due := [
            (waiting.since + int(text[2:-1]), identity, level, waiting)
            for level, waiting, identity, node in self.borders()
            if (text := node.findtext(f".//{BPMN}timeDuration")) is not None
            if waiting.since + int(text[2:-1]) <= self.now
        ]:
            _, identity, level, waiting = min(due, key=lambda found: found[:2])
            waiting.spent.add(identity)
            self._fire(level, waiting, identity)

    def publish(self, message: str) -> None:
        """Everybody who waits for the message gets it."""
        for level, waiting, identity, node in self.borders():
            definition = node.find(BPMN + "messageEventDefinition")
            if definition is not None and definition.get("messageRef") == message and waiting in level.waiting:
                self._fire(level, waiting, identity)

    def _fire(self, level: Level, waiting: Waiting, border: str) -> None:
        if level.nodes[border].get("cancelActivity") != "false":
            level.waiting.remove(waiting)
        level.mark(border)
        self.settle()

    # how tokens move

    def settle(self) -> None:
        while any(self._move(level) for level in self.levels()):
            if self.steps > self.limit:
                raise TooLong

    def _move(self, level: Level) -> bool:
        for identity, node in level.nodes.items():
            kind, entering = node.tag.removeprefix(BPMN), level.entering(identity)
            needed = entering if kind == "parallelGateway" else [f for f in entering if level.marked[f]][:1]
            if needed and all(level.marked[flow] for flow in needed):
                level.marked.subtract(needed)
                self._arrive(level, identity, node, kind)
                return True
        for waiting in level.waiting:
            if (item := next((item for item in waiting.items if item is not None and item.over), None)) is not None:
                self._item_done(level, waiting, item)
                return True
        return False

    def _arrive(self, level: Level, identity: str, node: ElementTree.Element, kind: str) -> None:
        if kind in ("userTask", "subProcess"):
            self._enter(level, identity, node, kind)
            return
        self.steps += 1
        if kind == "exclusiveGateway":
            level.marked[self._chosen(level, identity, node)] += 1
        else:
            level.mark(identity)

    def _chosen(self, level: Level, identity: str, node: ElementTree.Element) -> str:
        for flow in level.leaving(identity):
            condition = level.flows[flow].findtext(BPMN + "conditionExpression")
            if condition and int(re.findall(r"\d+", condition)[0]) == self.pick:
                return flow
        return node.get("default") or level.leaving(identity)[0]

    def _enter(self, level: Level, identity: str, node: ElementTree.Element, kind: str) -> None:
        loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
        count = 1 if loop is None else int(loop.findtext(BPMN + "loopCardinality") or 0)
        together = 1 if loop is not None and loop.get("isSequential") == "true" else count
        waiting = Waiting(identity, self.now, [], count - min(together, count))
        level.waiting.append(waiting)
        for _ in range(min(together, count)):
            self._begin(level, waiting)
        if not count:
            level.waiting.remove(waiting)
            level.mark(identity)

    def _begin(self, level: Level, waiting: Waiting) -> None:
        node = level.nodes[waiting.node]
        if node.tag == BPMN + "userTask":
            waiting.items.append(None)
            return
        repeated = node.find(BPMN + "multiInstanceLoopCharacteristics") is not None
        inside = Level(node, f"{level.path}/{waiting.begun}" if repeated else level.path)
        waiting.begun += 1
        inside.mark(self._start(inside))
        waiting.items.append(inside)

    def _item_done(self, level: Level, waiting: Waiting, item: Level | None) -> None:
        waiting.items.remove(item)
        if waiting.left:
            waiting.left -= 1
            self._begin(level, waiting)
        elif not waiting.items:
            level.waiting.remove(waiting)
            level.mark(waiting.node)

    @staticmethod
    def _start(level: Level) -> str:
        (start,) = [identity for identity, node in level.nodes.items() if node.tag == BPMN + "startEvent"]
        return start
