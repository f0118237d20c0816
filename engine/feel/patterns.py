"""Regular expressions as XPath has them, translated for re2, whose time is linear in the text.

What means something else in re2 is said in other words; what re2 cannot do (back references) or XPath does not have
(`\\b`, look-around, `(?i)`, POSIX classes) makes no pattern, so that the result is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]

from engine.feel import limits
from engine.feel.charclass import CharClass, Unsayable, escaped, named

SPACE = " \t\n\r"
SINGLE = frozenset("\\|.-^?*+{}()[]$")
CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
TIMES = re.compile(r"\{\d+(?:,\d*)?\}", re.ASCII)
PROPERTY = re.compile(r"\{([A-Za-z0-9-]+)\}")


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. A text that UTF-8 cannot hold (half of a pair) matches nothing and gives None."""

    compiled: Any
    lines: bool  # has a `^` that is meant at each line

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return int(self.compiled.groups)

    def search(self, text: str) -> bool | None:
        """Whether it matches somewhere."""
        try:
            found = self.compiled.search(text)
        except UnicodeError:
            return None
        if found is None:
            return False
        return None if self._doubtful(text, found) else True

    def all(self, text: str) -> Iterator[Any] | None:
        """All matches; None when it matches the empty text, which the standard forbids there."""
        if self.compiled.search("") is not None or any("\ud800" <= one <= "\udfff" for one in text):
            return None
        return self._matches(text)

    def _matches(self, text: str) -> Iterator[Any]:
        for found in self.compiled.finditer(text):
            yield None if self._doubtful(text, found) else found

    def _doubtful(self, text: str, found: Any) -> bool:
        """In re2 a line begins also after the newline that ends the text, in XPath it does not."""
        return self.lines and text.endswith("\n") and found.end() == len(text)


@lru_cache(maxsize=256)
def pattern(text: str, flags: str) -> Pattern | None:
    """A compiled pattern, None when it is none, cannot be translated, or has flags other than `smix`."""
    if len(text) > limits.PATTERN or set(flags) - set("smix"):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 2**20
    reader = _Reader(_squeezed(text) if "x" in flags else text, flags)
    kept = "".join(sorted(set(flags) & set("im")))
    try:
        translated = reader.read()
        compiled = re2.compile(f"(?{kept}){translated}" if kept else translated, options)
    except (Unsayable, UnicodeError, re2.error):
        return None
    return Pattern(compiled, reader.begins_line and "m" in flags)


def _squeezed(text: str) -> str:
    """Without the white space outside of character classes."""
    parts: list[str] = []
    depth, escape = 0, False
    for one in text:
        if depth == 0 and one in SPACE:
            continue
        parts.append(one)
        if escape:
            escape = False
        elif one == "\\":
            escape = True
        elif one == "[":
            depth += 1
        elif one == "]" and depth:
            depth -= 1
    return "".join(parts)


class _Reader:
    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.at = 0
        self.dotall = "s" in flags
        self.caseless = "i" in flags
        self.begins_line = False

    def read(self) -> str:
        parts = []
        while self.at < len(self.text):
            parts.append(self._piece())
        return "".join(parts)

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise Unsayable
        self.at += 1
        return self.text[self.at - 1]

    def _piece(self) -> str:
        one = self._take()
        if one == "\\":
            return self._escape().text(self.caseless)
        if one == "[":
            return self._class().text(self.caseless)
        if one == ".":
            return "(?s:.)" if self.dotall else r"[^\n\r]"
        if one == "(" and self.text.startswith("?", self.at) and not self.text.startswith("?:", self.at):
            raise Unsayable
        if one == "{":
            times = TIMES.match(self.text, self.at - 1)
            if times is None:
                raise Unsayable
            self.at = times.end()
            return times[0]
        if one in "]}":
            raise Unsayable
        self.begins_line = self.begins_line or one == "^"
        return one

    def _escape(self) -> CharClass:
        one = self._take()
        if one in SINGLE or one in CONTROL:
            code = ord(CONTROL.get(one, one))
            return CharClass([(code, code)])
        if one in "pP" and (match := PROPERTY.match(self.text, self.at)):
            self.at = match.end()
            return named(match[1], one == "P")
        found = escaped(one) if one in "sSdDwWiIcC" else None
        if found is None:
            raise Unsayable
        return found

    def _class(self) -> CharClass:
        """What stands in square brackets, from behind the first of them."""
        made = CharClass(negated=self.text.startswith("^", self.at))
        self.at += made.negated
        first = True
        while True:
            one = self._take()
            if one == "]" and not first:
                return made
            if one == "-" and self.text.startswith("[", self.at) and not first:
                self.at += 1
                taken = self._class()
                if self._take() != "]":
                    raise Unsayable
                return made.minus(taken, self.caseless)
            if one in "[]" or (one == "-" and not (first or self.text.startswith("]", self.at))):
                raise Unsayable
            made.add(self._member(one))
            first = False

    def _member(self, one: str) -> CharClass:
        """One character, a range of them, or an escape."""
        low = self._escape() if one == "\\" else CharClass([(ord(one), ord(one))])
        follows = self.text[self.at : self.at + 2]
        if not follows.startswith("-") or follows in ("-", "-]", "-["):
            return low
        self.at += 1
        end = self._take()
        high = self._escape() if end == "\\" else CharClass([(ord(end), ord(end))])
        begin, finish = _code(low), _code(high)
        if end == "[" or begin > finish:
            raise Unsayable
        return CharClass([(begin, finish)])


def _code(single: CharClass) -> int:
    if single.properties or single.others or len(single.ranges) != 1 or single.ranges[0][0] != single.ranges[0][1]:
        raise Unsayable
    return single.ranges[0][0]
