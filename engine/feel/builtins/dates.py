"""Functions on dates, times and durations. The present is that of the command, in the local zone."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import compare, numbers, temporal
from engine.feel.builtins.registry import builtin
from engine.feel.values import Run, Value, YearsMonths


@builtin("now")
def now(run: Run) -> datetime:
    return run.scope.now.astimezone(run.zone)


@builtin("today")
def today(run: Run) -> date:
    return run.scope.now.astimezone(run.zone).date()


@builtin("date", "from: any")
def date_from(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return temporal.parse_date(value)
    return value if isinstance(value, date) else None


@builtin("date", "year: number", "month: number", "day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Value:
    parts = [numbers.whole(part, 9999) for part in (year, month, day)]
    try:
        return None if None in parts else date(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None


@builtin("date and time", "from: any")
def datetime_from(value: Value) -> Value:
    if isinstance(value, str):
        return temporal.parse_datetime(value)
    if isinstance(value, datetime):
        return value
    return compare.midnight(value) if isinstance(value, date) else None


@builtin("date and time", "date: any", "time: any")
def datetime_of(day: Value, at: Value) -> Value:
    if not isinstance(day, date):
        return None
    if isinstance(at, str):  # the same instant or local time in another zone
        try:
            zone = temporal.parse_zone(f"@{at}" if at[:1].isalpha() and at != "Z" else at)
            start = day if isinstance(day, datetime) else compare.midnight(day)
            return start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)
        except (ValueError, OverflowError):
            return None
    return datetime.combine(day, at) if isinstance(at, time) else None


@builtin("time", "from: any")
def time_from(value: Value) -> Value:
    if isinstance(value, str):
        return temporal.parse_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(tzinfo=temporal.parse_zone("Z"))
    return value if isinstance(value, time) else None


@builtin("time", "hour: number", "minute: number", "second: number", "offset: days?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> Value:
    hours, minutes, full = numbers.whole(hour, 23), numbers.whole(minute, 59), int(second) if 0 <= second < 60 else None
    if hours is None or minutes is None or full is None:
        return None
    micro = int(numbers.CONTEXT.multiply(second - full, Decimal(1_000_000)))
    try:
        zone = None if offset is None else temporal.fixed_zone(offset)
        return time(hours, minutes, full, micro, zone)
    except ValueError:
        return None


@builtin("duration", "from: any")
def duration(value: Value) -> Value:
    if isinstance(value, str):
        return temporal.parse_duration(value)
    return value if isinstance(value, timedelta | YearsMonths) else None


@builtin("years and months duration", "from: day", "to: day")
def years_and_months(start: date, end: date) -> Value:
    forward = (end.year, end.month, end.day) >= (start.year, start.month, start.day)
    first, last = (start, end) if forward else (end, start)
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return YearsMonths(months if forward else -months)


@builtin("day of year", "date: day")
def day_of_year(day: date) -> Value:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: day")
def day_of_week(day: date) -> str:
    return temporal.WEEKDAYS[day.weekday()]


@builtin("month of year", "date: day")
def month_of_year(day: date) -> str:
    return temporal.MONTH_NAMES[day.month - 1]


@builtin("week of year", "date: day")
def week_of_year(day: date) -> Value:
    return Decimal(day.isocalendar().week)


@builtin("last day of month", "date: day")
def last_day_of_month(day: date) -> date:
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
