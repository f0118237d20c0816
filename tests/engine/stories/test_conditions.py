"""Conditional events: they fire when something has become true, at once, and once each time."""

from __future__ import annotations

import pytest
from support.diagrams import border, catch, fork, node, subprocess
from support.engine import AMY, Story, chain, diagram, flow, process, user

from engine import incidents, instances, tables
from engine.environment import SYSTEM
from engine.errors import Conflict, Fault


def when(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def change(story: Story, root: str, **variables: object) -> None:
    story.run(lambda tx: instances.set_variables(tx, root, variables), by=AMY)


def test_a_condition_that_is_true_already_fires_at_once_and_another_waits(story: Story) -> None:
    body = chain(("w", catch("w", when("n &gt; 1"))), ("v", catch("v", when("n &gt; 2"))), ("z", user("z")))
    story.deploy(diagram(process(body)))
    root = story.start(n=2)
    assert story.history("condition-met") == ["condition-met w"]
    change(story, root, n=2)
    assert story.open() == []
    story.environment.deployments.clear()
    change(story, root, n=3)
    assert story.open() == ["z"]
    assert [(f["old"], f["new"]) for f in story.facts("variable-changed")] == [(2, 3)]


def test_what_one_branch_writes_interrupts_the_other_before_it_goes_on(story: Story) -> None:
    writes = user("a")
    inner = fork(("a", writes), ("b", user("b")))
    body = chain(("sp", subprocess("sp", inner)), ("z", user("z")))
    body += border("c", "sp", when('level = "red"'), "alarm") + user("alarm")
    story.deploy(diagram(process(body)))
    story.start(level="green")
    story.complete("a", level="red")
    assert story.open() == ["alarm"]
    assert story.history("element-cancelled") == [f"element-cancelled {name}" for name in ("b", "a_e", "sp")]


def test_without_interruption_it_fires_each_time_it_becomes_true_again(story: Story) -> None:
    body = chain(("a", user("a"))) + border("c", "a", when("late"), "told", False) + user("told")
    story.deploy(diagram(process(body)))
    root = story.start(late=False)
    for late in (True, True, False, True):
        change(story, root, late=late)
    assert story.open() == ["a", "told", "told"]
    story.complete("a")
    assert story.open() == ["told", "told"]


def test_an_event_subprocess_waits_for_a_condition_of_its_scope(story: Story) -> None:
    begin = node("startEvent", "ys", when("stop"), 'isInterrupting="true"')
    event = begin + user("y") + '<bpmn:endEvent id="ye"/>' + flow("y1", "ys", "y") + flow("y2", "y", "ye")
    body = chain(("a", user("a"))) + node("subProcess", "es", event, 'triggeredByEvent="true"')
    story.deploy(diagram(process(body)))
    root = story.start(stop=False)
    change(story, root, stop=True)
    assert story.open() == ["y"]
    story.complete("y")
    assert story.outcome(root) == "completed"


def test_a_gateway_waits_for_a_condition_among_others(story: Story) -> None:
    events = (("m", catch("m", when("n = 1"))), ("k2", catch("k2", when("n = 2"))))
    xml = fork(*events).replace('<bpmn:parallelGateway id="k"/>', node("eventBasedGateway", "k"))
    story.deploy(diagram(process(xml)))
    root = story.start(n=0)
    change(story, root, n=2)
    assert story.outcome(root) == "completed"
    assert story.history("element-left") == ["element-left k", "element-left k2"]


@pytest.mark.parametrize("mended", [True, False])
def test_a_condition_that_cannot_be_looked_at_is_an_incident(story: Story, mended: bool) -> None:
    body = chain(("a", user("a"))) + border("c", "a", when("size(n) &gt; 1"), "b") + user("b")

    @story.environment.functions.function("size")
    def size(call: object, n: object) -> int:
        if not isinstance(n, str):
            raise Fault("Expected a text")
        return len(n)

    story.deploy(diagram(process(body)))
    root = story.start(n=5)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.kind, story.open()) == ("c", "watch", ["a"])
    with pytest.raises(Conflict, match="waits for its event"):
        story.run(lambda tx: incidents.resolve(tx, incident.id, "no"), by=SYSTEM)
    change(story, root, n="ab" if mended else "a")
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert story.open() == (["b"] if mended else ["a"])
    assert story.rows(tables.incident) == []


def test_an_instance_that_has_ended_cannot_be_changed(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    root = story.start()
    story.complete("a")
    with pytest.raises(Conflict, match="has ended"):
        change(story, root, n=1)
