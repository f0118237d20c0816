"""Three ways to play the same process through the database, which must leave the same trace.

The engine restores an instance at every command. The first player also forgets what is compiled, as another operating
system process would; the second forgets at every step what is over; the third never does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from support.engine import START, Story

from engine import definitions, instances, messages, scheduler, tables, tasks, testing
from engine.advance import Tree
from engine.bpmn import execution, state
from engine.environment import SYSTEM, Limits, Transaction

KEY = "K-1"
WAYS = {"restored": (True, execution.COMPACT_EVERY), "compacting": (False, 1), "never compacting": (False, 10**9)}
LEFT = ("element-passed", "element-left", "task-completed")
"""The events of history that say that a token has left a node."""


@contextmanager
def players(url: Callable[[], str]) -> Iterator[list[Player]]:
    """One player for each way, each with a database of its own."""
    with ExitStack() as stack:
        yield [
            Player(stack.enter_context(testing.story(url(), at=START, kind=Story, forget=forget)), every)
            for forget, every in WAYS.values()
        ]


class Player:
    """One way to play one instance, in a database of its own."""

    def __init__(self, story: Story, every: int) -> None:
        self.story, self.every = story, every
        self.root, self.number, self.stream = "", 0, KEY

    def start(self, content: bytes, key: str, steps: int) -> None:
        """Another instance; what is left of the one before is cancelled."""
        self.clear()
        self.number += 1
        self.stream = f"K-{self.number}"
        self.story.environment.limits = Limits(steps=steps)
        self.story.run(lambda tx: definitions.deploy(tx, "test", {"diagram.bpmn": content}))
        given = {"pick": 0, "path": ""}
        self.root = self._do(lambda tx: instances.start(tx, key, business_key=KEY, variables=given, stream=self.stream))

    def clear(self) -> None:
        if self.root and self.outcome is None:
            self.story.run(lambda tx: instances.cancel(tx, self.root, "the example is over"))

    def _do(self, work: Callable[..., object]) -> object:
        return self._playing(lambda: self.story.run(work))

    def _playing(self, work: Callable[[], object]) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(execution, "COMPACT_EVERY", self.every)
            return work()

    # what can be done

    def complete(self, element: str, path: str, pick: int) -> None:
        rows = [row for row in self.story.rows(tables.task) if (row.element_id, row.due_key or "") == (element, path)]
        task = min(rows, key=lambda row: row.created_at)
        self._do(lambda tx: tasks.complete(tx, task.id, {"pick": pick}))

    def publish(self, message: str, pick: int) -> None:
        self._do(lambda tx: messages.publish(tx, message, business_key=KEY, payload={"pick": pick}, everywhere=True))

    def signal(self, signal: str, pick: int) -> None:
        self._do(lambda tx: messages.signal(tx, signal, {"pick": pick}))

    def change(self, pick: int) -> None:
        self._do(lambda tx: change(tx, self.root, {"pick": pick}))

    def travel(self, seconds: int) -> None:
        self.story.clock.travel(timedelta(seconds=seconds))
        self._playing(lambda: scheduler.work(self.story.environment))

    # what can be seen

    @property
    def outcome(self) -> str | None:
        return self.story.outcome(self.root)

    @property
    def incidents(self) -> list[str]:
        return sorted(row.element_id for row in self.story.rows(tables.incident))

    def tasks(self) -> list[tuple[str, str]]:
        return sorted((row.element_id, row.due_key or "") for row in self.story.rows(tables.task))

    def waiting(self) -> Counter[tuple[str, str]]:
        """What the clock, a message or a signal can make fire. What is empty has no rows."""
        timers = Counter((row.element_id, "timer") for row in self.story.rows(tables.timer))
        return timers + Counter((row.element_id, row.kind) for row in self.story.rows(tables.subscription))

    def trace(self) -> list[str]:
        """The whole history."""
        return self.story.history(stream=self.stream)

    def left(self) -> list[str]:
        """The nodes that a token has left, in order."""
        return [line.split(" ")[1] for line in self.story.history(*LEFT, stream=self.stream)]

    def restored(self) -> None:
        if self.outcome is None:
            restore(self.story, self.root)


def change(tx: Transaction, root: str, variables: dict[str, object]) -> None:
    """Variables of the process are changed from outside, as a repair by an administrator does."""
    tree = Tree(tx, root)
    x = tree.load(root)
    x.set_all(next(token for token in x.live() if getattr(token.task_spec, "node", None)), variables)
    tree.settle()


def restore(story: Story, root: str) -> None:
    """What is restored from the row is dumped to the same bytes."""

    def check(tx: object) -> None:
        x = Tree(tx, root).load(root)
        assert state.dump(x.game) == x.instance["state"]

    if story.outcome(root) is None:
        story.run(check, by=SYSTEM)
