"""Values of a column such that every cell that compares with constants behaves like one of them everywhere.

Between two constants next to each other, and beyond the first and the last, a comparison has one answer; so the
constants and one value in each of those places stand for all values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

from engine import feel
from engine.dmn.types import Type
from engine.feel import compare
from engine.feel.numbers import CONTEXT

Values = list[feel.Value]
DATES = {"date", "date and time"}
LARGE = 10**15
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
FOREIGN: dict[str, object] = {}
"""A value of a kind with which no constant compares."""


@dataclass(frozen=True)
class Samples:
    """`usual` are those of the kind that the column is meant for; `others` can come in too."""

    usual: Values
    others: Values


def of_type(type: Type, constants: Values, ordered: bool, run: feel.Run) -> Samples | None:
    """Samples of what a column of this type may hold; None where that cannot be analysed.

    Without order, texts are only equal to a constant or not.
    """
    kinds = {feel.kind(value) for value in constants if value is not None}
    if type.item is not None or type.components or kinds - MAKERS.keys():
        return None
    if type.name in MAKERS:
        usual = _of_kind(type.name, constants, run)
        return Samples(usual + (_after(constants) if ordered and type.name == "string" else []), [None])
    if type.name != "Any":
        return None
    usual = [value for kind in sorted(kinds) for value in _of_kind(kind, constants, run)]
    if not kinds:
        return Samples([FOREIGN], [None])
    more = _of_kind("date and time", constants, run) if kinds & DATES else []  # a date is one of them
    usual += _after(constants) if ordered and "string" in kinds else []
    return Samples(usual, [*more, FOREIGN, None])


def _of_kind(kind: str, constants: Values, run: feel.Run) -> Values:
    wanted = {"integer": {"number"}, "date": DATES, "date and time": DATES}.get(kind, {kind})
    return MAKERS[kind]([value for value in constants if feel.kind(value) in wanted], run)


def _numbers(constants: Values, run: feel.Run) -> Values:
    found = sorted(set(constants))
    if not found:
        return [Decimal(0)]
    between = [CONTEXT.divide(CONTEXT.add(a, b), Decimal(2)) for a, b in pairwise(found)]
    return [*found, *between, CONTEXT.subtract(found[0], _step(found[0])), CONTEXT.add(found[-1], _step(found[-1]))]


def _step(value: Decimal) -> Decimal:
    """A step that 34 digits do not lose."""
    return Decimal(1) if abs(value) < LARGE else abs(value)


def _integers(constants: Values, run: feel.Run) -> Values:
    floors = {value.to_integral_value("ROUND_FLOOR") for value in constants}
    steps = {CONTEXT.add(floor, sign * _step(floor)) for floor in floors for sign in (-1, 0, 1)}
    return sorted(steps) or [Decimal(0)]


def _texts(constants: Values, run: feel.Run) -> Values:
    other = next(text for text in _others() if text not in constants)
    return [*dict.fromkeys(constants), other]


def _after(constants: Values) -> Values:
    """The texts right after each constant, and the very first one."""
    return ["", *dict.fromkeys(text + "\0" for text in constants if isinstance(text, str))]


def _others() -> Iterable[str]:
    yield "other"
    yield from (f"other {n}" for n in count(1))


def _days(constants: Values, run: feel.Run) -> Values:
    days = {_instant(value, run).date() for value in constants}
    return sorted({moved for day in days for step in (-1, 0, 1) if (moved := _moved(day, DAY * step)) is not None}) or [
        date(2000, 1, 1)
    ]


def _instants(constants: Values, run: feel.Run) -> Values:
    found = sorted({_instant(value, run) for value in constants})
    between = [a + (b - a) / 2 for a, b in pairwise(found)]
    ends = [moved for value in found for step in (DAY, -DAY, TICK, -TICK) if (moved := _moved(value, step)) is not None]
    return [*found, *between, *ends] or [datetime(2000, 1, 1, tzinfo=run.zone)]


def _moved(value: Any, step: timedelta) -> Any:
    try:
        return value + step
    except OverflowError:
        return None


def _instant(value: feel.Value, run: feel.Run) -> datetime:
    moment: datetime = value if isinstance(value, datetime) else compare.midnight(value)
    return moment.astimezone(run.zone) if moment.tzinfo else moment.replace(tzinfo=run.zone)


def _durations(constants: Values, run: feel.Run) -> Values:
    steps = (DAY, -DAY, TICK, -TICK)
    return [
        *constants,
        *(moved for value in constants for step in steps if (moved := _moved(value, step)) is not None),
    ] or [DAY]


def _months(constants: Values, run: feel.Run) -> Values:
    months = {value.months + step for value in constants for step in (-1, 0, 1)} or {1}
    return [feel.YearsMonths(count) for count in sorted(months)]


MAKERS: dict[str, Callable[[Values, feel.Run], Values]] = {
    "number": _numbers,
    "integer": _integers,
    "string": _texts,
    "boolean": lambda constants, run: [True, False],
    "date": _days,
    "date and time": _instants,
    "days and time duration": _durations,
    "years and months duration": _months,
}
