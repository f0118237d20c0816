"""Scenarios in YAML: read strictly, played step by step, and every mistake told with file, line, scenario and step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.engine import chain, diagram, flow, process, timer, user

from engine import lint, testing
from engine.environment import Actor
from engine.testing import BadScenario, Report, Suite

SEND = (
    '<bpmn:serviceTask id="send" name="send" camunda:type="external" camunda:topic="post-letter">'
    "<bpmn:extensionElements>"
    '<camunda:inputOutput><camunda:inputParameter name="to">=address</camunda:inputParameter>'
    '<camunda:outputParameter name="receipt">=result.number</camunda:outputParameter></camunda:inputOutput>'
    "</bpmn:extensionElements></bpmn:serviceTask>"
)
ASK = user("ask", 'camunda:candidateGroups="clerks" camunda:formRef="wish"')
LATE = f'<bpmn:boundaryEvent id="late" name="late" attachedToRef="ask">{timer("duration", "PT4H")}</bpmn:boundaryEvent>'
REMIND = (
    LATE + user("remind") + '<bpmn:endEvent id="over"/>' + flow("w", "late", "remind") + flow("v", "remind", "over")
)
FORM = b"""{"type": "default", "id": "wish", "components": [
  {"type": "radio", "key": "kind", "label": "K",
   "values": [{"value": "yes", "label": "Y"}, {"value": "no", "label": "N"}]},
  {"type": "datetime", "key": "day", "label": "D", "subtype": "date"},
  {"type": "number", "key": "sum", "label": "S"},
  {"type": "textfield", "key": "reason", "label": "R"}]}"""
BUNDLE = {
    "letter.bpmn": diagram(process(chain(("ask", ASK), ("send", SEND)) + REMIND, "letter")),
    "wish.form": FORM,
}
GOOD = """
given:
  variables: {address: Main Street 1}
  people: {amy: [clerks], eve: [guests]}
  operations:
    post-letter: {returns: {number: =to + " R-1"}}
scenarios:
  - name: sent
    given: {by: amy, business_key: K-1}
    when:
      - claim: ask
        by: amy
      - complete: ask
        by: eve
        refused: with amy
      - complete: ask
        by: amy
        answers: {kind: yes, day: 2026-03-05, sum: 12.50, reason: none of yours}
    then:
      path: [fs, ask, send, fe]
      variables: {kind: "yes", day: 2026-03-05, sum: 12.5, receipt: Main Street 1 R-1, reason: null}
      called: {post-letter: {to: Main Street 1}}
      ended: completed
  - name: late
    given: {time: 2026-03-02T10:00}
    when:
      - travel: PT3H
      - expect: {open: [ask], people: {ask: {groups: [clerks]}}}
      - travel: 2026-03-02T14:00
      - expect: {open: [remind], not_passed: [send]}
      - complete: remind
    then: {passed: [late], ended: true}
"""


def suite(text: str = GOOD, name: str = "letter", **files: bytes) -> Suite:
    return Suite(BUNDLE | {f"{name}.scenario.yaml": text.encode()} | files)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadScenario) as refused:
        suite(text)
    return [str(problem) for problem in refused.value.problems]


def told(report: Report) -> list[str]:
    return [str(problem) for outcome in report.outcomes for problem in outcome.problems]


def one(steps: str, then: str = "{}", given: str = "{}") -> str:
    """A file of one scenario of the letter, its steps from line 7 on."""
    head = "given:\n  variables: {address: A, sure: true}\n  operations: {post-letter: {returns: {number: R}}}\n"
    return head + f"scenarios:\n  - name: a\n    given: {given}\n    when:{steps}\n    then: {then}\n"


@pytest.mark.parametrize("forget", [False, True], ids=["kept", "forgotten"])
def test_scenarios_are_played_and_covered(forget: bool) -> None:
    played = Suite(BUNDLE | {"letter.scenario.yaml": GOOD.encode()}, forget=forget).run()
    assert told(played) == []
    assert [outcome.scenario.name for outcome in played.outcomes] == ["sent", "late"]
    assert (played.percent, played.coverage["letter"].missed) == (100.0, [])


def test_what_was_not_executed_is_counted_and_named() -> None:
    only_late = GOOD.partition("  - name: sent")[0] + "  - name: late" + GOOD.partition("  - name: late")[2]
    played = suite(only_late).run()
    assert told(played) == []
    assert played.coverage["letter"].missed == ["fe", "send", "f1", "f2"]
    assert (len(played.coverage["letter"].executed), played.coverage["letter"].total) == (8, 12)
    assert played.percent == 66.6


def test_each_scenario_begins_with_nothing() -> None:
    again = GOOD + "  - name: again\n    when: [{complete: ask}]\n    then: {open: [], ended: true}\n"
    assert told(suite(again).run()) == []


def test_values_are_what_yaml_1_2_says() -> None:
    text = one(
        "\n      - complete: ask\n", "{variables: {a: yes, b: true, c: 0.10, d: 2026-03-02, e: null, f: 1e3, g: '7'}}"
    )
    wanted = suite(text).scenarios[0].steps[-1].what["variables"]
    assert (wanted["a"], wanted["b"], wanted["c"], wanted["e"], wanted["g"]) == (
        "yes",
        True,
        Decimal("0.10"),
        None,
        "7",
    )
    assert (str(wanted["d"]), wanted["f"]) == ("2026-03-02", 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["letter.scenario.yaml:1: The file is empty"]),
        ("- a", ["letter.scenario.yaml:1: Expected names with values, but got a list"]),
        ("a: [", ["letter.scenario.yaml:1: Expected YAML, but expected the node content, but found '<stream end>'"]),
        ("scenarios: &x []", ["letter.scenario.yaml:1: Anchors and aliases are not read here: write the value out"]),
        ("scenarios: !!set {}", ["letter.scenario.yaml:1: Tags are not read here: 'tag:yaml.org,2002:set'"]),
        ("a: " + "[" * 40 + "]" * 40, ["letter.scenario.yaml:1: Expected at most 30 levels"]),
        ("colour: red\nscenarios: []", ["letter.scenario.yaml:1: Expected one of given, scenarios, but got 'colour'"]),
        ("given: {}", ["letter.scenario.yaml:1: Expected 'scenarios', but it is missing"]),
        ("scenarios:\n  - name: a", ["letter.scenario.yaml:2: Expected 'then', but it is missing"]),
        (
            "given: {people: {amy: 3}, time: soon}\nscenarios: []",
            [
                "letter.scenario.yaml:1: Expected a list, but got '3'",
                "letter.scenario.yaml:1: Expected a date and time, but got 'soon'",
            ],
        ),
        (one("", "{}\n  - name: a\n    then: {}"), ["letter.scenario.yaml:9: 'a' is there twice"]),
        (one("", "{open: [], open: [ask]}"), ["letter.scenario.yaml:8: 'open' is there twice"]),
    ],
)
def test_a_file_is_read_strictly(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            "\n      - {complete: ask, colour: red}",
            "letter.scenario.yaml:8: Expected one of complete, by, answers, index",
        ),
        ("\n      - {complete: ask, claim: ask}", "letter.scenario.yaml:8: Expected a step with exactly one of"),
        ("\n      - {wait: P1D}", "letter.scenario.yaml:8: Expected a step with exactly one of complete, claim"),
        ("\n      - {complete: [ask]}", "letter.scenario.yaml:8: Expected a text, but got a list"),
        ("\n      - {complete: ask, index: -1}", "letter.scenario.yaml:8: Expected a whole number, but got '-1'"),
        ("\n      - {travel: tomorrow}", "letter.scenario.yaml:8: Expected an ISO 8601 duration or date"),
        ("\n      - {complete: ask, answers: {kind: '=1 +'}}", "The expression '1 +' is not valid FEEL"),
        ("\n      - {complete: aks}", "letter.scenario.yaml:8: There is no element 'aks'"),
        ("\n      - {expect: {passed: [sned]}}", "letter.scenario.yaml:8: There is no element 'sned'"),
        ("\n      - {expect: {people: {ask: {group: [a]}}}}", "Expected one of assignee, groups, users, never"),
        ("\n      - {expect: {ended: 3}}", "letter.scenario.yaml:8: Expected true or false, but got '3'"),
        ("\n      - {operations: {post: {returns: {}}}}", "No diagram calls the operation 'post'"),
        (
            "\n      - {operations: {post-letter: {gives: {}}}}",
            "Expected one of returns, fails, throws, but got 'gives'",
        ),
        ("\n      - {operations: {post-letter: {}}}", "Expected exactly one of returns, fails, throws"),
    ],
)
def test_a_step_is_read_strictly(steps: str, expected: str) -> None:
    assert expected in "\n".join(mistakes(one(steps)))


def test_processes_may_name_their_elements_alike() -> None:
    other = {"parcel.bpmn": diagram(process(chain(("send", user("send"))), "parcel"))}
    assert suite(**other).run().failed == []


def test_a_process_that_is_not_there_is_named() -> None:
    with pytest.raises(BadScenario, match="There is no process 'parcel', only letter"):
        suite(one(""), name="parcel")


@pytest.mark.parametrize(
    ("steps", "then", "expected"),
    [
        ("\n      - complete: send", "{}", "1 complete send: Expected an open task at 'send', but open are [ask]."),
        (
            "\n      - {complete: ask, by: bob}",
            "{}",
            "1 complete ask: Expected an existing person, but there is no 'bob'.",
        ),
        (
            "\n      - {complete: ask, answers: {kid: 1}}",
            "{}",
            "kid: The form has no such field to fill in, only kind, day",
        ),
        ("\n      - {complete: ask, answers: {kind: maybe}}", "{}", "kind: Expected one of yes, no, but got 'maybe'"),
        ("\n      - {complete: ask, answers: {sum: x}}", "{}", "sum: Expected a value for a number, but got 'x'"),
        ("\n      - {complete: ask, answers: {sum: true}}", "{}", "sum: Expected a value for a number, but got 'True'"),
        ("\n      - {complete: ask, refused: true}", "{}", "Expected 'complete ask' to be refused, but it was done"),
        ("\n      - travel: 2020-01-01T00:00", "{}", "1 travel: Expected a time after 2026-03-02"),
        ("\n      - travel: -PT1H", "{}", "1 travel -PT1H: Expected a time after 2026-03-02"),
        ("\n      - retry: ask", "{}", "1 retry ask: Expected an existing incident, but there is no 'ask'."),
        ("", "{open: [remind]}", "then, open: Expected the open tasks [remind], but there are [ask]"),
        ("", "{ended: true}", "then, ended: Expected the process to have ended, but it waits at [ask, late]"),
        ("", "{variables: {address: B}}", 'then, variables: Expected address to be "B", but it is "A"'),
        ("", "{variables: {sure: 1}}", "then, variables: Expected sure to be 1, but it is true"),
    ],
)
def test_what_goes_wrong_is_told_with_its_place(steps: str, then: str, expected: str) -> None:
    (found,) = told(suite(one(steps, then)).run())
    assert found.startswith("letter.scenario.yaml:8, 'a', " if steps else "letter.scenario.yaml:8, 'a', then")
    assert expected in found


def test_an_incident_that_nobody_expects_is_not_as_expected() -> None:
    fails = "\n      - operations: {post-letter: {fails: no paper}}\n      - complete: ask\n      - travel: P1D"
    (found,) = told(suite(one(fails, "{open: []}")).run())
    assert "then, incidents: Expected incidents at [], but there are [send (" in found
    assert told(suite(one(fails, "{incidents: {send: no paper}}")).run()) == []
    mended = "\n      - operations: {post-letter: {returns: {number: R-9}}}\n      - retry: send"
    assert told(suite(one(fails + mended, "{variables: {receipt: R-9}, ended: true}")).run()) == []
    by_hand = "\n      - {resolve: send, note: carried}"
    assert told(suite(one(fails + by_hand, "{variables: {receipt: null}, ended: true}")).run()) == []


def test_the_bundle_is_checked_first() -> None:
    broken = suite(**{"letter.bpmn": BUNDLE["letter.bpmn"].replace(b'formRef="wish"', b'formRef="wihs"')})
    assert [one.rule for one in broken.findings() if one.severity == "error"] == ["form-reference"]
    with pytest.raises(lint.Refused):
        broken.run()


def test_messages_signals_and_functions() -> None:
    extra = '<bpmn:message id="M" name="ordered"/><bpmn:signal id="S" name="closing time"/>'
    body = (
        '<bpmn:startEvent id="s" name="s"><bpmn:messageEventDefinition messageRef="M"/></bpmn:startEvent>'
        '<bpmn:intermediateCatchEvent id="c" name="c"><bpmn:signalEventDefinition signalRef="S"/>'
        '</bpmn:intermediateCatchEvent><bpmn:exclusiveGateway id="g" name="g" default="n"/><bpmn:endEvent id="open"/>'
        '<bpmn:endEvent id="shut"/>'
        + flow("a", "s", "c")
        + flow("b", "c", "g")
        + flow("y", "g", "shut", "shop hours(book) = 0")
        + flow("n", "g", "open")
    )
    text = """
given: {start: {message: ordered}, business_key: K-1, variables: {book: Emma}}
scenarios:
  - name: shut
    given: {functions: {shop hours: 0}}
    when: [{signal: closing time}]
    then: {path: [s, c, g, shut], ended: true}
  - name: still open
    given: {functions: {shop hours: =4 + 4}}
    when:
      - expect: {path: [s, c], variables: {book: Emma}}
      - signal: closing time
        payload: {why: tired}
    then: {path: [s, c, g, open], variables: {why: tired}}
"""
    files = {"shop.bpmn": diagram(process(body, "shop"), extra=extra), "shop.scenario.yaml": text.encode()}
    played = Suite(files).run()
    assert (told(played), played.percent) == ([], 100.0)


def test_joins_count_the_flows_of_all_tokens() -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:parallelGateway id="f" name="f"/><bpmn:exclusiveGateway id="x" default="d"/>'
        '<bpmn:parallelGateway id="j" name="j"/><bpmn:endEvent id="e"/>'
        + flow("a", "s", "f")
        + flow("b", "f", "j")
        + flow("c", "f", "x")
        + flow("d", "x", "j")
        + flow("g", "j", "e")
    )
    text = b"scenarios: [{name: a, then: {ended: true}}]"
    played = Suite({"join.bpmn": diagram(process(body, "join")), "join.scenario.yaml": text}).run()
    assert (told(played), played.coverage["join"].missed) == ([], [])


def test_a_house_brings_people_words_and_what_they_mean() -> None:
    class Office(testing.House):
        words = {"lamp": testing.Part.text}  # noqa: RUF012

        def actor(self, story: testing.Story, name: str) -> Actor | None:
            return Actor(name, frozenset({"clerks"})) if name == "ann" else None

        def arrange(self, story: testing.Story, given: dict[str, object]) -> None:
            story.give_function("lamp", given["lamp"])

    text = one("\n      - {complete: ask, by: ann}", "{ended: true}", "{lamp: red}")
    files = BUNDLE | {"letter.scenario.yaml": text.encode()}
    assert told(Suite(files, Office()).run()) == []
    assert "Expected one of process, start" in mistakes(text)[0]
