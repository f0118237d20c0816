"""The compiler: one function per kind of node, each returning a closure over the closures of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from engine.feel import builtins, convert, limits, nodes, numbers
from engine.feel.errors import TooMuch
from engine.feel.values import Frame, Value

Closure = Callable[[Frame], Value]
Handler = Callable[["Compiler", Any], Closure]
HANDLERS: dict[type[nodes.Node], Handler] = {}


def handles(kind: type[nodes.Node]) -> Callable[[Handler], Handler]:
    """Register the function that compiles one kind of node."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


class Compiler:
    """Compiles one text: knows what is bound where, and gathers the free names."""

    def __init__(self, names: frozenset[str], functions: frozenset[str]) -> None:
        self.names = names
        self.functions = functions
        self.bound: list[frozenset[str]] = []
        self.free: dict[str, int] = {}  # with the position of the first
        self.used: set[str] = set()  # every name that was read, also bound ones
        self.calls: list[tuple[str, Value]] = []  # host functions, with their first argument where it is written out
        self.depth = 0

    def asks(self, name: str, arguments: tuple[nodes.Argument, ...]) -> None:
        """A host function is called here."""
        first = arguments[0].value if arguments else None
        self.calls.append((name, first.value if isinstance(first, nodes.Literal) else None))

    def compile(self, node: nodes.Node) -> Closure:
        """The closure of a node. Raises TooMuch when the tree is too deep."""
        self.depth += 1
        if self.depth > limits.NESTING:
            raise TooMuch(what="levels of nesting", limit=limits.NESTING)
        closure = HANDLERS[type(node)](self, node)
        self.depth -= 1
        return closure

    @contextmanager
    def binding(self, *names: str) -> Iterator[None]:
        """Inside, these names are local."""
        self.bound.append(frozenset(names))
        yield
        self.bound.pop()

    def is_bound(self, name: str) -> bool:
        """Whether a name is local here."""
        return any(name in names for names in self.bound)

    def is_global(self, name: str) -> bool:
        """Whether a name can only be of the caller's context: inside a filter it may be an entry of the item."""
        return not self.is_bound(name) and not self.is_bound("item")


def constant(node: nodes.Node) -> bool:
    """Whether the value of a node is known when compiling."""
    return isinstance(node, nodes.Literal)


@handles(nodes.Literal)
def _literal(compiler: Compiler, node: nodes.Literal) -> Closure:
    value = node.value
    return lambda frame: value


@handles(nodes.Name)
def _name(compiler: Compiler, node: nodes.Name) -> Closure:
    name = node.name
    compiler.used.add(name)
    read = _global(name)
    if not compiler.is_bound(name):
        compiler.free.setdefault(name, node.at)
    if compiler.is_global(name):
        return read

    def look(frame: Frame) -> Value:
        while frame.outer is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.outer
        return read(frame)

    return look


def _global(name: str) -> Closure:
    """Read a name of the caller's context; numbers and lists of Python become those of FEEL on the way."""
    unchanged = convert.UNCHANGED
    function = builtins.as_value(name) if name in builtins.BUILTINS else None

    def read(frame: Frame) -> Value:
        value = frame.context.get(name)
        if type(value) in unchanged:
            return function if value is None and function is not None and name not in frame.context else value
        if type(value) is Decimal:
            return numbers.bounded(value)
        converted = frame.converted
        if name not in converted:
            converted[name] = convert.to_feel(value, frame.run.zone)
        return converted[name]

    return read
