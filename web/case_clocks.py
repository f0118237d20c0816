"""The limits of a case stand still, and run again."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from complaints import evidence, pauses
from engine.errors import Invalid
from web import context, held
from web.access import access
from web.case_room import moment

room = Blueprint("case_clocks", __name__, url_prefix="/cases/<number>/pauses")


def _file(name: str) -> evidence.Upload | None:
    file = request.files.get(name)
    return held.receive(name, file).upload if file is not None and file.filename else None


@room.post("")
@access(*pauses.MAY)
def begin(number: str) -> Response:
    """Pause for mediation or appraisal, with its evidence and the proof that the customer was told."""
    at, proof = moment(request.form.get("told_at", "")), _file("told_proof")
    if proof is None:
        raise Invalid("Upload the proof that the customer was told.")
    told = pauses.Told(request.form.get("told_method", ""), at, proof)
    reason, note = request.form.get("reason", ""), request.form.get("note", "").strip()[:2000]
    basis = _file("basis")
    context.run(lambda tx: pauses.begin(tx, context.viewer(), number, reason, basis, told, note))
    context.say("The limits are paused.")
    return context.back_to("case.page", number=number, _anchor="clocks")


@room.post("/end")
@access(*pauses.MAY)
def end(number: str) -> Response:
    """Let the limits run again."""
    note = request.form.get("note", "").strip()[:2000]
    context.run(lambda tx: pauses.end(tx, context.viewer(), number, note))
    context.say("The limits run again.")
    return context.back_to("case.page", number=number, _anchor="clocks")
