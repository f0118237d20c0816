"""When a timer is due: durations, dates and cycles (ISO 8601, BPMN 10.5.5) to instants, within the bounds.

Times are aware UTC instants; a date or time without a zone is meant in Asia/Shanghai.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine import feel
from engine.clock import ZONE
from engine.errors import Fault

_CYCLE = re.compile(r"^R(\d*)/(?:(\d{4}-[^/]+)/)?(P[^/]+)$")
Duration = timedelta | feel.YearsMonths


class Over(Fault):
    """Expected a time to come, but {text} is over"""


@dataclass(frozen=True)
class Schedule:
    """The next due instant, and for a cycle the rounds after it (None: without end) and the interval as ISO text."""

    due_at: datetime
    repeats: int | None = 0
    interval: str | None = None


def instant(value: object, now: datetime) -> datetime:
    """A FEEL value or ISO text as an instant: date and time, date (its midnight), or a duration from `now`."""
    if isinstance(value, str):
        value = parse(value)
    if isinstance(value, (timedelta, feel.YearsMonths)):
        return add(now, value)
    with suppress(OverflowError):  # within a day of the first or last instant there is
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=ZONE)).astimezone(UTC)
        if isinstance(value, date):
            return datetime.combine(value, time(), ZONE).astimezone(UTC)
    raise Fault("Expected a date and time, a date or a duration, but got {value}", value=feel.from_feel(value))


_DURATION = feel.compile("duration(text)", names=("text",))
_SCOPE = feel.Scope(now=datetime.min.replace(tzinfo=UTC))
_SUM = feel.compile("at + duration", names=("at", "duration"))


def parse(text: str) -> object:
    """ISO text as duration, date and time, or date. Raises Fault."""
    value: object = None
    if text.lstrip("-").startswith("P"):
        value = _DURATION({"text": text}, _SCOPE)
    else:
        with suppress(ValueError):
            value = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if value is None:
        raise Fault("Expected an ISO 8601 duration or date, but got '{text}'", text=text)
    return value


def add(at: datetime, duration: Duration) -> datetime:
    """`at` plus a duration; months are calendar months in Asia/Shanghai."""
    result = _SUM({"at": at.astimezone(ZONE), "duration": duration}, feel.Scope(now=at))
    if not isinstance(result, datetime):
        raise Fault("Expected a date and time, but {at} plus {duration} is none", at=at, duration=str(duration))
    return result.astimezone(UTC)


def schedule(kind: str, value: object, now: datetime, *, years: int, cycle_seconds: int) -> Schedule:
    """The schedule of a timer of `kind` duration, date or cycle. Raises Fault beyond the bounds."""
    found = _cycle(value, now, cycle_seconds) if kind == "cycle" else Schedule(instant(value, now))
    if found.due_at > now + timedelta(days=366 * years):
        raise Fault("Expected a timer within {years} years, but it is due {due}", years=years, due=found.due_at)
    return found


def _cycle(value: object, now: datetime, shortest: int) -> Schedule:
    match = _CYCLE.match(str(value))
    if match is None:
        raise Fault("Expected a cycle like R3/PT1H, but got '{text}'", text=str(value))
    count, start, interval = match.groups()
    step = parse(interval)
    if isinstance(step, timedelta) and step.total_seconds() < shortest:
        raise Fault("Expected a cycle of at least {limit} seconds, but got {text}", limit=shortest, text=interval)
    if instant(step, now) <= now:
        raise Fault("Expected a cycle with a pause, but got {text}", text=interval)
    first, over = _to_come(instant(start or step, now), step, now)
    repeats = int(count) - 1 - over if count else None
    if repeats is not None and repeats < 0:
        raise Over(text=str(value))
    return Schedule(first, repeats, interval)


def _to_come(at: datetime, step: object, now: datetime) -> tuple[datetime, int]:
    """The first round that is not over, and how many are."""
    over = 0
    if isinstance(step, timedelta) and at < now:
        over = -((at - now) // step)
        return at + over * step, over
    while at < now:
        at, over = instant(step, at), over + 1
    return at, over


def following(found: Schedule) -> Schedule | None:
    """The round after this one, counted from its own due time; None after the last."""
    if found.interval is None or found.repeats == 0:
        return None
    repeats = None if found.repeats is None else found.repeats - 1
    return Schedule(instant(parse(found.interval), found.due_at), repeats, found.interval)
