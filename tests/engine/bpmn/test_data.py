"""Data in motion where no story goes: odd places, changed diagrams, parked tokens."""

from __future__ import annotations

import pytest
from support.diagrams import MESSAGE, NAMES, call, catch, fork, multiple, node, script, service, subprocess
from support.engine import Story, chain, diagram, flow, process, user
from support.items import assign, data_object, prop, reads, specified, writes

from engine import incidents, instances, jobs, messages, tables
from engine.environment import SYSTEM


def rows(story: Story, *names: str) -> set[tuple[str, str | None]]:
    return {(row.name, row.text) for row in story.rows(tables.variable) if not names or row.name in names}


@pytest.mark.parametrize(
    ("before", "to", "after"),
    [
        (None, "book", "1"),
        (None, "book.pages", '{"pages":1}'),
        (5, "book.pages", '{"pages":1}'),
        ({"pages": 9, "size": 2}, "book.pages", '{"pages":1,"size":2}'),
        ({"cover": {"colour": "red"}}, "book.cover.text", '{"cover":{"colour":"red","text":1}}'),
    ],
)
def test_an_assignment_replaces_what_its_path_names(story: Story, before: object, to: str, after: str) -> None:
    inner = writes("r_book", "", assign("1", to))
    story.deploy(diagram(process(data_object("book") + chain(("a", user("a", inner=inner)), ("z", user("z"))))))
    root = story.start(book=before)
    story.complete("a")
    assert story.variables(root)["book"] == after


def test_null_is_carried_nowhere(story: Story) -> None:
    held = specified("given", "made", optional="given made") + reads("r_far", "given") + writes("r_book", "made")
    body = data_object("far") + data_object("book") + chain(("a", user("a", inner=held)), ("z", user("z")))
    story.deploy(diagram(process(body)))
    root = story.start(book="kept")
    story.complete("a", made=None)
    assert story.variables(root) == {"far": None, "book": "kept"}


def test_one_name_for_input_and_output_is_one_variable(story: Story) -> None:
    held = specified("text", "text__2") + reads("r_book", "text") + writes("r_book", "text__2")
    story.deploy(diagram(process(data_object("book") + chain(("a", user("a", inner=held)), ("z", user("z"))))))
    root = story.start(book="old")
    story.complete("a", text="new")
    assert rows(story) == {("book", "new")}
    assert story.variables(root) == {"book": "new"}


def test_an_activity_that_waits_for_data_begins_late_with_a_pause_before(story: Story) -> None:
    held = specified("text") + reads("r_book", "text")
    task = user("a", 'camunda:candidateGroups="clerks" camunda:asyncBefore="true"', held)
    story.deploy(diagram(process(data_object("book") + fork(("a", task), ("w", user("w", inner=writes("r_book")))))))
    story.start()
    jobs.run_due(story.environment)
    assert story.open() == ["w"]
    story.complete("w", book="B")
    assert story.open() == ["a"]


def test_items_wait_for_their_data_one_by_one(story: Story) -> None:
    held = specified("text") + reads("r_book", "text") + multiple("[1, 2]")
    body = data_object("book") + fork(("a", user("a", inner=held)), ("w", user("w", inner=writes("r_book"))))
    story.deploy(diagram(process(body)))
    root = story.start()
    assert (story.open(), len(story.facts("data-awaited"))) == (["w"], 2)
    story.complete("w", book="B")
    assert story.open() == ["a", "a"]
    story.complete("a")
    story.complete("a")
    assert story.outcome(root) == "completed"


def test_a_message_without_the_data_leaves_who_waits_for_them_starved(story: Story) -> None:
    held = specified("text") + reads("r_book", "text")
    late = catch("c", MESSAGE + '<bpmn:dataOutput id="co" name="text"/>' + writes("r_book", "co"))
    body = data_object("book") + fork(("a", user("a", inner=held)), ("c", late))
    story.deploy(diagram(process(body), extra=NAMES))
    story.start()
    assert story.rows(tables.incident) == []
    story.run(lambda tx: messages.publish(tx, "answered", payload={"other": 1}))
    (incident,) = story.rows(tables.incident)
    assert (incident.element_id, incident.kind) == ("a", "data")
    assert story.open() == []


def test_an_operation_may_fill_its_output_under_the_name_of_the_data_object(story: Story) -> None:
    story.environment.operations.operation("count")(lambda call: {"n": 3})
    work = service("s", "count", "", 'camunda:resultVariable="book"', writes("r_book"))
    story.deploy(diagram(process(data_object("book") + chain(("s", work), ("z", user("z"))))))
    root = story.start()
    assert story.variables(root) == {"book": '{"n":3}'}


def test_an_instance_of_an_older_diagram_goes_on_with_data_that_it_never_declared(story: Story) -> None:
    plain = diagram(process(chain(("a", user("a")), ("b", user("b")))))
    held = reads("r_book") + writes("r_book") + prop("own")
    story.deploy(plain)
    root = story.start()
    story.deploy(diagram(process(data_object("book") + chain(("a", user("a")), ("b", user("b", inner=held))))))
    newest = max(story.rows(tables.definition), key=lambda row: row.version)
    move = tables.instance.update().values(definition_id=newest.id)
    story.run(lambda tx: tx.connection.execute(move), by=SYSTEM)
    story.complete("a")
    assert rows(story) == {("book", None), ("own", None)}
    story.complete("b", book="B")
    assert story.outcome(root) == "completed"
    assert ("book", "B") in {(fact["name"], fact["new"]) for fact in story.facts("variable-changed")}


def test_every_level_has_its_own_variable_of_one_name(story: Story) -> None:
    deep = subprocess("s2", prop("n", "n2") + chain(("t", user("t", inner=prop("n", "n3"))), prefix="j"))
    body = prop("n", "n0") + chain(("s1", subprocess("s1", prop("n", "n1") + chain(("s2", deep), prefix="i"))))
    story.deploy(diagram(process(body)))
    root = story.start(n=0)
    story.complete("t", n=3)
    assert story.outcome(root) == "completed"
    assert [fact["new"] for fact in story.facts("variable-changed")] == [3]


def test_a_thrown_message_says_null_for_what_is_not_there(story: Story) -> None:
    held = '<bpmn:dataInput id="ti" name="text"/>' + reads("r_book", "ti")
    thrown = node("intermediateThrowEvent", "t", MESSAGE + held)
    story.deploy(diagram(process(data_object("book") + chain(("t", thrown), ("z", user("z")))), extra=NAMES))
    story.start()
    assert [row.payload for row in story.rows(tables.message)] == ['{"text":null}']


def test_data_outputs_are_carried_once_although_the_way_on_is_tried_again(story: Story) -> None:
    inner = writes("r_n", "", assign("n + 1", "n"))
    ways = flow("x1", "a", "z", "go") + flow("x2", "z", "e")
    body = data_object("n") + prop("go") + user("a", inner=inner) + user("z") + '<bpmn:endEvent id="e"/>'
    story.deploy(diagram(process(body + '<bpmn:startEvent id="s"/>' + flow("f", "s", "a") + ways)))
    root = story.start(n=1, by=SYSTEM)
    story.complete("a", by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    story.run(lambda tx: incidents.retry(tx, incident.id), by=SYSTEM)
    assert (story.variables(root)["n"], len(story.rows(tables.incident))) == ("2", 1)


def test_a_repeated_call_gives_its_items_only_what_is_mapped(story: Story) -> None:
    loop = multiple("[1, 2]").replace(
        "</bpmn:multiInstanceLoopCharacteristics>",
        '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:outputDataItem id="od" name="answer"/>'
        "</bpmn:multiInstanceLoopCharacteristics>",
    )
    called = process(chain(("w", script("w", "7", "answer")), prefix="g"), "q")
    for mapped, expected in (("", "[null,null]"), ('<camunda:out source="answer" target="answer"/>', "[7,7]")):
        story.deploy(diagram(process(chain(("c", call("c", "q", mapped, loop)), ("z", user("z")))), called))
        root = story.start()
        assert story.variables(root) == {"all": expected}
        story.complete("z")


def test_an_association_fills_what_an_item_gives_back(story: Story) -> None:
    loop = multiple("[1, 2]").replace(
        "</bpmn:multiInstanceLoopCharacteristics>",
        '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:outputDataItem id="od" name="answer"/>'
        "</bpmn:multiInstanceLoopCharacteristics>",
    )
    held = specified("", "made") + writes("od", "made") + loop
    story.deploy(diagram(process(chain(("s", script("s", "item * 10", "made", held)), ("z", user("z"))))))
    root = story.start()
    assert story.variables(root) == {"all": "[10,20]"}


@pytest.mark.parametrize("late", [False, True])
def test_data_that_somebody_sets_by_hand_let_an_activity_begin(story: Story, late: bool) -> None:
    held = specified("text") + reads("r_book", "text")
    story.deploy(diagram(process(data_object("book") + fork(("a", user("a", inner=held)), ("w", user("w"))))))
    root = story.start()
    if late:
        story.complete("w")
        assert [row.kind for row in story.rows(tables.incident)] == ["data"]
    story.run(lambda tx: instances.set_variables(tx, root, {"book": "B"}), by=SYSTEM)
    assert (story.open(), story.rows(tables.incident)) == (["a"] if late else ["a", "w"], [])


def test_a_property_of_a_link_event_is_gone_behind_it(story: Story) -> None:
    link = '<bpmn:linkEventDefinition name="on"/>'
    thrown, caught = node("intermediateThrowEvent", "t", prop("own") + link), catch("c", link + prop("mine", "m"))
    ends = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>' + flow("f1", "s", "t")
    body = ends + thrown + caught + user("z") + flow("f2", "c", "z") + flow("f3", "z", "e")
    story.deploy(diagram(process(body)))
    story.start()
    assert (story.open(), story.rows(tables.variable)) == (["z"], [])
