"""Service tasks and what they call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operation, Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("operation")
GOOD = """
<startEvent id="s"/> <serviceTask id="a" camunda:topic="tick"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <serviceTask id="a" camunda:topic="gone"/> <endEvent id="e"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A service task calls a registered operation with the inputs that it declares (BPMN 10.3.3); anything else would
    fail when it runs.
    """
    for process, node in nodes(bundle, "serviceTask", "sendTask"):
        topic = node.attributes.get("topic", "").strip()
        if topic:
            yield from _operation(process, node, operations.by_name.get(topic), topic)
            if node.events:
                yield report.error(
                    process,
                    node,
                    "The task names an operation and a message; the message would not be sent",
                    "Remove one of the two.",
                )
        elif node.kind == "serviceTask" or "topic" in node.attributes:
            yield report.error(
                process,
                node,
                "The service task names no operation",
                'Choose one: camunda:type="external" with camunda:topic.',
            )


def _operation(process: Process, node: Node, operation: Operation | None, topic: str) -> Iterator[Finding]:
    if operation is None:
        template = "There is no operation '{topic}'"
        yield report.error(process, node, template, "Choose a registered operation (docs/processes.md).", topic=topic)
        return
    given = {name for name, _ in node.inputs}
    known = ", ".join(operation.parameters) or "-"
    for name in sorted(given - set(operation.parameters)):
        yield report.error(
            process,
            node,
            "The operation '{topic}' has no input '{input}'",
            "Its inputs are: {known}.",
            topic=topic,
            input=name,
            known=known,
        )
    for name, parameter in operation.parameters.items():
        if parameter.required and name not in given:
            yield report.error(
                process,
                node,
                "The operation '{topic}' needs the input '{input}'",
                "Add it as an input parameter; its inputs are: {known}.",
                topic=topic,
                input=name,
                known=known,
            )
