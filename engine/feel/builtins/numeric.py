"""Functions on numbers. Where a result does not fit into 34 digits, it is null."""

from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal

from engine.feel import numbers
from engine.feel.builtins.registry import builtin
from engine.feel.numbers import CONTEXT
from engine.feel.values import Value, YearsMonths

WIDE = CONTEXT.copy()
WIDE.prec = 12_400  # digits that any whole quotient of two numbers may have


def round_to(n: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    """`n` with `scale` digits after the point (negative: before it), None when that is impossible."""
    if scale is not None and not -6111 <= scale <= 6176:
        return None
    digits = int(scale or 0)  # a scale of 2.5 is one of 2
    try:
        rounded = n.quantize(Decimal((0, (1,), -digits)), mode, CONTEXT)
    except decimal.DecimalException:
        # more digits asked for than fit: then there is nothing to round
        exponent = n.as_tuple().exponent
        return n if isinstance(exponent, int) and -exponent <= digits else None
    fits = digits >= 0 or rounded.adjusted() >= CONTEXT.prec
    return rounded if fits else rounded.quantize(numbers.ONE, context=CONTEXT)  # 1E+3 as 1000


@builtin("decimal", "n: number", "scale: number")
@builtin("round half even", "n: number", "scale: number")
def half_even(n: Decimal, scale: Decimal) -> Value:
    return round_to(n, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number", "scale: number?")
def floor(n: Decimal, scale: Decimal | None = None) -> Value:
    return round_to(n, scale, decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number", "scale: number?")
def ceiling(n: Decimal, scale: Decimal | None = None) -> Value:
    return round_to(n, scale, decimal.ROUND_CEILING)


@builtin("round up", "n: number", "scale: number")
def round_up(n: Decimal, scale: Decimal) -> Value:
    return round_to(n, scale, decimal.ROUND_UP)


@builtin("round down", "n: number", "scale: number")
def round_down(n: Decimal, scale: Decimal) -> Value:
    return round_to(n, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number", "scale: number")
def round_half_up(n: Decimal, scale: Decimal) -> Value:
    return round_to(n, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number", "scale: number")
def round_half_down(n: Decimal, scale: Decimal) -> Value:
    return round_to(n, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs", "n: any")
def absolute(n: Value) -> Value:
    if isinstance(n, Decimal):
        return CONTEXT.abs(n)
    if isinstance(n, timedelta):
        return abs(n)
    return YearsMonths(abs(n.months)) if isinstance(n, YearsMonths) else None


@builtin("modulo", "dividend: number", "divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    try:
        rest = WIDE.remainder(dividend, divisor)
    except decimal.DecimalException:
        return None
    if rest and (rest < 0) != (divisor < 0):
        return CONTEXT.add(rest, divisor)  # the sign follows the divisor
    return rest


@builtin("sqrt", "number: number")
def sqrt(number: Decimal) -> Value:
    return CONTEXT.sqrt(number) if number >= 0 else None


@builtin("log", "number: number")
def log(number: Decimal) -> Value:
    return CONTEXT.ln(number) if number > 0 else None


@builtin("exp", "number: number")
def exp(number: Decimal) -> Value:
    try:
        return CONTEXT.exp(number)
    except decimal.DecimalException:
        return None


@builtin("odd", "number: number")
def odd(number: Decimal) -> Value:
    rest = modulo(number, Decimal(2))
    return None if rest is None else bool(rest == 1)


@builtin("even", "number: number")
def even(number: Decimal) -> Value:
    rest = modulo(number, Decimal(2))
    return None if rest is None else bool(rest == 0)
