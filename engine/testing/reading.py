"""The only door to PyYAML: a scenario file as values that know their lines, with YAML 1.2's idea of what is what.

`yes` and `no` stay text, numbers are exact decimals, ISO dates and times are dates and times. Anchors, tags and
names that are there twice are refused, so that a file says what it seems to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml

from engine import feel
from engine.errors import Invalid, Problem
from engine.testing.formulas import Formula

LONGEST, DEEPEST = 1_000_000, 30
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:?\d\d)?)?")
WORDS: Mapping[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}


class BadScenario(Invalid):
    """The scenarios cannot be read."""


@dataclass
class Part:
    """A value of the file with the line where it stands; what is wrong with it goes to `problems`, all of it."""

    value: Any
    line: int
    where: str
    problems: list[Problem] = field(repr=False)

    def complain(self, template: str, **facts: object) -> None:
        """Note what is wrong here."""
        self.problems.append(Problem(f"{self.where}:{self.line}", template, facts))

    def mapping(self, known: Sequence[str] | None = None) -> dict[str, Part]:
        """The parts by name. With `known`, other names are complained of."""
        if not isinstance(self.value, dict):
            self._expected("names with values")
            return {}
        for name, part in self.value.items():
            if known is not None and name not in known:
                part.complain("Expected one of {known}, but got '{name}'", known=", ".join(known), name=name)
        found: dict[str, Part] = self.value
        return found

    def items(self) -> list[Part]:
        """The parts of a list; nothing at all is an empty one."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            self._expected("a list")
            return []
        return self.value

    def texts(self) -> list[str]:
        """A list of texts; a single text counts as a list of one."""
        return [self.text()] if isinstance(self.value, str) else [part.text() for part in self.items()]

    def text(self) -> str:
        """A text."""
        return self._of(str, "a text") or ""

    def flag(self) -> bool:
        """true or false."""
        return bool(self._of(bool, "true or false"))

    def whole(self) -> int:
        """A whole number from 0 on."""
        value = self._of(Decimal, "a whole number")
        if value is None or value < 0 or value != value.to_integral_value():
            if value is not None:
                self._expected("a whole number")
            return 0
        return int(value)

    def instant(self) -> datetime | None:
        """A date and time."""
        value = self._of(date, "a date and time")
        return datetime.combine(value, datetime.min.time()) if type(value) is date else value

    def plain(self) -> Any:
        """Any value: text, number, true, false, date, null, list, names with values; `=…` is a Formula."""
        if isinstance(self.value, dict):
            return {name: part.plain() for name, part in self.value.items()}
        if isinstance(self.value, list):
            return [part.plain() for part in self.value]
        if isinstance(self.value, str) and self.value.startswith("="):
            return self._formula(self.value[1:])
        return self.value

    def values(self) -> dict[str, Any]:
        """Any values by name."""
        return {name: part.plain() for name, part in self.mapping().items()}

    def _formula(self, text: str) -> Formula | None:
        try:
            return Formula(feel.compile(text.strip()))
        except feel.FeelError as error:
            self.complain("The expression '{text}' is not valid FEEL: {reason}", text=text, reason=str(error))
            return None

    def _of(self, kind: type, expected: str) -> Any:
        if isinstance(self.value, kind):
            return self.value
        self._expected(expected)
        return None

    def _expected(self, what: str) -> None:
        got = {dict: "names with values", list: "a list", bool: "true or false"}.get(type(self.value))
        self.complain("Expected {what}, but got {got}", what=what, got=got or f"'{self.value}'")


def read(name: str, content: bytes, problems: list[Problem]) -> Part | None:
    """The file as a tree of parts, None when it is no YAML; what is wrong is added to `problems`."""
    part = Part(None, 1, name, problems)
    if len(content) > LONGEST:
        part.complain("Expected at most {limit} bytes, but got {n}", limit=LONGEST, n=len(content))
        return None
    try:
        text = content.decode()
        _check(name, text, problems)
        node = None if problems else yaml.compose(text, Loader=Loader)
    except UnicodeDecodeError as error:
        part.complain("Expected UTF-8, but byte {n} is not", n=error.start)
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        part.line = mark.line + 1 if mark else 1
        part.complain("Expected YAML, but {reason}", reason=getattr(error, "problem", None) or str(error))
        return None
    return None if node is None else _part(node, name, problems)


class Loader(yaml.SafeLoader):
    """Composes nodes only; what a plain text means is decided by `_scalar`."""


Loader.yaml_implicit_resolvers = {}


def _check(name: str, text: str, problems: list[Problem]) -> None:
    """Look at the events first: they come without recursion, so a file of brackets cannot exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            Part(None, line, name, problems).complain("Anchors and aliases are not read here: write the value out")
        if (tag := getattr(event, "tag", None)) is not None:
            Part(None, line, name, problems).complain("Tags are not read here: '{tag}'", tag=tag)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            Part(None, line, name, problems).complain("Expected at most {limit} levels", limit=DEEPEST)
            return


def _line(at: yaml.Event | yaml.Node) -> int:
    return at.start_mark.line + 1 if at.start_mark else 1


def _part(node: yaml.Node, where: str, problems: list[Problem]) -> Part:
    part = Part(None, _line(node), where, problems)
    if isinstance(node, yaml.SequenceNode):
        part.value = [_part(item, where, problems) for item in node.value]
    elif isinstance(node, yaml.MappingNode):
        part.value = dict(_pairs(node, where, problems))
    elif isinstance(node, yaml.ScalarNode):
        part.value = _scalar(part, node.value) if node.style is None else node.value
    return part


def _pairs(node: yaml.MappingNode, where: str, problems: list[Problem]) -> Iterator[tuple[str, Part]]:
    seen: set[str] = set()
    for key, value in node.value:
        part = _part(value, where, problems)
        if not isinstance(key, yaml.ScalarNode):
            part.complain("Expected a name before the colon")
            continue
        part.line = _line(key) if isinstance(value, yaml.ScalarNode) else part.line
        if key.value in seen:
            part.complain("'{name}' is there twice", name=key.value)
        seen.add(key.value)
        yield key.value, part


def _scalar(part: Part, text: str) -> object:
    """What a text without quotes means."""
    if text in WORDS:
        return WORDS[text]
    if NUMBER.fullmatch(text):
        return Decimal(text)
    if INSTANT.fullmatch(text):
        read: Callable[[str], object] = date.fromisoformat if len(text) == 10 else datetime.fromisoformat
        try:
            return read(text)
        except ValueError:
            part.complain("There is no such date or time: {text}", text=text)
    return text
