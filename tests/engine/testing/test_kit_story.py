"""The test kit as its users see it: load, start, complete, publish, travel, look, and be told what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.engine import chain, diagram, flow, process, timer, user

from engine import testing
from engine.clock import ZONE
from engine.environment import Actor
from engine.errors import Conflict, Forbidden
from engine.testing import Given, NotAsExpected, NotOpen

GROUPS = {"amy": frozenset({"clerks"}), "bob": frozenset({"clerks"}), "eve": frozenset({"guests"})}
LATE = '<bpmn:boundaryEvent id="late" attachedToRef="ask">' + timer("duration", "PT4H") + "</bpmn:boundaryEvent>"
SEND = (
    '<bpmn:serviceTask id="send" camunda:type="external" camunda:topic="post-letter"><bpmn:extensionElements>'
    '<camunda:inputOutput><camunda:inputParameter name="to">=address</camunda:inputParameter>'
    '<camunda:outputParameter name="receipt">=result.number</camunda:outputParameter></camunda:inputOutput>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)
LETTER = diagram(
    process(
        chain(("ask", user("ask")), ("send", SEND), ("file", user("file")))
        + LATE
        + user("remind")
        + flow("late_remind", "late", "remind")
    )
)


@pytest.fixture(params=[False, True], ids=["kept", "forgotten"])
def story(request: pytest.FixtureRequest) -> Iterator[testing.Story]:
    """A story that keeps what is compiled, and one that parses anew before each command."""
    with testing.story(forget=request.param, people=GROUPS) as found:
        yield found


def letter(story: testing.Story, *answers: Given) -> None:
    story.give("post-letter", *(answers or [Given(returns={"number": "R-1"})]))
    story.deploy_files({"letter.bpmn": LETTER})
    story.start("p", {"address": "Main Street 1"}, business_key="K-1", by="amy")


def test_a_story_runs_from_its_start_to_its_end(story: testing.Story) -> None:
    letter(story)
    story.expect(open=["ask"], path=["fs", "ask"], ended=False)
    story.claim("ask", by="amy")
    story.complete("ask", {"wish": "a loan of books"}, by="amy")
    story.expect(open=["file"], called={"post-letter": {"to": "Main Street 1"}}, variables={"receipt": "R-1"})
    story.complete("file")
    story.expect(
        open=[],
        path=["fs", "ask", "send", "file", "fe"],
        variables={"address": "Main Street 1", "wish": "a loan of books", "receipt": "R-1", "to": None},
        ended="completed",
        incidents=[],
        not_passed=["remind", "late"],
    )
    assert story.history("task-claimed", "task-completed") == [
        "task-claimed ask",
        "task-completed ask",
        "task-completed file",
    ]


def test_a_person_may_do_only_what_is_for_his_groups(story: testing.Story) -> None:
    letter(story)
    with pytest.raises(Forbidden, match="not for you or your groups"):
        story.complete("ask", by="eve")
    story.claim("ask", by="amy")
    with pytest.raises(Conflict, match="with amy"):
        story.complete("ask", by="bob")
    story.complete("ask")
    assert story.facts("task-completed")[0]["user"] == "amy"


def test_separation_of_duties_holds(story: testing.Story) -> None:
    four_eyes = '<camunda:properties><camunda:property name="notSameAs" value="a"/></camunda:properties>'
    apart = f"<bpmn:extensionElements>{four_eyes}</bpmn:extensionElements>"
    story.deploy_files({"two.bpmn": diagram(process(chain(("a", user("a")), ("b", user("b", inner=apart)))))})
    story.start("p")
    story.complete("a", by="amy")
    with pytest.raises(Forbidden, match="four eyes"):
        story.complete("b", by="amy")
    story.complete("b", by="bob")
    story.expect(ended=True)


def test_a_task_that_is_not_open_is_named_with_those_that_are(story: testing.Story) -> None:
    letter(story)
    with pytest.raises(NotOpen, match=r"open task at 'file', but open are \[ask\]"):
        story.complete("file")


def test_time_passes_and_each_timer_fires_at_its_own_instant(story: testing.Story) -> None:
    body = chain(
        (
            "wait",
            '<bpmn:intermediateCatchEvent id="wait">' + timer("duration", "PT1H") + "</bpmn:intermediateCatchEvent>",
        ),
        (
            "then",
            '<bpmn:intermediateCatchEvent id="then">' + timer("duration", "PT2H") + "</bpmn:intermediateCatchEvent>",
        ),
    )
    story.deploy_files({"waits.bpmn": diagram(process(body))})
    story.start("p")
    assert story.travel("PT2H59M") == 1
    story.expect(ended=False)
    assert story.travel(minutes=1) == 1  # two hours after the first, not after the journey
    story.expect(ended=True)
    assert story.clock.now() == datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)


def test_an_operation_fails_and_is_tried_again(story: testing.Story) -> None:
    fails = Given(fails="the printer is out of ink")
    letter(story, fails, fails, fails, fails, fails, Given(returns={"number": "R-2"}))
    story.complete("ask")
    story.expect(incidents=[], open=[])  # tried again by itself first
    story.travel(days=1)
    story.expect(incidents={"send": "out of ink"})
    story.retry("send")
    story.travel(days=1)
    story.expect(incidents=[], variables={"receipt": "R-2"})
    assert [call.inputs for call in story.calls] == [{"to": "Main Street 1"}] * 6


def test_what_was_done_by_hand_goes_on(story: testing.Story) -> None:
    letter(story, Given(throws="NO_ADDRESS"))
    story.complete("ask")
    story.expect(incidents={"send": "NO_ADDRESS"})
    story.resolve("send", "taken to the post in person")
    story.expect(incidents=[], open=["file"])


def test_a_registered_operation_keeps_its_inputs_and_does_its_work_until_it_is_given_a_result() -> None:
    with testing.story() as story:
        sent: list[str] = []

        @story.environment.operations.operation("post-letter")
        def post(call: object, *, to: str) -> dict[str, object]:
            sent.append(to)
            return {"number": "real"}

        story.deploy_files({"letter.bpmn": LETTER})
        story.start("p", {"address": "Main Street 1"})
        story.complete("ask")
        story.expect(variables={"receipt": "real"}, called={"post-letter": {"to": "Main Street 1"}})
        story.give("post-letter", Given(returns={"number": "given"}))
        story.start("p", {"address": 7})
        story.complete("ask")
        story.expect(variables={"receipt": "given"})
        assert sent == ["Main Street 1"]
        story.start("p", {"address": [1]})
        story.complete("ask")
        story.travel(days=1)
        assert "to be str" in story.incidents()[0][1]  # checked as the registered function declares it


def test_messages_and_signals_start_and_wake(story: testing.Story) -> None:
    extra = '<bpmn:message id="M" name="paid"/><bpmn:message id="O" name="ordered"/>'
    body = (
        '<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="O"/></bpmn:startEvent>'
        '<bpmn:receiveTask id="r" messageRef="M"/><bpmn:endEvent id="e"/>' + flow("a", "s", "r") + flow("b", "r", "e")
    )
    story.deploy_files({"order.bpmn": diagram(process(body), extra=extra)})
    story.publish("ordered", {"book": "Emma"}, business_key="K-2")
    story.expect(path=["s", "r"], variables={"book": "Emma"})
    story.publish("paid", business_key="K-3")
    story.expect(ended=False)
    story.publish("paid", {"sum": 12}, business_key="K-2")
    story.expect(path=["s", "r", "e"], variables={"book": "Emma", "sum": 12}, ended=True)


def test_every_difference_is_told_with_expected_and_actual(story: testing.Story) -> None:
    letter(story)
    with pytest.raises(NotAsExpected) as told:
        story.expect(
            open=["file"],
            path=["fs", "file"],
            passed=["file"],
            not_passed=["ask"],
            ended=True,
            variables={"address": "Side Street", "height": 3},
            incidents=["send"],
            decisions={"d": 1},
            called={"post-letter": {"to": "x"}},
            people={"ask": {"groups": ["bosses"]}},
        )
    assert str(told.value).splitlines() == [
        "open: Expected the open tasks [file], but there are [ask]",
        "path: Expected the path [fs, file], but it was [fs, ask]; they part at step 2",
        "passed: Expected 'file' to be executed, but it was not",
        "not_passed: Expected 'ask' not to be executed, but it was",
        'variables: Expected address to be "Side Street", but it is "Main Street 1"',
        "variables: Expected height to be 3, but there is no such variable, only [address]",
        "ended: Expected the process to have ended, but it waits at [ask, late]",
        "incidents: Expected incidents at [send], but there are []",
        "decisions: Expected the decision 'd', but it was not made",
        'called: Expected a call of \'post-letter\' with {"to": "x"}, but the calls were []',
        'people: Expected groups of \'ask\' to be ["bosses"], but got ["clerks"]',
    ]
    with pytest.raises(TypeError, match="got colour"):
        story.expect(colour="red")


def test_a_folder_is_loaded_as_one_bundle(tmp_path: Path) -> None:
    (tmp_path / "letter.bpmn").write_bytes(LETTER.replace(b'camunda:topic="post-letter"', b'camunda:topic="x"'))
    (tmp_path / "notes.txt").write_text("not a part of it")
    with testing.story() as story:
        story.give("x")
        assert sorted(story.load(tmp_path).definitions) == ["p"]
        story.start("p", by=Actor("amy"))
        story.expect(open=["ask"])


def test_the_example_of_the_paper_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/testing.md promises it with a process that this test draws."""
    book = '<bpmn:serviceTask id="BookLeave" name="B" camunda:type="external" camunda:topic="book-leave"/>'
    body = (
        '<bpmn:startEvent id="Requested"/><bpmn:endEvent id="Booked"/>'
        + user("Approve", 'camunda:candidateGroups="leaders"')
        + book
        + flow("a", "Requested", "Approve")
        + flow("b", "Approve", "BookLeave")
        + flow("c", "BookLeave", "Booked")
    )
    folder = tmp_path / "processes" / "leave"
    folder.mkdir(parents=True)
    (folder / "leave.bpmn").write_bytes(diagram(process(body, "leave")))
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[3] / "docs" / "testing.md").read_text("utf-8")
    example: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], example)
    example["test_a_leave_is_booked"]()


def test_coverage_is_that_of_the_newest_version(story: testing.Story) -> None:
    letter(story)
    story.complete("ask")
    story.complete("file")
    assert story.coverage()["p"].missed == ["late", "remind", "late_remind"]
    story.deploy_files({"letter.bpmn": diagram(process(chain(("ask", user("ask")), ("stamp", user("stamp")))))})
    assert story.coverage()["p"].missed == ["stamp"]  # the flows bear the old names
    assert story.coverage()["p"].percent == 85.7


SUBPROCESS = (
    '<bpmn:subProcess id="sub"><bpmn:startEvent id="ss"/><bpmn:sequenceFlow id="sf" sourceRef="ss" targetRef="throw"/>'
    '<bpmn:endEvent id="throw"><bpmn:signalEventDefinition signalRef="G"/></bpmn:endEvent></bpmn:subProcess>'
)
HEARD = '<bpmn:signalEventDefinition signalRef="G"/>'
ALARM = f'<bpmn:boundaryEvent id="alarm" attachedToRef="sub">{HEARD}</bpmn:boundaryEvent>'
UNDONE = (
    '<bpmn:boundaryEvent id="undone" attachedToRef="book"><bpmn:compensateEventDefinition/></bpmn:boundaryEvent>'
    '<bpmn:userTask id="unbook" isForCompensation="true" camunda:candidateGroups="clerks"/>'
    '<bpmn:association id="as" associationDirection="One" sourceRef="undone" targetRef="unbook"/>'
)
UNDO = '<bpmn:intermediateThrowEvent id="undo"><bpmn:compensateEventDefinition/></bpmn:intermediateThrowEvent>'
EACH = (
    '<bpmn:userTask id="each" camunda:candidateGroups="clerks">'
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=items"'
    ' camunda:elementVariable="item"/></bpmn:userTask>'
)


def test_what_interrupts_its_own_scope_was_passed(story: testing.Story) -> None:
    body = chain(("sub", SUBPROCESS)) + ALARM + user("look") + flow("al", "alarm", "look")
    story.deploy_files({"p.bpmn": diagram(process(body), extra='<bpmn:signal id="G" name="alarm"/>')})
    story.start("p")
    story.expect(open=["look"], path=["fs", "sub", "ss", "throw", "alarm", "look"])
    assert story.history("element-passed", "element-cancelled")[-3:] == [
        "element-passed throw",
        "element-cancelled sub",
        "element-passed alarm",
    ]


def test_who_undoes_was_reached_before_what_undoes(story: testing.Story) -> None:
    body = chain(("book", user("book")), ("undo", UNDO)) + UNDONE
    story.deploy_files({"p.bpmn": diagram(process(body))})
    story.start("p")
    story.complete("book")
    story.expect(open=["unbook"], path=["fs", "book", "undo", "unbook"])
    story.complete("unbook")
    story.expect(open=[], path=["fs", "book", "undo", "unbook", "fe"], ended=True)


def test_a_repetition_of_nothing_was_reached_and_one_of_two_twice(story: testing.Story) -> None:
    story.deploy_files({"p.bpmn": diagram(process(chain(("each", EACH))))})
    story.start("p", {"items": []})
    story.expect(path=["fs", "each", "fe"], ended=True)
    story.start("p", {"items": [1, 2]})
    story.expect(open=["each", "each"], path=["fs", "each", "each"])
