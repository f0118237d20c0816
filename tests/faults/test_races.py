"""Two people complete one task at the same instant, 200 times: one wins, the other is told who did it."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from support.engine import Story, chain, diagram, process, timer, user

from engine import scheduler, tables, tasks, timers
from engine.environment import Actor
from engine.errors import Conflict

ROUNDS = 200
PEOPLE = [Actor(name, frozenset({"clerks"})) for name in ("amy", "bob")]


@pytest.mark.slow
def test_one_wins_and_the_other_is_told(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    for _ in range(ROUNDS):
        story.start()
    open_tasks = [row.id for row in story.rows(tables.task)]
    told: Counter[str] = Counter()
    gate = threading.Barrier(len(PEOPLE))

    def work(person: Actor) -> None:
        for task in open_tasks:
            gate.wait()
            try:
                story.environment.run(person, lambda tx, task=task: tasks.complete(tx, task))
                told["won"] += 1
            except Conflict as refusal:
                told["done by" if "done by" in str(refusal) else str(refusal)] += 1

    threads = [threading.Thread(target=work, args=(person,)) for person in PEOPLE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {"won": ROUNDS, "done by": ROUNDS}
    assert len(story.history("task-completed")) == ROUNDS
    assert {row.outcome for row in story.rows(tables.instance)} == {"completed"}


@pytest.mark.slow
def test_each_timer_fires_once_with_several_schedulers(story: Story) -> None:
    waiting = f'<bpmn:intermediateCatchEvent id="t">{timer("duration", "PT1H")}</bpmn:intermediateCatchEvent>'
    story.deploy(diagram(process(chain(("t", waiting), ("z", user("z"))))))
    for _ in range(60):
        story.start()
    story.clock.travel(timers.due.parse("PT1H"))  # type: ignore[arg-type]
    fired = [0] * 4

    def look(n: int) -> None:
        while story.rows(tables.timer):
            fired[n] += scheduler.work(story.environment)

    threads = [threading.Thread(target=look, args=(n,)) for n in range(len(fired))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(fired) == 60
    assert (len(story.open()), len(story.history("timer-fired"))) == (60, 60)
