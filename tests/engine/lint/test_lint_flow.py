"""Lint rules about ids and about how nodes and flows hang together."""

from __future__ import annotations

import pytest
from support.lint import ANSWER, MESSAGE, Case, boundary, check, file, judge, line, n, process, timer, user, way

START, END = n("startEvent", "s"), n("endEvent", "e")
PLAIN = line(user("a"))
INNER = n("startEvent", "i") + user("x") + n("endEvent", "o") + way("i x o")
GATE = n("eventBasedGateway", "g")
TIMER = n("intermediateCatchEvent", "t", inner=timer("Duration", "PT1H"))
WAITS = n("intermediateCatchEvent", "m", inner=ANSWER) + TIMER
RECEIVE = n("receiveTask", "r", 'messageRef="M"')
CHOICE = START + n("exclusiveGateway", "g", 'default="g-a"') + user("a") + user("b") + END + way("s g a e", "b e")
FIRST = file(process(START + GATE + WAITS + END + way("s g m e", "g t e")), extra=MESSAGE)


def sub(inner: str, attributes: str = "") -> bytes:
    return line(n("subProcess", "sp", attributes, inner))


def around(inner: str, routes: str, more: str = "") -> bytes:
    return file(process(START + inner + END + way(*routes.split(",")) + more), extra=MESSAGE)


CASES = [
    Case("missing-id", "p", line(user("")), PLAIN, also=("unreachable",)),
    Case("duplicate-id", "a", line(user("a"), more=user("a")), PLAIN),
    Case("duplicate-id", "s-a", line(user("a"), more=way("s a")), PLAIN),
    Case("reserved-id", "Start", line(user("Start")), PLAIN),
    Case("reserved-id", "x.EndJoin", line(user("x.EndJoin")), PLAIN),
    Case("reserved-id", "a#item", line(user("a#item")), PLAIN),
    Case("too-long", "a" * 201, line(user("a" * 201)), PLAIN),
    Case("too-long", "a", line(user("a").replace('name="a"', f'name="{"a" * 401}"')), PLAIN),
    Case("not-executable", "p", file(process(START + END + way("s e"), attributes="")), PLAIN),
    Case("start-event", "p", file(process(user("a") + END + way("a e"))), PLAIN),
    Case("start-event", "s2", line(user("a"), more=n("startEvent", "s2") + way("s2 a")), PLAIN),
    Case("start-event", "sp", sub(user("x") + n("endEvent", "o") + way("x o")), sub(INNER)),
    Case("start-event", "i2", sub(INNER + n("startEvent", "i2") + way("i2 x")), sub(INNER)),
    Case(
        "start-event",
        "i",
        line(
            n("subProcess", "sp", inner=INNER.replace("></bpmn:startEvent>", f">{ANSWER}</bpmn:startEvent>")),
            extra=MESSAGE,
        ),
        sub(INNER),
    ),
    Case("end-event", "p", file(process(START + user("a") + way("s a"))), PLAIN),
    Case("end-event", "sp", sub(n("startEvent", "i") + user("x") + way("i x")), sub(INNER)),
    Case("flow-direction", "s", around(user("a"), "s a e,a s"), PLAIN),
    Case("flow-direction", "e", around(user("a"), "s a e,e a"), PLAIN),
    Case("flow-direction", "b", around(user("a"), "s a e,a b", boundary("a", ANSWER)), PLAIN),
    Case("dangling-flow", "a-gone", around(user("a"), "s a e,a gone"), PLAIN),
    Case("dangling-flow", "gone-a", around(user("a"), "s a e,gone a"), PLAIN),
    Case("dangling-reference", "a", line(user("a", inner="<bpmn:incoming>gone</bpmn:incoming>")), PLAIN),
    Case(
        "dangling-reference",
        "p",
        line(
            user("a"),
            more='<bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>gone</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        ),
        PLAIN,
    ),
    Case(
        "dangling-reference",
        "p",
        line(
            user("a"),
            extra='<bpmn:collaboration id="c"><bpmn:participant id="q" processRef="gone"/></bpmn:collaboration>',
        ),
        PLAIN,
    ),
    Case("flow-border", "a-x", around(user("a") + n("subProcess", "sp", inner=INNER), "s a sp e,a x"), sub(INNER)),
    Case("unreachable", "lost", line(user("a"), more=user("lost") + way("lost e")), PLAIN),
    Case("unreachable", "y", sub(INNER + user("y") + way("y o")), sub(INNER)),
    Case("dead-end", "c", around(user("a") + user("c"), "s a e,a c"), PLAIN, severity="warning"),
    Case("dead-end", "g", around(n("parallelGateway", "f") + n("exclusiveGateway", "g"), "s f e,f g"), PLAIN),
    Case(
        "dead-end",
        "b",
        line(user("a"), more=n("boundaryEvent", "b", 'attachedToRef="a"', ANSWER), extra=MESSAGE),
        PLAIN,
    ),
    Case(
        "boundary-event",
        "b",
        line(user("a"), more=boundary("gone", timer("Duration", "PT1H"))),
        PLAIN,
        also=("unreachable",),
    ),
    Case(
        "boundary-event",
        "b",
        line(n("parallelGateway", "a"), more=boundary("a", timer("Duration", "PT1H"))),
        line(user("a"), more=boundary("a", timer("Duration", "PT1H"))),
    ),
    Case("boundary-event", "b", line(user("a"), more=boundary("a", "")), PLAIN),
    Case(
        "default-flow",
        "g",
        file(process(CHOICE.replace('default="g-a"', "") + way("g b?x = 1"))),
        file(process(CHOICE + way("g b?x = 1"))),
        also=("condition",),
    ),
    Case(
        "default-flow",
        "g",
        file(process(CHOICE.replace('"g-a"', '"b-e"', 1) + way("g b?x = 1"))),
        file(process(CHOICE + way("g b?x = 1"))),
        also=("condition",),
    ),
    Case(
        "default-flow",
        "g-b",
        file(process(CHOICE.replace('"g-a"', '"g-b"', 1) + way("g b?x = 1"))),
        file(process(CHOICE + way("g b?x = 1"))),
        also=("condition",),
    ),
    Case("default-flow", "a", around(user("a"), "s a,a e?x = 1"), PLAIN, severity="warning"),
    Case("condition", "g-b", file(process(CHOICE + way("g b"))), file(process(CHOICE + way("g b?x = 1")))),
    Case("condition", "s-e", around("", "s e?x = 1"), around("", "s e")),
    Case("condition", "g-e", around(n("exclusiveGateway", "g"), "s g,g e?x = 1"), PLAIN),
    Case("condition", "g-e", around(n("parallelGateway", "g"), "s g,g e?x = 1"), PLAIN),
    Case(
        "event-gateway",
        "g",
        file(
            process(START + GATE + n("intermediateCatchEvent", "m", inner=ANSWER) + END + way("s g m e")), extra=MESSAGE
        ),
        FIRST,
    ),
    Case("event-gateway", "a", around(GATE + WAITS + user("a"), "s g m e,g t e,g a e"), FIRST),
    Case("event-gateway", "m", around(n("parallelGateway", "f") + GATE + WAITS, "s f g m e,g t e,f m"), FIRST),
    Case("event-gateway", "r", around(GATE + TIMER + RECEIVE, "s g t e,g r e", boundary("r", ANSWER)), FIRST),
    Case(
        "event-gateway",
        "g",
        around(GATE + WAITS + RECEIVE, "s g m e,g t e,g r e"),
        FIRST,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_rule_names_the_element_and_leaves_the_good_diagram_alone(case: Case) -> None:
    judge(case)


def test_message_starts_stand_beside_a_plain_start() -> None:
    more = n("startEvent", "s2", inner=ANSWER) + way("s2 a")
    assert [f for f in check(line(user("a"), extra=MESSAGE, more=more)) if f.severity == "error"] == []
