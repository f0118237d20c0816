"""The scheduler: it asks the tables what is due, does it in order, and a failure is tried again."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from support.diagrams import MESSAGE, NAMES, catch, fork, service
from support.engine import Story, chain, diagram, process, timer, user

from engine import advance, messages, scheduler
from engine.clock import SystemClock


def test_work_goes_on_until_nothing_is_due(story: Story) -> None:
    done: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        done.append(call.element_id)

    async_note = service("n", "note", attributes='camunda:asyncBefore="true"')
    throw = f'<bpmn:intermediateThrowEvent id="t">{MESSAGE}</bpmn:intermediateThrowEvent>'
    sender = process(chain(("w", catch("w", timer("duration", "PT1H"))), ("n", async_note), ("t", throw)))
    waiting = process(chain(("m", catch("m", MESSAGE)), ("z", user("z")), prefix="g"), "q")
    story.deploy(diagram(sender, waiting, extra=NAMES))
    story.start("q")
    story.start()
    story.environment.deliver = None  # as when a node stops after every commit
    assert story.travel(hours=1) == 3  # the timer, the job, the delivery
    assert (done, story.open()) == (["n"], ["z"])
    assert scheduler.work(story.environment) == 0


def test_it_wakes_by_itself_and_stops(story: Story, monkeypatch: Any) -> None:
    looked = threading.Event()

    def work(environment: Any) -> int:
        looked.set()
        return 0

    monkeypatch.setattr(scheduler, "work", work)
    monkeypatch.setattr(scheduler, "LOOK_SECONDS", 0.01)
    story.environment.clock = SystemClock()
    started = scheduler.start(story.environment)
    try:
        assert looked.wait(timeout=10)
        assert {job.args[0] for job in started.get_jobs()} == {work, scheduler.seal.seal, messages.forget_expired}
    finally:
        started.shutdown()


def test_a_failed_look_is_logged_and_not_the_end(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    def look(environment: Any) -> int:
        raise OSError("the database is away")

    scheduler._guarded(look, story.environment)
    assert "look failed and will be tried again" in caplog.text


def test_what_one_instance_cannot_do_does_not_stop_the_others(story: Story, monkeypatch: Any) -> None:
    body = fork(("t", catch("t", timer("duration", "PT1H"))), ("m", catch("m", MESSAGE)))
    story.deploy(diagram(process(body), extra=NAMES))
    roots = [story.start() for _ in range(5)]
    load = advance.Tree.load

    def damaged(tree: Any, instance_id: str, *, active: bool = True) -> Any:
        if instance_id == roots[2]:
            raise KeyError("damaged")
        return load(tree, instance_id, active=active)

    monkeypatch.setattr(advance.Tree, "load", damaged)
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", everywhere=True))
    assert story.travel(hours=1) == 4
    assert [story.outcome(root) for root in roots] == ["completed", "completed", None, "completed", "completed"]
    monkeypatch.undo()
    story.clock.travel(timedelta(minutes=5))
    assert scheduler.work(story.environment) == 2
    assert story.outcome(roots[2]) == "completed"
