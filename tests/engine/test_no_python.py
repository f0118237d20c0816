"""Nothing that a diagram, a table, a form, a message or a person says is ever run as Python, wherever it is written.

Every slot of text is filled with the classic payloads. Each is refused at deployment or a harmless FEEL error; a canary
file must never appear, and neither the engine nor SpiffWorkflow may call eval, exec or compile, or look at the clock.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from support.diagrams import (
    MESSAGE,
    NAMES,
    border,
    call,
    catch,
    conditional,
    fork,
    multiple,
    node,
    parameters,
    property_,
    script,
    service,
)
from support.engine import Story, chain, diagram, flow, process, timer, user
from support.items import assign, becomes, data_object, writes

from engine import bundle, incidents, instances, messages, tables, tasks
from engine.environment import SYSTEM
from engine.errors import EngineError

PAYLOADS = {
    "import": "__import__('os').system('touch CANARY')",
    "import, FEEL quotes": '__import__("os").system("touch CANARY")',
    "open": "open('CANARY', 'w').write('x')",
    "open, FEEL quotes": 'open("CANARY", "w").write("x")',
    "eval": "eval(\"open('CANARY','w')\")",
    "exec": "exec(\"open('CANARY','w')\")",
    "compile": "compile(\"open('CANARY','w')\", '', 'exec')",
    "class": "().__class__.__base__.__subclasses__()",
    "class of text": '"".__class__.__mro__[1].__subclasses__()',
    "function globals": "string.__globals__.__builtins__.open('CANARY','w')",
    "lambda": "(lambda: open('CANARY','w'))()",
    "comprehension": "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'][0]('touch CANARY')",
    "walrus": "(x := __import__('os')).system('touch CANARY')",
    "format": "'{0.__class__.__init__.__globals__}'.format(x)",
    "f-string": "f\"{open('CANARY','w')}\"",
    "JUEL": "${''.getClass().forName('java.lang.Runtime').getMethods()[6].invoke(null).exec('touch CANARY')}",
    "JUEL deferred": "#{execution.getEngineServices().getRuntimeService()}",
    "SpEL": "${T(java.lang.Runtime).getRuntime().exec('touch CANARY')}",
    "Jinja": "{{ cycler.__init__.__globals__.os.popen('touch CANARY').read() }}",
    "Groovy": "'touch CANARY'.execute()",
    "JavaScript": "function() { require('fs').writeFileSync('CANARY', '') }()",
    "statement": "import os; os.system('touch CANARY')",
    "dunder name": "__builtins__",
    "external function": 'function(x) external { java: { class: "java.lang.Runtime", "method signature": "exec(x)" } }',
}


def way(condition: str) -> str:
    expression = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    return (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="x" default="d"/><bpmn:endEvent id="e"/>'
        + flow("f", "s", "x")
        + f'<bpmn:sequenceFlow id="c" sourceRef="x" targetRef="e">{expression}</bpmn:sequenceFlow>'
        + flow("d", "x", "e")
    )


def only(xml: str) -> str:
    """A process of this one node."""
    return chain((xml.partition(' id="')[2].partition('"')[0], xml))


def extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def attribute(name: str) -> Callable[[str, str], str]:
    more = "" if name in ("assignee", "candidateGroups", "candidateUsers") else 'camunda:candidateGroups="clerks"'
    return lambda text, quoted: only(user("a", f"camunda:{name}={quoted} {more}"))


def property_slot(name: str) -> Callable[[str, str], str]:
    def make(text: str, quoted: str) -> str:
        given = f"<camunda:properties><camunda:property name={quoteattr(name)} value={quoted}/></camunda:properties>"
        return only(user("a", inner=extended(given)))

    return make


CALLED = 'calledElement="q" camunda:calledElementBinding="version"'
SLOTS: dict[str, Callable[[str, str], str]] = {
    **{
        name: attribute(name)
        for name in ("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority")
    },
    **{name: property_slot(name) for name in ("dueKey", "excludedUsers", "notSameAs", "name_en")},
    "flow condition": lambda text, quoted: way(text),
    "script": lambda text, quoted: only(script("s", text, "x")),
    "script in Python": lambda text, quoted: only(script("s", text, "x").replace('"feel"', '"python"')),
    "input": lambda text, quoted: only(service("n", "note", parameters({"text": text}))),
    "output": lambda text, quoted: only(service("n", "note", parameters(None, {"y": text}))),
    "input of a task": lambda text, quoted: only(user("a", inner=extended(parameters({"text": text})))),
    "topic": lambda text, quoted: only(node("serviceTask", "n", "", f"camunda:topic={quoted}")),
    "class": lambda text, quoted: only(node("serviceTask", "n", "", f"camunda:class={quoted}")),
    "expression": lambda text, quoted: only(node("serviceTask", "n", "", f"camunda:expression={quoted}")),
    "decision": lambda text, quoted: only(node("businessRuleTask", "r", "", f"camunda:decisionRef={quoted}")),
    "form": lambda text, quoted: only(user("a", f'camunda:candidateGroups="clerks" camunda:formRef={quoted}')),
    "called process": lambda text, quoted: only(node("callActivity", "c", "", f"calledElement={quoted}")),
    "called version": lambda text, quoted: only(
        node("callActivity", "c", "", f"{CALLED} camunda:calledElementVersion={quoted}")
    ),
    "start condition": lambda text, quoted: chain(("a", user("a")), start=conditional(text)),
    "start timer": lambda text, quoted: chain(("a", user("a")), start=timer("date", text)),
    "called with": lambda text, quoted: only(call("c", "q", f'<camunda:in sourceExpression={quoted} target="x"/>')),
    "source": lambda text, quoted: only(call("c", "q", f'<camunda:in source={quoted} target="x"/>')),
    "returned": lambda text, quoted: only(call("c", "q", f'<camunda:out sourceExpression={quoted} target="x"/>')),
    "date": lambda text, quoted: only(catch("t", timer("date", text))),
    "duration": lambda text, quoted: only(catch("t", timer("duration", text))),
    "cycle": lambda text, quoted: only(catch("t", timer("cycle", text))),
    "boundary timer": lambda text, quoted: only(user("a")) + border("b", "a", timer("date", text), "y") + user("y"),
    "retry cycle": lambda text, quoted: only(
        service("n", "note", f"<camunda:failedJobRetryTimeCycle>{text}</camunda:failedJobRetryTimeCycle>")
    ),
    "collection": lambda text, quoted: only(user("a", inner=multiple("x").replace('"=x"', quoted))),
    "cardinality": lambda text, quoted: only(
        user(
            "a",
            inner=f"<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>{text}</bpmn:loopCardinality>"
            "</bpmn:multiInstanceLoopCharacteristics>",
        )
    ),
    "completion condition": lambda text, quoted: only(
        f'<bpmn:task id="a">{multiple("[1, 2]", condition=text)}</bpmn:task>'
    ),
    "loop condition": lambda text, quoted: only(
        user(
            "a",
            inner=f"<bpmn:standardLoopCharacteristics><bpmn:loopCondition>{text}</bpmn:loopCondition>"
            "</bpmn:standardLoopCharacteristics>",
        )
    ),
    "conditional event": lambda text, quoted: only(catch("t", conditional(text))),
    "ad-hoc condition": lambda text, quoted: only(
        node("adHocSubProcess", "h", user("u") + f"<bpmn:completionCondition>{text}</bpmn:completionCondition>")
    ),
    "activation condition": lambda text, quoted: (
        fork(("a", user("a")), ("b", user("b")), then="g")
        + node("complexGateway", "g", f"<bpmn:activationCondition>{text}</bpmn:activationCondition>")
        + '<bpmn:endEvent id="e"/>'
        + flow("ge", "g", "e")
    ),
    "transformation": lambda text, quoted: data_object("x") + only(user("a", inner=writes("r_x", inner=becomes(text)))),
    "assignment": lambda text, quoted: (
        data_object("x") + only(user("a", inner=writes("r_x", inner=assign(text, "x.y"))))
    ),
    "assignment to": lambda text, quoted: (
        data_object("x") + only(user("a", inner=writes("r_x", inner=assign("1", text))))
    ),
    "second of several": lambda text, quoted: only(catch("t", MESSAGE + timer("date", text))),
    "correlation key": lambda text, quoted: only(
        catch("m", MESSAGE, property_("correlationKey", "x").replace('"x"', quoted))
    ),
    "timer key": lambda text, quoted: only(
        catch("t", timer("duration", "PT1H"), property_("timerKey", "x").replace('"x"', quoted))
    ),
    "message payload": lambda text, quoted: only(
        node("intermediateThrowEvent", "t", MESSAGE, "", parameters({"text": text}))
    ),
    "documentation": lambda text, quoted: only(user("a", inner=f"<bpmn:documentation>{text}</bpmn:documentation>")),
    "name": lambda text, quoted: only(user("a").replace('name="a"', f"name={quoted}")),
    "listener": lambda text, quoted: only(
        user("a", inner=extended(f'<camunda:executionListener expression={quoted} event="start"/>'))
    ),
    "SpiffWorkflow's own": lambda text, quoted: only(
        user(
            "a",
            inner='<bpmn:extensionElements xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core">'
            f"<spiff:preScript>{text}</spiff:preScript><spiff:postScript>{text}</spiff:postScript>"
            "</bpmn:extensionElements>",
        )
    ),
    "input script": lambda text, quoted: only(
        service(
            "n",
            "note",
            '<camunda:inputOutput><camunda:inputParameter name="text"><camunda:script scriptFormat="python">'
            f"{text}</camunda:script></camunda:inputParameter></camunda:inputOutput>",
        )
    ),
    "id": lambda text, quoted: chain(("a", user("a").replace('id="a"', f"id={quoted}"))),
}


class Watch:
    """Who calls eval, exec, compile, a shell or the clock."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def guard(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*given: Any, **options: Any) -> Any:
            module = sys._getframe(1).f_globals.get("__name__", "")
            if module.partition(".")[0] in ("engine", "forms", "SpiffWorkflow"):
                self.seen.append(f"{name} by {module}")
            return original(*given, **options)

        return guarded


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Watch]:
    """Fails when anything was run, in the folder where the canary would appear."""
    monkeypatch.chdir(tmp_path)
    found = Watch()
    for name in ("eval", "exec", "compile"):
        monkeypatch.setattr(builtins, name, found.guard(name, getattr(builtins, name)))
    for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen")):
        monkeypatch.setattr(module, name, found.guard(name, getattr(module, name)))
    yield found
    assert found.seen == []
    assert list(tmp_path.iterdir()) == []


def play(story: Story, content: bytes, payload: str) -> None:
    """Deploy and do everything that can be done, also with the payload as data."""
    bundle._compiled.cache_clear()
    story.deploy(content)
    story.run(lambda tx: instances.start_when(tx, {"x": payload}), by=SYSTEM)
    root = story.start(by=SYSTEM, x=payload, text=payload, bad=[payload, {payload[:100]: payload}])
    story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1", payload={"x": payload}), by=SYSTEM)
    story.travel(hours=2)
    for incident in story.rows(tables.incident):
        story.run(lambda tx, incident=incident: incidents.retry(tx, incident.id), by=SYSTEM)
    for task in story.rows(tables.task):
        story.run(lambda tx, task=task: tasks.complete(tx, task.id, {"x": payload}), by=SYSTEM)
    assert root


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("slot", SLOTS)
def test_no_slot_of_a_diagram_runs_python(story: Story, watch: Watch, slot: str) -> None:
    taken: list[object] = []

    @story.environment.operations.operation("note")
    def note(call: Any, *, text: object = None) -> dict[str, object]:
        taken.append(text)
        return {"text": text}

    called = process(chain(("inside", user("inside")), prefix="i"), "q")
    for payload in PAYLOADS.values():
        for given in (payload, f"={payload}"):
            body = SLOTS[slot](escape(given), quoteattr(given))
            with contextlib.suppress(EngineError):  # refused at deployment, or told to who acts
                play(story, diagram(process(body), called, extra=NAMES), payload)
    assert all(value is None or isinstance(value, (str, list, dict)) for value in taken)
    assert watch.seen == []


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="D" namespace="n">
<decision id="rate" name="rate"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="ie" typeRef="string"><text>{input}</text></inputExpression></input>
<output id="o" name="rate"/>
<rule id="r"><inputEntry id="re"><text>{cell}</text></inputEntry>
<outputEntry id="oe"><text>{output}</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("slot", ["input", "cell", "output"])
def test_no_cell_of_a_table_runs_python(story: Story, watch: Watch, slot: str) -> None:
    rule = '<bpmn:businessRuleTask id="r" camunda:decisionRef="rate" camunda:resultVariable="found"/>'
    content = diagram(process(chain(("r", rule))))
    for payload in PAYLOADS.values():
        table = TABLE.format(**{"input": "x", "cell": "-", "output": "1", slot: escape(payload)}).encode()
        bundle._compiled.cache_clear()
        with contextlib.suppress(EngineError):
            story.deploy(content, rate_dmn=table)
            story.start(by=SYSTEM, x=payload)


def test_the_watch_would_see_it(watch: Watch) -> None:
    here = {"__name__": "engine.bpmn.evil", "eval": builtins.eval, "os": os}
    exec("eval('1'); os.system('true')", here)
    assert watch.seen == ["eval by engine.bpmn.evil", "system by engine.bpmn.evil"]
    watch.seen.clear()


def test_a_whole_story_never_looks_at_the_clock_of_the_machine(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does SpiffWorkflow: a command has one instant, and it is given."""

    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"the clock was asked: {name}")

    for name, module in list(sys.modules.items()):
        if name.startswith("SpiffWorkflow"):
            for clock in ("time", "datetime"):
                if hasattr(module, clock):
                    monkeypatch.setattr(module, clock, Broken())

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        return None

    late = border("late", "b", timer("duration", "PT1H"), "esc") + user("esc")
    body = chain(
        ("a", user("a")),
        ("n", service("n", "note", attributes='camunda:asyncBefore="true"')),
        ("s", script("s", "1 + 1", "x")),
        ("b", user("b", inner=multiple("[1, 2]"))),
        ("c", call("c", "q")),
    )
    called = process(fork(("t", catch("t", timer("duration", "PT2H"))), ("m", catch("m", MESSAGE))), "q")
    story.deploy(diagram(process(body + late), called, extra=NAMES))
    for interrupted in (True, False):
        root = story.start()
        story.complete("a")
        story.travel(minutes=1)
        if interrupted:
            story.travel(hours=1)
            story.complete("esc")
        else:
            story.complete("b")
            story.complete("b")
            story.travel(hours=2)
            story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1"))
        assert story.outcome(root) == "completed"
    times = {row.at for row in story.rows(tables.event)}
    assert max(times) <= story.clock.now()
