"""Decimal numbers as IEEE 754 decimal128 has them: 34 digits, half even, exponents up to 6144."""

from __future__ import annotations

import decimal
from decimal import Decimal

CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
ZERO = Decimal(0)
ONE = Decimal(1)


def parse(text: str) -> Decimal | None:
    """The number written in `text` (no grouping, `.` as the decimal point), None when it is none or out of range."""
    try:
        value = CONTEXT.create_decimal(text)
    except decimal.DecimalException:
        return None
    return value if value.is_finite() else None


def bounded(value: Decimal) -> Decimal | None:
    """`value` within our digits and exponents, None when it does not fit or is no number."""
    if not value.is_finite():
        return None
    try:
        return CONTEXT.plus(value)
    except decimal.DecimalException:
        return None


def whole(value: object, limit: int = 10**15) -> int | None:
    """`value` as an int when it is a whole number of at most `limit`, else None."""
    if not isinstance(value, Decimal) or not -limit <= value <= limit:
        return None
    number = int(value)
    return number if number == value else None


def text(value: Decimal) -> str:
    """The plain notation, without an exponent: `1200`, `0.05`."""
    return format(value, "f")
