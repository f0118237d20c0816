"""Ids and names that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, processes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("too-long")
GOOD = """
<startEvent id="s"/> <task id="a" name="Answer the letter"/> <endEvent id="e"/>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <task id="a" name="%s"/> <endEvent id="e"/>
s -> a -> e
""" % ("long " * 100)
AT = "a"
ID = 200
NAME = 400
TEMPLATE = "Expected an id or name of at most {limit} characters, but it has {length}"
ADVICE = "Shorten it; long texts belong into the documentation of the element."


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Ids and names are stored with tasks, timers and history; a longer one would stop a running process."""
    for process in processes(bundle):
        for text, limit in ((process.id, ID), (process.name, ID)):
            if len(text) > limit:
                yield report.error(process, process, TEMPLATE, ADVICE, limit=limit, length=len(text))
        for node in process.nodes.values():
            if len(node.id) > ID or len(node.name) > NAME:
                longest = max(len(node.id), len(node.name))
                limit = ID if len(node.id) > ID else NAME
                yield report.error(process, node, TEMPLATE, ADVICE, limit=limit, length=longest)
