"""Units of the bank and who answers for them: the accountable leader, contacts A and B, each with dates (R41, R42)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from complaints import accounts, appointments, people
from engine import calendar
from engine.errors import Invalid
from web import context
from web.access import access
from web.control_room import ROLES, day, midnight, room, text

CHANGEABLE = ("name", "name_en", "products")


def gaps(connection: Any, now: datetime) -> dict[str, list[str]]:
    """The responsibilities that nobody holds, by unit; the head office needs none."""
    found: dict[str, list[str]] = {}
    for code, kind in people.gaps(connection, now):
        found.setdefault(code, []).append(kind)
    return found


@room.get("/units")
@access(*ROLES)
def units() -> str:
    """All open units from the top down, with who answers for them today."""
    now = context.environment().clock.now()
    with context.read() as connection:
        rows = people.units(connection)
        holders = {
            row.code: {kind: people.responsible(connection, row.code, kind, now) for kind in people.RESPONSIBILITIES}
            for row in rows
        }
    facts = {"responsibilities": people.RESPONSIBILITIES, "kinds": people.KINDS, "holders": holders}
    return render_template("control/units.html", tab="units", rows=rows, **facts)


@room.get("/units/<code>")
@access(*ROLES)
def unit(code: str) -> str:
    """One unit: names, products, and who answered for it when."""
    now = context.environment().clock.now()
    with context.read() as connection:
        row = people.unit(connection, code)
        held = appointments.of(connection, code)
        staff = accounts.listed(connection, context.viewer(), limit=500).rows
    facts = {"responsibilities": people.RESPONSIBILITIES, "at": now, "today": calendar.local_day(now)}
    active = [account for account in staff if not account.disabled]
    return render_template("control/unit.html", tab="units", row=row, held=held, staff=active, **facts)


@room.post("/units")
@access(*ROLES)
def create_unit() -> Response:
    """Add a unit."""
    code, name, kind = text("code", 40), text("name", 100), text("kind")
    if not code or not name:
        raise Invalid("A unit needs a code and a name.")
    facts: dict[str, Any] = {"parent": text("parent") or None, "name_en": text("name_en", 100)}
    context.run(lambda tx: people.create_unit(tx, code, name, kind, **facts))
    context.say("The unit has been made. Appoint who answers for it.")
    return context.back_to("control.unit", code=code)


@room.put("/units/<code>")
@access(*ROLES)
def amend_unit(code: str) -> Response:
    """Change names or products."""
    given = {name: text(name, 1000) for name in CHANGEABLE}
    if not given["name"]:
        raise Invalid("A unit needs a code and a name.")
    context.run(lambda tx: people.amend_unit(tx, code, **given))
    context.say("The unit has been changed.")
    return context.back_to("control.unit", code=code)


@room.delete("/units/<code>")
@access(*ROLES)
def close_unit(code: str) -> Response:
    """No new case goes to the unit."""
    context.run(lambda tx: people.close_unit(tx, code))
    context.say("The unit is closed.")
    return context.back_to("control.units")


@room.post("/units/<code>/appointments")
@access(*ROLES)
def appoint(code: str) -> Response:
    """Make somebody leader, contact A or contact B from a day on, until the end of another if one is given."""
    kind, user, first, last = text("kind"), text("user", 80), day("since"), day("until")
    if first is None:
        raise Invalid("Say from which day on.")
    if last is not None and last < first:
        raise Invalid("The last day is before the first.")
    until = calendar.end_of_day(last) if last else None
    context.run(lambda tx: people.appoint(tx, code, kind, user, midnight(first), until), reason=text("reason") or None)
    context.say("The appointment has been entered.")
    return context.back_to("control.unit", code=code)
