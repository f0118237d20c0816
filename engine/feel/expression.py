"""Compiled texts: what the rest of the engine holds in its hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.feel import builtins, closures, convert, limits, nodes, parser, values
from engine.feel.closures import tests, types
from engine.feel.errors import FeelError, TooMuch
from engine.feel.values import Frame, Run, Scope, Value

NOTHING: tuple[str, ...] = ()
TYPE_NAMES = frozenset(values.KINDS.values()) | types.SYNONYMS.keys()
WORDS = builtins.NAMES | TYPE_NAMES


class Expression:
    """A compiled expression. Stateless: may be kept, shared between threads and called at will."""

    __slots__ = ("calls", "closure", "computed", "names", "text")

    def __init__(self, text: str, closure: closures.Closure, compiler: closures.Compiler, computed: bool) -> None:
        self.text = text
        self.names = frozenset(compiler.free)
        self.calls = tuple(compiler.calls)
        """The host functions that it calls, each with its first argument where that is written out, else None."""
        self.computed = computed
        """Whether it is a sum, a difference, a product …"""
        self.closure = closure

    def __call__(self, context: Mapping[str, Value], scope: Scope) -> Value:
        """The value in a context of variables, which may hold Python numbers.

        A name the context lacks is null, and so is what makes no sense (`1 + "a"`). Raises TooMuch over a bound.
        """
        return self.within(values.root(context, Run(scope)))

    def within(self, frame: Frame) -> Value:
        """The value inside an evaluation under way, which shares its bounds."""
        try:
            return self.closure(frame)
        except RecursionError:
            raise TooMuch(what="levels of nesting", limit=limits.NESTING) from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


class UnaryTests:
    """A compiled cell of a decision table. Stateless."""

    __slots__ = ("names", "test", "text")

    def __init__(self, text: str, test: tests.Test, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self.test = test

    def __call__(self, value: object, context: Mapping[str, Value], scope: Scope) -> bool | None:
        """Whether an input value passes; None when that cannot be said. Raises TooMuch over a bound."""
        return self.within(convert.to_feel(value, scope.zone), values.root(context, Run(scope)))

    def within(self, value: Value, frame: Frame) -> bool | None:
        """The answer inside an evaluation under way, which shares its bounds."""
        try:
            return self.test(value, frame)
        except RecursionError:
            raise TooMuch(what="levels of nesting", limit=limits.NESTING) from None

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def compile(text: str, names: Iterable[str] = NOTHING, functions: Iterable[str] = NOTHING) -> Expression:
    """Compile an expression; a leading `=` is allowed. Results are cached.

    `names` are the variables that are known to exist, `functions` the host functions; both are needed where a name
    has spaces or symbols, the longest known name wins. Unknown names are allowed (and null), unknown functions are
    not. Raises FeelError with the position of the first thing that is wrong.
    """
    return _expression(text, frozenset(names), frozenset(functions))


def compile_unary_tests(text: str, names: Iterable[str] = NOTHING, functions: Iterable[str] = NOTHING) -> UnaryTests:
    """Compile a cell of a decision table: `-`, `"a","b"`, `not("x")`, `> 5`, `[1..5)`, any condition on `?`.

    An empty cell is `-`. Otherwise as `compile`.
    """
    return _tests(text, frozenset(names), frozenset(functions))


@lru_cache(maxsize=4096)
def _expression(text: str, names: frozenset[str], functions: frozenset[str]) -> Expression:
    stripped = text.lstrip()
    body = " " * (len(text) - len(stripped) + 1) + stripped[1:] if stripped.startswith("=") else text
    compiler = closures.Compiler(names, functions)
    node = parser.parse(body, names | functions, WORDS, "start")
    return Expression(text, compiler.compile(node), compiler, isinstance(node, nodes.Arithmetic))


@lru_cache(maxsize=16384)
def _tests(text: str, names: frozenset[str], functions: frozenset[str]) -> UnaryTests:
    compiler = closures.Compiler(names, functions)
    node = parser.parse(text if text.strip() else "-", names | functions, WORDS, "tests_start")
    test = tests.cell(compiler, node)
    if "?" in compiler.free:
        template = "Expected '?' only inside a condition of a cell, but found it at position {position}"
        raise FeelError(template, position=compiler.free["?"])
    return UnaryTests(text, test, frozenset(compiler.free))
