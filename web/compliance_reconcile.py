"""What the nightly reconciliation has found: for compliance and administrators (R5)."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import reconciliation
from web import context
from web.access import access
from web.compliance_room import room


@room.get("/reconciliations")
@access(*reconciliation.ROLES)
def reconciliations() -> str:
    """The last runs, and the findings of the newest (or the one that was chosen)."""
    after = request.args.get("after") or None
    with context.read() as connection:
        runs = reconciliation.runs(connection, context.viewer())
        newest = next((run.id for run in runs if run.ended_at), None)
        chosen = request.args.get("run") or newest
        run = reconciliation.get(connection, chosen) if chosen else None
        page = reconciliation.findings(connection, context.viewer(), run.id, after) if run else None
    return render_template("compliance/reconciliation.html", runs=runs, run=run, page=page, after=after)


@room.post("/reconciliations")
@access(*reconciliation.ROLES)
def reconcile() -> Response:
    """Look at all cases now."""
    run = reconciliation.run(context.environment(), context.viewer().actor())
    context.say("All cases have been looked at.")
    return context.back_to("compliance.reconciliations", run=run)
