"""Rules of a decision table that match together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.lint.decisions import Report, tables
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-overlap")
GOOD = """
UNIQUE
amount: number | kind: string => share: number
< 10           | -            => 1
[10..20]       | "a"          => 2
[10..20]       | not("a")     => 3
"""
BAD = """
UNIQUE
amount: number | kind: string => share: number
< 10           | -            => 1
[5..20]        | "a"          => 2
"""
AT = "rule2"
TOLD = 10  # rule numbers in one message


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """With UNIQUE one rule matches at most, with ANY all that match say the same; otherwise the decision fails when
    such an input comes (DMN 8.2.11).
    """
    advice = "Make the conditions exclude each other, or choose another hit policy."
    for place in tables(bundle):
        for overlap in place.analysis.overlaps:
            numbers = [other.number for other in overlap.others]
            others = ", ".join(map(str, numbers[:TOLD])) + (" …" if len(numbers) > TOLD else "")
            given = {"number": overlap.rule.number, "others": others, "example": overlap.example}
            at = place.at(overlap.rule.id)
            if overlap.differ is None:
                template = "Rule {number} matches together with {others}, e.g. {example}, and may give other outputs"
                yield report.warning(at, template, advice, **given)
            elif place.given:
                yield report.error(at, "Rule {number} matches together with {others}, e.g. {example}", advice, **given)
            else:  # its inputs are made by others, which may never give this
                template = "Rule {number} would match together with {others}, should it be that {example}"
                yield report.warning(at, template, advice, **given)
