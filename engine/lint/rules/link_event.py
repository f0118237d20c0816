"""Link events and their partners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("link-event")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateThrowEvent id="go"><linkEventDefinition name="page 2"/></intermediateThrowEvent>
<intermediateCatchEvent id="on"><linkEventDefinition name="page 2"/></intermediateCatchEvent>
s -> go
on -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<intermediateThrowEvent id="go"><linkEventDefinition name="page 3"/></intermediateThrowEvent>
s -> go
<task id="a"/>
s -> a -> e
"""
AT = "go"
THROW, CATCH = "intermediateThrowEvent", "intermediateCatchEvent"
NO_CATCH = "The link '{name}' has no catching event"
NO_THROW = "The link '{name}' has no throwing event"
ELSEWHERE = "The link '{name}' is caught in another scope only"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A link replaces a sequence flow: each throw leads to the one catch of its name in the same scope, nothing else
    leads to that catch, and nothing leaves the throw; BPMN 10.5.5.
    """
    for process in processes(bundle):
        ends: dict[str, dict[tuple[str | None, str], list[Node]]] = {THROW: {}, CATCH: {}}
        for node in process.nodes.values():
            for event in node.events if node.kind in ends else ():
                if event.kind == "link" and event.name:
                    ends[node.kind].setdefault((node.scope, event.name), []).append(node)
                    yield from _flows(process, node)
        for place, throws in ends[THROW].items():
            if place not in ends[CATCH]:
                elsewhere = any(name == place[1] for _, name in ends[CATCH])
                yield from _alone(process, throws, ELSEWHERE if elsewhere else NO_CATCH, place[1])
        for place, catches in ends[CATCH].items():
            if place not in ends[THROW]:
                yield from _alone(process, catches, NO_THROW, place[1])
            for node in catches[1:]:
                yield report.error(
                    process,
                    node,
                    "The link '{name}' has more than one catching event in its scope",
                    "Keep one; several throwing events may lead to it.",
                    name=place[1],
                )


def _alone(process: Process, events: list[Node], template: str, name: str) -> Iterator[Finding]:
    for node in events:
        advice = "Draw both ends of the link in the same process or subprocess, and give them the same name."
        yield report.error(process, node, template, advice, name=name)


def _flows(process: Process, node: Node) -> Iterator[Finding]:
    if node.kind == CATCH and (flows := process.incoming(node.id)):
        template = "The catching link event has an incoming flow '{flow}'"
        advice = "Lead the flow to the element behind the link, or remove it."
    elif node.kind == THROW and (flows := process.outgoing(node.id)):
        template = "The throwing link event has an outgoing flow '{flow}'"
        advice = "Remove the flow; the way goes on at the catching link event."
    else:
        return
    yield report.error(process, node, template, advice, flow=flows[0].id)
