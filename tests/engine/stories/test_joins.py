"""Inclusive and complex joins: they wait for who can still come, and for nobody else."""

from __future__ import annotations

import pytest
from support.diagrams import border, node, subprocess
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import incidents, queries, tables
from engine.environment import SYSTEM


def choice(identity: str, kind: str = "inclusive", attributes: str = "", inner: str = "") -> str:
    return node(f"{kind}Gateway", identity, inner, attributes)


def review(join: str = "", more: str = "") -> str:
    """An inclusive split to three reviews, and a join behind them."""
    return (
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
        + choice("g", attributes='default="g_c"')
        + user("a")
        + user("b")
        + user("c")
        + (join or choice("j"))
        + user("z")
        + flow("f1", "s", "g")
        + flow("g_a", "g", "a", "amount > 10")
        + flow("g_b", "g", "b", "amount > 100")
        + flow("g_c", "g", "c")
        + flow("a_j", "a", "j")
        + flow("b_j", "b", "j")
        + flow("c_j", "c", "j")
        + flow("j_z", "j", "z")
        + flow("f2", "z", "e")
        + more
    )


@pytest.mark.parametrize(("amount", "ways"), [(5, ["c"]), (50, ["a"]), (500, ["a", "b"])])
def test_every_way_whose_condition_holds_is_taken_and_awaited(story: Story, amount: int, ways: list[str]) -> None:
    story.deploy(diagram(process(review())))
    root = story.start(amount=amount)
    assert story.open() == ways
    for way in reversed(ways):
        assert "z" not in story.open()
        story.complete(way)
        story.environment.deployments.clear()
    assert story.open() == ["z"]
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_a_join_in_a_loop_waits_for_each_round_by_itself(story: Story) -> None:
    back = (
        choice("again", "exclusive", 'default="again_e"')
        + flow("again_g", "again", "g", "more")
        + '<bpmn:endEvent id="e2"/>'
        + flow("again_e", "again", "e2")
    )
    body = review().replace(flow("f2", "z", "e"), flow("f2", "z", "again")).replace('<bpmn:endEvent id="e"/>', "")
    story.deploy(diagram(process(body + back)))
    root = story.start(amount=500)
    for more in (True, True, False):
        for way in ("a", "b"):
            assert story.open() == (["a", "b"] if way == "a" else ["b"])
            story.complete(way)
        story.complete("z", more=more)
    assert story.outcome(root) == "completed"


def test_a_token_that_ends_elsewhere_is_not_waited_for(story: Story) -> None:
    body = review().replace(flow("b_j", "b", "j"), flow("b_e", "b", "e"))
    story.deploy(diagram(process(body)))
    story.start(amount=500)
    story.complete("a")
    assert story.open() == ["b", "z"]


def test_a_token_is_awaited_that_could_leave_by_a_border(story: Story) -> None:
    body = review().replace(flow("b_j", "b", "j"), flow("b_e", "b", "e"))
    late = f'<bpmn:boundaryEvent id="late" attachedToRef="b">{timer("duration", "PT1H")}</bpmn:boundaryEvent>'
    story.deploy(diagram(process(body + late + flow("late_j", "late", "j"))))
    story.start(amount=500)
    story.complete("a")
    assert story.open() == ["b"]
    story.travel(hours=1)
    assert story.open() == ["z"]


def test_a_cancelled_branch_is_no_longer_awaited(story: Story) -> None:
    inner = chain(("deep", user("deep")), prefix="i")
    body = review().replace(user("b"), subprocess("b", inner))
    body += border("late", "b", timer("duration", "PT1H"), "told") + user("told")
    story.deploy(diagram(process(body)))
    story.start(amount=500)
    story.complete("a")
    assert story.open() == ["deep"]
    story.travel(hours=1)
    assert story.open() == ["told", "z"]


def test_when_no_condition_holds_the_default_is_taken(story: Story) -> None:
    story.deploy(diagram(process(review())))
    story.start(amount=None)
    assert story.open() == ["c"]


def two_of_three(more: str = "") -> str:
    """Three reviews side by side; two answers are enough (a complex join), the third is taken in when it comes."""
    join = choice("j", "complex", more, "<bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition>")
    body = review(join).replace(choice("g", attributes='default="g_c"'), '<bpmn:parallelGateway id="g"/>')
    for way, condition in (("a", "amount > 10"), ("b", "amount > 100")):
        body = body.replace(flow(f"g_{way}", "g", way, condition), flow(f"g_{way}", "g", way))
    return body


def test_a_complex_join_goes_on_when_enough_have_come_and_takes_in_the_rest(story: Story) -> None:
    body = two_of_three('default="j_z"')
    body += flow("j_late", "j", "late", "not(waitingForStart)") + user("late") + flow("late_e", "late", "e")
    story.deploy(diagram(process(body)))
    root = story.start()
    story.complete("a")
    assert story.open() == ["b", "c"]
    story.complete("c")
    assert story.open() == ["b", "z"]
    story.environment.deployments.clear()
    story.complete("b")
    assert story.open() == ["late", "z"]
    story.complete("late")
    story.complete("z")
    assert story.outcome(root) == "completed"
    assert story.rows(tables.incident) == []


def test_a_complex_join_that_nobody_satisfies_is_a_deadlock_to_be_settled(story: Story) -> None:
    join = two_of_three().replace("activationCount &gt;= 2", "activationCount &gt;= 4")
    story.deploy(diagram(process(join)))
    root = story.start()
    for way in "abc":
        story.complete(way)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, "no longer come" in incident.message) == ("j", True)
    story.run(lambda tx: incidents.resolve(tx, incident.id, "decided by hand"), by=SYSTEM)
    assert story.open() == ["z"]
    story.complete("z")
    assert (story.outcome(root), story.rows(tables.incident)) == ("completed", [])  # it went on once, for all three


@pytest.mark.parametrize("amount", [50, 500])
def test_history_knows_every_flow_that_met_at_a_join(story: Story, amount: int) -> None:
    story.deploy(diagram(process(review())))
    root = story.start(amount=amount)
    for way in story.open():
        story.complete(way)
    with story.environment.read() as connection:
        _, flows = queries.activities(connection, root)
    ways = [way for way in ("a", "b") if amount > 100 or way == "a"]
    assert {flow for flow in flows if flow.endswith("_j")} == {f"{way}_j" for way in ways}
