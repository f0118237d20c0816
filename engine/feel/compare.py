"""Equality, order and membership with three truth values: None where two kinds of value cannot be compared.

A date beside a date and time means its local midnight, and a time without an offset is local, so that
`due < today()` reads as people mean it (the standard would give null).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import temporal
from engine.feel.values import Function, Range, Run, Value, YearsMonths

ORDERED = frozenset({Decimal, str, date, timedelta, YearsMonths})
EPOCH = datetime(1, 1, 1)  # noqa: DTZ001  (all are taken without their offset)
PLAIN = ORDERED | {bool, type(None)}


def _instants(a: datetime, b: datetime, run: Run) -> tuple[object, object]:
    """Two local times as they are, else both as the real time since the first midnight of the calendar in UTC.

    Python itself would take two times of the same named zone by the clock on the wall, which jumps twice a year.
    """
    if a.tzinfo is None and b.tzinfo is None:
        return a, b
    return _instant(a, run), _instant(b, run)


def _instant(value: datetime, run: Run) -> timedelta:
    known = value if value.tzinfo else value.replace(tzinfo=run.zone)
    return value.replace(tzinfo=None) - EPOCH - (known.utcoffset() or timedelta())


def midnight(value: date) -> datetime:
    """A date as the date and time at which it begins, without an offset."""
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a local time)


def since_midnight(value: time, run: Run) -> timedelta:
    """A time as its distance from midnight UTC; one without an offset is local."""
    known = value if value.tzinfo else value.replace(tzinfo=run.zone)
    passed = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return passed - (temporal.offset(known) or timedelta())


def pair(a: Value, b: Value, run: Run) -> tuple[Value, Value] | None:
    """Both values in a form that Python orders as FEEL does, None when FEEL knows no order between them."""
    left, right = type(a), type(b)
    if left is right and left in ORDERED:
        return a, b
    if left is datetime and right in (datetime, date):
        return _instants(a, b if right is datetime else midnight(b), run)
    if left is date and right is datetime:
        return _instants(midnight(a), b, run)
    if left is time and right is time:
        return since_midnight(a, run), since_midnight(b, run)
    return None


def less(a: Value, b: Value, run: Run) -> bool | None:
    """a < b."""
    both = pair(a, b, run)
    return None if both is None else bool(both[0] < both[1])


def less_or_equal(a: Value, b: Value, run: Run) -> bool | None:
    """a <= b."""
    both = pair(a, b, run)
    return None if both is None else bool(both[0] <= both[1])


def equals(a: Value, b: Value, run: Run) -> bool | None:
    """a = b; null equals only null; different kinds give None."""
    kind = type(a)
    if kind is type(b):
        if kind in PLAIN:
            return bool(a == b)
        if kind is list:
            return len(a) == len(b) and _all_equal(zip(a, b, strict=True), run)
        if kind is dict:
            return a.keys() == b.keys() and _all_equal(((a[key], b[key]) for key in a), run)
        if kind is Range:
            return _same_range(a, b, run)
        if kind is Function:
            return a is b
    if a is None or b is None:
        return False
    both = pair(a, b, run)
    return None if both is None else bool(both[0] == both[1])


def _same_range(a: Range, b: Range, run: Run) -> bool:
    closed = (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)
    return closed and _all_equal(((a.low, b.low), (a.high, b.high)), run)


def _all_equal(pairs: object, run: Run) -> bool:
    for a, b in pairs:  # type: ignore[attr-defined]
        run.spend()
        if not equals(a, b, run):
            return False
    return True


def both(a: bool | None, b: bool | None) -> bool | None:
    """Three-valued and."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def contains(value: Value, within: Range, run: Run) -> bool | None:
    """Whether a value lies in a range; None as an end point has no bound."""
    if value is None:
        return None
    above: bool | None = True
    below: bool | None = True
    if within.low is not None:
        above = less_or_equal(within.low, value, run) if within.low_closed else less(within.low, value, run)
    if within.high is not None:
        below = less_or_equal(value, within.high, run) if within.high_closed else less(value, within.high, run)
    return both(above, below)


def matches(value: Value, wanted: Value, run: Run) -> bool | None:
    """`value in wanted`: inside a range, among the items of a list (each a value or a range), else equal."""
    kind = type(wanted)
    if kind is Range:
        return contains(value, wanted, run)
    if kind is not list:
        return equals(value, wanted, run)
    found: bool | None = False
    for item in wanted:
        run.spend()
        one = contains(value, item, run) if type(item) is Range else equals(value, item, run)
        if one is True:
            return True
    if type(value) is list and equals(value, wanted, run) is True:
        found = True
    return found
