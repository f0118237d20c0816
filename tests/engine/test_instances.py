"""Process instances: started, suspended and cancelled as whole call trees."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from support.diagrams import MESSAGE, NAMES, call, catch, fork, multiple, service
from support.engine import AMY, Story, chain, diagram, process, user

from engine import advance, instances, messages, tables, tasks
from engine.environment import Limits, Transaction
from engine.errors import Conflict, Invalid, NotFound
from engine.store import LostRace

CALLING = diagram(process(chain(("c", call("c", "q")))), process(chain(("a", user("a")), prefix="g"), "q"))


def child(story: Story, root: str) -> Any:
    return next(row for row in story.rows(tables.instance) if row.id != root)


def test_a_start_is_told_with_version_and_variables(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    root = story.start(amount=7)
    (fact,) = story.facts("instance-started")
    assert (fact["process"], fact["version"], fact["business_key"], fact["variables"]) == ("p", 1, "K-1", {"amount": 7})
    (row,) = story.rows(tables.instance)
    assert (row.id, row.root_id, row.started_by, row.revision, row.outcome) == (root, root, "amy", 1, None)


def test_a_version_may_be_chosen(story: Story) -> None:
    first = story.deploy(diagram(process(chain(("a", user("a")))))).definitions["p"]
    story.deploy(diagram(process(chain(("b", user("b"))))))
    story.run(lambda tx: instances.start(tx, "p", definition_id=first))
    assert story.open() == ["a"]


def test_suspending_reaches_the_whole_tree(story: Story) -> None:
    story.deploy(CALLING)
    root = story.start()
    task = story.task("a").id
    story.run(lambda tx: instances.suspend(tx, root))
    for work in (
        lambda tx: tasks.claim(tx, task),
        lambda tx: tasks.save_draft(tx, task, {}),
        lambda tx: tasks.complete(tx, task),
    ):
        with pytest.raises(Conflict, match="suspended"):
            story.run(work)
    story.run(lambda tx: instances.activate(tx, root))
    story.complete("a")
    assert story.outcome(root) == "completed"
    with pytest.raises(Conflict, match="has ended"):
        story.run(lambda tx: instances.suspend(tx, root))


def test_a_suspended_caller_holds_its_called_process(story: Story) -> None:
    story.deploy(CALLING)
    root = story.start()
    alone = update(tables.instance).where(tables.instance.c.id == root)
    story.run(lambda tx: tx.connection.execute(alone.values(suspended_at=tx.now)))
    with pytest.raises(Conflict, match="suspended"):
        story.complete("a")
    assert story.open() == ["a"]


def test_cancelling_a_called_process_cancels_its_whole_tree(story: Story) -> None:
    story.deploy(CALLING)
    root = story.start()
    story.run(lambda tx: instances.suspend(tx, root))
    story.run(lambda tx: instances.cancel(tx, child(story, root).id, "drawn wrongly"))
    assert {row.outcome for row in story.rows(tables.instance)} == {"cancelled"}
    assert story.history("instance-ended", "element-cancelled") == [
        "element-cancelled c",
        "element-cancelled a",
        "instance-ended",
        "instance-ended",
    ]
    with pytest.raises(Conflict, match="has ended"):
        story.run(lambda tx: instances.cancel(tx, root, "again"))


def test_who_is_unknown_is_said(story: Story) -> None:
    for work in (
        lambda tx: instances.cancel(tx, "nobody", ""),
        lambda tx: instances.suspend(tx, "nobody"),
        lambda tx: instances.start(tx, "nothing"),
        lambda tx: instances.start(tx, "p", definition_id="nothing"),
        lambda tx: advance.Tree(tx, "nobody").load("nobody"),
    ):
        with pytest.raises(NotFound):
            story.run(work)


def test_a_change_between_reading_and_writing_is_a_lost_race_that_nobody_sees(story: Story, monkeypatch: Any) -> None:
    story.deploy(diagram(process(chain(("a", user("a")), ("b", user("b"))))))
    root = story.start()
    attempts: list[int] = []
    settle = advance.Tree.settle

    def interrupted(tree: advance.Tree) -> None:
        attempts.append(1)
        if len(attempts) == 1:  # somebody without the lock
            tree.tx.connection.execute(update(tables.instance).values(revision=tables.instance.c.revision + 1))
        settle(tree)

    monkeypatch.setattr(advance.Tree, "settle", interrupted)
    story.complete("a")
    assert (len(attempts), story.open()) == (2, ["b"])
    assert story.history("task-completed") == ["task-completed a"]
    monkeypatch.setattr(
        advance.Tree,
        "settle",
        lambda tree: (tree.executions[root].instance.update(revision=99), settle(tree)),
    )
    task = story.task("b").id
    with pytest.raises(LostRace):
        story.environment.store.write(
            lambda connection: tasks.complete(Transaction(story.environment, connection, AMY), task), attempts=1
        )


def test_an_instance_that_would_hold_too_much_is_refused(story: Story) -> None:
    story.environment.limits = Limits(data_bytes=1000)
    story.deploy(diagram(process(chain(("a", user("a")), ("b", user("b"))))))
    root = story.start(kept="x" * 600)
    with pytest.raises(Invalid, match="at most 1000 bytes, but got 1200"):
        story.complete("a", more="字" * 200)
    story.complete("a", kept="字" * 300)
    assert set(story.variables(root)) == {"kept"}


def test_a_completion_condition_ends_calls_that_have_not_run_yet(story: Story) -> None:
    done: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        done.append(call.instance_id)

    loop = multiple("[1, 2, 3]", condition="nrOfCompletedInstances = 1")
    called = process(chain(("n", service("n", "note")), prefix="g"), "q")
    story.deploy(diagram(process(chain(("c", call("c", "q", inner=loop)), ("z", user("z")))), called))
    root = story.start()
    assert (len(done), story.open()) == (1, ["z"])
    outcomes = sorted(row.outcome for row in story.rows(tables.instance) if row.id != root)
    assert outcomes == ["cancelled", "cancelled", "completed"]


def test_a_cancelled_call_ends_before_anything_else_runs_in_it(story: Story) -> None:
    """Both processes wait for the message; the caller's branch ends everything."""
    done: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        done.append(call.element_id)

    called = process(chain(("v", catch("v", MESSAGE)), ("n", service("n", "note")), prefix="g"), "q")
    body = fork(("c", call("c", "q")), ("w", catch("w", MESSAGE)))
    body = body.replace(
        '<bpmn:endEvent id="w_e"/>', '<bpmn:endEvent id="w_e"><bpmn:terminateEventDefinition/></bpmn:endEvent>'
    )
    story.deploy(diagram(process(body), called, extra=NAMES))
    root = story.start()
    (caller,) = [row for row in story.rows(tables.subscription) if row.instance_id == root]
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", everywhere=True))
    assert story.outcome(root) == "completed"
    states = {row.outcome for row in story.rows(tables.instance) if row.id != root}
    assert (states, done) in (({"cancelled"}, []), ({"completed"}, ["n"]))
    assert caller.element_id == "w"
