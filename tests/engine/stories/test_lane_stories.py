"""Lanes as stories: a task without people of its own is for those of the innermost lane (BPMN 10.8)."""

from __future__ import annotations

from support.diagrams import fork, subprocess
from support.engine import Story, chain, diagram, process, user

from engine import tables, tasks
from engine.environment import Actor


def lane(name: str, *held: str, inner: str = "", identity: str = "") -> str:
    refs = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in held)
    nested = f'<bpmn:childLaneSet id="set_{name}">{inner}</bpmn:childLaneSet>' if inner else ""
    return f'<bpmn:lane id="{identity or f"lane_{name}"}" name="{name}">{refs}{nested}</bpmn:lane>'


def lanes(*inside: str, identity: str = "ls") -> str:
    return f'<bpmn:laneSet id="{identity}">{"".join(inside)}</bpmn:laneSet>'


def people(story: Story) -> dict[str, list[str]]:
    """The candidate groups of every open task."""
    found = {row.id: row.element_id for row in story.rows(tables.task)}
    groups: dict[str, list[str]] = {}
    for row in story.rows(tables.candidate):
        groups.setdefault(found[row.task_id], []).append(row.value)
    return groups


def test_the_innermost_of_three_lanes_counts(story: Story) -> None:
    inner = lane("desk", "a", inner=lane("clerks", "a", "b"))
    drawn = lanes(lane("bank", "a", "b", "c", "d", inner=inner + lane("office", "c")))
    story.deploy(diagram(process(drawn + fork(*((x, user(x, "")) for x in "abcd")))))
    root = story.start()
    assert people(story) == {"a": ["clerks"], "b": ["clerks"], "c": ["office"], "d": ["bank"]}
    story.run(lambda tx: tasks.claim(tx, story.task("a").id))
    for element in "abcd":
        story.complete(element, by=Actor("amy", frozenset({"clerks", "office", "bank"})))
    assert story.outcome(root) == "completed"
    assert {tuple(fact["groups"]) for fact in story.facts("task-created")} == {("clerks",), ("office",), ("bank",)}


def test_an_inner_lane_counts_wherever_it_is_written(story: Story) -> None:
    nested = f'<bpmn:childLaneSet id="inner">{lane("clerks", "a")}</bpmn:childLaneSet>'
    first = lane("desk", "a").replace("<bpmn:flowNodeRef>", f"{nested}<bpmn:flowNodeRef>")
    story.deploy(diagram(process(lanes(first) + chain(("a", user("a", ""))))))
    story.start()
    assert people(story) == {"a": ["clerks"]}


def test_groups_named_at_the_task_go_before_the_lane(story: Story) -> None:
    named = 'camunda:candidateGroups="=desk"'
    drawn = lanes(lane("office", "a", "b", "c"))
    one = user("c", 'camunda:candidateUsers="bob"')
    story.deploy(diagram(process(drawn + fork(("a", user("a", named)), ("b", user("b", "")), ("c", one)))))
    story.start(desk="clerks")
    assert people(story) == {"a": ["clerks"], "b": ["office"], "c": ["office", "bob"]}


def test_a_lane_set_of_a_subprocess_goes_before_the_lane_around_it(story: Story) -> None:
    inner = lanes(lane("clerks", "a"), identity="ls2") + chain(("a", user("a", "")), ("b", user("b", "")), prefix="i")
    story.deploy(diagram(process(lanes(lane("office", "sp")) + chain(("sp", subprocess("sp", inner))))))
    story.start()
    assert people(story) == {"a": ["clerks"]}
    story.complete("a")
    assert people(story) == {"b": ["office"]}


def test_lanes_of_equal_names_in_several_pools_are_one_group(story: Story) -> None:
    pools = "".join(f'<bpmn:participant id="pool_{key}" processRef="{key}"/>' for key in ("p", "q"))
    partner = '<bpmn:participant id="customer" name="customer"/>'
    flow = '<bpmn:messageFlow id="mf" sourceRef="customer" targetRef="pool_p"/>'
    around = f'<bpmn:collaboration id="k">{pools}{partner}{flow}</bpmn:collaboration>'
    one, other = (
        process(
            lanes(lane("clerks", x, identity=f"l_{x}"), identity=f"ls_{x}") + chain((x, user(x, "")), prefix=f"f{x}"),
            key,
        )
        for key, x in (("p", "a"), ("q", "b"))
    )
    story.deploy(diagram(one, other, extra=around))
    story.start("p")
    story.start("q")
    assert people(story) == {"a": ["clerks"], "b": ["clerks"]}
    story.complete("a")
    story.complete("b")
    assert {row.outcome for row in story.rows(tables.instance)} == {"completed"}


def test_a_lane_without_a_name_goes_by_its_id_and_a_name_may_have_two_lines(story: Story) -> None:
    unnamed = lane("x", "a", identity="clerks").replace('name="x"', "")
    split = lane("complaint&#10;office", "b", identity="second")
    story.deploy(diagram(process(lanes(unnamed, split) + fork(("a", user("a", "")), ("b", user("b", ""))))))
    story.start()
    assert people(story) == {"a": ["clerks"], "b": ["complaint office"]}
