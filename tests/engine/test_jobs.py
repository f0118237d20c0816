"""Jobs: leased, run in commands of their own, tried again with a growing pause, and never by two nodes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from support.diagrams import border, service
from support.engine import START, Story, chain, diagram, process, timer, user

from engine import definitions, instances, jobs, tables
from engine.errors import NotFound


@pytest.fixture
def note(story: Story) -> list[str]:
    """The operation `note`; raises while "fail" is in the list."""
    done: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        if "fail" in done:
            raise OSError("no connection")
        done.append(call.element_id)

    return done


def deploy(story: Story, extensions: str = "", attributes: str = 'camunda:asyncBefore="true"') -> str:
    body = chain(("n", service("n", "note", extensions, attributes)), ("z", user("z")))
    return str(story.deploy(diagram(process(body))).definitions["p"])


def job(story: Story) -> Any:
    (row,) = story.rows(tables.job)
    return row


def test_a_job_that_another_node_holds_is_left_until_the_lease_has_run_out(story: Story, note: list[str]) -> None:
    deploy(story)
    story.start()
    held = {"lease_by": "other:1", "lease_until": START + jobs.LEASE}
    story.run(lambda tx: tx.connection.execute(update(tables.job).values(held)))
    assert jobs.run_due(story.environment) == 0
    story.clock.travel(jobs.LEASE + timedelta(seconds=1))
    assert jobs.run_due(story.environment) == 1
    assert (note, story.rows(tables.job)) == (["n"], [])


def test_a_job_that_was_taken_over_or_done_meanwhile_is_not_run(story: Story, note: list[str]) -> None:
    deploy(story)
    story.start()
    (leased,) = story.run(lambda tx: jobs._lease(tx, 20))
    story.run(lambda tx: tx.connection.execute(update(tables.job).values(lease_by="other:1")))
    story.run(lambda tx: jobs._run(tx, leased))
    story.run(lambda tx: jobs._run(tx, "gone"))
    assert (note, job(story).id) == ([], leased)


def test_suspended_jobs_instances_and_versions_wait(story: Story, note: list[str]) -> None:
    version = deploy(story)
    root = story.start()
    identity = job(story).id
    for suspend, activate, subject in (
        (jobs.suspend, jobs.activate, identity),
        (instances.suspend, instances.activate, root),
        (definitions.suspend, definitions.activate, version),
    ):
        story.run(lambda tx, suspend=suspend, subject=subject: suspend(tx, subject))
        assert jobs.run_due(story.environment) == 0
        story.run(lambda tx, activate=activate, subject=subject: activate(tx, subject))
    assert jobs.run_due(story.environment) == 1
    assert story.history("job-suspended", "job-activated") == ["job-suspended n", "job-activated n"]
    with pytest.raises(NotFound, match="job"):
        story.run(lambda tx: jobs.suspend(tx, identity))


def test_a_job_that_cannot_run_does_not_hold_up_the_others(story: Story, note: list[str], monkeypatch: Any) -> None:
    deploy(story)
    broken, _ = story.start(), story.start()
    original = jobs.resuming.resume

    def resume(x: Any, key: str) -> None:
        if x.instance["id"] == broken:
            raise ZeroDivisionError
        original(x, key)

    monkeypatch.setattr(jobs.resuming, "resume", resume)
    assert jobs.run_due(story.environment) == 2
    assert (note, story.open(), job(story).instance_id) == (["n"], ["z"], broken)
    assert jobs.run_due(story.environment) == 0
    monkeypatch.undo()
    story.travel(minutes=6)
    assert story.open() == ["z", "z"]


def test_the_pause_doubles_and_a_border_interrupts_the_tries(story: Story, note: list[str]) -> None:
    note.append("fail")
    cycle = "<camunda:failedJobRetryTimeCycle>R5/PT10M</camunda:failedJobRetryTimeCycle>"
    late = border("late", "n", timer("duration", "PT1H"), "esc") + user("esc")
    body = chain(("n", service("n", "note", cycle)), ("z", user("z"))) + late
    story.deploy(diagram(process(body)))
    story.start()
    pauses = []
    for minutes in (10, 20):
        pauses.append((job(story).due_at - story.clock.now(), job(story).attempts, job(story).retries))
        assert "no connection" in job(story).error
        story.travel(minutes=minutes)
    assert pauses == [(timedelta(minutes=10), 1, 5), (timedelta(minutes=20), 2, 4)]
    story.travel(minutes=30)
    assert (story.open(), story.rows(tables.job)) == (["esc"], [])
    assert [fact["attempt"] for fact in story.facts("job-failed")] == [1, 2, 3]


def test_an_operation_that_is_gone_is_an_incident(story: Story, note: list[str]) -> None:
    deploy(story)
    story.start()
    del story.environment.operations.by_name["note"]
    jobs.run_due(story.environment)
    (incident,) = story.rows(tables.incident)
    assert "there is no 'note'" in incident.message


def test_what_a_failing_operation_wrote_is_undone(story: Story) -> None:
    @story.environment.operations.operation("note")
    def write(call: Any) -> None:
        call.tx.record("K-1", "half-done")
        raise OSError

    deploy(story, attributes="")
    story.start()
    assert story.history("half-done", "job-failed") == ["job-failed n"]
