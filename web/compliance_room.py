"""The room of compliance: what its modules share."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, request

from complaints.trail import TrailFilter
from engine import clock
from engine.errors import Invalid

room = Blueprint("compliance", __name__, url_prefix="/compliance")
ROLES = ("compliance",)
ASKED = ("kind", "actor", "element", "instance", "since", "until")


def asked() -> dict[str, str]:
    """What the address narrows the history to, as text for the form."""
    return {name: request.args.get(name, "").strip()[:100] for name in ASKED}


def narrowed(given: dict[str, str]) -> TrailFilter:
    """The same as a query understands it; the last day is included. Raises Invalid."""
    texts = {name: given[name] or None for name in ("kind", "actor", "element", "instance")}
    first, last = _day(given["since"]), _day(given["until"])
    return TrailFilter(
        **texts,
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(1)) if last else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("Expected a day like 2026-03-15, but got '{day}'", day=text)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.ZONE)
