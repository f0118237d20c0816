"""Repetitions that do not say how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("multi-instance")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><multiInstanceLoopCharacteristics camunda:collection="=units" camunda:elementVariable="unit"/></task>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<task id="a"><multiInstanceLoopCharacteristics/></task>
s -> a -> e
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A repetition runs once per item of a collection or a number of times, one of the two (BPMN 13.3.7)."""
    for process, node in nodes(bundle):
        loop = node.loop
        if loop is None or loop.standard:
            continue
        if (loop.collection is None) == (loop.cardinality is None):
            yield report.error(
                process,
                node,
                "Expected a collection or a number of repetitions, one of the two",
                'Name the collection, e.g. camunda:collection="=units", or the number.',
            )
        if re.fullmatch(r"-?\d+", loop.cardinality or "1") and int(loop.cardinality or "1") < 1:
            template, advice = "The number of repetitions is {n}", "Write a number from 1, or an expression."
            yield report.error(process, node, template, advice, n=loop.cardinality)
        if bool(loop.output_collection) != bool(loop.output_item):
            yield report.error(
                process,
                node,
                "Results are collected only with an output collection and an output item",
                "Name both, or neither.",
            )
