"""Activities as stories: subprocesses, calls, multi-instance, services, scripts and what stands at their border."""

from __future__ import annotations

from typing import Any

import pytest
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import incidents, instances, jobs, tables, tasks
from engine.environment import SYSTEM, Actor
from engine.errors import BpmnError, Conflict, Forbidden, Rejected

BOB = Actor("bob", frozenset({"clerks"}))


def call(identity: str, called: str, inner: str = "", loop: str = "") -> str:
    extensions = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:callActivity id="{identity}" calledElement="{called}">{extensions}{loop}</bpmn:callActivity>'


def given(name: str, text: str) -> str:
    parameter = f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>'
    return f"<camunda:inputOutput>{parameter}</camunda:inputOutput>"


def script(identity: str, variable: str, text: str) -> str:
    attributes = f'scriptFormat="feel" camunda:resultVariable="{variable}"'
    return f'<bpmn:scriptTask id="{identity}" {attributes}><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'


def service(identity: str, topic: str, inner: str = "", attributes: str = "") -> str:
    extensions = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:serviceTask id="{identity}" camunda:topic="{topic}" {attributes}>{extensions}</bpmn:serviceTask>'


def boundary(identity: str, host: str, definition: str, target: str, interrupting: bool = True) -> str:
    cancel = "" if interrupting else ' cancelActivity="false"'
    return (
        f'<bpmn:boundaryEvent id="{identity}" attachedToRef="{host}"{cancel}>{definition}</bpmn:boundaryEvent>'
        f'<bpmn:endEvent id="{identity}_end"/>'
        + flow(f"{identity}_1", identity, target)
        + flow(f"{identity}_2", target, f"{identity}_end")
    )


def test_a_called_process_is_its_own_instance_and_sees_only_what_is_mapped(story: Story) -> None:
    mapped = '<camunda:in sourceExpression="amount * 2" target="x"/><camunda:out source="y" target="result"/>'
    story.deploy(
        diagram(
            process(chain(("c", call("c", "q", mapped)), ("z", user("z")))),
            process(chain(("ask", user("ask")), prefix="g"), "q"),
        )
    )
    root = story.start(amount=7, secret=1)
    child = next(row.id for row in story.rows(tables.instance) if row.id != root)
    assert story.variables(child) == {"x": "14"}
    story.complete("ask", y=15)
    assert story.variables(root) == {"amount": "7", "secret": "1", "result": "15"}
    assert (story.outcome(child), story.open()) == ("completed", ["z"])
    story.complete("z")
    assert story.outcome(root) == "completed"
    assert story.history("instance-started", "instance-ended") == ["instance-started"] * 2 + ["instance-ended"] * 2


def test_an_embedded_subprocess_shadows_and_forgets(story: Story) -> None:
    mapping = given("limit", "=limit * 2")
    add_one = script("sc", "limit", "limit + 1")
    inner = chain(("in1", user("in1")), ("sc", add_one), ("in2", user("in2")), prefix="i")
    sub = (
        f'<bpmn:subProcess id="sp"><bpmn:extensionElements>{mapping}</bpmn:extensionElements>{inner}</bpmn:subProcess>'
    )
    story.deploy(diagram(process(chain(("sp", sub), ("z", user("z"))))))
    root = story.start(limit=10)
    story.complete("in1", found="yes")
    local = {(row.scope_id == root, row.name): row.text for row in story.rows(tables.variable)}
    assert local == {(True, "limit"): "10", (True, "found"): "yes", (False, "limit"): "21"}
    story.complete("in2")
    assert story.variables(root) == {"limit": "10", "found": "yes"}
    assert len(story.rows(tables.variable)) == 2
    story.complete("z")
    assert story.outcome(root) == "completed"


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("items", [["x", "y", "z"], ["x", None, "z"], []])
def test_multi_instance_items_are_local_and_outputs_keep_their_order(
    story: Story, sequential: bool, items: list[Any]
) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" camunda:collection="=items" '
        'camunda:elementVariable="item"><bpmn:loopDataOutputRef>outs</bpmn:loopDataOutputRef>'
        '<bpmn:outputDataItem id="opinion" name="opinion"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    output = given("opinion", "=item")
    node = user("v", inner=f"<bpmn:extensionElements>{output}</bpmn:extensionElements>{loop}")
    story.deploy(diagram(process(chain(("v", node), ("z", user("z"))))))
    root = story.start(items=items, item="outer")
    while "v" in story.open():
        story.complete("v", index=len(story.open()) - 1)
    assert story.open() == ["z"]
    stored = story.variables(root)
    assert stored["item"] == "outer"
    expected = "[" + ",".join("null" if item is None else f'"{item}"' for item in items) + "]"
    assert stored["outs"] == expected
    assert {row.scope_id for row in story.rows(tables.variable)} == {root}
    story.complete("z")
    assert story.outcome(root) == "completed"


def test_a_completion_condition_cancels_the_rest(story: Story) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=items" camunda:elementVariable="item">'
        "<bpmn:completionCondition>nrOfCompletedInstances / nrOfInstances &gt;= 0.5</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    story.deploy(diagram(process(chain(("v", user("v", inner=loop)), ("z", user("z"))))))
    story.start(items=["a", "b", "c", "d"])
    story.complete("v")
    assert story.open() == ["v", "v", "v"]
    story.complete("v")
    assert story.open() == ["z"]
    assert story.history("element-cancelled") == ["element-cancelled v", "element-cancelled v"]


def test_a_multi_instance_call_waits_for_every_called_process(story: Story) -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/>'
    mapped = '<camunda:in source="unit" target="unit"/>'
    story.deploy(
        diagram(
            process(chain(("c", call("c", "q", mapped, loop)), ("z", user("z")))),
            process(chain(("ask", user("ask", 'camunda:candidateGroups="=unit"')), prefix="g"), "q"),
        )
    )
    story.start(units=["north", "south"])
    assert [row.value for row in story.rows(tables.candidate)] == ["north", "south"] or story.open() == ["ask", "ask"]
    story.complete("ask", by=SYSTEM)
    assert story.open() == ["ask"]
    story.complete("ask", by=SYSTEM)
    assert story.open() == ["z"]


def test_an_interrupting_timer_cancels_the_task_and_a_second_one_only_reminds(story: Story) -> None:
    body = (
        chain(("a", user("a")))
        + boundary("late", "a", timer("duration", "PT8H"), "escalated_", True).replace("escalated_", "esc")
        + user("esc")
        + boundary("remind", "a", timer("duration", "PT4H"), "note", False)
        + user("note")
    )
    story.deploy(diagram(process(body)))
    root = story.start()
    assert story.travel(hours=4) == 1
    assert story.open() == ["a", "note"]
    assert story.travel(hours=4) == 1
    assert story.open() == ["esc", "note"]
    assert story.history("element-cancelled") == ["element-cancelled a"]
    story.complete("esc")
    story.complete("note")
    assert story.outcome(root) == "completed"
    assert story.rows(tables.timer) == []


def test_a_business_error_of_an_operation_is_caught_at_the_border(story: Story) -> None:
    @story.environment.operations.operation("pay")
    def pay(call: Any, *, amount: int) -> None:
        raise BpmnError("too-much", "{amount} is too much", amount=amount)

    mapping = given("amount", "=amount")
    error = '<bpmn:errorEventDefinition errorRef="E"/>'
    body = chain(("pay", service("pay", "pay", mapping))) + boundary("eb", "pay", error, "ask") + user("ask")
    story.deploy(diagram(process(body), extra='<bpmn:error id="E" name="too much" errorCode="too-much"/>'))
    root = story.start(amount=700)
    assert story.open() == ["ask"]
    assert story.variables(root)["errorMessage"] == "700 is too much"


def test_an_error_end_in_a_called_process_is_caught_by_the_caller(story: Story) -> None:
    called = (
        '<bpmn:startEvent id="gs"/><bpmn:endEvent id="ge"><bpmn:errorEventDefinition errorRef="E"/></bpmn:endEvent>'
        + user("ask")
        + flow("g1", "gs", "ask")
        + flow("g2", "ask", "ge")
    )
    error = '<bpmn:errorEventDefinition errorRef="E"/>'
    body = chain(("c", call("c", "q"))) + boundary("eb", "c", error, "repair") + user("repair")
    story.deploy(diagram(process(body), process(called, "q"), extra='<bpmn:error id="E" errorCode="broken"/>'))
    root = story.start()
    story.complete("ask")
    assert story.open() == ["repair"]
    child = next(row for row in story.rows(tables.instance) if row.id != root)
    assert child.outcome == "failed"


def test_an_uncaught_error_is_an_incident_and_never_silence(story: Story) -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"><bpmn:errorEventDefinition errorRef="E"/></bpmn:endEvent>'
        + flow("f", "s", "e")
    )
    story.deploy(diagram(process(body), extra='<bpmn:error id="E" errorCode="broken"/>'))
    root = story.start()
    (incident,) = story.rows(tables.incident)
    assert "broken" in incident.message
    assert story.outcome(root) is None


def test_a_failing_operation_is_tried_again_and_at_last_an_incident(story: Story) -> None:
    tries: list[int] = []

    @story.environment.operations.operation("flaky")
    def flaky(call: Any) -> dict[str, object]:
        tries.append(1)
        if len(tries) < 5:
            raise OSError("no connection")
        return {"receipt": "R-1"}

    cycle = "<camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>"
    story.deploy(
        diagram(
            process(chain(("f", service("f", "flaky", cycle, 'camunda:resultVariable="answer"')), ("z", user("z"))))
        )
    )
    root = story.start()
    assert len(story.rows(tables.job)) == 1
    assert story.travel(minutes=5) == 0
    story.travel(minutes=5)
    story.travel(minutes=20)
    (incident,) = story.rows(tables.incident)
    assert "no connection" in incident.message
    assert "OSError" in incident.traceback
    assert story.rows(tables.job) == []
    story.run(lambda tx: incidents.annotate(tx, incident.id, "the line is down"))
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert len(tries) == 4
    assert len(story.rows(tables.job)) == 1  # a retried incident has its tries again
    story.travel(minutes=10)
    assert (len(tries), story.open(), story.rows(tables.incident)) == (5, ["z"], [])
    assert story.variables(root)["answer"] == '{"receipt":"R-1"}'


def test_an_incident_can_be_resolved_by_hand(story: Story) -> None:
    @story.environment.operations.operation("broken")
    def broken(call: Any) -> None:
        raise OSError("never")

    cycle = "<camunda:failedJobRetryTimeCycle>R0/PT10M</camunda:failedJobRetryTimeCycle>"
    story.deploy(diagram(process(chain(("f", service("f", "broken", cycle)), ("z", user("z"))))))
    story.start()
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: incidents.resolve(tx, incident.id, "sent by fax"))
    assert story.open() == ["z"]
    assert story.facts("incident-resolved")[0]["why"] == "sent by fax"


def test_a_refusal_of_an_operation_refuses_the_persons_command(story: Story) -> None:
    @story.environment.operations.operation("check")
    def check(call: Any) -> None:
        raise Rejected("The dossier is incomplete")

    story.deploy(diagram(process(chain(("a", user("a")), ("f", service("f", "check"))))))
    story.start()
    before = story.history()
    with pytest.raises(Rejected, match="dossier"):
        story.complete("a")
    assert (story.open(), story.history()) == (["a"], before)


def test_async_before_and_after_are_jobs_of_their_own(story: Story) -> None:
    done: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        done.append(call.element_id)

    attributes = 'camunda:asyncBefore="true" camunda:asyncAfter="true"'
    story.deploy(diagram(process(chain(("n", service("n", "note", attributes=attributes)), ("z", user("z"))))))
    story.start()
    assert (done, len(story.rows(tables.job))) == ([], 1)
    jobs.run_due(story.environment)
    assert (done, story.open(), len(story.rows(tables.job))) == (["n"], [], 1)
    jobs.run_due(story.environment)
    assert (done, story.open(), story.rows(tables.job)) == (["n"], ["z"], [])


def test_an_endless_loop_is_stopped_by_the_step_guard_and_3000_rounds_are_not(story: Story) -> None:
    add_one = script("add", "n", "n + 1")
    body = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="m"/>'
        + add_one
        + '<bpmn:exclusiveGateway id="q" default="again"/>'
        + user("z")
        + '<bpmn:endEvent id="e"/>'
        + flow("f1", "s", "m")
        + flow("f2", "m", "add")
        + flow("f3", "add", "q")
        + flow("out", "q", "z", "n >= limit")
        + flow("again", "q", "m")
        + flow("f4", "z", "e")
    )
    story.deploy(diagram(process(body)))
    story.start(n=0, limit=3000)
    assert story.open() == ["z"]
    story.start(n=0, limit=1_000_000)
    (incident,) = story.rows(tables.incident)
    assert "10000" in incident.message
    assert story.open() == ["z"]


def test_separation_of_duties_is_enforced_at_claim_and_completion(story: Story) -> None:
    four_eyes = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="notSameAs" value="a"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    story.deploy(diagram(process(chain(("a", user("a")), ("b", user("b", inner=four_eyes))))))
    root = story.start()
    story.complete("a")
    with pytest.raises(Forbidden, match="four eyes"):
        story.run(lambda tx: tasks.claim(tx, story.task("b").id))
    with pytest.raises(Forbidden, match="four eyes"):
        story.complete("b")
    with pytest.raises(Forbidden, match="four eyes"):
        story.run(lambda tx: tasks.assign(tx, story.task("b").id, "amy"))
    story.complete("b", by=BOB)
    assert story.outcome(root) == "completed"


def test_the_life_of_a_task(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a"))))))
    story.start()
    task = story.task("a").id
    with pytest.raises(Forbidden, match="not for you"):
        story.run(lambda tx: tasks.claim(tx, task), by=Actor("eve"))
    story.run(lambda tx: tasks.claim(tx, task))
    with pytest.raises(Conflict, match="already with amy"):
        story.run(lambda tx: tasks.claim(tx, task), by=BOB)
    with pytest.raises(Conflict, match="with amy"):
        story.complete("a", by=BOB)
    story.run(lambda tx: tasks.save_draft(tx, task, {"text": "half"}))
    story.run(lambda tx: tasks.delegate(tx, task, "bob"))
    with pytest.raises(Conflict, match="delegated by amy"):
        story.complete("a", by=BOB)
    story.run(lambda tx: tasks.give_back(tx, task), by=BOB)
    story.run(lambda tx: tasks.release(tx, task))
    story.run(lambda tx: tasks.assign(tx, task, "bob"))
    story.complete("a", by=BOB)
    with pytest.raises(Conflict, match="done by bob"):
        story.run(lambda tx: tasks.complete(tx, task))
    assert story.history()[2:-3] == [
        "task-created a",
        "task-claimed a",
        "task-delegated a",
        "task-given-back a",
        "task-released a",
        "task-assigned a",
    ]
    assert story.rows(tables.draft) == story.rows(tables.candidate) == []


def test_a_suspended_instance_refuses_commands_and_its_timers_wait(story: Story) -> None:
    body = chain(("a", user("a"))) + boundary("late", "a", timer("duration", "PT1H"), "esc") + user("esc")
    story.deploy(diagram(process(body)))
    root = story.start()
    story.run(lambda tx: instances.suspend(tx, root))
    with pytest.raises(Conflict, match="suspended"):
        story.complete("a")
    assert story.travel(hours=2) == 0
    story.run(lambda tx: instances.activate(tx, root))
    assert story.travel(seconds=1) == 1
    assert story.open() == ["esc"]


def test_cancelling_a_call_cancels_what_it_called(story: Story) -> None:
    body = chain(("c", call("c", "q"))) + boundary("late", "c", timer("duration", "PT1H"), "esc") + user("esc")
    story.deploy(diagram(process(body), process(chain(("ask", user("ask")), prefix="g"), "q")))
    root = story.start()
    story.travel(hours=1)
    assert story.open() == ["esc"]
    child = next(row for row in story.rows(tables.instance) if row.id != root)
    assert (child.outcome, child.state) == ("cancelled", None)
    story.run(lambda tx: instances.cancel(tx, root, "drawn wrongly"))
    assert (story.open(), story.outcome(root)) == ([], "cancelled")
    assert story.facts("instance-cancelled")[0]["why"] == "drawn wrongly"


def test_a_faulty_expression_parks_the_token_with_an_incident(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a", 'camunda:candidateGroups="clerks" camunda:dueDate="=limit"'))))))
    story.start(limit="soon")
    (incident,) = story.rows(tables.incident)
    assert "soon" in incident.message
    assert story.open() == []


def test_who_is_excluded_can_neither_take_nor_be_given_nor_do_the_task(story: Story) -> None:
    recusal = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="excludedUsers" value="=involved"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    story.deploy(diagram(process(chain(("a", user("a", inner=recusal))))))
    root = story.start(involved=["amy"])
    task = story.task("a").id
    for attempt in (
        lambda tx: tasks.claim(tx, task),
        lambda tx: tasks.assign(tx, task, "amy"),
        lambda tx: tasks.complete(tx, task),
    ):
        with pytest.raises(Forbidden, match="recusal"):
            story.run(attempt)
    story.complete("a", by=BOB)
    assert story.outcome(root) == "completed"
