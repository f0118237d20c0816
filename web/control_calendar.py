"""Changes of the calendar: shown with the clocks that they would move, and made once somebody has confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import orjson
from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import calendar_moves, people
from complaints.calendar_moves import Change
from engine.calendar_seed import Day
from engine.errors import Invalid
from web import context
from web.access import access
from web.control_room import ROLES, day, room, text

PAGE = 50
LARGEST = 100_000
"""Characters of a notice."""


def notice(content: str) -> tuple[Day, ...]:
    """The days of a year from a notice as JSON: `{"year", "papers", "days": [{"name", "date", "isOffDay"}]}`.

    Raises Invalid. What the notice does not name is a working day from Monday to Friday, else weekend.
    """
    try:
        given = orjson.loads(content)
        year, papers = int(given["year"]), [str(paper) for paper in given.get("papers", [])]
        named = {date.fromisoformat(one["date"]): (str(one["name"]), bool(one["isOffDay"])) for one in given["days"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid("Expected a notice with year, papers and days, but it cannot be read") from error
    if not named or not papers or {at.year for at in named} != {year}:
        raise Invalid("Expected at least one day and one paper of {year}", year=year)
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    return tuple(_day(first + timedelta(n), named, papers[0][:120]) for n in range(count))


def _day(at: date, named: Mapping[date, tuple[str, bool]], source: str) -> Day:
    weekend = at.weekday() > 4
    name, off = named.get(at, ("", weekend))
    kind = ("holiday" if at in named else "weekend") if off else ("make-up" if weekend else "workday")
    return Day(at, not off, kind, name[:80], source, "official")


def _change() -> Change:
    """What the form asks for: a notice, or one day of the bank or a unit."""
    file = request.files.get("notice_file")
    given = file.read(LARGEST).decode("utf-8", "replace") if file is not None and file.filename else ""
    content = given or request.form.get("notice", "")[:LARGEST]
    if content.strip():
        return Change(days=notice(content))
    at, unit, working, reason = day("day"), text("unit", 40), text("working"), text("reason")
    if at is None or len(reason) < 2 or working not in ("yes", "no", "bank"):
        raise Invalid("Say which day, whether it is worked, and why.")
    if unit:
        return Change(unit=unit, day=at, working=None if working == "bank" else working == "yes", reason=reason)
    if working == "bank":
        raise Invalid("Choose the unit whose own day is taken back.")
    off, weekend = working == "no", at.weekday() > 4
    kind = ("weekend" if weekend else "holiday") if off else ("make-up" if weekend else "workday")
    return Change(days=(Day(at, not off, kind, "", reason[:120], "official"),), reason=reason)


@room.post("/calendar/preview")
@access(*ROLES)
def preview() -> str:
    """The days that differ, and the open clocks that would move, page by page; nothing has changed yet."""
    change = _change()
    start = int(text("start") or 0) if (text("start") or "0").isdigit() else 0
    with context.read() as connection:
        if change.unit:
            people.unit(connection, change.unit)
        found = calendar_moves.moves(connection, change)
        differences = calendar_moves.difference(connection, change)
    rows, following = calendar_moves.shown(found, start, PAGE)
    facts: dict[str, Any] = {"change": change, "rows": rows, "count": len(found), "start": start, "next": following}
    return render_template("control/preview.html", tab="calendar", differences=differences, again=_again(), **facts)


def _again() -> dict[str, str]:
    """The fields of the form, to be sent once more with the confirmation."""
    file = request.files.get("notice_file")
    if file is not None and file.filename:
        file.seek(0)
        return {"notice": file.read(LARGEST).decode("utf-8", "replace")}
    return {name: request.form.get(name, "")[:LARGEST] for name in ("notice", "day", "unit", "working", "reason")}


@room.post("/calendar/changes")
@access(*ROLES)
def change_calendar() -> Response:
    """Make the change that was shown, and move the clocks."""
    change = _change()
    reason = change.reason or text("reason", 500) or None
    moved = context.run(lambda tx: calendar_moves.apply(tx, change), reason=reason)
    context.say("The calendar has been changed; {n} clocks have moved.", n=moved)
    return context.back_to("control.years")
