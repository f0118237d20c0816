"""Inputs for which a decision table has no rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.decisions import Report, tables
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-gap")
GOOD = """
UNIQUE
amount: number | kind: string ("a", "b") => share: number
< 10           | -                       => 1
>= 10          | "a"                     => 2
>= 10          | "b"                     => 3
"""
BAD = """
UNIQUE
amount: number | kind: string ("a", "b") => share: number
< 10           | -                       => 1
> 10           | "a"                     => 2
>= 10          | "b"                     => 3
"""
AT = "table"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Where no rule matches there is no answer but null; who means that can say so with a default output (DMN 8.2.12).

    Absent inputs are not looked at, and with COLLECT and its like an empty list is an answer.
    """
    for place in tables(bundle):
        at = place.at(place.table.id)
        if not place.analysis.complete:
            yield report.warning(
                at,
                "The table is too large to look for all overlaps, gaps and rules that never count",
                "Divide it into several decisions.",
            )
        elif place.analysis.gap is not None:
            yield report.warning(
                at,
                "No rule matches e.g. {example}",
                "Add a rule or a default output, or list the input values that can come.",
                example=place.analysis.gap,
            )
