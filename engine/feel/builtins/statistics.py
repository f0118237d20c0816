"""Functions that sum up a list: of numbers mostly, `min` and `max` of anything that has an order."""

from __future__ import annotations

import decimal
from collections import Counter
from decimal import Decimal

from engine.feel import compare
from engine.feel.builtins.registry import builtin
from engine.feel.numbers import CONTEXT, ONE, ZERO
from engine.feel.values import Run, Value


def _numbers(values: list[Value]) -> list[Decimal] | None:
    """The values when all are numbers and there is at least one."""
    return values if values and all(type(value) is Decimal for value in values) else None


def _total(values: list[Decimal]) -> Decimal | None:
    total = ZERO
    try:
        for value in values:
            total = CONTEXT.add(total, value)
    except decimal.DecimalException:
        return None
    return total


def _mean(values: list[Decimal]) -> Decimal | None:
    total = _total(values)
    return None if total is None else CONTEXT.divide(total, Decimal(len(values)))


@builtin("min", "list: any*")
def minimum(run: Run, values: list[Value]) -> Value:
    return _extreme(values, run, smallest=True)


@builtin("max", "list: any*")
def maximum(run: Run, values: list[Value]) -> Value:
    return _extreme(values, run, smallest=False)


def _extreme(values: list[Value], run: Run, *, smallest: bool) -> Value:
    best: Value = None
    for index, value in enumerate(values):
        if index == 0:
            best = value if compare.less(value, value, run) is not None else None
            continue
        before = compare.less(value, best, run)
        if before is None:
            return None
        if before is smallest and value != best:
            best = value
    return best


@builtin("sum", "list: any*")
def total(values: list[Value]) -> Value:
    numbers = _numbers(values)
    return _total(numbers) if numbers else None


@builtin("mean", "list: any*")
def mean(values: list[Value]) -> Value:
    numbers = _numbers(values)
    return _mean(numbers) if numbers else None


@builtin("product", "list: any*")
def product(values: list[Value]) -> Value:
    numbers = _numbers(values)
    result = ONE
    try:
        for value in numbers or ():
            result = CONTEXT.multiply(result, value)
    except decimal.DecimalException:
        return None
    return result if numbers else None


@builtin("median", "list: any*")
def median(values: list[Value]) -> Value:
    numbers = _numbers(values)
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


@builtin("stddev", "list: any*")
def standard_deviation(values: list[Value]) -> Value:
    """Of a sample: divided by one less than the count."""
    numbers = _numbers(values)
    if not numbers or len(numbers) < 2:
        return None
    middle = _mean(numbers)
    if middle is None:
        return None
    try:
        squares = _total([CONTEXT.power(CONTEXT.subtract(value, middle), 2) for value in numbers])
        return None if squares is None else CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1)))
    except decimal.DecimalException:
        return None


@builtin("mode", "list: any*")
def mode(values: list[Value]) -> Value:
    if not values:
        return []
    numbers = _numbers(values)
    if not numbers:
        return None
    counts = Counter(numbers)
    most = max(counts.values())
    return sorted(value for value, times in counts.items() if times == most)


@builtin("all", "list: any*")
def every(values: list[Value]) -> Value:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


@builtin("any", "list: any*")
def some(values: list[Value]) -> Value:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None
