"""Data as stories: data objects, properties, data inputs and outputs, and what associations carry (BPMN 10.4).

Every command works with everything compiled anew and restored from its rows, as another process would.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.diagrams import (
    BEGIN,
    ERROR,
    MESSAGE,
    NAMES,
    border,
    call,
    catch,
    conditional,
    draw,
    fork,
    multiple,
    node,
    parameters,
    script,
    service,
    subprocess,
)
from support.engine import Story, chain, diagram, process, timer, user
from support.items import assign, becomes, data_object, prop, reads, specified, writes

from engine import bundle, feel, incidents, instances, tables
from engine.environment import SYSTEM
from engine.errors import Invalid

STOP = '<bpmn:terminateEventDefinition id="stop"/>'


@pytest.fixture(autouse=True)
def everything_anew(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    run = story.environment.run

    def anew(*arguments: Any) -> Any:
        bundle._compiled.cache_clear()
        story.environment.deployments.clear()
        return run(*arguments)

    monkeypatch.setattr(story.environment, "run", anew)


def task(identity: str, inner: str = "", extensions: str = "") -> tuple[str, str]:
    held = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return identity, user(identity, inner=held + inner)


def local(story: Story, root: str) -> dict[str, str | None]:
    """The variables of all scopes but the instance's own."""
    return {row.name: row.text for row in story.rows(tables.variable) if row.scope_id != root}


def changes(story: Story) -> list[tuple[str, Any, Any]]:
    return [(fact["name"], fact.get("old"), fact.get("new")) for fact in story.facts("variable-changed")]


def test_a_data_object_is_filled_by_one_task_and_read_by_another(story: Story) -> None:
    body = (
        data_object("letter")
        + prop("desk")
        + chain(task("draft", writes("r_letter")), task("check", reads("r_letter")), task("z"))
    )
    root = story.launch(body, desk="north")
    assert story.variables(root) == {"letter": None, "desk": "north"}
    assert local(story, root) == {"letter": None}
    story.complete("draft", letter="Dear Sir")
    assert story.variables(root)["letter"] == "Dear Sir"
    assert local(story, root) == {"letter": "Dear Sir"}
    story.complete("check", letter="scribbled on the copy")
    assert (story.variables(root)["letter"], local(story, root)) == ("Dear Sir", {})
    story.complete("z")
    assert story.outcome(root) == "completed"
    assert [change for change in changes(story) if change[2] == "Dear Sir"] == [("letter", None, "Dear Sir")] * 3


def test_a_name_with_spaces_and_a_state_is_one_variable(story: Story) -> None:
    held = '<bpmn:dataObject id="o"/>' + "".join(
        f'<bpmn:dataObjectReference id="r{n}" name="reply&#10; letter [{state}]" dataObjectRef="o"/>'
        for n, state in enumerate(("draft", "signed"))
    )
    short = script("say", "string length(reply letter)", "n")
    root = story.launch(held + chain(task("a", writes("r0")), ("say", short), task("b", reads("r1"))))
    story.complete("a", **{"reply letter": "Dear Sir"})
    assert story.variables(root) == {"reply letter": "Dear Sir", "n": "8"}


def test_a_data_object_of_a_subprocess_dies_with_it(story: Story) -> None:
    inner = data_object("note", "inner") + prop("mood") + chain(task("in1", writes("r_note")), task("in2"), prefix="i")
    body = '<bpmn:dataObject id="outer" name="note"/>' + chain(("sp", subprocess("sp", inner)), task("z"))
    root = story.launch(body, note="outside")
    story.complete("in1", note="inside", mood="good")
    assert story.variables(root) == {"note": "outside"}
    assert local(story, root) == {"note": "inside", "mood": "good"}
    story.complete("in2", note="still inside")
    assert (story.variables(root), local(story, root)) == ({"note": "outside"}, {})
    assert story.open() == ["z"]


def test_an_association_reaches_what_it_names_past_a_nearer_name(story: Story) -> None:
    inner = prop("note", "near") + chain(task("t", reads("r_note") + writes("r_note")), prefix="i")
    body = data_object("note") + chain(("sp", subprocess("sp", inner)), task("z"))
    root = story.launch(body, note="far")
    rows = [row for row in story.rows(tables.variable) if row.scope_id == story.task("t").id]
    assert [(row.name, row.text) for row in rows] == [("note", "far")]
    story.complete("t", note="further")
    assert story.variables(root) == {"note": "further"}


@pytest.mark.parametrize("ending", ["completed", "border", "terminated", "cancelled"])
@pytest.mark.parametrize("repeated", ["", multiple("[1, 2]", "item"), multiple("[1, 2]", "item", sequential=True)])
def test_nothing_that_is_declared_leaks(story: Story, ending: str, repeated: str) -> None:
    held = prop("own") + specified("given", "made", optional="made") + reads("r_far", "given") + writes("r_far", "made")
    work = task("t", held + repeated, parameters({"mapped": "=1"}))
    inner = data_object("note") + prop("mood") + chain(work, prefix="i")
    stop = STOP if ending == "terminated" else ""
    body = data_object("far") + fork(("sp", subprocess("sp", inner + repeated)), ("w", user("w"), stop)) + user("y")
    body += border("late", "sp", timer("duration", "PT1H"), "y")
    root = story.launch(body, far="F")
    assert local(story, root).keys() >= {"own", "given", "made", "mapped", "note", "mood"}
    if ending == "completed":
        while "t" in story.open():
            story.complete("t", own=1, made="M", note="N", mood="good", mapped=2)
        assert story.variables(root) == {"far": "M"}
    elif ending == "border":
        story.travel(hours=1)
        assert story.open() == ["w", "y"]
        assert story.variables(root) == {"far": "F"}
    elif ending == "terminated":
        story.complete("w")
    else:
        story.run(lambda tx: instances.cancel(tx, root, "withdrawn"))
    assert local(story, root) == {}
    if ending in ("completed", "border"):
        assert {name for name, _, _ in changes(story)} >= {"given", "mapped"}


def test_data_inputs_and_outputs_are_local_until_the_end(story: Story) -> None:
    held = specified("question", "answer") + reads("r_case", "question") + writes("r_result", "answer")
    root = story.launch(data_object("case") + data_object("result") + fork(task("t", held), task("w")), case="C")
    assert local(story, root) == {"question": "C", "answer": None}
    story.complete("t", question="rewritten", answer="A")
    assert (story.variables(root), local(story, root)) == ({"case": "C", "result": "A"}, {})


def test_an_operation_gives_its_data_output(story: Story) -> None:
    @story.environment.operations.operation("weigh")
    def weigh(call: Any, *, what: str) -> dict[str, object]:
        return {"grams": len(what)}

    held = specified("parcel", "weight") + reads("r_parcel", "parcel") + writes("r_mass", "weight")
    mapping = parameters({"what": "=parcel"}, {"weight": "=result.grams"})
    body = (
        data_object("parcel") + data_object("mass") + chain(("s", service("s", "weigh", mapping, "", held)), task("z"))
    )
    root = story.launch(body, parcel="brick")
    assert story.variables(root) == {"parcel": "brick", "mass": "5"}


def test_an_activity_waits_for_the_data_it_requires(story: Story) -> None:
    held = specified("letter hint", optional="hint") + reads("r_letter", "letter") + reads("r_hint", "hint")
    late = border("late", "post", timer("duration", "PT1H"), "y") + user("y")
    body = data_object("letter") + data_object("hint")
    body += fork(task("post", held), task("write", writes("r_letter"))) + late
    root = story.launch(body)
    assert (story.open(), story.rows(tables.timer)) == (["write"], [])
    assert [fact["names"] for fact in story.facts("data-awaited")] == [["letter"]]
    story.complete("write", letter="Dear Sir")
    assert (story.open(), len(story.rows(tables.timer))) == (["post"], 1)
    assert local(story, root) == {"letter": "Dear Sir", "hint": None}
    assert story.history("data-awaited", "task-completed", "task-created") == [
        "data-awaited post",
        "task-created write",
        "task-completed write",
        "task-created post",
    ]
    story.complete("post")
    assert story.outcome(root) == "completed"


def test_data_that_can_no_longer_come_is_an_incident_and_not_silence(story: Story) -> None:
    held = specified("letter") + reads("r_letter", "letter")
    body = data_object("letter") + fork(task("post", held), task("write", writes("r_letter")))
    root = story.launch(body)
    story.complete("write")
    (incident,) = story.rows(tables.incident)
    assert "'post' waits for data that can no longer come: letter" in incident.message
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    (again,) = story.rows(tables.incident)
    assert len(story.facts("data-awaited")) == 1
    story.run(lambda tx: incidents.resolve(tx, again.id, "posted without"), by=SYSTEM)
    assert story.outcome(root) == "completed"


def test_a_person_is_told_which_data_output_is_missing(story: Story) -> None:
    held = specified("", "answer") + writes("r_result", "answer")
    root = story.launch(data_object("result") + chain(task("t", held), task("z")))
    with pytest.raises(Invalid, match="Expected 't' to give answer"):
        story.complete("t")
    assert story.open() == ["t"]
    story.complete("t", answer=False)
    assert (story.open(), story.variables(root)) == (["z"], {"result": "false"})


def test_a_missing_data_output_of_an_operation_is_an_incident_that_a_person_resolves(story: Story) -> None:
    story.environment.operations.operation("nothing")(lambda call: None)
    held = specified("", "answer") + writes("r_result", "answer")
    body = data_object("result") + chain(("s", service("s", "nothing", inner=held)), task("z"))
    story.launch(body, by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.kind) == ("s", "leave")
    assert "answer" in incident.message
    story.run(lambda tx: incidents.resolve(tx, incident.id, "nothing to answer"), by=SYSTEM)
    assert (story.open(), story.rows(tables.incident)) == (["z"], [])


def test_transformation_and_assignments_put_data_together(story: Story) -> None:
    person = reads("first last", "person", becomes('first + " " + last'))
    card = reads("first", "card", assign("first", "card.name.given") + assign("=last", "card.name.family"))
    made = writes(
        "r_book", "", assign("card", "r_book.entry".replace("r_book", "book")) + assign("1 + 1", "book.pages")
    )
    held = specified("person card") + person + card + made
    body = prop("first") + prop("last") + data_object("book") + chain(task("t", held), task("z"))
    root = story.launch(body, first="Ada", last="Lovelace", book={"title": "T"})
    assert local(story, root) == {"person": "Ada Lovelace", "card": '{"name":{"given":"Ada","family":"Lovelace"}}'}
    story.complete("t")
    expected = '{"title":"T","entry":{"name":{"given":"Ada","family":"Lovelace"}},"pages":2}'
    assert story.variables(root)["book"] == expected


def test_a_repetition_takes_its_collection_from_a_data_input_and_gives_one_back(story: Story) -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="{}"><bpmn:loopDataInputRef>all</bpmn:loopDataInputRef>'
        "<bpmn:loopDataOutputRef>answers</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="one" name="unit"/><bpmn:outputDataItem id="each" name="answer"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    held = (
        specified("all desk", "answers")
        + reads("r_units", "all")
        + reads("one", "desk", becomes('"desk " + unit'))
        + writes("r_book", "answers")
    )
    for sequential in ("false", "true"):
        body = data_object("units") + data_object("book") + chain(task("t", held + loop.format(sequential)), task("z"))
        root = story.launch(body, units=["n", "s"], by=SYSTEM)
        assert local(story, root).keys() >= {"all", "answers", "unit", "desk", "answer", "loopCounter"}
        assert {row.text for row in story.rows(tables.variable) if row.name == "desk"} <= {"desk n", "desk s"}
        while "t" in story.open():
            unit = next(
                r.text for r in story.rows(tables.variable) if (r.scope_id, r.name) == (story.task("t").id, "unit")
            )
            story.complete("t", answer=f"{unit}!")
        assert story.variables(root) == {"units": '["n","s"]', "book": '["n!","s!"]'}
        assert local(story, root) == {}
        story.complete("z")


def test_a_message_brings_data_to_where_it_is_wanted(story: Story) -> None:
    output = '<bpmn:dataOutput id="{0}o" name="answer"/>' + writes("r_reply", "{0}o")
    waiting = {
        "c": lambda: catch("c", MESSAGE + output.format("c")),
        "r": lambda: node("receiveTask", "r", specified("", "answer") + writes("r_reply", "answer"), 'messageRef="M"'),
    }
    for identity, xml in waiting.items():
        inner = prop("answer", "held") + chain((identity, xml()), prefix="i")
        body = data_object("reply") + chain(("sp", subprocess("sp", inner)), task("z"))
        root = story.launch(body, extra=NAMES)
        story.publish("answered", {"answer": "yes", "by": "bob"})
        assert story.open() == ["z"]
        assert story.variables(root) == {"reply": "yes", "by": "bob"}
        story.complete("z")


def test_a_message_behind_a_gateway_or_at_a_border_brings_data_too(story: Story) -> None:
    output = MESSAGE + '<bpmn:dataOutput id="co" name="answer"/>' + writes("r_reply", "co")
    timed = catch("t", timer("duration", "PT1H"))
    choice = draw("s g, g c z e, g t e", node("eventBasedGateway", "g"), catch("c", output), timed, user("z"))
    at_border = chain(task("a")) + border("b", "a", output, "z", interrupting=False) + user("z")
    for body in (choice, at_border):
        root = story.launch(data_object("reply") + body, extra=NAMES)
        story.publish("answered", {"answer": "yes"})
        assert "z" in story.open()
        assert story.variables(root) == {"reply": "yes"}
        for element in story.open():
            story.complete(element)


def test_what_is_thrown_carries_its_data_inputs(story: Story) -> None:
    held = '<bpmn:dataInput id="ti" name="text"/>' + reads("r_letter", "ti") + reads("r_sender")
    thrown = node("intermediateThrowEvent", "t", MESSAGE + held)
    sent = node("sendTask", "m", specified("body") + reads("r_letter", "body"), 'messageRef="M"')
    body = data_object("letter") + data_object("sender") + chain(("t", thrown), ("m", sent), task("z"))
    story.launch(body, extra=NAMES, letter="Dear Sir", sender="amy")
    payloads = sorted(row.payload for row in story.rows(tables.message))
    assert payloads == ['{"body":"Dear Sir"}', '{"text":"Dear Sir","sender":"amy"}']


def test_a_message_that_starts_a_process_fills_its_data(story: Story) -> None:
    came = MESSAGE + '<bpmn:dataOutput id="so" name="text"/>' + writes("r_claim", "so")
    body = data_object("claim") + chain(task("a"), start=came)
    story.deploy(diagram(process(body), extra=NAMES))
    story.publish("answered", {"text": "late", "by": "bob"}, business_key="K-1")
    (root,) = (row.id for row in story.rows(tables.instance))
    assert story.open() == ["a"]
    assert story.variables(root) == {"claim": "late", "by": "bob"}


def test_a_called_process_takes_its_data_inputs_and_gives_its_data_outputs(story: Story) -> None:
    called = process(specified("amount__q", "fee__q") + chain(task("ask"), prefix="q"), "q")
    held = specified("amount", "fee") + reads("r_sum", "amount") + writes("r_cost", "fee")
    body = data_object("sum") + data_object("cost") + chain(("c", call("c", "q", inner=held)), task("z"))
    root = story.launch(body, called, sum=7, secret=1)
    child = next(row.id for row in story.rows(tables.instance) if row.id != root)
    assert story.variables(child) == {"amount": "7", "fee": None}
    story.complete("ask", fee=3, private=1)
    assert (story.open(), story.variables(root)) == (["z"], {"sum": "7", "cost": "3", "secret": "1"})
    assert local(story, root) == {}


def test_a_called_process_that_gives_nothing_is_an_incident_of_the_call(story: Story) -> None:
    called = process(specified("", "fee") + chain(task("ask"), prefix="q"), "q")
    mapped = '<camunda:out source="fee" target="cost"/>'
    root = story.launch(chain(("c", call("c", "q", mapped)), task("z")), called)
    story.complete("ask")
    (incident,) = story.rows(tables.incident)
    assert "Expected the called process 'q' to give fee" in incident.message
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert (story.open(), story.variables(root)) == (["z"], {"cost": None})


def test_a_process_with_an_interface_is_given_that_and_nothing_else(story: Story) -> None:
    story.deploy(diagram(process(specified("amount hint", optional="hint") + chain(task("a")))))
    with pytest.raises(Invalid, match=r"data inputs amount, hint for 'p', but missing \[\], unknown \[secret\]"):
        story.start(amount=1, secret=2)
    with pytest.raises(Invalid, match=r"missing \[amount\], unknown \[\]"):
        story.start(hint="x")
    assert story.rows(tables.instance) == []
    root = story.start(amount=1)
    assert story.variables(root) == {"amount": "1", "hint": None}


def test_a_property_of_an_event_holds_what_came_until_it_is_left(story: Story) -> None:
    held = MESSAGE + prop("raw") + '<bpmn:dataOutput id="co" name="text"/>' + writes("raw", "co")
    event = catch("c", held, parameters(outputs={"text": "=upper case(raw)"}))
    root = story.launch(chain(("c", event), task("z")), extra=NAMES)
    assert local(story, root) == {"raw": None}
    story.publish("answered", {"text": "yes"})
    assert (story.variables(root), local(story, root)) == ({"text": "YES"}, {})


def test_data_keep_their_type(story: Story) -> None:
    held = specified("day", "next") + reads("r_day", "day") + writes("r_next", "next")
    done = script("s", 'day + duration("P1D")', "next", held)
    body = data_object("day") + data_object("next") + chain(("s", done), task("z"))
    story.launch(body, day=feel.compile('date("2026-05-08")')({}, feel.Scope(now=story.clock.now())))
    assert {(row.name, row.type, row.text) for row in story.rows(tables.variable)} == {
        ("day", "date", "2026-05-08"),
        ("next", "date", "2026-05-09"),
    }


def event_subprocess(start: str, inner: str, interrupting: bool) -> str:
    begin = node("startEvent", "ys", start, f'isInterrupting="{str(interrupting).lower()}"')
    return node("subProcess", "x", draw("ys y ye", inner, begin, user("y")), 'triggeredByEvent="true"')


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_subprocess_keeps_what_came_with_its_start_event(story: Story, interrupting: bool) -> None:
    came = '<bpmn:dataOutput id="so" name="text"/><bpmn:dataOutput id="sq" name="by"/>'
    start = MESSAGE + came + writes("r_claim", "so") + writes("r_sender", "sq")
    body = data_object("sender") + chain(task("a")) + event_subprocess(start, data_object("claim"), interrupting)
    root = story.launch(body, extra=NAMES)
    story.publish("answered", {"text": "late", "by": "bob"})
    assert story.open() == (["y"] if interrupting else ["a", "y"])
    assert (story.variables(root), local(story, root)) == ({"sender": "bob"}, {"claim": "late"})
    if not interrupting:
        story.publish("answered", {"text": "again", "by": "eve"})
        claims = sorted(row.text for row in story.rows(tables.variable) if row.name == "claim")
        assert (claims, story.open()) == (["again", "late"], ["a", "y", "y"])
    for element in story.open():
        story.complete(element)
    assert story.outcome(root) == "completed"


def test_an_error_brings_its_code_to_a_data_object(story: Story) -> None:
    definition = ERROR + '<bpmn:dataOutput id="eo" name="errorCode"/>'
    thrown = chain(("t", node("task", "t")), prefix="i", end=ERROR)
    body = data_object("why") + chain(("sp", subprocess("sp", thrown)), task("z"))
    body += border("b", "sp", definition + writes("r_why", "eo"), "y") + user("y")
    root = story.launch(body, extra=NAMES)
    assert story.open() == ["y"]
    assert story.variables(root)["why"] == "broken"
    assert "errorCode" not in story.variables(root)


def test_a_compensation_handler_sees_the_data_of_what_it_undoes(story: Story) -> None:
    handler = node("userTask", "undo", reads("r_note"), 'isForCompensation="true" camunda:candidateGroups="clerks"')
    marked = node("boundaryEvent", "bc", "<bpmn:compensateEventDefinition/>", 'attachedToRef="book"')
    line = '<bpmn:association id="as" sourceRef="bc" targetRef="undo"/>'
    inner = data_object("note") + chain(task("book", writes("r_note")), prefix="i") + handler + marked + line
    undo = node("intermediateThrowEvent", "u", '<bpmn:compensateEventDefinition id="cd"/>')
    root = story.launch(chain(("sp", subprocess("sp", inner)), ("u", undo), task("z")))
    story.complete("book", note="seat 7")
    assert (story.open(), story.variables(root)) == (["undo"], {})
    assert local(story, root)["note"] == "seat 7"
    story.complete("undo")
    assert (story.open(), story.variables(root), local(story, root)) == (["z"], {}, {})


def test_each_round_of_a_standard_loop_has_its_own_data(story: Story) -> None:
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>sum &lt; 10</bpmn:loopCondition>'
        "</bpmn:standardLoopCharacteristics>"
    )
    held = specified("old", "new") + reads("r_sum", "old") + writes("r_sum", "new")
    add = script("s", "old + 4", "new", held + loop)
    root = story.launch(data_object("sum") + chain(("s", add), task("z")), sum=1)
    assert (story.variables(root), local(story, root)) == ({"sum": "13"}, {})


def test_an_event_that_waits_for_several_messages_takes_what_each_brings(story: Story) -> None:
    came = "".join(f'<bpmn:dataOutput id="{x}o" name="{x}"/>{writes(f"r_{x}", f"{x}o")}' for x in ("first", "second"))
    event = node("intermediateCatchEvent", "c", MESSAGE + BEGIN + came, 'parallelMultiple="true"')
    body = data_object("first") + data_object("second") + chain(("c", event), task("z"))
    root = story.launch(body, extra=NAMES)
    story.publish("begin", {"second": 2})
    assert (story.open(), story.variables(root)) == ([], {"first": None, "second": "2"})
    story.publish("answered", {"first": 1})
    assert (story.open(), story.variables(root)) == (["z"], {"first": "1", "second": "2"})


def test_a_condition_on_a_data_object_is_looked_at_when_it_is_written(story: Story) -> None:
    ready = catch("c", conditional("letter != null"))
    body = data_object("letter") + fork(("c", ready), task("w", writes("r_letter")))
    root = story.launch(body)
    assert story.history("condition-met") == []
    story.complete("w", letter="Dear Sir")
    assert story.history("condition-met") == ["condition-met c"]
    assert story.outcome(root) == "completed"
