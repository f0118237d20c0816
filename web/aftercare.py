"""Beside and after the handling: corrective actions, promises, notices of stages, the voice of the customer."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from complaints import actions, catalogue, improvements, promises, stage_notices, voice
from engine import calendar
from engine import errors as rejections
from web import context, i18n
from web.access import access

room = Blueprint("aftercare", __name__)
WORKERS = ("handler", "supervisor", "leader")
MANAGERS = ("supervisor", "leader")
VIEWS = ("mine", "unit", "overdue", "all")


@room.get("/actions")
@access(*WORKERS)
def listed() -> str:
    """The corrective actions that are not finished: one's own, one's unit's, the overdue ones, all."""
    whose = request.args.get("whose", "mine")
    chosen = whose if whose in VIEWS else "mine"
    after = request.args.get("after") or None
    today = calendar.local_day(context.environment().clock.now())
    with context.read() as connection:
        page = actions.listed(connection, context.viewer(), chosen, today, after)
    return render_template("aftercare/actions.html", page=page, whose=chosen, views=VIEWS, today=today, after=after)


@room.get("/improvements")
@access(*WORKERS)
def proposals() -> str:
    """What product departments propose, how much of it is accepted, and what became of the complaints."""
    state = request.args.get("state")
    chosen = state if state in improvements.MAY_BECOME else None
    after = request.args.get("after") or None
    with context.read() as connection:
        page = improvements.listed(connection, context.viewer(), chosen, after)
        figures = improvements.figures(connection, context.viewer())
        effects = improvements.effects(connection, page.rows, context.environment().clock.now())
    facts = {"figures": figures, "effects": effects, "states": tuple(improvements.MAY_BECOME)}
    may = context.viewer().has(*improvements.MAY)
    return render_template("aftercare/improvements.html", page=page, state=chosen, after=after, may=may, **facts)


@room.post("/improvements/<identity>")
@access(*MANAGERS)
def decide(identity: str) -> Response:
    """Accept or decline a proposal, or say that it is done."""
    state, reason = request.form.get("state", ""), request.form.get("reason", "")
    context.run(lambda tx: improvements.decide(tx, context.viewer(), identity, state, reason))
    context.say("The decision on the proposal is in the file.")
    return context.back_to("aftercare.proposals")


@room.get("/voice")
@access(*MANAGERS)
def quotes() -> str:
    """What customers say, in their own words and masked, the newest first."""
    asked = {name: request.args.get(name, "").strip()[:40] for name in ("unit", "product")}
    after = request.args.get("after") or None
    with context.read() as connection:
        page = voice.quotes(connection, context.viewer(), asked["unit"] or None, asked["product"] or None, after)
        options = {key: catalogue.options(connection, key, i18n.locale()) for key in ("units", "products")}
    return render_template("aftercare/voice.html", page=page, asked=asked, options=options, after=after)


@room.post("/cases/<number>/actions")
@access(*MANAGERS)
def order(number: str) -> Response:
    """Order a corrective action."""
    text, owner, check = (request.form.get(name, "").strip() for name in ("text", "owner", "check"))
    due = _day(request.form.get("due", ""))
    context.run(lambda tx: actions.order(tx, context.viewer(), number, text, owner, due, check))
    context.say("The action has been ordered; its owner has the task.")
    return context.back_to("case.page", number=number, _anchor="actions")


@room.post("/cases/<number>/actions/waiver")
@access(*MANAGERS)
def waive(number: str) -> Response:
    """Sign that a justified case needs no corrective action."""
    reason = request.form.get("reason", "").strip()
    context.run(lambda tx: actions.waive(tx, context.viewer(), number, reason))
    context.say("It is signed that no action is needed.")
    return context.back_to("case.page", number=number, _anchor="actions")


@room.post("/cases/<number>/promises")
@access(*WORKERS)
def promise(number: str) -> Response:
    """Take down what the customer was promised."""
    text, due = request.form.get("text", "").strip(), _day(request.form.get("due", ""))
    context.run(lambda tx: promises.by_hand(tx, context.viewer(), number, text, due))
    context.say("The promise is in the file; you will be reminded before its date.")
    return context.back_to("case.page", number=number, _anchor="promises")


@room.post("/cases/<number>/notices")
@access(*WORKERS)
def notices(number: str) -> Response:
    """Stop the notices of stages, or send them again, as the customer wants."""
    reason, off = request.form.get("reason", "").strip(), request.form.get("off") == "1"
    context.run(lambda tx: stage_notices.opt(tx, context.viewer(), number, reason, off=off))
    context.say("The customer's wish is in the file.")
    return context.back_to("case.page", number=number, _anchor="stages")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise rejections.Invalid("Expected a day like 2026-03-15.")
