"""`+ - * / **` by the kinds of their two sides; anything else is null.

Numbers have the table QUICK, all other kinds one table per operator. An operation may raise ArithmeticError or
ValueError for a result out of range, which means null.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel import compare, limits, numbers, temporal
from engine.feel.errors import TooMuch
from engine.feel.numbers import CONTEXT
from engine.feel.values import Run, Value, YearsMonths

Operation = Callable[[Value, Value, Run], Value]


def _concatenate(a: str, b: str, run: Run) -> str:
    if len(a) + len(b) > limits.STRING:
        raise TooMuch(what="characters in a string", limit=limits.STRING)
    return run.string(a + b)


def add_months(value: date | datetime, months: int) -> date | datetime:
    """The same day so many months on, or the last day of a shorter month. Raises ValueError outside years 1-9999."""
    index = value.year * 12 + value.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return value.replace(year=year, month=month, day=min(value.day, calendar.monthrange(year, month)[1]))


def add_time(value: datetime, delta: timedelta) -> datetime:
    """So much later in real time, also across a change of the offset of a named zone."""
    if isinstance(value.tzinfo, ZoneInfo):
        return (value.astimezone(UTC) + delta).astimezone(value.tzinfo)
    return value + delta


def _shift_date(value: date, delta: timedelta) -> date:
    return (compare.midnight(value) + delta).date()


def _shift_time(value: time, delta: timedelta) -> time:
    moved = datetime(2000, 1, 2, value.hour, value.minute, value.second, value.microsecond) + delta % timedelta(days=1)  # noqa: DTZ001
    return moved.time().replace(tzinfo=value.tzinfo)


def _between(a: date, b: date, run: Run) -> timedelta | None:
    both = compare.pair(a, b, run)
    return None if both is None else both[0] - both[1]


def _months(total: Decimal) -> YearsMonths | None:
    months = numbers.whole(CONTEXT.to_integral_value(total.quantize(numbers.ONE, "ROUND_DOWN", CONTEXT)))
    return None if months is None else YearsMonths(months)


def _ratio(a: timedelta, b: timedelta) -> Decimal:
    return CONTEXT.divide(temporal.seconds(a), temporal.seconds(b))


def _scale(duration: timedelta, by: Decimal) -> timedelta | None:
    return temporal.from_seconds(CONTEXT.multiply(temporal.seconds(duration), by))


N, S, D, T, DT, TD, YM = Decimal, str, date, time, datetime, timedelta, YearsMonths
ADD: dict[tuple[type, type], Operation] = {
    (S, S): _concatenate,
    (TD, TD): lambda a, b, run: a + b,
    (YM, YM): lambda a, b, run: YM(a.months + b.months),
    (DT, TD): lambda a, b, run: add_time(a, b),
    (TD, DT): lambda a, b, run: add_time(b, a),
    (DT, YM): lambda a, b, run: add_months(a, b.months),
    (YM, DT): lambda a, b, run: add_months(b, a.months),
    (D, TD): lambda a, b, run: _shift_date(a, b),
    (TD, D): lambda a, b, run: _shift_date(b, a),
    (D, YM): lambda a, b, run: add_months(a, b.months),
    (YM, D): lambda a, b, run: add_months(b, a.months),
    (T, TD): lambda a, b, run: _shift_time(a, b),
    (TD, T): lambda a, b, run: _shift_time(b, a),
}
SUBTRACT: dict[tuple[type, type], Operation] = {
    (TD, TD): lambda a, b, run: a - b,
    (YM, YM): lambda a, b, run: YM(a.months - b.months),
    (DT, TD): lambda a, b, run: add_time(a, -b),
    (DT, YM): lambda a, b, run: add_months(a, -b.months),
    (D, TD): lambda a, b, run: _shift_date(a, -b),
    (D, YM): lambda a, b, run: add_months(a, -b.months),
    (T, TD): lambda a, b, run: _shift_time(a, -b),
    (DT, DT): _between,
    (DT, D): _between,
    (D, DT): _between,
    (D, D): _between,
    (T, T): _between,
}
MULTIPLY: dict[tuple[type, type], Operation] = {
    (TD, N): lambda a, b, run: _scale(a, b),
    (N, TD): lambda a, b, run: _scale(b, a),
    (YM, N): lambda a, b, run: _months(CONTEXT.multiply(Decimal(a.months), b)),
    (N, YM): lambda a, b, run: _months(CONTEXT.multiply(Decimal(b.months), a)),
}
DIVIDE: dict[tuple[type, type], Operation] = {
    (TD, N): lambda a, b, run: temporal.from_seconds(CONTEXT.divide(temporal.seconds(a), b)),
    (TD, TD): lambda a, b, run: _ratio(a, b),
    (YM, N): lambda a, b, run: _months(CONTEXT.divide(Decimal(a.months), b)),
    (YM, YM): lambda a, b, run: CONTEXT.divide(Decimal(a.months), Decimal(b.months)),
}
POWER: dict[tuple[type, type], Operation] = {}
QUICK: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": CONTEXT.power,
}
TABLES = {"+": ADD, "-": SUBTRACT, "*": MULTIPLY, "/": DIVIDE, "**": POWER}


def negate(value: Value) -> Value:
    """`-value` of a number or duration, else null."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, timedelta):
        return -value if value <= -timedelta.min else None
    return YearsMonths(-value.months) if isinstance(value, YearsMonths) else None
