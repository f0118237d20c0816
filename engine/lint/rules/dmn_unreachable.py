"""Rules of a decision table that never count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.decisions import Report, tables
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-unreachable")
GOOD = """
FIRST
amount: number => share: number
> 100          => 3
> 10           => 2
-              => 1
"""
BAD = """
FIRST
amount: number => share: number
> 10           => 2
> 100          => 3
-              => 1
"""
AT = "rule2"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A rule that can never decide was meant to: its conditions exclude each other or the input values, or with FIRST
    and PRIORITY others always come before it (DMN 8.2.11).
    """
    for place in tables(bundle):
        for rule in place.analysis.never:
            yield report.warning(
                place.at(rule.id),
                "Rule {number} matches no input that is allowed",
                "Correct its conditions, or remove it.",
                number=rule.number,
            )
        for rule in place.analysis.hidden:
            yield report.warning(
                place.at(rule.id),
                "Rule {number} never counts, because other rules always come before it",
                "Move it in front of them, or remove it.",
                number=rule.number,
            )
