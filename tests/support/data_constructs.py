"""Every construct of BPMN 2.0 about data and lanes: name, chapter, the inside of a process, what stands outside."""

from __future__ import annotations

from collections.abc import Iterator

from support.diagrams import border, call, catch, node, subprocess
from support.engine import chain, timer, user
from support.items import assign, becomes, data_object, prop, reads, specified, writes

Row = tuple[str, str, str, str]
MESSAGE = '<bpmn:messageEventDefinition messageRef="M"/>'
HOUR = timer("duration", "PT1H")
PLAIN = chain(("x", user("x")))
STORE = '<bpmn:dataStoreReference id="r_book" name="book"/>'
CAUGHT = '<bpmn:dataOutput id="co" name="text"/>' + writes("r_book", "co")
THROWN = '<bpmn:dataInput id="ci" name="text"/>' + reads("r_book", "ci")
REPEATED = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>units</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>all"
    '</bpmn:loopDataOutputRef><bpmn:inputDataItem id="i" name="i"/><bpmn:outputDataItem id="o" name="o"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def task(inner: str) -> str:
    return data_object("book") + prop("page") + chain(("x", user("x", inner=inner)))


def inside(inner: str) -> str:
    return subprocess("x", inner + chain(("a", user("a")), prefix="i"))


def event(kind: str, definition: str, inner: str) -> str:
    return data_object("book") + chain(("x", node(kind, "x", inner + definition)))


def objects() -> Iterator[Row]:
    state = '<bpmn:dataObjectReference id="r" name="book [read]" dataObjectRef="o_book"/>'
    for name, xml in (
        ("data object", data_object("book") + PLAIN),
        ("data object in several states", data_object("book") + state + PLAIN),
        ("data object of a subprocess", chain(("x", inside(data_object("note"))))),
        ("property of a process", prop("note") + PLAIN),
        ("property of a subprocess", chain(("x", inside(prop("note"))))),
        ("property of an activity", task(prop("note"))),
        ("property of a catch event", chain(("x", catch("x", HOUR + prop("note"))))),
        ("property of a boundary event", PLAIN + user("y") + border("b", "x", HOUR + prop("note"), "y")),
        ("data store", STORE + PLAIN),
        ("data store, read or written", STORE + chain(("x", user("x", inner=writes("r_book"))))),
    ):
        yield name, "10.4.1", xml, ""


def associations() -> Iterator[Row]:
    two = specified("both", optional="both") + reads("r_book page", "both", becomes("[book, page]"))
    hour = "intermediateCatchEvent"
    for name, xml in (
        ("data input association, as editors draw it", task(reads("r_book"))),
        ("data output association, as editors draw it", task(writes("r_book"))),
        ("data association with a transformation", task(two)),
        ("data association with assignments", task(writes("r_book", "", assign("1", "book.pages")))),
        ("several sources without a transformation", task(specified("y", optional="y") + reads("r_book page", "y"))),
        ("data output of a message event", event(hour, MESSAGE, CAUGHT)),
        ("data output of a timer event", event(hour, HOUR, CAUGHT)),
        (
            "data association with a transformation at a timer event",
            event(hour, HOUR, writes("r_book", "", becomes("1"))),
        ),
        ("data input of a message event", event("intermediateThrowEvent", MESSAGE, THROWN)),
        ("data input of an event that carries none", event("intermediateThrowEvent", "", THROWN)),
    ):
        yield name, "10.4.2", xml, ""


def specifications() -> Iterator[Row]:
    given = data_object("book") + specified("text n x__in", optional="text n x__in")
    filled = specified("text", "made", optional="text made") + reads("r_book", "text") + writes("r_book", "made")
    ref = "<bpmn:whileExecutingInputRefs>text</bpmn:whileExecutingInputRefs>"
    late = filled.replace("<bpmn:inputSet>", f"<bpmn:inputSet>{ref}")
    repeated = (
        specified("units", "all", optional="all") + reads("", "units", becomes("[1, 2]")) + writes("r_book", "all")
    )
    for name, xml in (
        ("data inputs and outputs of a process", given + PLAIN),
        ("data inputs and outputs of an activity", task(filled)),
        ("data inputs and outputs of a call", data_object("book") + chain(("x", call("x", "called", inner=filled)))),
        ("data inputs and outputs of a repetition", task(repeated + REPEATED)),
        ("data inputs and outputs of a subprocess", chain(("x", inside(specified("text", optional="text"))))),
        ("several input sets", task(filled.replace("<bpmn:inputSet>", "<bpmn:inputSet/><bpmn:inputSet>"))),
        ("several output sets", task(filled.replace("<bpmn:outputSet>", "<bpmn:outputSet/><bpmn:outputSet>"))),
        ("data input while executing", task(late)),
    ):
        yield name, "10.4.1", xml, ""


def data() -> Iterator[Row]:
    yield from objects()
    yield from associations()
    yield from specifications()


def lanes() -> Iterator[Row]:
    held, open_task = "<bpmn:flowNodeRef>x</bpmn:flowNodeRef>", chain(("x", user("x", "")))
    lane = f'<bpmn:laneSet id="l"><bpmn:lane id="l1" name="desk">{held}{{}}</bpmn:lane></bpmn:laneSet>'
    nested = f'<bpmn:childLaneSet id="l2"><bpmn:lane id="l3" name="amy">{held}</bpmn:lane></bpmn:childLaneSet>'
    second = lane.format("").replace('"l', '"m')
    within = subprocess("y", lane.format("") + chain(("x", user("x", "")), prefix="i"))
    for name, xml in (
        ("lanes", lane.format("") + open_task),
        ("nested lanes", lane.format(nested) + open_task),
        ("lanes in a subprocess", chain(("y", within))),
        ("a node in two lanes", lane.format("") + second + open_task),
        ("a lane with a partition element", lane.format("").replace("name=", "partitionElementRef=") + open_task),
    ):
        yield name, "10.8", xml, ""
