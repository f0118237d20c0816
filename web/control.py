"""Administrators: proposals with what they change, approval and deployment, and the way back."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import golive
from engine import changes, definitions, overview, proposals, queries
from engine.errors import NotFound
from web import (
    context,
    control_calendar,
    control_changes,
    control_data,
    control_import,
    control_people,
    control_staff,
    control_units,
    control_week,
    control_work,
)
from web.access import access
from web.control_room import READERS, ROLES, room, text
from web.studio_room import sent

__all__ = [
    "control_calendar",
    "control_data",
    "control_import",
    "control_people",
    "control_staff",
    "control_units",
    "control_week",
    "control_work",
    "room",
]


@room.get("")
@access(*ROLES)
def start() -> str:
    """What waits for a decision or a repair."""
    now = context.environment().clock.now()
    with context.read() as connection:
        waiting = proposals.listed(connection, waiting=True)
        decided = [row for row in proposals.listed(connection, limit=30) if row.state != "waiting"]
        figures = overview.figures(connection, now)
        gaps = control_units.gaps(connection, now)
        channels = [row for row in golive.channels(connection, now) if not row.ready]
    facts = {"figures": figures, "gaps": gaps, "channels": channels}
    return render_template("control/start.html", tab="start", waiting=waiting, decided=decided, **facts)


@room.get("/proposals/<proposal_id>")
@access(*ROLES)
def proposal(proposal_id: str) -> str:
    """A proposal with what it changes: against what is current while it waits, else against what it was based on."""
    with context.read() as connection:
        row = proposals.get(connection, proposal_id)
        current = proposals.current_deployment(connection)
        old_id = current if row.state == "waiting" else row.based_on
        old = queries.files(connection, old_id) if old_id else {}
        found = changes.compare(old, proposals.files(connection, proposal_id))
    facts = {"figures": control_changes.figures(found), "old_id": old_id, "stale": row.based_on != current}
    return render_template("control/proposal.html", proposal=row, changes=found, **facts)


@room.get("/proposals/<proposal_id>/files/<name>")
@access(*READERS)
def proposed(proposal_id: str, name: str) -> Response:
    """A file as it was proposed."""
    with context.read() as connection:
        content = proposals.files(connection, proposal_id).get(name)
    if content is None:
        raise NotFound(what="file", id=name)
    return sent(name, content, download=request.args.get("download") == "1")


@room.get("/proposals/<proposal_id>/files/<name>/difference.json")
@access(*READERS)
def difference(proposal_id: str, name: str) -> dict[str, Any]:
    """What the two diagrams mark: this file against that of the deployment `old`."""
    with context.read() as connection:
        old = queries.files(connection, request.args.get("old", ""))
        new = proposals.files(connection, proposal_id)
    return control_changes.marks_of(name, old, new)


@room.post("/proposals/<proposal_id>/approval")
@access(*ROLES)
def approve(proposal_id: str) -> Response:
    """Deploy a proposal, not one's own; `seen` is the deployment that the page compared it with."""
    seen = text("seen") or None
    context.run(lambda tx: proposals.approve(tx, proposal_id, seen))
    context.say("Deployed. New cases start on the new version.")
    return context.back_to("control.versions")


@room.post("/proposals/<proposal_id>/rejection")
@access(*ROLES)
def reject(proposal_id: str) -> Response:
    """Turn it down with a reason."""
    reason = text("reason", 2000)
    context.run(lambda tx: proposals.reject(tx, proposal_id, reason))
    context.say("The proposal has been rejected.")
    return context.back_to("control.start")


@room.get("/versions")
@access(*ROLES)
def versions() -> str:
    """Deployments, to make an earlier one current again, and each process with its versions."""
    with context.read() as connection:
        deployments = overview.deployments(connection)
        rows = queries.definitions(connection)
        current = proposals.current_deployment(connection)
    processes = [list(found) for _, found in groupby(rows, attrgetter("key"))]
    facts = {"deployments": deployments, "processes": processes, "current": current}
    return render_template("control/versions.html", tab="versions", **facts)


@room.post("/deployments/<deployment_id>/current")
@access(*ROLES)
def make_current(deployment_id: str) -> Response:
    """Make all processes of an earlier deployment current again; running cases stay where they are."""
    reason = text("reason", 2000) or None
    context.run(lambda tx: proposals.make_current(tx, deployment_id), reason=reason)
    context.say("The deployment is current again.")
    return context.back_to("control.versions")


@room.post("/definitions/<definition_id>/suspension")
@access(*ROLES)
def suspend(definition_id: str) -> Response:
    """Stop everything on one version until it is activated again."""
    context.run(lambda tx: definitions.suspend(tx, definition_id))
    context.say("The version is suspended.")
    return context.back_to("control.versions")


@room.delete("/definitions/<definition_id>/suspension")
@access(*ROLES)
def activate(definition_id: str) -> Response:
    """Let a suspended version go on."""
    context.run(lambda tx: definitions.activate(tx, definition_id))
    context.say("The version is active again.")
    return context.back_to("control.versions")
