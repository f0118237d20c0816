"""Call activities and what they call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, is_expression, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("called-process")
GOOD = """
<startEvent id="s"/> <callActivity id="c" calledElement="q"/> <endEvent id="e"/>
s -> c -> e
<process id="q" isExecutable="true">
  <startEvent id="qs"/> <endEvent id="qe"/>
  qs -> qe
</process>
"""
BAD = """
<startEvent id="s"/> <callActivity id="c" calledElement="gone"/> <endEvent id="e"/>
s -> c -> e
"""
AT = "c"
NUMBER = re.compile(r"[1-9]\d{0,8}")


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A call starts a process at its plain start event (BPMN 10.3.6, 13.3.4): that of its own deployment, the latest,
    or a version by its number.
    """
    for process, node in nodes(bundle, "callActivity"):
        called = (node.called or "").strip()
        binding = node.attributes.get("calledElementBinding", "deployment")
        if not called:
            yield report.error(process, node, "The call names no process", "Choose a process of the bundle.")
        elif not is_expression(called):
            yield from _called(bundle, process, node, called, binding)
        yield from _version(process, node, binding)


def _called(bundle: Bundle, process: Process, node: Node, called: str, binding: str) -> Iterator[Finding]:
    if called not in bundle.processes:
        if binding == "deployment":
            yield report.error(
                process,
                node,
                "The process '{called}' is not in the bundle",
                "Add its diagram to the bundle, or choose another process.",
                called=called,
            )
        else:
            yield report.warning(
                process,
                node,
                "The process '{called}' is not in the bundle; the call fails when it is not deployed by then",
                "Make sure that it is deployed before this one is started.",
                called=called,
            )
    elif all(start.events for start in bundle.processes[called].process.starts()):
        yield report.error(
            process,
            node,
            "The process '{called}' has no plain start event and cannot be called",
            "Draw a plain start event in it.",
            called=called,
        )


def _version(process: Process, node: Node, binding: str) -> Iterator[Finding]:
    version = (node.attributes.get("calledElementVersion") or "").strip()
    if binding == "version" and not (is_expression(version) or NUMBER.fullmatch(version)):
        template = "Expected the number of a version to call, but got '{version}'"
        yield report.error(process, node, template, "Write a number like 3, or an expression.", version=version)
    elif binding != "version" and version:
        template = "The call names version '{version}', but does not bind to a version"
        advice = 'Write camunda:calledElementBinding="version", or remove the version.'
        yield report.error(process, node, template, advice, version=version)
