"""The syntax trees of texts that were compiled before: what may be known of a cell without evaluating it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from engine.dmn.types import Type
from engine.feel import nodes, parser
from engine.feel.expression import WORDS

KEPT = 16_384


def expression(text: str, names: frozenset[str]) -> nodes.Node:
    """The tree of an expression; `names` are variables and host functions."""
    node: nodes.Node = _parsed(text.lstrip().removeprefix("="), names, "start")
    return node


def tests(text: str, names: frozenset[str]) -> nodes.Tests:
    """The tree of a cell."""
    node: nodes.Tests = _parsed(text if text.strip() else "-", names, "tests_start")
    return node


@lru_cache(maxsize=KEPT)
def _parsed(text: str, names: frozenset[str], start: str) -> Any:
    return parser.parse(text, names, WORDS, start)


def walk(node: object) -> Iterator[nodes.Node]:
    """A node and all inside it."""
    if isinstance(node, nodes.Node):
        yield node
    for part in parts(node):
        yield from walk(part)


def parts(node: object) -> Iterable[object]:
    """What is right inside a node."""
    if isinstance(node, tuple):
        return node
    return [getattr(node, one.name) for one in fields(node)] if is_dataclass(node) else ()


def inside(logic: object) -> Iterator[object]:
    """An expression and all parts of it, down to the compiled texts; not its types, which may be another file's."""
    if not isinstance(logic, Type):
        yield logic
        for part in parts(logic):
            yield from inside(part)


def members(node: nodes.Node) -> set[tuple[str, str]]:
    """Every `name.member` in a tree."""
    return {
        (one.value.name, one.name)
        for one in walk(node)
        if isinstance(one, nodes.Path) and isinstance(one.value, nodes.Name)
    }
