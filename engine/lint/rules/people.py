"""User tasks that nobody would see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Node, Process
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, is_expression, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("people")
GOOD = """
<startEvent id="s"/> <userTask id="a" camunda:candidateGroups="clerks"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <userTask id="a"/> <endEvent id="e"/>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A task without people waits for ever (R75); BPMN 10.3.4: a user task has potential owners."""
    for process, node in nodes(bundle, "userTask"):
        named = any(node.attributes.get(name, "").strip() for name in ("assignee", "candidateGroups", "candidateUsers"))
        if not named and not node.lane:
            yield report.error(
                process,
                node,
                "Nobody is named for this task",
                "Name a candidate group, or put the task into a lane: the lane's name is its group.",
            )


def literal_groups(bundle: Bundle) -> Iterator[tuple[Process, Node, str]]:
    """Every group that a user task names literally, with its place; a lane stands in where none is named.

    The hook for the house above, which knows the groups: it compares and makes findings of its own. Groups from
    expressions are known at run time only.
    """
    for process, node in nodes(bundle, "userTask"):
        text = node.attributes.get("candidateGroups", "") or (node.lane or "")
        if not is_expression(text):
            for group in filter(None, map(str.strip, text.split(","))):
                yield process, node, group
