"""Simple `${…}` expressions of Camunda diagrams, said in FEEL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from engine.feel import lexer

OUTSIDE = re.compile(r"\s*[$#]\{(.*)\}\s*", re.DOTALL)
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^'\\]|\\['"\\])*'|"(?:[^"\\]|\\['"\\])*")"""
    r"""|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<symbol>==|!=|<=|>=|&&|\|\||[<>!()-]))"""
)
OPERATORS = {
    "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
WORDS = {"&&": "and", "and": "and", "||": "or", "or": "or", "!": "not", "not": "not"}
REFUSED = (lexer.KEYWORDS - {"true", "false", "null"}) | {"empty", "div", "mod", "instanceof"}
DEPTH = 30


class _NotSimple(Exception):
    """More than names, literals, comparisons and logic."""


def from_juel(text: str) -> str | None:
    """The FEEL text of a `${…}` or `#{…}` made of names, literals, comparisons, `&& || !` and brackets.

    None when it is anything else: calls, arithmetic, indexes, `empty`, `? :`, or text around the braces.
    """
    match = OUTSIDE.fullmatch(text)
    if match is None:
        return None
    try:
        return _Reader(match[1]).whole()
    except _NotSimple:
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.depth = 0
        at, end = 0, len(text.rstrip())
        while at < end:
            token = TOKEN.match(text, at)
            if token is None:
                raise _NotSimple
            self.tokens.append((token.lastgroup or "", token[token.lastgroup or 0]))
            at = token.end()
        self.tokens.append(("end", ""))

    def whole(self) -> str:
        result = self._joined("or")
        if self.tokens[0][0] != "end":
            raise _NotSimple
        return result

    def _next(self) -> str:
        return self.tokens[0][1]

    def _take(self) -> tuple[str, str]:
        return self.tokens.pop(0)

    def _joined(self, word: str) -> str:
        """`or` over `and` over comparisons."""
        part: Callable[[], str] = (lambda: self._joined("and")) if word == "or" else self._comparison
        parts = [part()]
        while self.tokens[0][0] != "text" and WORDS.get(self._next()) == word:
            self._take()
            parts.append(part())
        return f" {word} ".join(parts)

    def _comparison(self) -> str:
        left = self._operand()
        if self.tokens[0][0] == "text" or self._next() not in OPERATORS:
            return left
        operator = OPERATORS[self._take()[1]]
        return f"{left} {operator} {self._operand()}"

    def _operand(self) -> str:
        self.depth += 1
        if self.depth > DEPTH:
            raise _NotSimple
        kind, value = self._take()
        result = self._simple(kind, value)
        self.depth -= 1
        return result

    def _simple(self, kind: str, value: str) -> str:
        if kind == "text":
            return json.dumps(re.sub(r"\\(.)", r"\1", value[1:-1]), ensure_ascii=False)
        if kind == "number":
            return value
        if WORDS.get(value) == "not":
            return f"not({self._operand()})"
        if kind == "name" and not REFUSED & set(value.split(".")) and self._next() != "(":
            return value
        if value == "-" and self.tokens[0][0] == "number":
            return f"-{self._take()[1]}"
        if value == "(":
            inside = self._joined("or")
            if self._take()[1] == ")":
                return f"({inside})"
        raise _NotSimple
