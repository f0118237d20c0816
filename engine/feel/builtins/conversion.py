"""Functions that turn one kind of value into another, and `not`, `is`, `is defined`."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel import convert, numbers, temporal
from engine.feel.builtins.registry import builtin
from engine.feel.values import Range, Value, kind

LONGEST_RANGE = 200  # characters: the pattern below looks back
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
RANGE = re.compile(r"\s*([\[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])\[])\s*", re.DOTALL)


@builtin("string", "from: any")
def string(value: Value) -> Value:
    return convert.text(value)


@builtin("number", "from: any", "grouping separator: string?", "decimal separator: string?")
def number(value: Value, grouping: str | None = None, point: str | None = None) -> Value:
    if isinstance(value, Decimal):
        return value
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and grouping == point):
        return None
    if not isinstance(value, str) or len(value) > 6200:
        return None
    text = value.replace(grouping, "") if grouping else value
    text = text.replace(point, ".") if point else text
    return numbers.parse(text) if NUMBER.fullmatch(text) else None


@builtin("not", "negand: any")
def negation(negand: Value) -> Value:
    return not negand if isinstance(negand, bool) else None


@builtin("is", "value1: any", "value2: any")
def same(value1: Value, value2: Value) -> bool:
    return kind(value1) == kind(value2) and bool(value1 == value2)


@builtin("is defined", "value: any")
def is_defined(value: Value) -> bool:
    return value is not None


@builtin("get or else", "value: any", "default: any")
def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value


@builtin("range", "from: string")
def range_from(text: str) -> Value:
    match = RANGE.fullmatch(text) if len(text) <= LONGEST_RANGE else None
    if match is None:
        return None
    low, high = _end(match[2]), _end(match[3])
    open_ended = (low is None and not match[2]) or (high is None and not match[3])
    if (low is None and high is None) or (not open_ended and kind(low) != kind(high)):
        return None
    return Range(low, high, match[1] == "[", match[4] == "]")


def _end(text: str) -> Value:
    """An end point of a range written as text: a number, a string in quotes, a date or duration, perhaps as a call."""
    quoted = re.fullmatch(r'(?:@|(?:date and time|date|time|duration)\()?"([^"\\]*)"\)?', text)
    if quoted and text.startswith('"'):
        return quoted[1]
    if quoted:
        return temporal.parse_any(quoted[1])
    return numbers.parse(text) if NUMBER.fullmatch(text) else None
