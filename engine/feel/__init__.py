"""FEEL, the expression language of DMN: compile a text once, evaluate it as often as needed.

It cannot run code, open files or loop without bound; what it may cost stands in `limits`. Names may be Chinese and
have spaces. See docs/feel.md for what differs from the standard.
"""

from __future__ import annotations

from engine.feel.convert import from_feel, text, to_feel
from engine.feel.errors import FeelError, TooMuch
from engine.feel.expression import Expression, UnaryTests, compile, compile_unary_tests
from engine.feel.juel import from_juel
from engine.feel.temporal import parse_any as parse_temporal
from engine.feel.temporal import parse_duration
from engine.feel.values import Frame, Function, Range, Run, Scope, Value, YearsMonths, kind, root

__all__ = [
    "Expression",
    "FeelError",
    "Frame",
    "Function",
    "Range",
    "Run",
    "Scope",
    "TooMuch",
    "UnaryTests",
    "Value",
    "YearsMonths",
    "compile",
    "compile_unary_tests",
    "from_feel",
    "from_juel",
    "kind",
    "parse_duration",
    "parse_temporal",
    "root",
    "text",
    "to_feel",
]
