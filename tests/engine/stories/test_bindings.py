"""Which process a call activity calls: its own deployment's, the latest, or a version; looked up when it is called."""

from __future__ import annotations

import pytest
from support.diagrams import call
from support.engine import Story, chain, diagram, process, user

from engine import definitions, incidents, tables
from engine.environment import SYSTEM


def calling(called: str = "q", binding: str = "", version: str = "") -> bytes:
    """`p`: a task, then a call; with an empty binding that of the deployment."""
    attributes = (f'camunda:calledElementBinding="{binding}" ' if binding else "") + (
        f'camunda:calledElementVersion="{version}"' if version else ""
    )
    xml = call("c", called).replace("<bpmn:callActivity ", f"<bpmn:callActivity {attributes} ")
    return diagram(process(chain(("a", user("a")), ("c", xml), ("z", user("z")))))


def called(task: str, key: str = "q") -> bytes:
    return diagram(process(chain((task, user(task)), prefix="g"), key))


def deploy(story: Story, name: str, *files: bytes) -> dict[str, str]:
    bundle = {f"{n}.bpmn": content for n, content in enumerate(files)}
    found = story.run(lambda tx: definitions.deploy(tx, name, bundle), by=SYSTEM).definitions
    return dict(found)


def message(story: Story) -> str:
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.kind) == ("c", "arrive")
    return str(incident.message)


def test_the_deployment_is_the_default_and_may_be_written_out(story: Story) -> None:
    for n, binding in enumerate(("", "deployment")):
        story.travel(hours=1)
        deploy(story, "both", calling(binding=binding), called(f"v{n}"))
        story.start()
        story.travel(hours=1)
        deploy(story, "both", calling(binding=binding), called("newer"))
        story.complete("a")
        assert story.open()[-1] == f"v{n}"


def test_the_latest_is_that_of_the_moment_of_the_call(story: Story) -> None:
    first = deploy(story, "called", called("v1"))["q"]
    deploy(story, "caller", calling(binding="latest"))
    for _ in range(3):
        story.start()
    story.complete("a")
    story.travel(hours=1)
    deploy(story, "called", called("v2"))
    story.environment.deployments.clear()
    story.complete("a")
    assert story.open() == ["a", "v1", "v2"]
    story.run(lambda tx: definitions.make_current(tx, first))
    story.complete("a")
    assert story.open() == ["v1", "v1", "v2"]
    story.complete("v2")
    assert story.open() == ["v1", "v1", "z"]
    calls = [fact for fact in story.facts("instance-started") if fact["process"] == "q"]
    assert [fact["version"] for fact in calls] == [1, 2, 1]
    assert all(fact["caller"] for fact in calls)


def test_a_version_stays_what_it_is(story: Story) -> None:
    for n in (1, 2, 3):
        deploy(story, "called", called(f"v{n}"))
        story.travel(hours=1)
    deploy(story, "caller", calling(binding="version", version="2"))
    story.start()
    story.complete("a")
    assert story.open() == ["v2"]


def test_version_and_process_may_be_expressions_of_the_moment(story: Story) -> None:
    for n in (1, 2):
        deploy(story, "called", called(f"v{n}"))
        deploy(story, "other", called(f"w{n}", "r"))
        story.travel(hours=1)
    deploy(story, "caller", calling("=which", "version", "=number"))
    for which, number in (("q", 1), ("r", 2), ("q", "2")):
        story.start(which=which, number=number)
        story.complete("a")
    assert story.open() == ["v1", "v2", "w2"]


def test_an_expression_chooses_among_the_processes_of_the_deployment(story: Story) -> None:
    deploy(story, "both", calling("=if large then &quot;q&quot; else &quot;r&quot;"), called("v"), called("w", "r"))
    for large in (True, False):
        story.start(large=large)
        story.complete("a")
    assert story.open() == ["v", "w"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("gone", "latest"), "process 'gone', but it is not deployed"),
        (("q", "version", "7"), "version 7 of the process 'q', but there is none"),
        (("q", "version", "=which"), "number of a version, but got None"),
        (("q", "version", "=1.5"), "number of a version, but got 1.5"),
        (("q", "version", "=-1"), "number of a version, but got -1"),
        (("q", "version", "=10 ** 10"), "number of a version"),
        (("=which",), "id of a process to call, but got None"),
        (("=17",), "id of a process to call, but got 17"),
        (("=&quot;elsewhere&quot;",), "'elsewhere' in the deployment, but it is not there"),
    ],
)
def test_what_cannot_be_called_is_an_incident_that_says_why(story: Story, written: tuple[str, ...], said: str) -> None:
    deploy(story, "called", called("v1"))
    deploy(story, "caller", calling(*written))
    story.start()
    story.complete("a")
    assert said in message(story)
    assert story.open() == []


@pytest.mark.parametrize("binding", [("deployment",), ("latest",), ("version", "1")])
def test_a_suspended_process_is_not_called_until_it_is_active_again(story: Story, binding: tuple[str, ...]) -> None:
    made = deploy(story, "both", calling("q", *binding), called("v1"))
    story.start()
    story.run(lambda tx: definitions.suspend(tx, made["q"]))
    story.complete("a")
    assert message(story) == "The process 'q' is suspended"
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: definitions.activate(tx, made["q"]))
    story.environment.deployments.clear()
    story.run(lambda tx: incidents.retry(tx, incident.id))
    assert (story.open(), story.rows(tables.incident)) == (["v1"], [])
    story.complete("v1")
    assert story.open() == ["z"]


def test_a_process_that_only_events_start_cannot_be_called(story: Story) -> None:
    heard = '<bpmn:signal id="S" name="alarm"/>'
    started = chain(("v", user("v")), prefix="g").replace(
        '"gs"/>', '"gs"><bpmn:signalEventDefinition signalRef="S"/></bpmn:startEvent>'
    )
    deploy(story, "called", diagram(process(started, "q"), extra=heard))
    deploy(story, "caller", calling(binding="latest"))
    story.start()
    story.complete("a")
    assert "start event without a message in 'q'" in message(story)


def test_a_missing_process_is_called_once_it_is_deployed(story: Story) -> None:
    deploy(story, "caller", calling(binding="latest"))
    story.start()
    story.complete("a")
    deploy(story, "called", called("v1"))
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: incidents.retry(tx, incident.id))
    assert story.open() == ["v1"]
