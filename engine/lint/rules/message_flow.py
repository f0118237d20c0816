"""Message flows that bring nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn import pools
from engine.bpmn.model import MessageFlow, Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("message-flow")
GOOD = """
<message id="M" name="asked"/>
<collaboration id="k">
  <participant id="P" processRef="p"/> <participant id="Q" processRef="q"/>
  <messageFlow id="f" sourceRef="t" targetRef="qs" messageRef="M"/>
</collaboration>
<startEvent id="s"/> <sendTask id="t"/> <endEvent id="e"/>
s -> t -> e
<process id="q" isExecutable="true">
  <startEvent id="qs"><messageEventDefinition/></startEvent> <endEvent id="qe"/>
  qs -> qe
</process>
"""
BAD = """
<message id="M" name="asked"/>
<collaboration id="k">
  <participant id="P" processRef="p"/> <participant id="Q" processRef="q"/>
  <messageFlow id="f" sourceRef="t" targetRef="qs"/>
</collaboration>
<startEvent id="s"/> <sendTask id="t" messageRef="M"/> <endEvent id="e"/>
s -> t -> e
<process id="q" isExecutable="true">
  <startEvent id="qs"/> <endEvent id="qe"/>
  qs -> qe
</process>
"""
AT = "f"
ADVICE = "Use the same message at both ends of the flow."


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A message flow between two processes is executed: from what throws its message in one pool to what catches it in
    another (BPMN 7.6.2, 9.4). Flows from and to partners without a process are only drawn.
    """
    known = {process.id: process for process in processes(bundle)}
    for process in processes(bundle):
        for flow in process.messages:
            if flow.lost is not None:
                template = "The message flow leads from '{source}' to '{target}', but '{end}' is not there"
                advice = "Draw the flow again."
                yield report.error(
                    process, flow, template, advice, source=flow.source, target=flow.target, end=flow.lost
                )
            elif flow.sender in known and flow.receiver in known:
                yield from _between(process, flow, known[str(flow.sender)], known[str(flow.receiver)])


def _between(process: Process, flow: MessageFlow, sender: Process, receiver: Process) -> Iterator[Finding]:
    source, target = sender.nodes.get(flow.source), receiver.nodes.get(flow.target)
    if sender is receiver:
        template = "The message flow begins and ends in the same pool"
        yield report.error(process, flow, template, "Draw a sequence flow, or an event that is thrown and caught.")
    elif source is None:
        template = "The message flow begins at the border of a pool: nothing sends the message"
        yield report.error(process, flow, template, "Begin it at a send task or at an event that throws a message.")
    elif pools.message(source) is None or source.kind not in pools.THROWS:
        yield from _silent(process, flow, source)
    else:
        yield from _caught(process, flow, source, target, receiver)


def _silent(process: Process, flow: MessageFlow, source: Node) -> Iterator[Finding]:
    if "topic" in source.attributes:
        template = "'{node}' sends what its operation sends, the message flow adds nothing"
        advice = "Let the operation publish the message, or draw a send task with the message."
        yield report.warning(process, flow, template, advice, node=source.name or source.id)
    else:
        template = "The message flow begins at '{node}', which sends no message"
        advice = "Begin it at a send task or at an event that throws a message."
        yield report.error(process, flow, template, advice, node=source.name or source.id)


def _caught(
    process: Process, flow: MessageFlow, source: Node, target: Node | None, receiver: Process
) -> Iterator[Finding]:
    sent = pools.message(source)
    name = sent.name if sent else None
    catching = [node for node in receiver.nodes.values() if node.kind in pools.CATCHES and pools.message(node)]
    heard = {event.name for node in catching if target in (None, node) for event in node.events}
    if target is not None and target not in catching:
        template = "The message flow ends at '{node}', which waits for no message"
        advice = "End it at a receive task or at an event that catches a message."
        yield report.error(process, flow, template, advice, node=target.name or target.id)
    elif name and name not in heard:
        template = "The message '{name}' is sent along the message flow, but nothing there waits for it"
        yield report.error(process, flow, template, ADVICE, name=name)
    elif name and flow.message not in (None, name):
        template = "The message '{name}' is sent along the message flow of the message '{other}'"
        yield report.error(process, flow, template, ADVICE, name=name, other=flow.message)
