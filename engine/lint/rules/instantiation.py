"""Events that start a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.instantiating import beginnings, instantiates, is_parallel
from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("instantiation")
GOOD = """
<message id="M" name="asked"/> <message id="N" name="told"/>
<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/> <endEvent id="e"/>
<intermediateCatchEvent id="c"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
<intermediateCatchEvent id="d"><messageEventDefinition messageRef="N"/></intermediateCatchEvent>
g -> c -> e
g -> d -> e
"""
BAD = """
<message id="M" name="asked"/>
<startEvent id="s"/> <receiveTask id="r" messageRef="M" instantiate="true"/> <endEvent id="e"/>
s -> r -> e
"""
AT = "r"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """What starts a process stands where nothing runs before it, and one event is enough; only a parallel gateway waits
    for more, for messages of the same case (BPMN 10.5.2, 10.6.6, 13.2).
    """
    for process in processes(bundle):
        for node in process.nodes.values():
            if instantiates(node):
                yield from _place(process, node)
            if node.kind == "eventBasedGateway" and is_parallel(node):
                yield from _parallel(process, node)
        for node, position, _ in beginnings(process):
            if node.says("parallelMultiple") and position == 0:
                yield report.error(
                    process,
                    node,
                    "A start event that waits for several events at once is not executed",
                    "Draw a parallel event-based gateway that starts the process, a message event behind it for each.",
                )


def _place(process: Process, node: Node) -> Iterator[Finding]:
    if node.scope is not None:
        template = "'{node}' is to start the process, but stands in a subprocess"
        yield report.error(process, node, template, "Move it out of the subprocess.", node=node.name or node.id)
    elif process.incoming(node.id):
        template = "'{node}' is to start the process, but a flow leads to it"
        advice = "Remove the flow, or let something else start the process."
        yield report.error(process, node, template, advice, node=node.name or node.id)
    elif node.loop is not None or node.attributes.get("asyncBefore") == "true":
        template = "'{node}' is to start the process, but is repeated or put off ('asyncBefore')"
        advice = "Receive the message first; repeat or put off what comes behind it."
        yield report.error(process, node, template, advice, node=node.name or node.id)


def _parallel(process: Process, gateway: Node) -> Iterator[Finding]:
    if not instantiates(gateway):
        yield report.error(
            process,
            gateway,
            "A parallel event-based gateway that does not start the process is not allowed",
            "Use a parallel gateway with the events behind it.",
        )
        return
    for flow in process.outgoing(gateway.id):
        target = process.nodes.get(flow.target)
        if target is not None and any(event.kind != "message" for event in target.events):
            yield report.error(
                process,
                target,
                "Behind a parallel gateway that starts the process stands another event than a message",
                "Use messages only: they find the instance that the first of them has started.",
            )
