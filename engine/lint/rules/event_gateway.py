"""What may stand behind an event-based gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("event-gateway")
GOOD = """
<message id="M" name="answer"/>
<startEvent id="s"/> <eventBasedGateway id="g"/> <endEvent id="e"/>
<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
<intermediateCatchEvent id="t">
  <timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
s -> g -> m -> e
g -> t -> e
"""
BAD = """
<message id="M" name="answer"/>
<startEvent id="s"/> <eventBasedGateway id="g"/> <endEvent id="e"/>
<intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/></intermediateCatchEvent>
<task id="a"/>
s -> g -> m -> e
g -> a -> e
"""
AT = "a"
AWAITED = frozenset({"message", "signal", "timer", "conditional"})


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """The gateway waits for the first of the events behind it, which must be events and belong to it alone; BPMN
    10.6.6, 13.4.4.
    """
    for process, node in nodes(bundle, "eventBasedGateway"):
        flows = process.outgoing(node.id)
        targets = [process.nodes[flow.target] for flow in flows if flow.target in process.nodes]
        if len(flows) < 2:
            yield report.error(
                process,
                node,
                "Expected at least two events behind the gateway, but there are {n}",
                "Add what else may happen, e.g. a timer, or remove the gateway.",
                n=len(flows),
            )
        for target in targets:
            yield from _target(process, node, target)
        tasks = any(target.kind == "receiveTask" for target in targets)
        if tasks and any(t.kind == "intermediateCatchEvent" and t.catches("message") for t in targets):
            yield report.error(
                process,
                node,
                "Message events and receive tasks stand behind the same gateway",
                "Use one of the two for all messages.",
            )


def _target(process: Process, gateway: Node, target: Node) -> Iterator[Finding]:
    kinds = {event.kind for event in target.events}
    if not (target.kind == "receiveTask" or (target.kind == "intermediateCatchEvent" and kinds <= AWAITED)):
        yield report.error(
            process,
            target,
            "An event-based gateway leads here, but this waits for no event",
            "Put a message, signal, timer or conditional event between them.",
        )
    elif len(process.incoming(target.id)) != 1:
        yield report.error(
            process,
            target,
            "More than one flow leads to an event behind an event-based gateway",
            "Draw an event of its own for the other flow.",
        )
    elif process.boundaries(target.id) or target.loop or target.attributes.keys() & {"asyncBefore"}:
        yield report.error(
            process,
            target,
            "A receive task behind an event-based gateway has boundary events, a repetition or 'asyncBefore'",
            "Use a message event instead, or put the task behind it.",
        )
