"""Repetition: items in turn or side by side, bounded, with values that keep their type, and errors between items."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import fork, multiple, parameters, times
from support.engine import Story, chain, diagram, process, user

from engine import incidents, tables
from engine.environment import SYSTEM, Limits
from engine.errors import NotFound

DATES = "[date(&quot;2026-05-08&quot;), date(&quot;2026-05-09&quot;), null]"
COLLECTED = (
    '<bpmn:loopDataOutputRef>outs</bpmn:loopDataOutputRef><bpmn:outputDataItem id="o" name="next"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.mark.parametrize("sequential", [True, False])
def test_items_and_outputs_keep_their_type(story: Story, sequential: bool) -> None:
    loop = multiple(DATES, sequential=sequential).replace("</bpmn:multiInstanceLoopCharacteristics>", COLLECTED)
    mapping = parameters({"next": '=item + duration("P1D")'})
    item = user("v", inner=f"<bpmn:extensionElements>{mapping}</bpmn:extensionElements>{loop}")
    story.deploy(diagram(process(chain(("v", item), ("z", user("z", 'camunda:assignee="=string(outs[2])"'))))))
    story.start()
    while "v" in story.open():
        kinds = {row.type for row in story.rows(tables.variable) if row.name == "item"}
        assert kinds <= {"date", "null"}
        story.complete("v")
    assert story.task("z").assignee == "2026-05-10"
    (outs,) = [row for row in story.rows(tables.variable) if row.name == "outs"]
    assert outs.type == "typed"


@pytest.mark.parametrize(
    ("loop", "said"),
    [
        (times(10**9), "at most 1000 items, but got 1000000000"),
        (multiple("for i in 1..1001 return i"), "at most 1000 items, but got 1001"),
        (times(1).replace(">1<", ">1 - 2<"), "number of repetitions"),
        (times(1).replace(">1<", ">1.5<"), "number of repetitions"),
        (times(1).replace(">1<", ">null<"), "number of repetitions"),
        (times(1).replace(">1<", '>"many"<'), "number of repetitions"),
        (multiple("5"), "Expected a list"),
    ],
)
def test_repetition_is_bounded(story: Story, loop: str, said: str) -> None:
    story.deploy(diagram(process(chain(("v", user("v", inner=loop))))))
    story.start()
    (incident,) = story.rows(tables.incident)
    assert said in incident.message


@pytest.mark.parametrize("sequential", [True, False])
def test_the_largest_repetition_runs(story: Story, sequential: bool) -> None:
    story.environment.limits = Limits(instances=200)
    loop = times(200, sequential)
    story.deploy(diagram(process(chain(("v", f'<bpmn:task id="v">{loop}</bpmn:task>'), ("z", user("z"))))))
    story.start()
    assert story.open() == ["z"]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_condition_that_fails_between_items_is_an_incident_of_the_whole(story: Story, sequential: bool) -> None:
    state = {"well": False}

    @story.environment.functions.function("enough")
    def enough(host: Any) -> bool:
        if not state["well"]:
            raise NotFound(what="register", id="1")
        return False

    loop = multiple("[1, 2, 3]", sequential=sequential, condition="enough()")
    story.deploy(diagram(process(chain(("v", user("v", inner=loop)), ("z", user("z"))))))
    story.start()
    story.complete("v", by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.kind) == ("v", "loop")
    assert story.open() == ([] if sequential else ["v", "v"])
    state["well"] = True
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert story.rows(tables.incident) == []
    while "v" in story.open():
        story.complete("v", by=SYSTEM)
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])


def test_another_item_may_settle_the_condition(story: Story) -> None:
    state = {"well": False}

    @story.environment.functions.function("enough")
    def enough(host: Any) -> bool:
        if not state["well"]:
            raise NotFound(what="register", id="1")
        return True

    loop = multiple("[1, 2, 3]", condition="enough()")
    story.deploy(diagram(process(chain(("v", user("v", inner=loop)), ("z", user("z"))))))
    story.start()
    story.complete("v", by=SYSTEM)
    story.complete("v", by=SYSTEM)
    assert len(story.rows(tables.incident)) == 1
    state["well"] = True
    story.complete("v", by=SYSTEM)
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])


def test_settling_a_repetition_by_hand_ends_its_items(story: Story) -> None:
    @story.environment.functions.function("enough")
    def enough(host: Any) -> bool:
        raise NotFound(what="register", id="1")

    loop = multiple("[1, 2, 3]", condition="enough()")
    story.deploy(diagram(process(chain(("v", user("v", inner=loop)), ("z", user("z"))))))
    story.start()
    story.complete("v", by=SYSTEM)
    story.run(lambda tx: incidents.resolve(tx, story.rows(tables.incident)[0].id, "two are enough"))
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])


def test_counters_are_local_and_right(story: Story) -> None:
    loop = multiple("[1, 2, 3]", condition="nrOfCompletedInstances + nrOfActiveInstances != nrOfInstances")
    counted = "=nrOfInstances * 100 + nrOfActiveInstances * 10 + loopCounter"
    mapping = f"<bpmn:extensionElements>{parameters({'seen': counted})}</bpmn:extensionElements>"
    story.deploy(diagram(process(fork(("v", user("v", inner=mapping + loop)), ("w", user("w"))))))
    root = story.start()
    seen = sorted(row.text for row in story.rows(tables.variable) if row.name == "seen")
    assert seen == ["330", "331", "332"]
    for _ in range(3):
        story.complete("v")
    assert story.open() == ["w"]
    assert story.variables(root) == {}
