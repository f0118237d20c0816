"""Functions that turn one kind of value into another, and `not`, `is`, `is defined`."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal

from engine.feel import compare, convert, lexer, numbers, temporal
from engine.feel.builtins.registry import builtin
from engine.feel.values import Range, Run, Value

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
def same(run: Run, value1: Value, value2: Value) -> bool:
    """The same element of the same kind: also the clock on the wall and the offset of a time are the same."""
    run.spend()
    if type(value1) is not type(value2):
        return False
    if isinstance(value1, time | datetime):
        return _wall(value1) == _wall(value2)
    if isinstance(value1, list):
        return len(value1) == len(value2) and all(same(run, a, b) for a, b in zip(value1, value2, strict=True))
    if isinstance(value1, dict):
        return value1.keys() == value2.keys() and all(same(run, value1[key], value2[key]) for key in value1)
    if isinstance(value1, Range):
        closed = (value1.low_closed, value1.high_closed) == (value2.low_closed, value2.high_closed)
        return closed and same(run, value1.low, value2.low) and same(run, value1.high, value2.high)
    return bool(value1 == value2)


def _wall(value: time | datetime) -> tuple[time | datetime, timedelta | None]:
    return value.replace(tzinfo=None, fold=0), temporal.offset(value)


@builtin("is defined", "value: any")
def is_defined(value: Value) -> bool:
    return value is not None


@builtin("get or else", "value: any", "default: any")
def get_or_else(value: Value, default: Value) -> Value:
    return default if value is None else value


@builtin("range", "from: string")
def range_from(run: Run, text: str) -> Value:
    match = RANGE.fullmatch(text) if len(text) <= LONGEST_RANGE else None
    if match is None:
        return None
    low, high = _end(match[2]), _end(match[3])
    low_closed, high_closed = match[1] == "[", match[4] == "]"
    if not match[2] or not match[3]:  # without a bound on one side, which is open then
        open_side = low_closed if not match[2] else high_closed
        return None if open_side or (low is None and high is None) else Range(low, high, low_closed, high_closed)
    return None if compare.pair(low, high, run) is None else Range(low, high, low_closed, high_closed)


END = re.compile(r'(@|(?:date and time|date|time|duration)\s*\(\s*)?("(?:[^"\\]|\\.)*")(\s*\))?', re.DOTALL)
PARSE = {
    "@": temporal.parse_any,
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_datetime,
    "duration": temporal.parse_duration,
}


def _end(text: str) -> Value:
    """An end point of a range written as text: a number, a string in quotes, a date or duration, perhaps as a call."""
    match = END.fullmatch(text)
    if match is None:
        return numbers.parse(text) if NUMBER.fullmatch(text) else None
    called, inside, closed = match.groups()
    value = lexer.unescape(inside[1:-1])
    if called is None or (called != "@") != bool(closed):
        return value if called is None and not closed else None
    return PARSE[called.rstrip(" (\t\n")](value)
