"""Data as it is read: names, references, placeholders of editors, sets, loops; what is not there is told."""

from __future__ import annotations

from support.engine import chain, diagram, process, user
from support.items import assign, becomes, data_object, prop, reads, specified, writes

from engine import xml
from engine.bpmn import dialect
from engine.bpmn.items import INPUT, NOTHING, OUTPUT, OUTPUT_ITEM, Data
from engine.bpmn.model import Node, Process


def read(inner: str, held: str = "") -> Process:
    content = diagram(process(held + chain(("x", user("x", inner=inner)))))
    return dialect.read(xml.read(content, frozenset({dialect.ROOT})), "diagram.bpmn")[0]


def node(inner: str, held: str = "") -> Node:
    return read(inner, held).nodes["x"]


def names(data: Data) -> list[tuple[str, str]]:
    return [(item.kind, item.name) for item in data.items]


def test_an_element_without_data_has_none() -> None:
    found = read("")
    assert (found.data, found.nodes["x"].data, found.nodes["x"].whole) == (NOTHING, NOTHING, NOTHING)
    assert not NOTHING
    assert not found.waits_for_data


def test_a_data_object_is_called_like_itself_else_like_its_reference_else_by_its_id() -> None:
    named = '<bpmn:dataObject id="o1" name="one"/>'
    unnamed = '<bpmn:dataObject id="o2"/><bpmn:dataObjectReference id="r2" name="two [new]" dataObjectRef="o2"/>'
    bare = '<bpmn:dataObject id="o3"/>'
    other = '<bpmn:dataObjectReference id="r1" name="uno" dataObjectRef="o1"/>'
    found = read("", named + unnamed + bare + other)
    assert [(item.name, item.labels) for item in found.data.items] == [("one", ("uno",)), ("two", ()), ("o3", ())]
    assert [*found.declared] == ["one", "two", "o3"]
    assert found.oddities == ()


def test_what_editors_draw_becomes_an_input_and_an_output_of_the_same_name() -> None:
    found = node(reads("r_book") + writes("r_book"), data_object("book"))
    assert names(found.data) == [(INPUT, "book"), (OUTPUT, "book")]
    (into,), (out,) = found.data.inputs, found.data.outputs
    assert [item.owner for item in (*into.sources, into.target, *out.sources, out.target) if item] == [
        "p",
        "x",
        "x",
        "p",
    ]
    assert into.plain
    assert out.plain


def test_an_input_without_a_target_is_as_good_as_a_placeholder() -> None:
    drawn = '<bpmn:dataInputAssociation id="i"><bpmn:sourceRef>r_book</bpmn:sourceRef></bpmn:dataInputAssociation>'
    assert names(node(drawn, data_object("book")).data) == [(INPUT, "book")]


def test_required_is_what_a_set_names_and_does_not_make_optional() -> None:
    found = node(specified("a b", "c d", optional="b d")).data
    assert found.required == {"a", "c"}
    assert (found.specified, found.sets, found.unused) == (True, (1, 1), ())
    assert read(specified("a"), "").waits_for_data
    left = node(specified("a").replace("<bpmn:dataInputRefs>a</bpmn:dataInputRefs>", "")).data
    assert (left.required, left.unused) == (frozenset(), ("a",))


def test_assignments_lead_into_their_target_and_nowhere_else() -> None:
    inner = writes("r_book", "", assign("=1", "= book.a . b") + assign("2", "o_book") + assign("3", "booklet"))
    (line,) = node(inner, data_object("book")).data.outputs
    assert [part.path for part in line.assignments] == [("a", "b"), (), None]
    assert [text for _, text, _ in line.texts()] == ["=1", "2", "3"]
    assert not line.plain


def test_a_transformation_comes_before_the_assignments() -> None:
    (line,) = node(writes("r_book", "", becomes("1") + assign("2", "book.a")), data_object("book")).data.outputs
    slots = [(slot, path) for slot, _, path in line.texts()]
    assert slots == [("transformation of out__r_book", ()), ("assignment 1 of out__r_book", ("a",))]


def test_a_repetition_keeps_its_collections_apart_from_its_items() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>all</bpmn:loopDataInputRef>"
        '<bpmn:loopDataOutputRef>made</bpmn:loopDataOutputRef><bpmn:inputDataItem id="i" name="one"/>'
        '<bpmn:outputDataItem id="o"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    held = specified("all each", "made") + reads("r_book", "all") + reads("i", "each") + writes("r_book", "made")
    found = node(held + loop, data_object("book"))
    assert names(found.whole) == [(INPUT, "all"), (OUTPUT, "made")]
    assert names(found.data) == [(INPUT, "each"), (OUTPUT_ITEM, "o")]
    assert (found.whole.required, found.data.required) == ({"all", "made"}, {"each"})
    assert found.loop is not None
    assert (found.loop.collection, found.loop.output_collection, found.loop.item) == ("all", "made", "one")
    assert len(found.whole.inputs) == len(found.data.inputs) == len(found.whole.outputs) == 1


def test_a_collection_may_be_a_data_object() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>r_book</bpmn:loopDataInputRef>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    found = node(loop, data_object("book"))
    assert found.loop is not None
    assert (found.loop.collection, found.whole) == ("book", NOTHING)


def test_a_set_names_what_its_own_element_declares() -> None:
    other = user("y", inner=specified("b"))
    content = diagram(
        process(chain(("x", user("x", inner=specified("a", "", "a").replace("Refs>a<", "Refs>b<"))), ("y", other)))
    )
    (found,) = dialect.read(xml.read(content, frozenset({dialect.ROOT})), "diagram.bpmn")
    told = {(oddity.id, oddity.what, oddity.value) for oddity in found.oddities}
    assert told == {("x", "dataInputRefs", "b"), ("x", "optionalInputRefs", "b")}


def test_what_is_not_there_is_told() -> None:
    broken = '<bpmn:dataObjectReference id="r" dataObjectRef="gone"/>'
    inner = prop("p1") + reads("lost", "p1") + specified("a").replace("Refs>a<", "Refs>b<")
    told = [(oddity.id, oddity.what, oddity.value) for oddity in read(inner, broken).oddities]
    assert told == [("p", "dataObjectRef", "gone"), ("x", "sourceRef", "lost"), ("x", "dataInputRefs", "b")]
