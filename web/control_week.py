"""Who is away, who is on duty, and one person's week with the relations that recuse him."""

from __future__ import annotations

from datetime import datetime

from flask import render_template
from werkzeug.wrappers import Response

from complaints import assignment, attendance, declarations, people, teams
from engine import clock
from engine.errors import Invalid
from web import context, i18n
from web.access import access
from web.control_room import ROLES, room, text
from web.control_staff import staff

WEEK = range(7)


def moment(name: str) -> datetime:
    """A local date and time of the form. Raises Invalid."""
    given = text(name)
    try:
        return datetime.fromisoformat(given).replace(tzinfo=clock.ZONE)
    except ValueError:
        raise Invalid("Expected a date and time like 2026-03-15 09:30, but got '{value}'", value=given)


@room.get("/absences")
@access(*ROLES)
def absences() -> str:
    """Who is away and on duty, now and later."""
    now = context.environment().clock.now()
    with context.read() as connection:
        facts = {"away": attendance.absences(connection, now), "duties": attendance.roster(connection, now)}
        choices = staff(connection)
    return render_template("control/absences.html", tab="absences", at=now, staff=choices, **facts)


@room.post("/absences")
@access(*ROLES)
def enter_absence() -> Response:
    """Enter an absence; one that has begun hands the open tasks to the deputy."""
    user, deputy, starts, ends = text("user", 80), text("deputy", 80) or None, moment("starts"), moment("ends")
    moved = context.run(lambda tx: assignment.absent(tx, user, starts, ends, deputy))
    context.say("The absence has been entered; {n} open tasks went to the deputy or back to their groups.", n=moved)
    return context.back_to("control.absences")


@room.delete("/absences/<user>/<starts>")
@access(*ROLES)
def end_absence(user: str, starts: str) -> Response:
    """The person is back, or never was away."""
    context.run(lambda tx: attendance.end_absence(tx, user, _instant(starts)))
    context.say("The absence has ended.")
    return context.back_to("control.absences")


@room.post("/roster")
@access(*ROLES)
def enter_duty() -> Response:
    """Put a person on duty for first contact."""
    user, starts, ends = text("user", 80), moment("starts"), moment("ends")
    context.run(lambda tx: people.roster(tx, user, starts, ends))
    context.say("The duty has been entered.")
    return context.back_to("control.absences")


@room.delete("/roster/<user>/<starts>")
@access(*ROLES)
def end_duty(user: str, starts: str) -> Response:
    """Take a duty back."""
    context.run(lambda tx: attendance.end_duty(tx, user, _instant(starts)))
    context.say("The duty has been taken back.")
    return context.back_to("control.absences")


def _instant(given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid("Expected a date and time like 2026-03-15 09:30, but got '{value}'", value=given)
    return found


@room.get("/accounts/<user>/week")
@access(*ROLES)
def week(user: str) -> str:
    """One person at work: the weekly pattern, absences, duties, and relations that recuse."""
    now = context.environment().clock.now()
    with context.read() as connection:
        person = people.person(connection, user)
        pattern = teams.shifts(connection, user)
        facts = {
            "away": attendance.absences(connection, now, user),
            "duties": attendance.roster(connection, now, user),
            "relations": declarations.relations(connection, user),
        }
    hours = {
        day: ", ".join(f"{teams.clock(h.starts)}-{teams.clock(h.ends)}" for h in pattern if h.weekday == day)
        for day in WEEK
    }
    days = [(day, i18n.WEEKDAYS[day]) for day in WEEK]
    kinds = declarations.RELATIONS
    return render_template(
        "control/week.html", tab="accounts", person_row=person, hours=hours, days=days, at=now, kinds=kinds, **facts
    )


@room.put("/accounts/<user>/week")
@access(*ROLES)
def set_week(user: str) -> Response:
    """Set the weekly pattern, one line a day like 08:00-12:00, 13:00-17:00."""
    hours = [hours for day in WEEK for hours in teams.parsed(day, text(f"day_{day}", 200))]
    context.run(lambda tx: teams.set_shifts(tx, user, hours))
    context.say("The shifts have been set.")
    return context.back_to("control.week", user=user)


@room.post("/accounts/<user>/relations")
@access(*ROLES)
def relate(user: str) -> Response:
    """Record a standing relation of a person."""
    other, kind, note = text("other", 200), text("kind"), text("note", 500)
    context.run(lambda tx: declarations.relate(tx, context.viewer(), other, kind, whom=user, note=note))
    context.say("The relation has been recorded.")
    return context.back_to("control.week", user=user)


@room.delete("/accounts/<user>/relations/<relation_id>")
@access(*ROLES)
def end_relation(user: str, relation_id: str) -> Response:
    """A relation has ended."""
    context.run(lambda tx: declarations.end_relation(tx, context.viewer(), relation_id))
    context.say("The relation has ended.")
    return context.back_to("control.week", user=user)
