"""Units of the bank and who answers for them: the accountable leader, contacts A and B, each with dates (R41, R42)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from complaints import accounts, appointments, golive, people
from complaints import units as unit_tree
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
    """The tree of open units, with who answers for them now and since when; gaps are red."""
    now = context.environment().clock.now()
    with context.read() as connection:
        tree = unit_tree.tree(connection, now)
    facts = {"responsibilities": people.RESPONSIBILITIES, "kinds": people.KINDS}
    return render_template("control/units.html", tab="units", tree=tree, **facts)


@room.get("/units/<code>")
@access(*ROLES)
def unit(code: str) -> str:
    """One unit: names, products, who answered for it when, what it lacks, and what was done to it."""
    now = context.environment().clock.now()
    with context.read() as connection:
        row = people.unit(connection, code)
        held = appointments.of(connection, code)
        staff = accounts.listed(connection, context.viewer(), limit=500).rows
        below = people.below(connection, code)
        facts = {
            "others": [one for one in people.units(connection) if one.code != code],
            "parents": [one for one in people.units(connection) if one.code not in below],
            "ready": next((one for one in golive.units(connection, now) if one.code == code), None),
            "changes": unit_tree.history(connection, code, 20),
        }
    facts |= {"responsibilities": people.RESPONSIBILITIES, "at": now, "today": calendar.local_day(now)}
    active = [account for account in staff if not account.disabled]
    return render_template(
        "control/unit.html", tab="units", row=row, held=held, staff=active, lacks=golive.MISSING, **facts
    )


@room.post("/units")
@access(*ROLES)
def create_unit() -> Response:
    """Add a unit."""
    code, name, kind = text("code", 40), text("name", 100), text("kind")
    if not code or not name:
        raise Invalid("A unit needs a code and a name.")
    facts: dict[str, Any] = {"parent": text("parent") or None, "name_en": text("name_en", 100)}
    context.run(lambda tx: people.create_unit(tx, code, name, kind, preparing=True, **facts))
    context.say("The unit has been made. Appoint who answers for it, then let it go live.")
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
    """No new case goes to the unit, but to its successor if one is named."""
    successor = text("successor", 40) or None
    context.run(lambda tx: unit_tree.close(tx, code, successor))
    context.say("The unit is closed.")
    return context.back_to("control.unit", code=code)


@room.post("/units/<code>/opening")
@access(*ROLES)
def reopen_unit(code: str) -> Response:
    """Take a closure back."""
    context.run(lambda tx: unit_tree.reopen(tx, code))
    context.say("The unit is open again.")
    return context.back_to("control.unit", code=code)


@room.put("/units/<code>/parent")
@access(*ROLES)
def move_unit(code: str) -> Response:
    """Put a unit below another parent."""
    parent = text("parent", 40) or None
    context.run(lambda tx: unit_tree.move(tx, code, parent), reason=text("reason") or None)
    context.say("The unit has been moved.")
    return context.back_to("control.unit", code=code)


@room.post("/units/<code>/preparation")
@access(*ROLES)
def prepare_unit(code: str) -> Response:
    """Give a unit no case until it goes live."""
    context.run(lambda tx: golive.prepare_unit(tx, code))
    context.say("The unit gets no cases until it goes live.")
    return context.back_to("control.unit", code=code)


@room.delete("/units/<code>/preparation")
@access(*ROLES)
def open_unit(code: str) -> Response:
    """Let a unit go live; refused with what it lacks."""
    context.run(lambda tx: golive.open_unit(tx, code))
    context.say("The unit is live.")
    return context.back_to("control.unit", code=code)


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
