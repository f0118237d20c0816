"""Teams and channels, bodies with their names, and who does what (R32, R75, D8)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import accounts, assignment, bodies, golive, people, raci, teams
from engine.errors import Invalid
from web import context
from web.access import access
from web.control_room import ROLES, room, text


def staff(connection: Any) -> list[Any]:
    """The open accounts, to choose from."""
    return [row for row in accounts.listed(connection, context.viewer(), limit=500).rows if not row.disabled]


@room.get("/teams")
@access(*ROLES)
def all_teams() -> str:
    """The teams, and which channel is whose."""
    now = context.environment().clock.now()
    with context.read() as connection:
        rows = [(team, teams.members(connection, team.code)) for team in teams.listed(connection)]
        channels = [(one, teams.of_channel(connection, one.code)) for one in golive.channels(connection, now)]
        facts = {"units": people.units(connection), "staff": staff(connection)}
    return render_template(
        "control/teams.html", tab="teams", rows=rows, channels=channels, lacks=golive.MISSING, **facts
    )


@room.get("/teams/<code>")
@access(*ROLES)
def team(code: str) -> str:
    """One team: its members with what they can, how many tasks they have and may have, and who stands in."""
    now = context.environment().clock.now()
    with context.read() as connection:
        row, members = teams.team(connection, code), teams.members(connection, code)
        loads = assignment.loads(connection, [one.user for one in members])
        at_work = {one.user: teams.on_shift(connection, one.user, now) for one in members}
        facts = {"units": people.units(connection), "staff": staff(connection)}
    return render_template(
        "control/team.html", tab="teams", row=row, members=members, loads=loads, at_work=at_work, **facts
    )


@room.post("/teams")
@access(*ROLES)
def create_team() -> Response:
    """Make a team."""
    code = text("code", 40)
    context.run(lambda tx: teams.create(tx, code, text("name", 100), unit=text("unit") or None))
    context.say("The team has been made. Add its members.")
    return context.back_to("control.team", code=code)


@room.delete("/teams/<code>")
@access(*ROLES)
def close_team(code: str) -> Response:
    """No task goes to the team any more."""
    context.run(lambda tx: teams.close(tx, code))
    context.say("The team is closed.")
    return context.back_to("control.all_teams")


@room.post("/teams/<code>/members")
@access(*ROLES)
def put_member(code: str) -> Response:
    """Add a member or change one."""
    user, skills, deputy = (
        text("user", 80),
        text("skills", 500).replace("、", ",").replace("，", ","),
        text("deputy", 80),
    )
    given = text("capacity") or "0"
    if not given.isdecimal():
        raise Invalid("Expected a whole number, but got '{value}'", value=given)
    facts: dict[str, Any] = {"skills": skills.split(","), "capacity": int(given), "deputy": deputy or None}
    context.run(lambda tx: teams.put_member(tx, code, user, **facts))
    context.say("The member has been entered.")
    return context.back_to("control.team", code=code)


@room.delete("/teams/<code>/members/<user>")
@access(*ROLES)
def remove_member(code: str, user: str) -> Response:
    """Take a member out of the team."""
    context.run(lambda tx: teams.remove_member(tx, code, user))
    context.say("The member has left the team.")
    return context.back_to("control.team", code=code)


@room.put("/channels/<code>")
@access(*ROLES)
def assign_channel(code: str) -> Response:
    """Say which team takes a channel and who stands in for it."""
    team_code, deputy = text("team") or None, text("deputy", 80) or None
    context.run(lambda tx: teams.assign_channel(tx, code, team_code, deputy))
    context.say("The channel has been given to the team.")
    return context.back_to("control.all_teams")


@room.post("/channels/<code>/preparation")
@access(*ROLES)
def prepare_channel(code: str) -> Response:
    """Take no complaint by a channel until it goes live."""
    context.run(lambda tx: golive.prepare_channel(tx, code))
    context.say("The channel takes no complaints until it goes live.")
    return context.back_to("control.all_teams")


@room.delete("/channels/<code>/preparation")
@access(*ROLES)
def open_channel(code: str) -> Response:
    """Let a channel go live; refused with what it lacks."""
    context.run(lambda tx: golive.open_channel(tx, code))
    context.say("The channel is live.")
    return context.back_to("control.all_teams")


@room.get("/bodies")
@access(*ROLES)
def all_bodies() -> str:
    """What the groups of the processes are called here, and which unit's people form them (D8)."""
    with context.read() as connection:
        rows, units = bodies.listed(connection), people.units(connection)
    return render_template("control/bodies.html", tab="bodies", rows=rows, units=units)


@room.put("/bodies/<group>")
@access(*ROLES)
def rename_body(group: str) -> Response:
    """Give a body the bank's own name and unit."""
    name, name_en, unit = text("name", 100), text("name_en", 100), text("unit") or None
    context.run(lambda tx: bodies.rename(tx, group, name, name_en, unit), reason=text("reason") or None)
    context.say("The body has been renamed.")
    return context.back_to("control.all_bodies")


@room.delete("/bodies/<group>")
@access(*ROLES)
def reset_body(group: str) -> Response:
    """Back to the name that the product ships with."""
    context.run(lambda tx: bodies.reset(tx, group))
    context.say("The body has its shipped name again.")
    return context.back_to("control.all_bodies")


@room.get("/responsibility")
@access(*ROLES)
def responsibility() -> str | Response:
    """Who does what, from the deployed diagrams; `form=csv` for a spreadsheet."""
    with context.read() as connection:
        duties = raci.table(context.environment(), connection)
    if request.args.get("form") == "csv":
        answer = Response(raci.sheet(duties), mimetype="text/csv; charset=utf-8")
        answer.headers.set("Content-Disposition", "attachment", filename="raci.csv")
        return answer
    return render_template("control/raci.html", tab="raci", duties=duties, missing=raci.incomplete(duties))
