"""Functions on strings."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from engine.feel import limits, numbers
from engine.feel.builtins.registry import builtin
from engine.feel.errors import TooMuch
from engine.feel.patterns import Pattern, pattern
from engine.feel.values import Run, Value

REFERENCE = re.compile(r"\$([0-9]{1,3})|\\([\\$])|[^\\$]+")


@builtin("string length", "string: string")
def string_length(string: str) -> Value:
    return Decimal(len(string))


@builtin("substring", "string: string", "start position: number", "length: number?")
def substring(string: str, start: Value, length: Value = None) -> Value:
    first = numbers.whole(start)
    if not first or not -len(string) <= first <= len(string) or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else len(string) + first
    return string[begin:] if length is None or length > len(string) else string[begin : begin + int(length)]


@builtin("upper case", "string: string")
def upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(string: str) -> str:
    return string.lower()


@builtin("trim", "string: string")
def trim(string: str) -> str:
    return string.strip()


@builtin("substring before", "string: string", "match: string")
def substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string", "match: string")
def substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string", "match: string")
def contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string", "match: string")
def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("string join", "list: list", "delimiter: string?")
def string_join(list: list[Value], delimiter: str | None = None) -> Value:
    strings = [item for item in list if item is not None]
    if not all(type(item) is str for item in strings):
        return None
    if sum(map(len, strings)) + len(delimiter or "") * len(strings) > limits.STRING:
        raise TooMuch(what="characters in a string", limit=limits.STRING)
    return (delimiter or "").join(strings)


@builtin("matches", "input: string", "pattern: string", "flags: string?")
def matches(run: Run, input: str, expression: str, flags: str | None = None) -> Value:
    run.spend(len(input) // 100)
    compiled = pattern(expression, flags or "")
    return None if compiled is None else compiled.search(input)


def _found(run: Run, input: str, compiled: Pattern | None) -> list[Any] | None:
    """All matches; None when there is no such pattern, or one of them is in doubt."""
    matches = compiled.all(input) if compiled else None
    if matches is None:
        return None
    found = []
    for match in matches:
        run.spend()
        if match is None:
            return None
        found.append(match)
    return found


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def replace(run: Run, input: str, expression: str, replacement: str, flags: str | None = None) -> Value:
    compiled = pattern(expression, flags or "")
    matches = _found(run, input, compiled)
    template = _template(replacement, compiled.groups) if compiled else None
    if matches is None or template is None:
        return None
    parts: list[str] = []
    size = last = 0
    for match in matches:
        pieces = [input[last : match.start()]]
        pieces += [piece if type(piece) is str else match.group(piece) or "" for piece in template]
        last = match.end()
        size += sum(map(len, pieces))
        if size > limits.STRING:
            raise TooMuch(what="characters in a string", limit=limits.STRING)
        parts += pieces
    return "".join(parts) + input[last:]


def _template(replacement: str, groups: int) -> list[str | int] | None:
    """The replacement as its texts and group numbers; None when a `$` or backslash stands there by itself.

    Of `$12` the 2 is text where there are fewer than twelve groups, and a group that is not there is empty.
    """
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        match = REFERENCE.match(replacement, at)
        if match is None:
            return None
        at = match.end()
        digits = match[1]
        if digits is None:
            parts.append(match[2] or match[0])
            continue
        while len(digits) > 1 and int(digits) > groups:
            digits, at = digits[:-1], at - 1
        parts.append(int(digits) if int(digits) <= groups else "")
    return parts


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, string: str, delimiter: str) -> Value:
    matches = _found(run, string, pattern(delimiter, ""))
    if matches is None:
        return None
    ends = [0, *(match.end() for match in matches)]
    begins = [*(match.start() for match in matches), len(string)]
    return [string[end:begin] for end, begin in zip(ends, begins, strict=True)]


@builtin("extract", "string: string", "pattern: string")
def extract(run: Run, string: str, expression: str) -> Value:
    matches = _found(run, string, pattern(expression, ""))
    return None if matches is None else [match.group(0) for match in matches]


@builtin("is blank", "string: string")
def is_blank(string: str) -> bool:
    return not string.strip()
