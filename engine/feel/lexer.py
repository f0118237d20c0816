"""Text to tokens. Only the lexer can tell where a name with spaces ends: the longest known name wins.

Known are the names handed in, the built-in functions, and whatever the text itself binds before (context entries,
iterators, parameters). Names stand alone in four places (entry keys, iterators, parameters, paths), so there they are
taken whole even when they are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lark import Token

from engine.feel import limits
from engine.feel.errors import FeelError, TooMuch

KEYWORDS = frozenset(
    {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "function"}
    | {"true", "false", "null"}
)
SYMBOLS = {
    "**": "POWER", "<=": "LE", ">=": "GE", "!=": "NE", "..": "DOTS", "->": "ARROW",
    "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", ".": "DOT", ",": "COMMA",
    ":": "COLON", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE",
}  # fmt: skip
OPERAND_ENDS = frozenset({"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "RPAR", "RSQB", "RBRACE", "CLOSE"})

SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
STRING = re.compile(r'@?"((?:[^"\\]|\\.)*)"', re.DOTALL)
SYMBOL = re.compile(r"\*\*|<=|>=|!=|\.\.|->|[-+*/=<>.,:()\[\]{}]")
BEGIN = r"[^\W\d]|[\U00010000-\U000EFFFF]"  # letters, and all characters beyond the first plane
PART = r"[\w\u00B7\u0300-\u036F\u200C\u200D\u203F\u2040\uFE0F\U00010000-\U000EFFFF]"
INSIDE = r"[^:,{}\[\]()\"=<>!@&|~^%$#;\\]{0,200}?"  # of a name that stands alone: also spaces and + - * / . '
WORD = re.compile(rf"\?|(?:{BEGIN}){PART}*")
GAP = re.compile(r"\s+")
INSTANCE = re.compile(r"instance\s+of\b")
FIRST = re.compile(rf"{PART}+")
WORDS = re.compile(rf"(?:{BEGIN}){PART}*(?:\s+{PART}+)*")
KEY = re.compile(rf"((?:{BEGIN}){INSIDE})\s{{0,50}}:")  # bounded, so that it cannot look back for long
ITERATOR = re.compile(rf"((?:{BEGIN}){INSIDE})\s{{1,50}}in\b")
PARAMETER = re.compile(rf"((?:{BEGIN}){INSIDE})\s{{0,50}}(?=[:,)])")
ARGUMENT = re.compile(rf"((?:{BEGIN}){PART}*(?:\s+{PART}+)*)\s*(?=:)")
RANGE_END = re.compile(r"\s*(?:$|[,)\]}=!<>]|\.\s*[^\W\d]|(?:and|or|then|else|return|satisfies|in|between|instance)\b)")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f"}


def plain(name: str) -> str:
    """A name with its spaces made single: the form under which it is looked up."""
    return " ".join(name.split())


@lru_cache(maxsize=512)
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    """Matches the longest of the names that the word rule would cut in two."""
    odd = sorted((name for name in names if not WORD.fullmatch(name) and name.strip()), key=len, reverse=True)
    if not odd:
        return None
    return re.compile("|".join(r"\s+".join(map(re.escape, name.split())) + rf"(?!{PART})" for name in odd))


def unescape(text: str) -> str:
    """The value of a string literal's inside. An unknown escape stays as it is, so that `"\\d+"` is a pattern."""
    if "\\" not in text:
        return text
    joined = ESCAPE.sub(_escaped, text)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins pairs of \\u escapes


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match[0]
    return ESCAPED.get(match[3], match[0])


class Lexer:
    """Reads one text; used once."""

    def __init__(self, text: str, names: Iterable[str], builtins: frozenset[str]) -> None:
        if len(text) > limits.TEXT:
            raise TooMuch(what="characters of text", limit=limits.TEXT, position=limits.TEXT + 1)
        self.text = text
        self.known = [_pattern(builtins), _pattern(frozenset(names))]
        self.bound: dict[str, list[list[str]]] = {}  # the words of what the text binds itself, by the first of them
        self.at = 0
        self.tokens: list[Token] = []
        self.brackets: list[str] = []  # (, call, params, [, {, ] and ".." once a range is seen inside the innermost
        self.angles = 0  # of a type, "<" still open
        self.headers: list[int] = []  # bracket depth of each `for`, `some`, `every` before its `return`, `satisfies`

    def read(self) -> list[Token]:
        """All tokens. Raises FeelError with the position of what cannot be read."""
        while True:
            if space := SPACE.match(self.text, self.at):
                self.at = space.end()
            if self.at == len(self.text):
                return self.tokens
            unended = self.text.startswith("/*", self.at)
            if unended or not (self._binding() or self._word() or self._literal() or self._symbol()):
                raise self._unreadable()

    def _unreadable(self) -> FeelError:
        found = self.text[self.at]
        if self.text.startswith("/*", self.at):
            return FeelError(
                "Expected a comment that ends with '*/', from position {position} on", position=self.at + 1
            )
        if found in '"@':
            return FeelError(
                "Expected a text that ends with a quote, from position {position} on", position=self.at + 1
            )
        template = "Expected an expression, but found '{found}' at position {position}"
        return FeelError(template, found=found, position=self.at + 1)

    def _emit(self, kind: str, value: str, end: int) -> bool:
        self.tokens.append(Token(kind, value, start_pos=self.at))
        self.at = end
        return True

    @property
    def _last(self) -> str:
        return self.tokens[-1].type if self.tokens else ""

    def _inside(self, bracket: str) -> bool:
        return bool(self.brackets) and self.brackets[-1].startswith(bracket)

    def _binding(self) -> bool:
        """A name in a place where nothing but a name can stand."""
        last = self._last
        if last == "DOT":
            return self._path()
        if last in ("FOR", "SOME", "EVERY") or (
            last == "COMMA" and self.headers and self.headers[-1] == len(self.brackets)
        ):
            return self._iterator()
        if last in ("LT", "COMMA") and self.angles and (match := ARGUMENT.match(self.text, self.at)):
            return self._emit("NAME", plain(match[1]), match.end(1))
        if last in ("LBRACE", "COMMA") and self._inside("{"):
            return self._bind(KEY)
        if last in ("LPAR", "COMMA") and self._inside("params"):
            return self._bind(PARAMETER)
        if last in ("LPAR", "COMMA") and self._inside("call") and (match := ARGUMENT.match(self.text, self.at)):
            return self._emit("NAME", plain(match[1]), match.end(1))
        return False

    def _bind(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.at)
        if match is None:
            return False
        name = plain(SPACE.sub(" ", match[1]))
        self._know(name)
        return self._emit("NAME", name, match.end(1))

    def _know(self, name: str) -> None:
        if not WORD.fullmatch(name):
            self.bound.setdefault(FIRST.findall(name)[0], []).append(name.split())

    def _iterator(self) -> bool:
        """A name and the `in` after it, before a known name that begins with `in` could take that."""
        match = ITERATOR.match(self.text, self.at)
        if not self._bind(ITERATOR) or match is None:
            return False
        self.at = match.end() - len("in")
        return self._emit("IN", "in", match.end())

    def _longest(self) -> int:
        """Where the longest known name ends that begins here, 0 when none does."""
        found = [match.end() for match in (p.match(self.text, self.at) for p in self.known if p) if match]
        first = FIRST.match(self.text, self.at)
        bound = self.bound.get(first[0], ()) if first else ()
        return max([*found, *map(self._spelled, bound)], default=0)

    def _spelled(self, words: list[str]) -> int:
        """Where these words end when they stand here, else 0."""
        at = self.at
        for index, word in enumerate(words):
            gap = GAP.match(self.text, at) if index else None
            at = gap.end() if gap else at
            if (index and gap is None) or not self.text.startswith(word, at):
                return 0
            at += len(word)
        return 0 if FIRST.match(self.text, at) else at

    def _path(self) -> bool:
        match = WORDS.match(self.text, self.at)
        if known := self._longest():
            return self._emit("NAME", plain(self.text[self.at : known]), known)
        if match is None:
            return False
        end = self.at
        for word in FIRST.finditer(match[0]):
            if end > self.at and (word[0] in KEYWORDS or INSTANCE.match(self.text, self.at + word.start())):
                break
            end = self.at + word.end()
        return self._emit("NAME", plain(self.text[self.at : end]), end)

    def _word(self) -> bool:
        word, known = WORD.match(self.text, self.at), self._longest()
        if known and (word is None or known > word.end()):
            return self._emit("NAME", plain(self.text[self.at : known]), known)
        if word is None:
            return False
        if instance := INSTANCE.match(self.text, self.at):
            return self._emit("INSTANCE_OF", instance[0], instance.end())
        if word[0] not in KEYWORDS:
            return self._emit("NAME", word[0], word.end())
        kind = word[0].upper()
        if kind in ("FOR", "SOME", "EVERY"):
            self.headers.append(len(self.brackets))
        elif kind in ("RETURN", "SATISFIES") and self.headers:
            self.headers.pop()
        return self._emit(kind, word[0], word.end())

    def _literal(self) -> bool:
        if number := NUMBER.match(self.text, self.at):
            return self._emit("NUMBER", number[0], number.end())
        if string := STRING.match(self.text, self.at):
            kind, value = "AT" if string[0].startswith("@") else "STRING", unescape(string[1])
            if self._last in ("LBRACE", "COMMA") and self._inside("{") and WORDS.fullmatch(value):
                self._know(plain(value))  # a key is a name, also in quotes
            return self._emit(kind, value, string.end())
        return False

    def _symbol(self) -> bool:
        match = SYMBOL.match(self.text, self.at)
        if match is None:
            return False
        symbol = match[0]
        kind = SYMBOLS[symbol]
        if symbol == ".." and self.brackets:
            self.brackets[-1] += ".."
        elif symbol in "([{":
            kind = self._opening(symbol, kind, match.end())
        elif symbol in ")]}":
            kind = self._closing(symbol, kind)
        elif symbol == "<" and self._names_type():
            self.angles += 1
        elif symbol == ">" and self.angles:
            self.angles -= 1
        return self._emit(kind, symbol, match.end())

    def _names_type(self) -> bool:
        """Whether the last word is a type, so that "<" opens what it is made of."""
        before = self.tokens[-2].type if len(self.tokens) > 1 else ""
        known = self.angles or before in ("INSTANCE_OF", "ARROW") or (before == "COLON" and self._inside("params"))
        return bool(known) and self._last in ("NAME", "FUNCTION")

    def _opening(self, symbol: str, kind: str, end: int) -> str:
        after_operand = self._last in OPERAND_ENDS
        if symbol == "[" and after_operand and self._ends_range() and RANGE_END.match(self.text, end):
            self.brackets.pop()
            return "CLOSE"
        if symbol == "(" and self._last == "FUNCTION":
            symbol = "params"
        elif symbol == "(" and after_operand:
            symbol = "call"
        self._push(symbol)
        return kind

    def _closing(self, symbol: str, kind: str) -> str:
        if symbol == "]" and self._last not in OPERAND_ENDS and self._last != "LSQB":
            self._push(symbol)
            return "OPEN"
        if self.brackets:
            self.brackets.pop()
        return kind

    def _ends_range(self) -> bool:
        return bool(self.brackets) and self.brackets[-1].endswith("..")

    def _push(self, symbol: str) -> None:
        self.brackets.append(symbol)
        if len(self.brackets) > limits.BRACKETS:
            raise TooMuch(what="open brackets", limit=limits.BRACKETS, position=self.at + 1)


def mark_negation(tokens: list[Token]) -> list[Token]:
    """In a cell, `not(…)` around everything negates the tests inside; elsewhere `not` is the function."""
    if len(tokens) < 3 or tokens[0] != "not" or tokens[0].type != "NAME" or tokens[1].type != "LPAR":
        return tokens
    depth = 0
    for index, token in enumerate(tokens[1:], 1):
        depth += token.type in ("LPAR", "LSQB", "OPEN", "LBRACE")
        depth -= token.type in ("RPAR", "RSQB", "CLOSE", "RBRACE")
        if depth == 0:
            if index == len(tokens) - 1:
                return [Token("NOT", "not", start_pos=tokens[0].start_pos), *tokens[1:]]
            break
    return tokens
