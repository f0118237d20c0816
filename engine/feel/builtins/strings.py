"""Functions on strings. Regular expressions run on re2, whose time is linear in the text."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from engine.feel import limits, numbers
from engine.feel.builtins.registry import builtin
from engine.feel.errors import TooMuch
from engine.feel.values import Run, Value

REFERENCE = re.compile(r"\\(.)|\$(\d+)", re.DOTALL)


@builtin("string length", "string: string")
def string_length(string: str) -> Value:
    return Decimal(len(string))


@builtin("substring", "string: string", "start position: number", "length: number?")
def substring(string: str, start: Value, length: Value = None) -> Value:
    first, size = numbers.whole(start), numbers.whole(length) if length is not None else len(string)
    if not first or size is None or size < 0:
        return None
    begin = first - 1 if first > 0 else len(string) + first
    return string[max(begin, 0) : max(begin + size, 0)]


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


@lru_cache(maxsize=256)
def pattern(text: str, flags: str) -> Any:
    """A compiled regular expression, None when it is none or has flags other than `smix`."""
    if len(text) > limits.PATTERN or set(flags) - set("smix"):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 2**20
    text = re.sub(r"\s+", "", text) if "x" in flags else text
    kept = "".join(sorted(set(flags) - {"x"}))
    try:
        return re2.compile(f"(?{kept}){text}" if kept else text, options)
    except re2.error:
        return None


@builtin("matches", "input: string", "pattern: string", "flags: string?")
def matches(run: Run, input: str, expression: str, flags: str | None = None) -> Value:
    run.spend(len(input) // 100)
    compiled = pattern(expression, flags or "")
    return None if compiled is None else compiled.search(input) is not None


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def replace(run: Run, input: str, expression: str, replacement: str, flags: str | None = None) -> Value:
    compiled = pattern(expression, flags or "")
    if compiled is None or compiled.search("") is not None:  # the standard forbids patterns that match nothing
        return None
    template = _template(replacement)
    parts: list[str] = []
    size = last = 0
    for match in compiled.finditer(input):
        run.spend()
        pieces = [input[last : match.start()]]
        pieces += [piece if type(piece) is str else _group(match, piece) for piece in template]
        last = match.end()
        size += sum(map(len, pieces))
        if size > limits.STRING:
            raise TooMuch(what="characters in a string", limit=limits.STRING)
        parts += pieces
    return "".join(parts) + input[last:]


def _template(replacement: str) -> list[str | int]:
    """The replacement as its texts and group numbers: `$1` is a group, `\\$` a dollar."""
    parts: list[str | int] = []
    last = 0
    for match in REFERENCE.finditer(replacement):
        parts.append(replacement[last : match.start()])
        parts.append(match[1] if match[1] is not None else int(match[2][:3]))
        last = match.end()
    return [*parts, replacement[last:]]


def _group(match: Any, number: Any) -> str:
    if number > match.re.groups:
        return ""
    return match.group(number) or ""


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, string: str, delimiter: str) -> Value:
    compiled = pattern(delimiter, "")
    if compiled is None or compiled.search("") is not None:
        return None
    parts: list[str] = []
    last = 0
    for match in compiled.finditer(string):
        run.spend()
        parts.append(string[last : match.start()])
        last = match.end()
    return [*parts, string[last:]]


@builtin("is blank", "string: string")
def is_blank(string: str) -> bool:
    return not string.strip()
