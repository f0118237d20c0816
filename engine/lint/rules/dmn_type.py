"""Cells of a decision table that do not fit their column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine import feel
from engine.dmn import constants, grid, types
from engine.dmn.table import Output, Rule
from engine.lint.decisions import Place, Report, tables
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-type")
GOOD = """
UNIQUE
amount: number => share: number (1, 2)
< 10           => 1
>= 10          => 2
"""
BAD = """
UNIQUE
amount: number => share: number (1, 2)
< 10           => 1
"many"         => 2
>= 10          => 2
"""
AT = "rule2"
DATES = frozenset({"date", "date and time"})


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A value of another type than its column never equals anything there, and an output that is not of its type or
    not among the output values fails when its rule matches (DMN 8.2.6, 10.3.2.9).
    """
    for place in tables(bundle):
        for rule in place.table.rules:
            yield from _inputs(place, rule)
            for output, cell in zip(place.table.outputs, rule.outputs, strict=True):
                yield from _output(place, rule, output, cell)
        for output in place.table.outputs:
            if output.default is not None:
                yield from _output(place, None, output, output.default)


def _inputs(place: Place, rule: Rule) -> Iterator[Finding]:
    for column, cell in zip(place.table.inputs, rule.cells, strict=True):
        wanted = column.type.name
        if wanted not in types.KINDS.values() or wanted in ("Any", "list", "context"):
            continue
        for value in constants.of_cell(cell.text, place.model.names | place.model.functions) or ():
            if value is not None and not _comparable(feel.kind(value), wanted):
                yield report.error(
                    place.at(rule.id),
                    "Rule {number} compares '{input}', a {type}, with {value}",
                    "Write a value of that type, or change the type of the column.",
                    number=rule.number,
                    input=column.label,
                    type=wanted,
                    value=constants.written(value),
                )


def _comparable(kind: str, wanted: str) -> bool:
    return kind == wanted or (kind, wanted) == ("number", "integer") or {kind, wanted} <= DATES


def _output(place: Place, rule: Rule | None, output: Output, cell: feel.Expression) -> Iterator[Finding]:
    value = constants.of_result(cell.text, place.model.names | place.model.functions)
    if value is None or value is constants.UNKNOWN:
        return
    found = output.type.fit(value, feel.root({}, feel.Run(grid.NOON)))
    unknown = output.allowed is not None and output.allowed.names  # values that depend on names
    if not isinstance(found, types.Misfit) or (found.listed and unknown):
        return
    yield report.error(
        place.at(rule.id if rule else output.id),
        "Rule {number} gives {value} as '{output}', which is not {wanted}"
        if rule
        else "The default of '{output}' is {value}, which is not {wanted}",
        "Correct the output, or its type or list of values.",
        number=rule.number if rule else 0,
        value=constants.written(value),
        output=output.name,
        wanted=found.wanted,
    )
