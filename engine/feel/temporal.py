"""Dates, times and durations: reading, writing, and their properties. Years 1 to 9999, microseconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel import numbers
from engine.feel.values import Value, YearsMonths

DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
ZONE = re.compile(r"Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*", re.ASCII)
TIME = re.compile(rf"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?({ZONE.pattern})?", re.ASCII)
MIDNIGHT = re.compile(r"24:00(?::00(?:\.0+)?)?(?![\d:.])", re.ASCII)  # as XML Schema has it, the end of a day
MONTHS = re.compile(r"(-?)P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
DAYS = re.compile(
    r"(-?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?", re.ASCII
)
FARTHEST = timedelta(hours=14)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def parse_date(text: str) -> date | None:
    """`2026-05-31`, None when it is no date."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_zone(text: str | None) -> tzinfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai`. Raises ValueError when there is no such zone."""
    if text is None:
        return None
    if not ZONE.fullmatch(text):
        raise ValueError(text)
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (KeyError, OSError):
            raise ValueError(text)
    if text == "Z":
        return UTC
    minutes, seconds = int(text[4:6]), int(text[7:9] or 0)
    if minutes > 59 or seconds > 59:
        raise ValueError(text)
    size = timedelta(hours=int(text[1:3]), minutes=minutes, seconds=seconds)
    return fixed_zone(-size if text[0] == "-" else size)


def fixed_zone(offset: timedelta) -> tzinfo:
    """The zone that is always so far ahead of UTC. Raises ValueError beyond 14 hours, and for a part of a second."""
    if abs(offset) > FARTHEST or offset.microseconds:
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


def parse_time(text: str) -> time | None:
    """`08:30:00`, with fraction, offset or `@zone`; seconds may be missing; `24:00:00` is midnight.

    None when it is no time.
    """
    match = TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, zone = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    if MIDNIGHT.match(text):
        hour = "00"
    try:
        return time(int(hour), int(minute), int(second or 0), micro, parse_zone(zone))
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """`2026-05-31T08:30:00+08:00`; a date alone is its midnight, `T24:00:00` that of the next day.

    None when it is neither.
    """
    day, separator, rest = text.partition("T")
    on, at = parse_date(day), parse_time(rest) if separator else time()
    if on is None or at is None:
        return None
    if MIDNIGHT.match(rest):
        if on == date.max:
            return None
        on += timedelta(days=1)
    return datetime.combine(on, at)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """`P1Y2M` gives YearsMonths, `P2DT4H` (or weeks, `P2W`) a timedelta; None when it is neither."""
    if text.endswith(("P", "T")):
        return None
    if match := MONTHS.fullmatch(text):
        sign, years, months = match.groups()
        total = int(years or 0) * 12 + int(months or 0)
        return YearsMonths(-total if sign else total)
    if match := DAYS.fullmatch(text):
        sign, weeks, days, hours, minutes, seconds = match.groups()
        micro = int(numbers.CONTEXT.multiply(Decimal(seconds or 0), Decimal(1_000_000)))
        try:
            total_time = timedelta(
                days=int(days or 0),
                weeks=int(weeks or 0),
                hours=int(hours or 0),
                minutes=int(minutes or 0),
                microseconds=micro,
            )
            return -total_time if sign else total_time
        except OverflowError:
            return None
    return None


def parse_any(text: str) -> Value:
    """What stands in `@"…"`: a date, a time, a date and time or a duration; None when it is none of them."""
    for parse in (parse_date, parse_time, parse_datetime, parse_duration):
        if (value := parse(text)) is not None:
            return value
    return None


def _zone_text(zone: tzinfo | None, offset: timedelta | None) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    seconds = int((offset or timedelta()).total_seconds())
    if seconds == 0:
        return "Z"
    sign, size = "-" if seconds < 0 else "+", abs(seconds)
    odd = f":{size % 60:02}" if size % 60 else ""
    return f"{sign}{size // 3600:02}:{size // 60 % 60:02}{odd}"


def _fraction(microsecond: int) -> str:
    return f".{microsecond:06}".rstrip("0") if microsecond else ""


def text(value: Value) -> str:
    """The ISO form of a date, time, date and time or duration, as `string()` gives it."""
    if isinstance(value, YearsMonths):
        return _months_text(value.months)
    if isinstance(value, timedelta):
        return _days_text(value)
    if isinstance(value, time | datetime):
        clock = f"{value.hour:02}:{value.minute:02}:{value.second:02}{_fraction(value.microsecond)}"
        clock += _zone_text(value.tzinfo, value.utcoffset())
        return f"{value.date().isoformat()}T{clock}" if isinstance(value, datetime) else clock
    day: str = value.isoformat()
    return day


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return ("-" if months < 0 else "") + "P" + (parts or "0M")


def _days_text(value: timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or size.microseconds:
        clock += f"{seconds}{_fraction(size.microseconds)}S"
    if not clock and not size.days:
        return "PT0S"
    days = f"{size.days}D" if size.days else ""
    return ("-" if value < timedelta() else "") + "P" + days + (f"T{clock}" if clock else "")


def seconds(value: timedelta) -> Decimal:
    """The exact length in seconds."""
    micro = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    return numbers.CONTEXT.divide(Decimal(micro), Decimal(1_000_000))


def from_seconds(total: Decimal) -> timedelta | None:
    """The duration of so many seconds, None when out of range."""
    if not -(10**14) < total < 10**14:
        return None
    try:
        return timedelta(microseconds=int(numbers.CONTEXT.multiply(total, Decimal(1_000_000))))
    except OverflowError:
        return None


def offset(value: time | datetime) -> timedelta | None:
    """The offset from UTC; a time in a named zone, its day being unknown, has that of the zone's winter."""
    if isinstance(value, time) and value.tzinfo is not None:
        new_year = datetime(2000, 1, 1, tzinfo=value.tzinfo)
        known = new_year.utcoffset()
        return None if known is None else known - (new_year.dst() or timedelta())
    return value.utcoffset()
