"""Compensation and transactions: what was done is undone in reverse order, by the handlers that the diagram names."""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import boundary, catch, multiple, node, parameters, service, subprocess
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import incidents, instances, tables
from engine.environment import SYSTEM
from engine.errors import BpmnError

UNDO = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"
ERROR = '<bpmn:errorEventDefinition errorRef="E"/>'
NAMES = '<bpmn:error id="E" errorCode="broken"/>'


@pytest.fixture
def done(story: Story) -> list[str]:
    """What the operations did, in order: `note` writes down its element and what it was given."""
    ran: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any, *, item: object = None) -> None:
        ran.append(call.element_id if item is None else f"{call.element_id} {item}")

    @story.environment.operations.operation("fail")
    def fail(call: Any) -> None:
        raise BpmnError("broken", "it broke")

    return ran


def undoable(identity: str, inner: str = "", extensions: str = "", undo: str = "") -> str:
    """A service task with a compensation handler `undo_…`."""
    return service(identity, "note", extensions, inner=inner) + handler(identity, undo)


def handler(identity: str, undo: str = "") -> str:
    name = f"undo_{identity}"
    return (
        boundary(f"{identity}_b", identity, UNDO)
        + (undo or service(name, "note", attributes='isForCompensation="true"'))
        + f'<bpmn:association id="{identity}_l" sourceRef="{identity}_b" targetRef="{name}"/>'
    )


def thrown(identity: str, definition: str = UNDO) -> str:
    return node("intermediateThrowEvent", identity, definition)


def row(*names: str, prefix: str = "f", end: str = "") -> str:
    """Undoable tasks in a row, then a compensation throw `t`, then a user task `z`."""
    body = chain(*((name, undoable(name)) for name in names), ("t", thrown("t")), ("z", user("z")), prefix=prefix)
    return body + end


def test_all_that_was_completed_is_undone_in_reverse_order_then_the_flow_goes_on(story: Story, done: list[str]) -> None:
    story.deploy(diagram(process(row("a", "b", "c"))))
    story.start()
    assert done == ["a", "b", "c", "undo_c", "undo_b", "undo_a"]
    assert story.open() == ["z"]
    story.complete("z")
    assert story.rows(tables.incident) == []


def test_one_activity_is_undone_by_name_and_only_once(story: Story, done: list[str]) -> None:
    one = '<bpmn:compensateEventDefinition activityRef="a"/>'
    body = chain(
        ("a", undoable("a")), ("b", undoable("b")), ("t", thrown("t", one)), ("u", thrown("u", one)), ("v", thrown("v"))
    )
    story.deploy(diagram(process(body)))
    root = story.start()
    assert done == ["a", "b", "undo_a", "undo_b"]
    assert story.outcome(root) == "completed"


def test_what_was_not_completed_is_not_undone(story: Story, done: list[str]) -> None:
    waiting = user("w") + handler("w")
    body = chain(("a", undoable("a")), ("k", '<bpmn:parallelGateway id="k"/>'), ("t", thrown("t")))
    story.deploy(diagram(process(body + waiting + flow("k_w", "k", "w"))))
    story.start()
    assert done == ["a", "undo_a"]
    assert story.open() == ["w"]


def test_a_person_undoes_and_the_thrower_waits(story: Story, done: list[str]) -> None:
    undo = user("undo_a", 'camunda:candidateGroups="clerks" isForCompensation="true"')
    body = chain(("a", undoable("a", undo=undo)), ("b", undoable("b")), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body)))
    story.start()
    assert (done, story.open()) == (["a", "b", "undo_b"], ["undo_a"])
    story.travel(days=3)
    story.complete("undo_a")
    assert story.open() == ["z"]


def test_each_item_of_a_repetition_is_undone_with_its_own_variables(story: Story, done: list[str]) -> None:
    given = parameters({"item": "=item"})
    undo = service("undo_a", "note", given, 'isForCompensation="true"')
    body = chain(("a", undoable("a", multiple("[1, 2, 3]", sequential=True), given, undo)), ("t", thrown("t")))
    story.deploy(diagram(process(body)))
    root = story.start()
    assert done == ["a 1", "a 2", "a 3", "undo_a 3", "undo_a 2", "undo_a 1"]
    assert story.outcome(root) == "completed"


def test_a_completed_subprocess_is_undone_from_inside(story: Story, done: list[str]) -> None:
    inner = chain(("a", undoable("a")), ("b", undoable("b")), prefix="i")
    body = chain(("sp", subprocess("sp", inner)), ("c", undoable("c")), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body)))
    story.start()
    assert done == ["a", "b", "c", "undo_c", "undo_b", "undo_a"]
    assert story.open() == ["z"]


def test_a_handler_of_its_own_goes_before_what_is_inside(story: Story, done: list[str]) -> None:
    inner = chain(("a", undoable("a")), prefix="i")
    body = chain(("sp", subprocess("sp", inner) + handler("sp")), ("t", thrown("t")))
    story.deploy(diagram(process(body)))
    story.start()
    assert done == ["a", "undo_sp"]


def test_a_compensation_event_subprocess_decides_itself_what_is_undone(story: Story, done: list[str]) -> None:
    begin = node("startEvent", "ys", UNDO)
    undoing = (
        begin
        + service("y", "note", parameters({"item": "=secret"}))
        + thrown("yt")
        + '<bpmn:endEvent id="ye"/>'
        + flow("y1", "ys", "y")
        + flow("y2", "y", "yt")
        + flow("y3", "yt", "ye")
    )
    inner = chain(("a", undoable("a")), prefix="i") + node("subProcess", "es", undoing, 'triggeredByEvent="true"')
    kept = parameters({"secret": "of the subprocess"})
    body = chain(("sp", subprocess("sp", inner, kept)), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body)))
    story.start()
    assert done == ["a", "y of the subprocess", "undo_a"]
    assert story.open() == ["z"]
    assert [v.name for v in story.rows(tables.variable)] == []


def test_the_end_of_a_process_may_undo(story: Story, done: list[str]) -> None:
    story.deploy(diagram(process(chain(("a", undoable("a")), end=UNDO))))
    root = story.start()
    assert (done, story.outcome(root)) == (["a", "undo_a"], "completed")


def test_a_cancelled_transaction_undoes_what_was_done_in_it_and_leaves_by_its_border(
    story: Story, done: list[str]
) -> None:
    inner = chain(("a", undoable("a")), ("b", undoable("b")), ("ask", user("ask")), prefix="i", end=CANCEL)
    beside = user("w") + flow("iw", "b", "w")
    body = chain(("tx", node("transaction", "tx", inner + beside)), ("z", user("z")))
    cancelled = boundary("c", "tx", CANCEL) + user("sorry") + flow("c1", "c", "sorry")
    story.deploy(diagram(process(body + cancelled)))
    story.start()
    assert story.open() == ["ask", "w"]
    story.complete("ask")
    assert done == ["a", "b", "undo_b", "undo_a"]
    assert story.open() == ["sorry"]
    assert story.history("element-cancelled") == ["element-cancelled w", "element-cancelled tx"]


def test_an_error_that_leaves_a_transaction_undoes_nothing(story: Story, done: list[str]) -> None:
    inner = chain(("a", undoable("a")), ("x", service("x", "fail")), prefix="i")
    border = boundary("eb", "tx", ERROR) + user("late") + flow("e1", "eb", "late")
    story.deploy(diagram(process(chain(("tx", node("transaction", "tx", inner))) + border), extra=NAMES))
    story.start()
    assert (done, story.open()) == (["a"], ["late"])


def test_an_interrupted_undoing_ends_with_its_handlers(story: Story, done: list[str]) -> None:
    undo = user("undo_a", 'camunda:candidateGroups="clerks" isForCompensation="true"')
    inner = chain(("a", undoable("a", undo=undo)), ("t", thrown("t")), prefix="i")
    border = boundary("late", "sp", timer("duration", "PT1H")) + user("z") + flow("l1", "late", "z")
    story.deploy(diagram(process(chain(("sp", subprocess("sp", inner))) + border)))
    story.start()
    assert story.open() == ["undo_a"]
    story.travel(hours=1)
    assert story.open() == ["z"]


def test_a_failing_handler_is_an_incident_and_the_rest_follows_when_it_is_mended(story: Story, done: list[str]) -> None:
    undo = service("undo_b", "fail", attributes='isForCompensation="true"')
    body = chain(("a", undoable("a")), ("b", undoable("b", undo=undo)), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body)))
    story.start()
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, done, story.open()) == ("undo_b", ["a", "b"], [])
    story.run(lambda tx: incidents.resolve(tx, incident.id, "undone by telephone"), by=SYSTEM)
    assert (done, story.open()) == (["a", "b", "undo_a"], ["z"])


def test_an_activity_whose_way_on_had_to_be_tried_again_is_undone_once(story: Story, done: list[str]) -> None:
    body = chain(("a", undoable("a")), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body.replace(flow("f1", "a", "t"), flow("f1", "a", "t", "go")))))
    root = story.start(go=False)
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: instances.set_variables(tx, root, {"go": True}), by=SYSTEM)
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert (done, story.open()) == (["a", "undo_a"], ["z"])


def test_rounds_of_a_loop_are_each_remembered(story: Story, done: list[str]) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:exclusiveGateway id="g" default="g_t"/>'
        + undoable("a", extensions=parameters({"item": "=round"}, {"round": "=round + 1"}))
        + thrown("t")
        + flow("f1", "s", "a")
        + flow("f2", "a", "g")
        + flow("g_a", "g", "a", "round < 3")
        + flow("g_t", "g", "t")
        + flow("f3", "t", "e")
    )
    story.deploy(diagram(process(body)))
    root = story.start(round=0)
    assert done == ["a 0", "a 1", "a 2", *["undo_a"] * 3]
    assert story.outcome(root) == "completed"


def test_an_error_event_subprocess_undoes_the_scope_around_it(story: Story, done: list[str]) -> None:
    begin = node("startEvent", "ys", ERROR)
    undoing = begin + thrown("yt") + user("told") + '<bpmn:endEvent id="ye"/>'
    undoing += flow("y1", "ys", "yt") + flow("y2", "yt", "told") + flow("y3", "told", "ye")
    inner = chain(("a", undoable("a")), ("x", service("x", "fail")), prefix="i")
    inner += node("subProcess", "es", undoing, 'triggeredByEvent="true"')
    story.deploy(diagram(process(chain(("sp", subprocess("sp", inner)), ("z", user("z")))), extra=NAMES))
    story.start()
    assert (done, story.open()) == (["a", "undo_a"], ["told"])
    story.complete("told")
    assert story.open() == ["z"]


def test_undoing_one_subprocess_leaves_the_scope_around_it(story: Story, done: list[str]) -> None:
    begin = node("startEvent", "ys", UNDO)
    undoing = begin + thrown("yt") + '<bpmn:endEvent id="ye"/>' + flow("y1", "ys", "yt") + flow("y2", "yt", "ye")
    inner = chain(("b", undoable("b")), prefix="i") + node("subProcess", "es", undoing, 'triggeredByEvent="true"')
    one = '<bpmn:compensateEventDefinition activityRef="sp"/>'
    body = chain(("a", undoable("a")), ("sp", subprocess("sp", inner)), ("t", thrown("t", one)), ("z", user("z")))
    story.deploy(diagram(process(body)))
    story.start()
    assert (done, story.open()) == (["a", "b", "undo_b"], ["z"])


def test_an_event_subprocess_that_undoes_is_begun_by_its_own_event_only(story: Story, done: list[str]) -> None:
    begin = node("startEvent", "ys", ERROR)
    undoing = begin + thrown("yt") + '<bpmn:endEvent id="ye"/>' + flow("y1", "ys", "yt") + flow("y2", "yt", "ye")
    inner = chain(("a", undoable("a")), prefix="i") + node("subProcess", "es", undoing, 'triggeredByEvent="true"')
    body = chain(("sp", subprocess("sp", inner)), ("t", thrown("t")), ("z", user("z")))
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    assert (done, story.open()) == (["a", "undo_a"], ["z"])
    assert [element for element in story.history("element-entered") if "es" in element] == []


def test_a_waiting_event_may_stand_between(story: Story, done: list[str]) -> None:
    body = chain(("a", undoable("a")), ("w", catch("w", timer("duration", "PT1H"))), ("t", thrown("t")))
    story.deploy(diagram(process(body)))
    root = story.start()
    story.environment.deployments.clear()
    story.travel(hours=1)
    assert (done, story.outcome(root)) == (["a", "undo_a"], "completed")
