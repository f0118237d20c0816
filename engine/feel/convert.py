"""Between Python (JSON) and FEEL, and the text of a value."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine.feel import lexer, limits, numbers, temporal, values
from engine.feel.errors import FeelError, TooMuch
from engine.feel.values import Function, Range, Value, YearsMonths

UNCHANGED = frozenset(values.KINDS) - {list, dict, Decimal, datetime}
LARGEST = 2**63


class _Count:
    def __init__(self, zone: tzinfo | None = None) -> None:
        self.left = limits.NODES
        self.zone = zone

    def one(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMuch(what="values inside one value", limit=limits.NODES)
        if depth > limits.DEPTH:
            raise TooMuch(what="lists and contexts inside each other", limit=limits.DEPTH)


def to_feel(value: object, zone: tzinfo | None = None) -> Value:
    """A Python value as FEEL sees it: int, float → Decimal, tuple → list, mapping → dict with text keys.

    Text stays text, also when it looks like a date. With `zone`, a date and time in UTC is shown in that zone, so
    that `date(due)` is the local day. A float is taken at its shortest decimal form (0.1 is 0.1); what
    is not finite or too large for 34 digits and exponent 6144 is null. Raises FeelError for other types, and TooMuch
    for more than 200 000 values or 60 levels.
    """
    return value if type(value) in UNCHANGED else _to_feel(value, _Count(zone), 0)


def _to_feel(value: Any, count: _Count, depth: int) -> Value:
    kind = type(value)
    if kind in UNCHANGED:
        return value
    if isinstance(value, Decimal):
        return numbers.bounded(Decimal(value))
    if isinstance(value, datetime):
        return _local(value, count.zone)
    if isinstance(value, Mapping):
        count.one(depth)
        return {str(key): _item(item, count, depth) for key, item in value.items()}
    if isinstance(value, list | tuple):
        count.one(depth)
        return [_item(item, count, depth) for item in value]
    if isinstance(value, int):  # bool itself went above
        return numbers.bounded(Decimal(int(value))) if value.bit_length() < 20_500 else None
    if isinstance(value, float):
        return numbers.bounded(Decimal(repr(float(value)))) if math.isfinite(value) else None
    for base in (str, date, time, timedelta):
        if isinstance(value, base):
            return _base(value, base)
    raise FeelError("Expected a value that FEEL knows, but got a Python {kind}", kind=kind.__name__)


def _item(value: Any, count: _Count, depth: int) -> Value:
    count.one(depth)
    kind = type(value)
    if kind in UNCHANGED:
        return value
    return numbers.bounded(value) if kind is Decimal else _to_feel(value, count, depth + 1)


def _local(value: datetime, zone: tzinfo | None) -> datetime:
    if zone is not None and value.tzinfo is UTC:
        try:
            return value.astimezone(zone)
        except OverflowError:  # the first or last hours of the calendar have no local time
            return value
    if type(value) is datetime:
        return value
    return datetime.combine(date(value.year, value.month, value.day), value.timetz())


def _base(value: Any, base: type) -> Value:
    """A subclass reduced to its FEEL type, so that types can be looked up exactly."""
    if base is str:
        return str.__str__(value)
    if base is date:
        return date(value.year, value.month, value.day)
    if base is timedelta:
        return timedelta(value.days, value.seconds, value.microseconds)
    return time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)


def from_feel(value: Value) -> Any:
    """A FEEL value as JSON-able Python.

    A whole number below 2**63 becomes int, another number float when the float reads back as the same number, else
    its decimal text (so nothing is ever rounded). Dates, times and durations become ISO text, with the offset where
    there is one; a range its FEEL text. Raises FeelError for a function, TooMuch for more than 200 000 values.
    """
    return _from_feel(value, _Count(), 0)


def _from_feel(value: Value, count: _Count, depth: int) -> Any:
    count.one(depth)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, list):
        return [_from_feel(item, count, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _from_feel(item, count, depth + 1) for key, item in value.items()}
    if isinstance(value, datetime | time):
        return value.isoformat()
    if isinstance(value, Function):
        raise FeelError("Expected data, but got the function {name}", name=value.name)
    return text(value)


def _plain_number(value: Decimal) -> int | float | str:
    if -LARGEST < value < LARGEST:
        whole = int(value)
        if whole == value:
            return whole
        short = float(value)
        if Decimal(repr(short)) == value:
            return short
    return str(value)


def text(value: Value) -> str | None:
    """What `string()` gives; None for null. Raises TooMuch for more than 100 000 characters."""
    if value is None or isinstance(value, str):
        return value
    parts: list[str] = []
    _write(value, parts, [limits.STRING])
    return "".join(parts)


def _put(parts: list[str], left: list[int], piece: str) -> None:
    left[0] -= len(piece)
    if left[0] < 0:
        raise TooMuch(what="characters in a string", limit=limits.STRING)
    parts.append(piece)


def _write(value: Value, parts: list[str], left: list[int]) -> None:
    if isinstance(value, list):
        _put(parts, left, "[")
        for index, item in enumerate(value):
            _put(parts, left, ", " if index else "")
            _write(item, parts, left)
        _put(parts, left, "]")
    elif isinstance(value, dict):
        _put(parts, left, "{")
        for index, (key, item) in enumerate(value.items()):
            _put(parts, left, (", " if index else "") + (key if lexer.WORD.fullmatch(key) else _quoted(key)) + ": ")
            _write(item, parts, left)
        _put(parts, left, "}")
    elif isinstance(value, Range):
        _put(parts, left, "[" if value.low_closed else "(")
        for end, after in ((value.low, ".."), (value.high, "")):
            if end is not None:  # without a bound: (..5]
                _write(end, parts, left)
            _put(parts, left, after)
        _put(parts, left, "]" if value.high_closed else ")")
    else:
        _put(parts, left, _scalar(value))


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return numbers.text(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Function):
        return f"function {value.name}"
    if isinstance(value, date | time | timedelta | YearsMonths):
        return temporal.text(value)
    return str(value)
