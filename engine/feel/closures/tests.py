"""Unary tests: the cells of a decision table, and the right side of `in`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import compare, nodes
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.closures.logic import COMPARISONS, Answer
from engine.feel.values import Frame, Value

Test = Callable[[Value, Frame], Answer]


@handles(nodes.In)
def _in(compiler: Compiler, node: nodes.In) -> Closure:
    value = compiler.compile(node.value)
    test = one_of(compiler, node.tests)
    return lambda frame: test(value(frame), frame)


def cell(compiler: Compiler, node: nodes.Tests) -> Test:
    """The test of a whole cell."""
    if not node.tests:
        return lambda value, frame: True
    test = one_of(compiler, node.tests)
    if not node.negated:
        return test

    def negated(value: Value, frame: Frame) -> Answer:
        answer = test(value, frame)
        return None if answer is None else not answer

    return negated


def one_of(compiler: Compiler, tests: tuple[nodes.Test, ...]) -> Test:
    """A three-valued or over tests."""
    if len(tests) > 1 and all(_is_text(test) for test in tests):
        return _texts(frozenset(test.operand.value for test in tests))  # type: ignore[attr-defined]
    parts = [_one(compiler, test) for test in tests]
    if len(parts) == 1:
        return parts[0]

    def run(value: Value, frame: Frame) -> Answer:
        answer: Answer = False
        for part in parts:
            one = part(value, frame)
            if one is True:
                return True
            answer = None if one is None else answer
        return answer

    return run


def _is_text(test: nodes.Test) -> bool:
    return test.operator in (None, "=") and isinstance(test.operand, nodes.Literal) and type(test.operand.value) is str


def _texts(wanted: frozenset[str]) -> Test:
    def run(value: Value, frame: Frame) -> Answer:
        if type(value) is str:
            return value in wanted
        return False if value is None else None

    return run


def _one(compiler: Compiler, test: nodes.Test) -> Test:
    if test.operator is not None:
        return _operator(test.operator, compiler.compile(test.operand))
    if isinstance(test.operand, nodes.Literal):
        return _literal(test.operand.value)
    before, compiler.used = compiler.used, set()
    with compiler.binding("?"):
        closure = compiler.compile(test.operand)
    asks = "?" in compiler.used
    compiler.used |= before
    if isinstance(test.operand, nodes.RangeLiteral) and not asks:
        return _range(compiler, test.operand)
    return _condition(closure) if asks else _value(closure)


def _operator(symbol: str, operand: Closure) -> Test:
    quick, kinds, full = COMPARISONS[symbol]

    def run(value: Value, frame: Frame) -> Answer:
        other = operand(frame)
        kind = type(value)
        return quick(value, other) if kind is type(other) and kind in kinds else full(value, other, frame.run)

    return run


def _literal(wanted: Value) -> Test:
    kind = type(wanted) if type(wanted) in compare.PLAIN else None

    def run(value: Value, frame: Frame) -> Answer:
        return bool(value == wanted) if type(value) is kind else compare.equals(value, wanted, frame.run)

    return run


def _range(compiler: Compiler, node: nodes.RangeLiteral) -> Test:
    """`low <= value and value <= high`, with three truth values also where an end point is null."""
    low, high = compiler.compile(node.low), compiler.compile(node.high)
    above = compare.less_or_equal if node.low_closed else compare.less
    below = compare.less_or_equal if node.high_closed else compare.less

    def run(value: Value, frame: Frame) -> Answer:
        enough = above(low(frame), value, frame.run)
        return compare.both(enough, below(value, high(frame), frame.run))

    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        return _numbers(node.low.value, node.high.value, node, run)
    return run


def _numbers(low: Value, high: Value, node: nodes.RangeLiteral, otherwise: Test) -> Test:
    """The common case: a number between two numbers that are written down."""
    if type(low) is not Decimal or type(high) is not Decimal:
        return otherwise
    low_closed, high_closed = node.low_closed, node.high_closed

    def run(value: Value, frame: Frame) -> Answer:
        if type(value) is not Decimal:
            return otherwise(value, frame)
        return bool(
            (low < value or (low_closed and low == value)) and (value < high or (high_closed and value == high))
        )

    return run


def _condition(closure: Closure) -> Test:
    """A cell that speaks of its input as `?`: what it says is the answer, unless it is a value to compare with."""

    def run(value: Value, frame: Frame) -> Answer:
        answer = closure(frame.inner({"?": value}))
        if answer is None or isinstance(answer, bool):
            return answer
        return compare.matches(value, answer, frame.run)

    return run


def _value(closure: Closure) -> Test:
    """Any other expression: a value, list or range to compare with; true is a condition that holds by itself."""

    def run(value: Value, frame: Frame) -> Answer:
        wanted = closure(frame)
        if wanted is True and type(value) is not bool:
            return True
        return compare.matches(value, wanted, frame.run)

    return run
