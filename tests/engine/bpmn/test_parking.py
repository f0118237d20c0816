"""Incidents and asynchronous continuations: at whatever stage a token stopped, the same thing is tried again, once."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import (
    ERROR,
    MESSAGE,
    NAMES,
    ONCE,
    border,
    call,
    catch,
    fork,
    node,
    parameters,
    property_,
    script,
    service,
)
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import incidents, instances, jobs, messages, tables, tasks
from engine.environment import SYSTEM, Limits
from engine.errors import Conflict, NotFound, Rejected


def only(story: Story, table: Any = tables.incident) -> Any:
    (row,) = story.rows(table)
    return row


def retry(story: Story) -> None:
    identity = only(story).id
    story.run(lambda tx: incidents.retry(tx, identity), by=SYSTEM)


def resolve(story: Story) -> None:
    identity = only(story).id
    story.run(lambda tx: incidents.resolve(tx, identity, "done by hand"))


FAULTY = {
    "assignee": user("x", 'camunda:assignee="=bad()"'),
    "due date": user("x", 'camunda:candidateGroups="clerks" camunda:dueDate="=at"'),
    "follow-up date": user("x", 'camunda:candidateGroups="clerks" camunda:followUpDate="=at"'),
    "priority": user("x", 'camunda:candidateGroups="clerks" camunda:priority="=at"'),
    "input": user("x", inner="<bpmn:extensionElements>" + parameters({"y": "=bad()"}) + "</bpmn:extensionElements>"),
    "timer": catch("x", timer("date", "=at")),
    "duration": catch("x", timer("duration", "=at")),
    "cycle": catch("x", timer("cycle", "=at")),
    "timer key": catch("x", timer("duration", "PT1H"), property_("timerKey", "=bad()")),
    "correlation key": catch("x", MESSAGE, property_("correlationKey", "=bad()")),
    "receive task": node("receiveTask", "x", "", 'messageRef="M"', property_("correlationKey", "=bad()")),
    "script": script("x", "bad()", "y"),
    "call": call("x", "q", '<camunda:in sourceExpression="bad()" target="y"/>'),
    "collection": user("x", inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="=at"/>'),
    "cardinality": user(
        "x",
        inner="<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=at</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>",
    ),
    "boundary timer": user("x") + border("bt", "x", timer("date", "=at"), "y") + user("y"),
}


@pytest.fixture
def faulty(story: Story) -> Story:
    """`bad()` is a host function that fails until `story.well` is set."""
    state = {"well": False}

    @story.environment.functions.function("bad")
    def bad(host: Any) -> str:
        if not state["well"]:
            raise Rejected("The registry does not answer")
        return "amy"

    story.state = state  # type: ignore[attr-defined]
    return story


@pytest.mark.parametrize("slot", FAULTY)
def test_a_faulty_expression_is_an_incident_whose_retry_works(faulty: Story, slot: str) -> None:
    body = fork(("x", FAULTY[slot]), ("fix", user("fix")))
    called = process(chain(("inside", user("inside")), prefix="i"), "q")
    faulty.deploy(diagram(process(body), called, extra=NAMES))
    faulty.start(by=SYSTEM, at="soon")
    incident = only(faulty)
    assert (incident.element_id, incident.kind) in {("x", "arrive"), ("x", "run")}
    assert faulty.open() == ["fix"]
    assert faulty.rows(tables.timer) == faulty.rows(tables.subscription) == []
    better = {"priority": 7, "cardinality": 2, "collection": ["a"], "cycle": "R2/PT1H"}
    faulty.complete("fix", by=SYSTEM, at=better.get(slot, "2026-06-01T00:00:00Z"))
    faulty.state["well"] = True  # type: ignore[attr-defined]
    retry(faulty)
    assert faulty.rows(tables.incident) == []
    waiting = len(faulty.rows(tables.timer)) + len(faulty.rows(tables.subscription)) + len(faulty.open())
    assert waiting == {"boundary timer": 2, "cardinality": 2, "script": 0}.get(slot, 1)
    assert faulty.history("incident-created", "incident-retried") == ["incident-created x", "incident-retried x"]
    assert faulty.history("element-entered").count("element-entered x") <= 1


def test_boundary_events_are_opened_once_also_when_the_arrival_is_retried(story: Story) -> None:
    events = border("b1", "x", timer("duration", "PT1H"), "one", False) + border("b2", "x", timer("date", "=at"), "two")
    body = fork(("x", user("x")), ("fix", user("fix"))) + events + user("one") + user("two")
    story.deploy(diagram(process(body)))
    story.start(at="soon")
    assert story.rows(tables.timer) == []
    retry(story)  # in vain
    story.complete("fix", at="2026-06-01T00:00:00Z")
    retry(story)
    assert sorted(row.element_id for row in story.rows(tables.timer)) == ["b1", "b2"]
    story.travel(hours=1)
    assert story.open() == ["one", "x"]


def test_a_person_is_told_at_once_and_nothing_has_happened(faulty: Story) -> None:
    faulty.deploy(diagram(process(chain(("a", user("a")), ("x", script("x", "bad()", "y"))))))
    faulty.start()
    before = faulty.history()
    with pytest.raises(Rejected, match="does not answer"):
        faulty.complete("a")
    assert (faulty.open(), faulty.history()) == (["a"], before)
    faulty.complete("a", by=SYSTEM)
    assert only(faulty).element_id == "x"


def test_a_person_is_told_when_the_own_task_cannot_be_left(faulty: Story) -> None:
    outputs = f"<bpmn:extensionElements>{parameters(outputs={'y': '=bad()'})}</bpmn:extensionElements>"
    faulty.deploy(diagram(process(chain(("a", user("a", inner=outputs))))))
    faulty.start()
    with pytest.raises(Rejected, match="does not answer"):
        faulty.complete("a")
    assert (faulty.open(), faulty.rows(tables.incident)) == (["a"], [])


def test_a_task_that_was_done_but_cannot_be_left_is_done(faulty: Story) -> None:
    outputs = f"<bpmn:extensionElements>{parameters(outputs={'y': '=bad()'})}</bpmn:extensionElements>"
    faulty.deploy(diagram(process(chain(("a", user("a", inner=outputs)), ("z", user("z"))))))
    root = faulty.start()
    task = faulty.task("a").id
    faulty.complete("a", by=SYSTEM)
    assert (faulty.open(), only(faulty).kind) == ([], "leave")
    with pytest.raises(Conflict, match="done by system"):
        faulty.run(lambda tx: tasks.complete(tx, task))
    faulty.state["well"] = True  # type: ignore[attr-defined]
    retry(faulty)
    assert (faulty.open(), faulty.variables(root)) == (["z"], {"y": "amy"})
    assert faulty.history("task-completed") == ["task-completed a"]


def test_an_operation_that_has_worked_is_not_repeated_because_its_output_failed(faulty: Story) -> None:
    done: list[str] = []

    @faulty.environment.operations.operation("note")
    def note(call: Any) -> dict[str, object]:
        done.append(call.element_id)
        return {"receipt": "R-1"}

    body = chain(("n", service("n", "note", parameters(outputs={"r": "=result.receipt", "y": "=bad()"}))))
    faulty.deploy(diagram(process(body)))
    root = faulty.start(by=SYSTEM)
    assert (done, only(faulty).kind) == (["n"], "leave")
    faulty.state["well"] = True  # type: ignore[attr-defined]
    retry(faulty)
    assert (done, faulty.outcome(root)) == (["n"], "completed")


def test_what_a_call_gave_is_kept_until_it_can_be_taken_over(faulty: Story) -> None:
    mapped = '<camunda:out sourceExpression="string(day) + bad()" target="told"/>'
    body = chain(("c", call("c", "q", mapped)), ("z", user("z")))
    faulty.deploy(
        diagram(process(body), process(chain(("d", script("d", 'date("2026-05-08")', "day")), prefix="g"), "q"))
    )
    root = faulty.start(by=SYSTEM)
    assert (only(faulty).kind, faulty.open()) == ("return", [])
    retry(faulty)
    faulty.state["well"] = True  # type: ignore[attr-defined]
    retry(faulty)
    assert (faulty.open(), faulty.variables(root)) == (["z"], {"told": "2026-05-08amy"})


def test_an_instance_whose_call_has_ended_but_is_parked_can_be_cancelled(faulty: Story) -> None:
    mapped = '<camunda:out sourceExpression="bad()" target="told"/>'
    faulty.deploy(diagram(process(chain(("c", call("c", "q", mapped)))), process(chain(prefix="g"), "q")))
    root = faulty.start(by=SYSTEM)
    faulty.run(lambda tx: instances.cancel(tx, root, "wrong"))
    assert (faulty.outcome(root), faulty.rows(tables.incident)) == ("cancelled", [])


def test_each_stage_can_be_settled_by_hand(story: Story) -> None:
    @story.environment.operations.operation("broken")
    def broken(call: Any) -> None:
        raise OSError("never")

    for body in (
        chain(("x", user("x", 'camunda:candidateGroups="clerks" camunda:dueDate="=at"')), ("z", user("z"))),
        chain(("x", service("x", "broken", ONCE)), ("z", user("z"))),
        chain(
            ("x", user("x", inner='<bpmn:multiInstanceLoopCharacteristics camunda:collection="=at"/>')),
            ("z", user("z")),
        ),
    ):
        story.deploy(diagram(process(body)))
        root = story.start(at="soon")
        resolve(story)
        assert (story.open(), story.rows(tables.incident)) == (["z"], [])
        story.complete("z")
        assert story.outcome(root) == "completed"


def test_a_gateway_that_waits_for_events_cannot_be_settled_by_hand(story: Story) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:eventBasedGateway id="g"/><bpmn:endEvent id="e"/>'
        + catch("m", MESSAGE)
        + catch("t", timer("date", "=at"))
        + flow("1", "s", "g")
        + flow("2", "g", "m")
        + flow("3", "g", "t")
        + flow("4", "m", "e")
        + flow("5", "t", "e")
    )
    story.deploy(diagram(process(body), extra=NAMES))
    story.start(at="soon")
    with pytest.raises(Conflict, match="retry instead"):
        resolve(story)
    retry(story)  # in vain
    assert only(story).element_id == "g"
    assert story.history("element-entered") == ["element-entered g"]


def test_what_is_unknown_is_said(story: Story) -> None:
    for work in (incidents.retry, lambda tx, key: incidents.annotate(tx, key, "")):
        with pytest.raises(NotFound, match="incident"):
            story.run(lambda tx, work=work: work(tx, "nobody"))


def test_a_task_with_a_pause_behind_it_is_done_once_and_its_borders_are_closed(story: Story) -> None:
    late = border("late", "a", timer("duration", "PT1H"), "esc") + user("esc")
    pausing = user("a", 'camunda:candidateGroups="clerks" camunda:asyncAfter="true"')
    story.deploy(diagram(process(chain(("a", pausing), ("z", user("z"))) + late)))
    story.start()
    task = story.task("a").id
    story.complete("a")
    assert (story.open(), story.rows(tables.timer), only(story, tables.job).kind) == ([], [], "after")
    with pytest.raises(Conflict, match="done by amy"):
        story.run(lambda tx: tasks.complete(tx, task))
    story.travel(hours=2)
    assert story.open() == ["z"]
    assert story.history("task-completed", "element-cancelled") == ["task-completed a"]


def test_a_message_wakes_a_pausing_receiver_once(story: Story) -> None:
    receive = node("receiveTask", "r", "", 'messageRef="M" camunda:asyncAfter="true" camunda:asyncBefore="true"')
    story.deploy(diagram(process(chain(("r", receive), ("z", user("z")))), extra=NAMES))
    story.start()
    assert story.rows(tables.subscription) == []
    jobs.run_due(story.environment)
    for _ in range(2):
        story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1"))
    assert (story.open(), story.rows(tables.subscription)) == ([], [])
    jobs.run_due(story.environment)
    assert story.open() == ["z"]
    assert story.history("message-received") == ["message-received r"]


def test_the_step_guard_parks_everything_that_still_wants_to_run(story: Story) -> None:
    def loop(name: str) -> str:
        return (
            f'<bpmn:exclusiveGateway id="{name}" default="{name}3"/>'
            + script(f"{name}s", f"{name} + 1", name)
            + flow(f"{name}1", name, f"{name}e", f"{name} > 1000000")
            + f'<bpmn:endEvent id="{name}e"/>'
            + flow(f"{name}3", name, f"{name}s")
            + flow(f"{name}4", f"{name}s", name)
        )

    body = (
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="k"/>'
        + loop("a")
        + loop("b")
        + flow("f1", "s", "k")
        + flow("f2", "k", "a")
        + flow("f3", "k", "b")
    )
    story.deploy(diagram(process(body)))
    root = story.start(a=0, b=0)
    assert len(story.rows(tables.incident)) == 2
    for incident in story.rows(tables.incident):
        assert "10000 automatic steps" in incident.message
    a, b = (int(story.variables(root)[name]) for name in "ab")
    identity = story.rows(tables.incident)[0].id
    story.run(lambda tx: incidents.retry(tx, identity), by=SYSTEM)
    assert {int(story.variables(root)[name]) - old for name, old in (("a", a), ("b", b))} == {0, 5000}


def test_the_step_guard_sees_loops_over_called_processes(story: Story) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="m"/><bpmn:exclusiveGateway id="g" default="again"/>'
        '<bpmn:endEvent id="e"/>'
        + call("c", "q")
        + flow("1", "s", "m")
        + flow("2", "m", "c")
        + flow("3", "c", "g")
        + flow("out", "g", "e", "stop = true")
        + flow("again", "g", "m")
    )
    story.environment.limits = Limits(steps=500)
    story.deploy(diagram(process(body), process(chain(prefix="h"), "q")))
    story.start()
    assert "500 automatic steps" in only(story).message
    assert 50 < len(story.rows(tables.instance)) < 100


def test_processes_inside_each_other_are_bounded(story: Story) -> None:
    story.deploy(diagram(process(chain(("c", call("c", "p"))))))
    story.start()
    assert "at most 10 processes" in only(story).message
    assert len(story.rows(tables.instance)) == 10


def test_an_error_at_the_end_of_the_process_can_be_settled_by_hand(story: Story) -> None:
    body = chain(("a", user("a"))).replace(
        '<bpmn:endEvent id="fe"/>', f'<bpmn:endEvent id="fe">{ERROR}</bpmn:endEvent>'
    )
    story.deploy(diagram(process(body), extra=NAMES))
    root = story.start()
    story.complete("a")
    assert only(story).message == "Nobody catches the error 'broken': "
    retry(story)
    resolve(story)
    assert story.outcome(root) == "completed"
