"""Lint rules about data and lanes: associations, data inputs and outputs, names, lost updates."""

from __future__ import annotations

import re

import pytest
from support.items import assign, becomes, data_object, prop, reads, specified, writes
from support.lint import (
    ANSWER,
    MESSAGE,
    Case,
    boundary,
    check,
    extensions,
    file,
    judge,
    line,
    n,
    process,
    timer,
    user,
    way,
)

PLAIN = line(user("a"))
HOUR = timer("Duration", "PT1H")
STORE = '<bpmn:dataStoreReference id="r_book" name="book"/>'
COLLECTED = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=items"><bpmn:loopDataOutputRef>all'
    '</bpmn:loopDataOutputRef><bpmn:outputDataItem id="x"/></bpmn:multiInstanceLoopCharacteristics>'
)
MULTI = '<bpmn:multiInstanceLoopCharacteristics{} camunda:collection="=items" camunda:elementVariable="item"/>'
MADE = '<bpmn:startEvent id="{}" name="{}">' + writes("r_book", "", becomes("1"))
OUT = '<bpmn:dataOutput id="co" name="text"/>' + writes("r_book", "co")


def held(inner: str, more: str = "", kind: str = "userTask") -> bytes:
    """A data object `book` and a property `draft` of the process, and an activity."""
    attributes = 'camunda:candidateGroups="clerks"' if kind == "userTask" else 'camunda:topic="tick"'
    return line(n(kind, "a", attributes, inner), more=data_object("book") + prop("draft") + more)


def event(inner: str, kind: str = "intermediateCatchEvent", definition: str = ANSWER) -> bytes:
    return line(n(kind, "c", inner=inner + definition), more=data_object("book"), extra=MESSAGE)


def inputs(**parameters: str) -> str:
    items = "".join(f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in parameters.items())
    return f"<camunda:inputOutput>{items}</camunda:inputOutput>"


def sub(inner: str, more: str = "") -> bytes:
    body = inner + n("startEvent", "i") + user("t", inner=more) + n("endEvent", "o") + way("i t o")
    return line(n("subProcess", "sp", inner=body), more=data_object("book"))


GOOD = held(reads("r_book") + writes("r_book"))
ASSOCIATIONS = [
    Case("data-association", "a", held(bad), GOOD)
    for bad in (
        "<bpmn:dataInputAssociation/>".replace("/>", "><bpmn:targetRef>p1</bpmn:targetRef></bpmn:dataInputAssociation>")
        + prop("x", "p1"),
        specified("x") + reads("r_book draft", "x"),
        specified("x y", optional="y") + reads("r_book draft", "x", assign("book", "x")),
        reads("r_book", "draft"),
        writes("r_book", "", assign("1", "draft")),
        prop("x", "p1")
        + '<bpmn:dataInputAssociation id="d"><bpmn:targetRef>p1</bpmn:targetRef></bpmn:dataInputAssociation>',
    )
] + [
    Case(
        "data-association",
        "a",
        line(
            n("subProcess", "sp", inner=prop("q") + n("startEvent", "i") + n("endEvent", "o") + way("i o")),
            user("a", inner=writes("q")),
        ),
        GOOD,
    ),
    Case(
        "data-association",
        "a",
        held(writes("r_book", "", becomes("1")).replace("<bpmn:targetRef>r_book</bpmn:targetRef>", "")),
        GOOD,
    ),
]
EVENTS = [
    Case(
        "data-event",
        "i",
        sub("").replace(b'<bpmn:startEvent id="i" name="i" >', MADE.replace("{}", "i").encode()),
        line(user("a"), more=data_object("book")).replace(
            b'<bpmn:startEvent id="s" name="s" >', MADE.replace("{}", "s").encode()
        ),
    ),
    Case("data-event", "c", event(prop("x", "p1") + reads("r_book", "p1"), "intermediateThrowEvent"), event(prop("x"))),
    Case("data-event", "c", event(OUT, definition=HOUR), event(OUT)),
    Case(
        "data-event", "c", event(OUT, definition=HOUR), event(writes("r_book", "", becomes("now()")), definition=HOUR)
    ),
    Case(
        "data-event",
        "c",
        event(reads("r_book"), "intermediateThrowEvent", ""),
        event(reads("r_book"), "intermediateThrowEvent"),
    ),
    Case("data-event", "c", event('<bpmn:dataOutput id="co" name="text"/>'), event(OUT)),
    Case("data-event", "c", event('<bpmn:dataInput id="ci" name="text"/>', "intermediateThrowEvent"), event(OUT)),
    Case(
        "data-event",
        "b",
        line(user("a"), more=boundary("a", prop("x") + HOUR)),
        line(user("a", inner=prop("x")), more=boundary("a", HOUR)),
    ),
    Case(
        "data-event",
        "c",
        line(
            n("eventBasedGateway", "g"),
            n("intermediateCatchEvent", "c", inner=prop("x") + HOUR),
            more=n("intermediateCatchEvent", "d", inner=ANSWER) + n("endEvent", "f") + way("g d f"),
            extra=MESSAGE,
        ),
        PLAIN,
    ),
]
STORES = [
    Case(
        "data-store",
        "a",
        held(reads("r_book", "x") + prop("x"), "").replace(data_object("book").encode(), STORE.encode()),
        GOOD,
    ),
    Case(
        "data-store",
        "a",
        held(writes("r_book")).replace(data_object("book").encode(), STORE.encode()),
        line(user("a"), more=STORE),
    ),
]
SPECIFIED = specified("x", "y") + reads("r_book", "x") + writes("r_book", "y")
SPECIFICATIONS = [
    Case("data-specification", "a", held(specified("x")), held(specified("x", optional="x"))),
    Case(
        "data-specification",
        "a",
        held(SPECIFIED.replace("<bpmn:inputSet>", "<bpmn:inputSet/><bpmn:inputSet>")),
        held(SPECIFIED),
    ),
    Case(
        "data-specification",
        "a",
        held(SPECIFIED.replace("<bpmn:outputSet>", "<bpmn:outputSet/><bpmn:outputSet>")),
        held(SPECIFIED),
    ),
    Case(
        "data-specification",
        "a",
        held(SPECIFIED.replace("<bpmn:dataOutputRefs>y</bpmn:dataOutputRefs>", "")),
        held(SPECIFIED),
    ),
    Case(
        "data-specification",
        "p",
        line(
            user("a"),
            more=specified("x").replace("<bpmn:dataInputRefs>x</bpmn:dataInputRefs>", ""),
        ),
        line(user("a"), more=specified("x")),
    ),
    Case("data-specification", "sp", sub(specified()), sub(prop("x"))),
]
NAMES = [
    Case("data-names", "p", held("", prop("book", "p1")), held("", prop("page", "p1"))),
    Case("data-names", "p", held("", data_object("book", "o2").replace('"r_book"', '"r2"')), GOOD, "warning"),
    Case(
        "data-names",
        "p",
        held("", '<bpmn:dataObjectReference id="r2" name="tome" dataObjectRef="o_book"/>'),
        GOOD,
        "warning",
    ),
    Case("data-names", "p", held("", "<bpmn:property/>"), GOOD),
    *(Case("data-names", "p", held("", prop(name, "p1")), GOOD) for name in ("5", "-", "in", "null", "?")),
    Case("data-names", "p", held("", prop("x" * 201, "p1")), GOOD),
    Case("data-names", "a", held(prop("x", "p1") + prop("x", "p2")), held(prop("x", "p1") + prop("y", "p2"))),
    Case("data-names", "a", held(extensions(inputs(x="1")) + prop("x")), held(extensions(inputs(y="1")) + prop("x"))),
    Case("data-names", "a", held(prop("item") + MULTI.format("")), held(prop("it") + MULTI.format(""))),
    Case("data-names", "a", held(prop("loopCounter") + MULTI.format("")), held(prop("loopCounter"))),
    Case(
        "data-names",
        "a",
        held(specified("", "y") + writes("r_book", "y"), kind="serviceTask").replace(
            b'camunda:topic="tick"', b'camunda:topic="tick" camunda:resultVariable="book"'
        ),
        held(specified("", "y") + writes("r_book", "y"), kind="serviceTask").replace(
            b'camunda:topic="tick"', b'camunda:topic="tick" camunda:resultVariable="y"'
        ),
    ),
]


def calling(inner: str, called: str = specified("x", "y")) -> bytes:
    """A call of a process that declares the data input `x` and the data output `y`."""
    inside = re.sub(r'(id="|Refs>)(?=\w)', r"\1q_", called) + n("startEvent", "t") + n("endEvent", "f") + way("t f")
    body = data_object("book") + n("startEvent", "s") + n("callActivity", "a", 'calledElement="q"', inner)
    return file(process(body + n("endEvent", "e") + way("s a e")), process(inside, "q"))


FITS = calling(extensions('<camunda:in source="a" target="x"/><camunda:out source="y" target="b"/>'))
CALLS = [
    Case("called-data", "a", calling(extensions(bad)), FITS, also=also)
    for bad, also in (
        ('<camunda:in variables="all"/>', ()),
        ('<camunda:in source="a" target="x"/><camunda:in source="a" target="z"/>', ()),
        ('<camunda:in source="a" target="x"/><camunda:out source="z" target="b"/>', ()),
        ('<camunda:in source="a" target="x"/><camunda:out sourceExpression="y + z" target="b"/>', ()),
    )
] + [
    Case("called-data", "a", calling(specified("", "z")), calling(SPECIFIED), also=()),
    Case("called-data", "a", calling(""), calling("", specified("x", optional="x"))),
]
CALLS[4] = Case(
    "called-data", "a", calling(specified("x w", "y") + reads("r_book", "x") + reads("r_book", "w")), calling(SPECIFIED)
)


def each(inner: str, declared: str = "", loop: str = MULTI.format(""), more: str = "") -> bytes:
    """A repeated subprocess with one activity `t` in it."""
    body = declared + loop + n("startEvent", "i") + inner + n("endEvent", "o") + way("i t o")
    return line(n("subProcess", "sp", inner=body), more=data_object("book") + more)


SCRIPT = n("scriptTask", "t", 'scriptFormat="feel" camunda:resultVariable="x"', "<bpmn:script>1</bpmn:script>")
SERVICE = n("serviceTask", "t", 'camunda:topic="tick" camunda:resultVariable="x"')
FORM = b'{"type": "default", "id": "f", "components": [{"type": "number", "key": "x", "label": "x"}]}'
ENTRY = user("t", 'camunda:formRef="f"')
LOCAL = "<camunda:inputOutput>{}</camunda:inputOutput>"
TAKEN = user("t", inner=extensions(LOCAL.format('<camunda:outputParameter name="x">1</camunda:outputParameter>')))
SHARED = [
    Case("shared-write", "t", each(inner), each(inner, prop("x")), "warning", files=files)
    for inner, files in ((SCRIPT, {}), (SERVICE, {}), (TAKEN, {}), (ENTRY, {"f_form": FORM}))
] + [
    Case("shared-write", "t", each(SCRIPT), each(SCRIPT, loop=MULTI.format(' isSequential="true"')), "warning"),
    Case(
        "shared-write", "t", each(user("t", inner=writes("r_book"))), each(user("t", inner=reads("r_book"))), "warning"
    ),
    Case(
        "shared-write",
        "a",
        line(TAKEN.replace('"t"', '"a"').replace("</bpmn:userTask>", MULTI.format("") + "</bpmn:userTask>")),
        line(TAKEN.replace('"t"', '"a"').replace("</bpmn:userTask>", COLLECTED + "</bpmn:userTask>")),
        "warning",
    ),
]
FORGOTTEN = [
    Case(
        "forgotten-entry",
        "a",
        line(user("a", 'camunda:formRef="f"', reads("r_x")), more=data_object("x")),
        line(user("a", 'camunda:formRef="f"', reads("r_x") + writes("r_x")), more=data_object("x")),
        "warning",
        files={"f_form": FORM},
    )
]
LANE = '<bpmn:lane id="{0}" name="{0}"><bpmn:flowNodeRef>a</bpmn:flowNodeRef>{1}</bpmn:lane>'
NESTED = f'<bpmn:childLaneSet id="c">{LANE.format("in", "")}</bpmn:childLaneSet>'
LANES = [
    Case(
        "lane",
        "a",
        line(
            n("userTask", "a"), more=f'<bpmn:laneSet id="l">{LANE.format("x", "")}{LANE.format("y", "")}</bpmn:laneSet>'
        ),
        line(n("userTask", "a"), more=f'<bpmn:laneSet id="l">{LANE.format("x", NESTED)}</bpmn:laneSet>'),
    ),
    Case(
        "unsupported-construct",
        "p",
        line(
            n("userTask", "a"),
            more=f'<bpmn:laneSet id="l">{LANE.format("x", "").replace("name=", "partitionElementRef=")}</bpmn:laneSet>',
        ),
        line(n("userTask", "a"), more=f'<bpmn:laneSet id="l">{LANE.format("x", "")}</bpmn:laneSet>'),
    ),
]
REFERENCES = [
    Case("dangling-reference", "a", held(reads("gone", "p1") + prop("x", "p1")), GOOD, also=("data-association",)),
    Case("dangling-reference", "a", held(writes("gone")), GOOD, also=("data-association",)),
    Case(
        "dangling-reference",
        "a",
        held(SPECIFIED.replace("Refs>x<", "Refs>z<")),
        held(SPECIFIED),
        also=("data-specification",),
    ),
    Case(
        "dangling-reference", "p", line(user("a"), more='<bpmn:dataObjectReference id="r" dataObjectRef="gone"/>'), GOOD
    ),
    Case(
        "unsupported-construct",
        "a",
        held(
            SPECIFIED.replace(
                "<bpmn:dataInputRefs>",
                "<bpmn:whileExecutingInputRefs>x</bpmn:whileExecutingInputRefs><bpmn:dataInputRefs>",
            )
        ),
        held(SPECIFIED),
    ),
    Case("expression", "a", held(writes("r_book", "", assign("", "book"))), GOOD),
    Case("expression", "a", held(writes("r_book", "", becomes("1 +"))), held(writes("r_book", "", becomes("1 + 1")))),
]


@pytest.mark.parametrize(
    "case",
    [*ASSOCIATIONS, *EVENTS, *STORES, *SPECIFICATIONS, *NAMES, *CALLS, *SHARED, *FORGOTTEN, *LANES, *REFERENCES],
    ids=str,
)
def test_a_diagram_is_judged(case: Case) -> None:
    judge(case)


def test_a_data_store_that_is_only_drawn_is_told() -> None:
    (found,) = (f for f in check(line(user("a"), more=STORE)) if f.rule == "unsupported-construct")
    assert (found.severity, found.element) == ("warning", "p")
    assert "dataStoreReference" in found.message
