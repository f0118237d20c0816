"""Decision tables evaluated slowly and obviously: cells are data, matched one by one in the order of the rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Value = Any
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@dataclass(frozen=True)
class Comparison:
    """`operator` with one end, or a range `[`, `(` with both and the bracket that closes it."""

    operator: str
    low: Value
    high: Value = None
    closing: str = ""

    def holds(self, value: Value) -> bool | None:
        if value is None:
            return {"=": False, "!=": True}.get(self.operator)
        if self.closing:
            above = value >= self.low if self.operator == "[" else value > self.low
            return above and (value <= self.high if self.closing == "]" else value < self.high)
        return COMPARE[self.operator](value, self.low)

    def text(self) -> str:
        if self.closing:
            return f"{self.operator}{feel(self.low)}..{feel(self.high)}{self.closing}"
        return feel(self.low) if self.operator == "=" else f"{self.operator} {feel(self.low)}"


@dataclass(frozen=True)
class Cell:
    """Tests of which one must hold, perhaps negated; none is `-`."""

    tests: tuple[Comparison, ...]
    negated: bool = False

    def holds(self, value: Value) -> bool | None:
        if not self.tests:
            return True
        answers = [test.holds(value) for test in self.tests]
        answer = True if True in answers else None if None in answers else False
        return answer if not self.negated or answer is None else not answer

    def text(self) -> str:
        inside = ", ".join(test.text() for test in self.tests) or "-"
        return f"not({inside})" if self.negated and self.tests else inside


@dataclass(frozen=True)
class SlowTable:
    """A table with typed columns; `outputs` are the values of its one output, in the order of their priority."""

    policy: str
    aggregation: str
    types: tuple[str, ...]
    rules: tuple[tuple[tuple[Cell, ...], Value], ...]
    outputs: tuple[Value, ...]
    default: Value = None

    def matches(self, values: Sequence[Value]) -> list[int]:
        """The indices of the rules that match."""
        return [
            at
            for at, (cells, _) in enumerate(self.rules)
            if all(cell.holds(value) is True for cell, value in zip(cells, values, strict=True))
        ]

    def decide(self, values: Sequence[Value]) -> Value:
        """What comes out; the text "violated" where the policy is."""
        found = [self.rules[at][1] for at in self.matches(values)]
        if (self.policy == "UNIQUE" and len(found) > 1) or (self.policy == "ANY" and len(set(found)) > 1):
            return "violated"
        if not found and self.default is not None:
            found = [self.default]
        if self.policy in ("PRIORITY", "OUTPUT ORDER"):
            found = [value for wanted in self.outputs for value in found if value == wanted]
        if self.aggregation == "COUNT":
            return len(found)
        if self.aggregation:
            return {"SUM": sum, "MIN": min, "MAX": max}[self.aggregation](found) if found else None  # type: ignore[operator]
        if self.policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
            return found
        return found[0] if found else None

    def file(self) -> bytes:
        """The DMN file, its inputs called x0, x1, …"""
        inside = "".join(
            f'<input id="i{at}"><inputExpression typeRef="{kind}"><text>x{at}</text></inputExpression></input>'
            for at, kind in enumerate(self.types)
        )
        listed = f"<outputValues><text>{', '.join(map(feel, self.outputs))}</text></outputValues>"
        default = "" if self.default is None else entry("defaultOutputEntry", feel(self.default))
        inside += f'<output id="o" name="y">{listed}{default}</output>'
        for number, (cells, output) in enumerate(self.rules, 1):
            written = "".join(entry("inputEntry", cell.text()) for cell in cells)
            inside += f'<rule id="r{number}">{written}{entry("outputEntry", feel(output))}</rule>'
        more = f' aggregation="{self.aggregation}"' if self.aggregation else ""
        table = f'<decisionTable id="t" hitPolicy={quoteattr(self.policy)}{more}>{inside}</decisionTable>'
        space = "https://www.omg.org/spec/DMN/20230324/MODEL/"
        return (
            f'<definitions xmlns="{space}" id="f"><decision id="d" name="d">{table}</decision></definitions>'.encode()
        )


def entry(tag: str, text: str) -> str:
    return f"<{tag}><text>{escape(text)}</text></{tag}>"


def feel(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"' if isinstance(value, str) else str(value)


def points(kind: str) -> list[Value]:
    """Values of a type that lie on, between and beyond the constants that random cells use."""
    if kind == "number":
        return [Decimal(n) / 4 for n in (-4, 0, 2, 4, 6, 8, 9, 10, 11, 12, 14, 16, 20)]
    if kind == "integer":
        return [Decimal(n) for n in range(-1, 6)]
    if kind == "string":
        return ["", "`", "a", "a\0", "aa", "b", "b ", "c", "cc", "d", "other", "z"]
    return (
        [True, False]
        if kind == "boolean"
        else [date(2026, 2, day) for day in range(25, 29)] + [date(2026, 3, day) for day in range(1, 6)]
    )


CONSTANTS: dict[str, list[Value]] = {
    "number": [0, 1, 2, 3, Decimal("2.5"), 4],
    "integer": [0, 1, 2, 3, 4],
    "string": ["a", "b", "c", "d"],
    "boolean": [True, False],
    "date": [date(2026, 2, 26), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3)],
}
