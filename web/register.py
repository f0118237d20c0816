"""Register a complaint on one screen, or settle it on the spot where that is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, session, url_for
from werkzeug.wrappers import Response

from complaints import casework, register, repeats
from engine import errors as rejections
from web import context, i18n, render
from web.access import access

if TYPE_CHECKING:
    from complaints.casework import TaskView

room = Blueprint("register", __name__, url_prefix="/register")
ROLES = ("handler", "supervisor")
FIRST = {"ordinary": "Register", "on-the-spot": "Settle", "media": "ReportArticle"}
"""Process → its first task, which the clerk's form completes in the same command."""

NO_CUSTOMER = "media"
"""A press report by itself: nobody gets a number and a query code."""

Answer = Response | str | tuple[str, int]


def _view(key: str) -> TaskView:
    if key not in FIRST:
        raise rejections.NotFound(what="process", id=key)
    with context.read() as connection:
        return casework.start_view(context.environment(), connection, context.viewer(), key, FIRST[key], i18n.locale())


def _page(key: str, sheet: render.Sheet) -> str:
    return render_template("register/page.html", key=key, sheet=sheet)


@room.get("/", defaults={"key": "ordinary"})
@room.get("/<key>")
@access(*ROLES)
def form(key: str) -> str:
    """The empty form."""
    return _page(key, render.blank(_view(key), url_for("register.redraw", key=key)))


@room.post("/<key>/form")
@access(*ROLES)
def redraw(key: str) -> str:
    """The form as typed, shown anew; what was typed on the other screen is taken over where the fields are the same."""
    sheet = render.sent(_view(key), url_for("register.redraw", key=key))
    if request.headers.get("HX-Request"):
        return render_template("forms/body.html", sheet=sheet)
    render.take_files(sheet)
    return _page(key, sheet)


@room.post("/<key>")
@access(*ROLES)
def submit(key: str) -> Answer:
    """Register: number, instance and first task in one command."""
    sheet = render.sent(_view(key), url_for("register.redraw", key=key))
    if not render.accepted(sheet):
        return _page(key, sheet), 200 if sheet.form.rearranging else 422
    data, uploads, person = render.data(sheet), render.uploads(sheet), context.viewer()
    try:
        receipt = context.run(
            lambda tx: register.register(tx, person, data, key=key, task_element=FIRST[key], uploads=uploads)
        )
    except rejections.Invalid as error:
        render.refuse(sheet, error)
        return _page(key, sheet), 422
    if key == NO_CUSTOMER:
        context.say("The report is registered; the Office and the leaders have been told.")
        return context.back_to("case.page", number=receipt.number)
    due = receipt.first_response_due
    session["receipt"] = {"number": receipt.number, "code": receipt.query_code, "due": due.isoformat() if due else None}
    return context.back_to("register.receipt")


@room.get("/receipt")
@access(*ROLES)
def receipt() -> Answer:
    """What the customer is told: number and query code. Shown to the clerk who registered, until the next one."""
    given = session.get("receipt")
    if given is None:
        return context.back_to("register.form")
    with context.read() as connection:
        proposed = repeats.earlier(connection, given["number"])
    return render_template("register/receipt.html", receipt=given, proposed=proposed)
