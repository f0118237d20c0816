"""What does not go on by itself: incidents to repair; jobs, timers and messages to the outside to look at."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from engine import incidents as repairs
from engine import overview
from engine.errors import Invalid
from web import context
from web.access import access
from web.control_room import ROLES, room, text


@room.get("/incidents")
@access(*ROLES)
def incidents() -> str:
    """Open incidents, the newest first."""
    with context.read() as connection:
        rows = overview.incidents(connection)
    return render_template("control/incidents.html", tab="incidents", rows=rows)


@room.get("/incidents/<incident_id>")
@access(*ROLES)
def incident(incident_id: str) -> str:
    """One incident with its message, its traceback and what can be done."""
    with context.read() as connection:
        row = overview.one_incident(connection, incident_id)
    return render_template("control/incident.html", tab="incidents", row=row)


@room.post("/incidents/<incident_id>/note")
@access(*ROLES)
def annotate(incident_id: str) -> Response:
    """Leave a note for colleagues."""
    note = text("note", 2000)
    context.run(lambda tx: repairs.annotate(tx, incident_id, note))
    context.say("The note is with the incident.")
    return context.back_to("control.incident", incident_id=incident_id)


@room.post("/incidents/<incident_id>/retry")
@access(*ROLES)
def retry(incident_id: str) -> Response:
    """Try again what failed; a new failure is a new incident."""
    context.run(lambda tx: repairs.retry(tx, incident_id))
    context.say("It was tried again. If it failed once more, a new incident is in the list.", "info")
    return context.back_to("control.incidents")


@room.post("/incidents/<incident_id>/resolution")
@access(*ROLES)
def resolve(incident_id: str) -> Response:
    """Go on as if the step had been done, since it was done by hand; the note says how."""
    note = text("note", 2000)
    if not note:
        raise Invalid("Say what was done by hand.")
    context.run(lambda tx: repairs.resolve(tx, incident_id, note))
    context.say("The case goes on after the step.")
    return context.back_to("control.incidents")


@room.get("/work")
@access(*ROLES)
def work() -> str:
    """Jobs, timers and messages that are not sent: when each is due and what went wrong."""
    with context.read() as connection:
        facts = {
            "jobs": overview.jobs(connection),
            "timers": overview.timers(connection),
            "unsent": overview.unsent(connection),
            "figures": overview.figures(connection, context.environment().clock.now()),
        }
    return render_template("control/work.html", tab="work", **facts)
