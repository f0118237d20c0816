"""Arithmetic, comparison, and the logic of true, false and null."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import arithmetic, compare, nodes
from engine.feel.closures.core import Closure, Compiler, handles
from engine.feel.values import Frame, Run, Value

Answer = bool | None
Comparison = Callable[[Value, Value, Run], Answer]


def _not_equals(a: Value, b: Value, run: Run) -> Answer:
    same = compare.equals(a, b, run)
    return None if same is None else not same


def _greater(a: Value, b: Value, run: Run) -> Answer:
    return compare.less(b, a, run)


def _greater_or_equal(a: Value, b: Value, run: Run) -> Answer:
    return compare.less_or_equal(b, a, run)


COMPARISONS: dict[str, tuple[Callable[[Value, Value], Any], frozenset[Any], Comparison]] = {
    "=": (operator.eq, compare.PLAIN, compare.equals),
    "!=": (operator.ne, compare.PLAIN, _not_equals),
    "<": (operator.lt, compare.ORDERED, compare.less),
    "<=": (operator.le, compare.ORDERED, compare.less_or_equal),
    ">": (operator.gt, compare.ORDERED, _greater),
    ">=": (operator.ge, compare.ORDERED, _greater_or_equal),
}


@handles(nodes.Compare)
def _compare(compiler: Compiler, node: nodes.Compare) -> Closure:
    quick, kinds, full = COMPARISONS[node.operator]
    left = compiler.compile(node.left)
    if isinstance(node.right, nodes.Literal):
        return _compare_literal(node.operator, left, node.right.value)
    right = compiler.compile(node.right)

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        kind = type(a)
        return quick(a, b) if kind is type(b) and kind in kinds else full(a, b, frame.run)

    return run


def _compare_literal(symbol: str, left: Closure, b: Value) -> Closure:
    quick, kinds, full = COMPARISONS[symbol]
    wanted = type(b) if type(b) in kinds else None

    def run(frame: Frame) -> Value:
        a = left(frame)
        return quick(a, b) if type(a) is wanted else full(a, b, frame.run)

    return run


@handles(nodes.Between)
def _between(compiler: Compiler, node: nodes.Between) -> Closure:
    value, low, high = map(compiler.compile, (node.value, node.low, node.high))

    def run(frame: Frame) -> Value:
        at = value(frame)
        above = compare.less_or_equal(low(frame), at, frame.run)
        return compare.both(above, compare.less_or_equal(at, high(frame), frame.run))

    return run


@handles(nodes.Logic)
def _logic(compiler: Compiler, node: nodes.Logic) -> Closure:
    """One operand decides; what is no boolean counts as null; otherwise any null makes the whole null."""
    parts = tuple(map(compiler.compile, node.operands))
    decides = node.operator == "or"
    if len(parts) == 2:
        return _logic_two(parts[0], parts[1], decides)

    def run(frame: Frame) -> Value:
        unknown = False
        for part in parts:
            value = part(frame)
            if value is decides:
                return decides
            unknown = unknown or value is not (not decides)
        return None if unknown else not decides

    return run


def _logic_two(left: Closure, right: Closure, decides: bool) -> Closure:
    other = not decides

    def run(frame: Frame) -> Value:
        a = left(frame)
        if a is decides:
            return decides
        b = right(frame)
        if b is decides:
            return decides
        return other if a is other and b is other else None

    return run


@handles(nodes.If)
def _if(compiler: Compiler, node: nodes.If) -> Closure:
    condition, then, otherwise = map(compiler.compile, (node.condition, node.then, node.otherwise))
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


@handles(nodes.Arithmetic)
def _arithmetic(compiler: Compiler, node: nodes.Arithmetic) -> Closure:
    left, right, symbol = compiler.compile(node.left), compiler.compile(node.right), node.operator
    table = arithmetic.TABLES[symbol]
    quick = arithmetic.QUICK[symbol]

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        try:
            if type(a) is Decimal and type(b) is Decimal:
                return quick(a, b)
            operation = table.get((type(a), type(b)))
            return None if operation is None else operation(a, b, frame.run)
        except (ArithmeticError, ValueError):
            return None

    return run


@handles(nodes.Negate)
def _negate(compiler: Compiler, node: nodes.Negate) -> Closure:
    operand = compiler.compile(node.operand)
    return lambda frame: arithmetic.negate(operand(frame))
