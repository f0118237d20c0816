"""The constants of cells that do nothing but compare their input with constants: those can be analysed exactly."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine import feel
from engine.dmn import syntax
from engine.feel import nodes

UNKNOWN = object()
MADE_FROM_TEXT = {
    "date": ("date",),
    "time": ("time",),
    "date and time": ("date and time",),
    "duration": ("days and time duration", "years and months duration"),
}
INPUT = "?"


def of_cell(text: str, names: frozenset[str]) -> list[feel.Value] | None:
    """What a cell compares its input with; None when the cell does anything else."""
    try:
        return _tests(syntax.tests(text, names).tests)
    except feel.FeelError:  # the values of an imported type, which were compiled with the names of their own file
        return None


def ordered(text: str, names: frozenset[str]) -> bool:
    """Whether a cell asks what comes before or after a value."""
    return any(
        isinstance(node, nodes.RangeLiteral | nodes.Between)
        or (isinstance(node, nodes.Test | nodes.Compare) and node.operator not in (None, "=", "!="))
        for node in syntax.walk(syntax.tests(text, names))
    )


def of_result(text: str, names: frozenset[str]) -> feel.Value:
    """The value of an output that is a constant, else UNKNOWN."""
    return constant(syntax.expression(text, names)) if text.strip() else None


def constant(node: nodes.Node) -> feel.Value:
    """The value of a literal, a negative number, a date or duration made from text; UNKNOWN for anything else."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negate):
        value = constant(node.operand)
        return -value if isinstance(value, Decimal) else UNKNOWN
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and len(node.arguments) == 1:
        text, wanted = constant(node.arguments[0].value), MADE_FROM_TEXT.get(node.function.name, ())
        value = feel.parse_temporal(text) if isinstance(text, str) else None
        return value if value is not None and feel.kind(value) in wanted else UNKNOWN
    return UNKNOWN


def _tests(tests: Iterable[nodes.Test]) -> list[feel.Value] | None:
    return _all(_ends(test.operand) if test.operator or _plain(test.operand) else _condition(test.operand)
                for test in tests)  # fmt: skip


def _plain(node: nodes.Node) -> bool:
    """Whether a test without an operator is a value or a range to compare with."""
    return isinstance(node, nodes.RangeLiteral) or constant(node) is not UNKNOWN


def _ends(node: nodes.Node) -> list[feel.Value] | None:
    ends = (node.low, node.high) if isinstance(node, nodes.RangeLiteral) else (node,)
    found = [constant(end) for end in ends]
    return None if any(value is UNKNOWN for value in found) else found


def _condition(node: nodes.Node) -> list[feel.Value] | None:
    """A condition on `?` that only compares it with constants."""
    if isinstance(node, nodes.Compare):
        sides = [side for side in (node.left, node.right) if not _is_input(side)]
        return _ends(sides[0]) if len(sides) == 1 and not isinstance(sides[0], nodes.RangeLiteral) else None
    if isinstance(node, nodes.Between) and _is_input(node.value):
        return _all([_ends(node.low), _ends(node.high)])
    if isinstance(node, nodes.In) and _is_input(node.value):
        return _tests(node.tests)
    if isinstance(node, nodes.Logic):
        return _all(map(_condition, node.operands))
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name == "not":
        return _all(_condition(argument.value) for argument in node.arguments)
    return None


def _is_input(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == INPUT


def _all(parts: Iterable[list[feel.Value] | None]) -> list[feel.Value] | None:
    found: list[feel.Value] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def written(value: feel.Value) -> str:
    """A value as FEEL writes it."""
    kind = feel.kind(value)
    if kind == "string":
        text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\0", "\\u0000")
        return f'"{text}"'
    if kind in ("date", "time", "date and time"):
        return f'{kind}("{feel.text(value)}")'
    if kind.endswith("duration"):
        return f'duration("{feel.text(value)}")'
    return "null" if value is None else str(feel.text(value))
