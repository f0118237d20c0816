"""The customer withdraws, or takes it back: entered on the page of the case, with the customer's own evidence."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from complaints import withdrawal
from web import context, held
from web.access import access
from web.case_room import WORKERS, moment, room


@room.post("/withdrawal")
@access(*WORKERS)
def withdraw(number: str) -> Response:
    """Take a withdrawal: a recording or a signed paper, when it was received, and why."""
    file = request.files.get("upload")
    upload = held.receive("upload", file).upload if file is not None and file.filename else None
    via, reason = request.form.get("via", ""), request.form.get("reason", "")[:2000]
    proof, at = request.form.get("proof", "")[:120], moment(request.form.get("received_at", ""))
    context.run(lambda tx: withdrawal.begin(tx, context.viewer(), number, via, reason, at, proof, upload))
    context.say("The withdrawal has been taken; somebody who has not handled the case checks it.")
    return context.back_to("case.page", number=number)


@room.post("/withdrawal/take-back")
@access(*WORKERS)
def take_back(number: str) -> Response:
    """The customer wants the complaint handled after all."""
    proof = request.form.get("proof", "")[:120]
    context.run(lambda tx: withdrawal.take_back(tx, context.viewer(), number, proof))
    context.say("The withdrawal is void; the work goes on.")
    return context.back_to("case.page", number=number)
