"""Text to syntax tree: the lexer's tokens through the LALR grammar. The only door to lark."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import lark
from lark import Token
from lark.lexer import Lexer as LarkLexer

from engine.feel import lexer, nodes, numbers, temporal
from engine.feel.errors import FeelError

OPERANDS = frozenset({"NUMBER", "STRING", "NAME"})


class TokenFeed(LarkLexer):
    """Hands lark the tokens that were read before: names cannot be found by regular expressions of a grammar."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf

    def lex(self, tokens: Any) -> Iterator[Token]:  # type: ignore[override]
        yield from tokens


def _nodes(children: list[Any]) -> tuple[Any, ...]:
    return tuple(child for child in children if child is not None and not isinstance(child, Token))


def _test(node: nodes.Node) -> nodes.Test:
    if isinstance(node, nodes.HalfRange):
        return nodes.Test(node.operator, node.operand)
    return nodes.Test(None, node)


def _at(token: Token) -> int:
    return (token.start_pos or 0) + 1


class Builder(lark.Transformer[Token, Any]):
    """Reduces each rule to its node while parsing, so that no tree is walked twice."""

    def start(self, c: list[Any]) -> Any:
        return c[0]

    def tests_any(self, c: list[Any]) -> nodes.Tests:
        return nodes.Tests(())

    def tests_not(self, c: list[Any]) -> nodes.Tests:
        return nodes.Tests(c[2], negated=True)

    def tests_some(self, c: list[Any]) -> nodes.Tests:
        return nodes.Tests(c[0])

    def test_list(self, c: list[Any]) -> tuple[nodes.Test, ...]:
        return _nodes(c)

    in_tests = test_list
    iterators = test_list
    arguments = test_list

    def test(self, c: list[Any]) -> nodes.Test:
        return _test(c[0])

    def half_range(self, c: list[Any]) -> nodes.HalfRange:
        return nodes.HalfRange(str(c[0]), c[1], _at(c[0]))

    def operator(self, c: list[Any]) -> Any:
        return c[0]

    def if_(self, c: list[Any]) -> nodes.If:
        return nodes.If(*_nodes(c))

    def for_(self, c: list[Any]) -> nodes.For:
        return nodes.For(c[1], c[3])

    def some(self, c: list[Any]) -> nodes.Quantified:
        return nodes.Quantified(False, c[1], c[3])

    def every(self, c: list[Any]) -> nodes.Quantified:
        return nodes.Quantified(True, c[1], c[3])

    def function(self, c: list[Any]) -> nodes.FunctionLiteral:
        *parameters, body = _nodes(c)
        return nodes.FunctionLiteral(tuple(parameters), body)

    def parameter(self, c: list[Any]) -> nodes.Parameter:
        return nodes.Parameter(str(c[0]), c[2])

    def iterator(self, c: list[Any]) -> nodes.Iterator:
        return nodes.Iterator(str(c[0]), c[2], None)

    def iterator_range(self, c: list[Any]) -> nodes.Iterator:
        return nodes.Iterator(str(c[0]), c[2], c[4])

    def or_(self, c: list[Any]) -> nodes.Logic:
        return nodes.Logic("or", _nodes(c))

    def and_(self, c: list[Any]) -> nodes.Logic:
        return nodes.Logic("and", _nodes(c))

    def compare(self, c: list[Any]) -> nodes.Compare:
        return nodes.Compare(str(c[1]), c[0], c[2])

    def between(self, c: list[Any]) -> nodes.Between:
        return nodes.Between(*_nodes(c))

    def in_value(self, c: list[Any]) -> nodes.In:
        return nodes.In(c[0], (_test(c[2]),))

    def in_tests_(self, c: list[Any]) -> nodes.In:
        return nodes.In(c[0], c[3])

    def arithmetic(self, c: list[Any]) -> nodes.Arithmetic:
        return nodes.Arithmetic(str(c[1]), c[0], c[2])

    def negate(self, c: list[Any]) -> nodes.Node:
        operand = c[1]
        if isinstance(operand, nodes.Literal) and isinstance(operand.value, Decimal):
            return nodes.Literal(numbers.CONTEXT.minus(operand.value))
        return nodes.Negate(operand)

    def instance_of(self, c: list[Any]) -> nodes.InstanceOf:
        return nodes.InstanceOf(c[0], c[2])

    def path(self, c: list[Any]) -> nodes.Path:
        return nodes.Path(c[0], str(c[2]))

    def filter(self, c: list[Any]) -> nodes.Filter:
        return nodes.Filter(c[0], c[2])

    def call(self, c: list[Any]) -> nodes.Call:
        at = c[0].at if isinstance(c[0], nodes.Name) else _at(c[1])
        return nodes.Call(c[0], c[2] or (), at)

    def argument(self, c: list[Any]) -> nodes.Argument:
        return nodes.Argument(str(c[0]) if c[0] is not None else None, c[-1])

    def type(self, c: list[Any]) -> nodes.Type:
        closed = next((index for index, child in enumerate(c) if str(child) == ">"), None)
        if closed is None:
            return nodes.Type(str(c[0]), None, None, _at(c[0]))
        parts = tuple(child for child in c[1:closed] if isinstance(child, tuple))
        return nodes.Type(str(c[0]), parts, c[-1] if isinstance(c[-1], nodes.Type) else None, _at(c[0]))

    def type_part(self, c: list[Any]) -> tuple[str | None, nodes.Type]:
        return (str(c[0]) if c[0] is not None else None), c[-1]

    def group(self, c: list[Any]) -> nodes.Node:
        node: nodes.Node = c[1]
        return node

    def number(self, c: list[Any]) -> nodes.Literal:
        value = numbers.parse(str(c[0]))
        if value is None:
            raise FeelError(
                "Expected a number, but '{found}' at position {position} is out of range",
                found=str(c[0]),
                position=_at(c[0]),
            )
        return nodes.Literal(value)

    def string(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(str(c[0]))

    def at_literal(self, c: list[Any]) -> nodes.Literal:
        value = temporal.parse_any(str(c[0]))
        if value is None:
            raise FeelError(
                "Expected a date, time, date and time or duration, but found '{found}' at position {position}",
                found=str(c[0]),
                position=_at(c[0]),
            )
        return nodes.Literal(value)

    def true(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(True)

    def false(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(False)

    def null(self, c: list[Any]) -> nodes.Literal:
        return nodes.Literal(None)

    def name(self, c: list[Any]) -> nodes.Name:
        return nodes.Name(str(c[0]), _at(c[0]))

    def list_(self, c: list[Any]) -> nodes.ListLiteral:
        return nodes.ListLiteral(_nodes(c))

    def context(self, c: list[Any]) -> nodes.ContextLiteral:
        entries: dict[str, nodes.Node] = {}
        for key, value in (child for child in c if isinstance(child, tuple)):
            if key in entries:
                raise FeelError(
                    "Expected each key once, but '{key}' comes again at position {position}",
                    key=str(key),
                    position=_at(key),
                )
            entries[str(key)] = value
        return nodes.ContextLiteral(tuple(entries.items()))

    def entry(self, c: list[Any]) -> tuple[Token, nodes.Node]:
        return c[0], c[2]

    def range(self, c: list[Any]) -> nodes.RangeLiteral:
        return nodes.RangeLiteral(c[0].type == "LSQB", c[1], c[3], c[4].type == "RSQB")


LARK = lark.Lark.open(
    "grammar.lark",
    rel_to=__file__,
    parser="lalr",
    lexer=TokenFeed,
    start=["start", "tests_start"],
    transformer=Builder(),
)


def parse(text: str, names: Iterable[str], builtins: frozenset[str], start: str) -> Any:
    """The syntax tree of `text`; `start` is `start` (an expression) or `tests_start` (a cell of unary tests).

    Raises FeelError with the position of the first character that does not fit.
    """
    tokens = lexer.Lexer(text, names, builtins).read()
    if start == "tests_start":
        tokens = lexer.mark_negation(tokens)
    try:
        return LARK.parse(tokens, start=start)
    except lark.exceptions.UnexpectedToken as error:
        raise _unexpected(error, tokens, text, {*names, *builtins}) from None
    except lark.exceptions.VisitError as error:
        raise error.orig_exc from None


def _unexpected(
    error: lark.exceptions.UnexpectedToken, tokens: list[Token], text: str, names: Iterable[str]
) -> FeelError:
    """What is said of the first token that does not fit."""
    token, expected = error.token, error.expected
    wanted = "a value" if expected >= OPERANDS else "an operator or the end"
    if len(expected) <= 3 and "$END" not in expected:
        symbols = {kind: symbol for symbol, kind in lexer.SYMBOLS.items()}
        wanted = " or ".join(sorted(f"'{symbols.get(kind, kind.lower())}'" for kind in expected))
    if token.type == "$END":
        return FeelError(
            "Expected {wanted}, but the expression ends at position {position}", wanted=wanted, position=len(text) + 1
        )
    index = next((i for i, other in enumerate(tokens) if other is token), 0)
    if token.type == "NAME" and index and tokens[index - 1].type == "NAME":
        return _unknown_name(tokens, index, names)
    template = "Expected {wanted}, but found '{found}' at position {position}"
    return FeelError(template, wanted=wanted, found=str(token), position=_at(token))


def _unknown_name(tokens: list[Token], index: int, names: Iterable[str]) -> FeelError:
    """Words side by side can only be meant as one name, of a variable or function."""
    first = last = index
    while first and tokens[first - 1].type == "NAME":
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].type == "NAME":
        last += 1
    name, position = " ".join(tokens[first : last + 1]), _at(tokens[first])
    template = "Expected an operator or a known name, but there is no '{name}' at position {position}"
    if near := difflib.get_close_matches(name, names, 1):
        return FeelError(template + "; did you mean '{near}'?", name=name, position=position, near=near[0])
    return FeelError(template, name=name, position=position)
