"""Separation of duties that would not be enforced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("separation")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks"/>
<userTask id="b" camunda:candidateGroups="clerks"><extensionElements><camunda:properties>
  <camunda:property name="notSameAs" value="a"/>
</camunda:properties></extensionElements></userTask>
s -> a -> b -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks"/>
<userTask id="b" camunda:candidateGroups="clerks"><extensionElements><camunda:properties>
  <camunda:property name="notSameAs" value="gone"/>
</camunda:properties></extensionElements></userTask>
s -> a -> b -> e
"""
AT = "b"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """'Not the same person as' compares with user tasks of the same process or of those that call it (R75); another
    name would never match.
    """
    callers = _callers(bundle)
    tasks: dict[str, set[str]] = {}
    for process, node in nodes(bundle, "userTask"):
        tasks.setdefault(node.id, set()).add(process.id)
    for process, node in nodes(bundle):
        for name in filter(None, map(str.strip, node.properties.get("notSameAs", "").split(","))):
            if name == node.id:
                yield report.error(
                    process,
                    node,
                    "The task is compared with itself",
                    "Name the task whose performer may not do this one.",
                )
            elif not tasks.get(name, set()) & callers[process.id]:
                yield report.error(
                    process,
                    node,
                    "'{task}' is no user task of this process or of one that calls it",
                    "Name the id of such a task; a process that is only started, not called, cannot be compared with.",
                    task=name,
                )


def _callers(bundle: Bundle) -> dict[str, set[str]]:
    """Each process with all that call it, directly or not, and itself."""
    direct: dict[str, set[str]] = {}
    for process, node in nodes(bundle, "callActivity"):
        direct.setdefault(node.called or "", set()).add(process.id)
    found = {}
    for key in bundle.processes:
        known, waiting = {key}, [key]
        while waiting:
            new = direct.get(waiting.pop(), set()) - known
            known |= new
            waiting += new
        found[key] = known
    return found
