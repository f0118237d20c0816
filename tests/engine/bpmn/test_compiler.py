"""From the drawing to something that runs: read once, compiled once, shared and never changed by a run."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support.diagrams import NAMES, border, call, catch, multiple, node, parameters, property_, script
from support.engine import Story, chain, diagram, flow, process, timer, user

from engine import feel, xml
from engine.bpmn import compiler, dialect, expressions
from engine.bpmn.compiler import Compiled
from engine.errors import Problem

SCOPE = feel.Scope(now=None)


def read(content: bytes) -> list[Any]:
    return dialect.read(xml.read(content, frozenset({dialect.ROOT})), "a.bpmn")


def compiled(content: bytes) -> tuple[Compiled, list[Problem]]:
    (found,) = read(content)
    return compiler.compile_process(found, frozenset())


RICH = (
    chain(
        (
            "a",
            user(
                "a",
                'camunda:assignee="=who" camunda:candidateGroups="clerks" camunda:dueDate="=d" camunda:priority="5"',
                "<bpmn:extensionElements>"
                + property_("dueKey", "=k")
                + parameters({"i": "=1"}, {"o": "=2"})
                + "</bpmn:extensionElements>"
                + multiple("list", condition="done"),
            ),
        ),
        ("s", script("s", "1 + 1", "x")),
        ("c", call("c", "q", '<camunda:in source="u" target="v"/><camunda:out sourceExpression="w" target="z"/>')),
        ("t", catch("t", timer("duration", "PT1H"), property_("timerKey", "clock:x"))),
    )
    + border("b", "a", timer("date", "=at"), "y")
    + user("y")
)


def test_every_slot_is_compiled() -> None:
    made, problems = compiled(diagram(process(RICH)))
    assert problems == []
    slots = {(element, slot): value.text for (element, slot), value in made.values.items()}
    assert slots == {
        ("a", "assignee"): "=who",
        ("a", "candidateGroups"): "clerks",
        ("a", "dueDate"): "=d",
        ("a", "priority"): "5",
        ("a", "dueKey"): "=k",
        ("a", "input:i"): "=1",
        ("a", "output:o"): "=2",
        ("a", "loop:collection"): "=list",
        ("a", "loop:condition"): "done",
        ("s", "script"): "1 + 1",
        ("c", "called"): "q",
        ("c", "in:v"): "u",
        ("c", "out:z"): "w",
        ("t", "timer"): "PT1H",
        ("t", "timerKey"): "clock:x",
        ("b", "timer"): "=at",
        ("y", "candidateGroups"): "clerks",
    }
    assert made.value("a", "input:nothing") is None
    assert [node.id for node in made.process.boundaries("a")] == ["b"]


def test_everything_that_does_not_parse_is_told_with_its_place() -> None:
    broken = chain(
        ("a", user("a", 'camunda:assignee="=1 +"')),
        ("s", script("s", "((", "x")),
        ("t", catch("t", timer("date", ")"))),
    ) + flow("bad", "a", "s", "= =")
    _, problems = compiled(diagram(process(broken)))
    assert [problem.where for problem in problems] == ["a.bpmn#bad", "a.bpmn#a", "a.bpmn#s", "a.bpmn#t"]
    assert {problem.parameters["slot"] for problem in problems} == {"condition", "assignee", "script", "timer"}


def test_a_run_changes_nothing_of_what_is_shared(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a")), ("s", script("s", "1", "x")))), extra=NAMES))
    shared = [definition.compiled for definition in story.environment.deployments.values()]
    story.start()
    story.complete("a")
    (used,) = [definition.compiled for definition in story.environment.deployments.values()]
    specs = {name: copy.copy(vars(spec)) for name, spec in used.spec.task_specs.items()}
    story.start()
    story.complete("a")
    assert {name: vars(spec) for name, spec in used.spec.task_specs.items()} == specs
    assert len(shared) <= 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("clerks", "clerks"),
        (" clerks ", " clerks "),
        ("= x + 1", 3),
        ("=x", 2),
        ("${x}", 2),
        ("#{x}", 2),
        ("${x == 2}", True),
        ("${x", "${x"),
        ("{{x}}", "{{x}}"),
    ],
)
def test_literals_and_expressions(text: str, value: object) -> None:
    assert expressions.text_or_expression(text, ())({"x": feel.to_feel(2)}, SCOPE) == value


@pytest.mark.parametrize("text", ["${x.getClass().forName('y')}", "${T(java.lang.Runtime)}", "=", "=1 +"])
def test_what_cannot_be_translated_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelError):
        expressions.text_or_expression(text, ())
    with pytest.raises(feel.FeelError):
        expressions.expression(text, ())


def test_the_cousins_of_the_dialect_are_read_alike() -> None:
    content = diagram(process(RICH))
    (expected,) = read(content)
    for uri in ("http://operaton.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn"):
        (found,) = read(content.replace(b"http://camunda.org/schema/1.0/bpmn", uri.encode()))
        assert found == expected


def test_a_process_knows_its_neighbours() -> None:
    (found,) = read(diagram(process(RICH)))
    assert [flow.id for flow in found.incoming("s")] == ["f1"]
    assert [flow.target for flow in found.outgoing("s")] == ["c"]
    assert [node.id for node in found.starts()] == ["fs"]
    assert (found.executable, found.file, found.nodes["a"].line) == (True, "a.bpmn", 1)


def test_booleans_are_read_as_xml_schema_writes_them() -> None:
    assert [dialect.truth(text) for text in ("true", "1", "false", "0", "", None)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    body = chain(("a", user("a"))) + node(
        "boundaryEvent", "b", timer("duration", "PT1H"), 'attachedToRef="a" cancelActivity="0"'
    )
    (found,) = read(diagram(process(body).replace('isExecutable="true"', 'isExecutable="1"')))
    assert (found.executable, found.nodes["b"].interrupting) == (True, False)
