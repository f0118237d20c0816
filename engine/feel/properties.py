"""What stands behind a dot: the entry of a context, or a part of a date, time, duration or range."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel import temporal
from engine.feel.values import Range, Run, Value, YearsMonths

Part = Callable[[Value], Value]


def _offset(value: time | datetime) -> timedelta | None:
    return temporal.offset(value)


def _zone(value: time | datetime) -> str | None:
    zone: tzinfo | None = value.tzinfo
    return zone.key if isinstance(zone, ZoneInfo) else None


def _clock(value: timedelta) -> tuple[int, int, int, int]:
    """Days, hours, minutes, seconds; all negative for a negative duration."""
    sign = -1 if value < timedelta() else 1
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    return sign * size.days, sign * hours, sign * (rest // 60), sign * (rest % 60)


def _years(months: int) -> int:
    return -(-months // 12) if months < 0 else months // 12


DAY: dict[str, Part] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
TIME: dict[str, Part] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "time offset": _offset,
    "timezone": _zone,
}
PARTS: dict[type, dict[str, Part]] = {
    date: DAY,
    time: TIME,
    datetime: {**DAY, **TIME, "date": lambda value: value.date(), "time": lambda value: value.timetz()},
    timedelta: {
        "days": lambda value: Decimal(_clock(value)[0]),
        "hours": lambda value: Decimal(_clock(value)[1]),
        "minutes": lambda value: Decimal(_clock(value)[2]),
        "seconds": lambda value: Decimal(_clock(value)[3]),
    },
    YearsMonths: {
        "years": lambda value: Decimal(_years(value.months)),
        "months": lambda value: Decimal(value.months - 12 * _years(value.months)),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def part(value: Value, name: str, run: Run) -> Value:
    """`value.name`; of a list, that of each item; null where there is none."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        run.spend(len(value))
        return [part(item, name, run) for item in value]
    parts = PARTS.get(kind)
    get = parts.get(name) if parts else None
    return get(value) if get else None
