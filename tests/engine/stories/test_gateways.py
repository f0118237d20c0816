"""Gateways as stories: which way a token goes, and that joins are right in rework loops."""

from __future__ import annotations

from support.engine import Story, diagram, flow, process, user

REWORK = diagram(
    process(
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="m"/><bpmn:parallelGateway id="fork"/>'
        + user("a")
        + user("b")
        + '<bpmn:parallelGateway id="join"/>'
        + user("decide")
        + '<bpmn:exclusiveGateway id="q" default="again"/><bpmn:endEvent id="e"/>'
        + flow("f1", "s", "m")
        + flow("f2", "m", "fork")
        + flow("f3", "fork", "a")
        + flow("f4", "fork", "b")
        + flow("f5", "a", "join")
        + flow("f6", "b", "join")
        + flow("f7", "join", "decide")
        + flow("f8", "decide", "q")
        + flow("done", "q", "e", "ok = true")
        + flow("again", "q", "m")
    )
)


def test_a_join_in_a_rework_loop_waits_for_both_in_every_round(story: Story) -> None:
    story.deploy(REWORK)
    instance = story.start()
    for round_ in range(3):
        first, second = ("a", "b") if round_ % 2 else ("b", "a")
        story.complete(first)
        assert story.open() == [second]  # stock SpiffWorkflow lets one branch pass from round two on
        story.complete(second)
        assert story.open() == ["decide"]
        story.complete("decide", ok=round_ == 2)
    assert story.open() == []
    assert story.outcome(instance) == "completed"
    assert story.history("element-passed").count("element-passed join") == 3
