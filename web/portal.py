"""The public pages: file a complaint, follow it with number and code, add material, answer the survey. No account."""

from __future__ import annotations

from flask import Blueprint, render_template, request, session, url_for
from werkzeug.wrappers import Response

from complaints import portal
from engine import errors as rejections
from web import context, errors, i18n, render
from web.access import public

room = Blueprint("portal", __name__, url_prefix="/portal")

Answer = Response | str | tuple[str, int]


def _questions(form: str) -> render.Questions:
    with context.read() as connection:
        return portal.form_view(context.environment(), connection, form, i18n.locale())


@room.get("/")
@public
def welcome() -> str:
    """File or follow: two doors."""
    return render_template("portal/welcome.html", number="")


# File a complaint -------------------------------------------------------------------------------------------------


def _file_page(sheet: render.Sheet) -> str:
    return render_template("portal/file.html", sheet=sheet)


@room.get("/complaint")
@public
def complaint() -> str:
    """The public form."""
    return _file_page(render.blank(_questions("portal-complaint"), url_for("portal.redraw")))


@room.post("/complaint/form")
@public
def redraw() -> str:
    """The form as typed, shown anew."""
    sheet = render.sent(_questions("portal-complaint"), url_for("portal.redraw"))
    if request.headers.get("HX-Request"):
        return render_template("forms/body.html", sheet=sheet)
    return _file_page(sheet)


@room.post("/complaint")
@public
def file() -> Answer:
    """Take the complaint in; the receipt has the number and the code."""
    sheet = render.sent(_questions("portal-complaint"), url_for("portal.redraw"))
    if not render.accepted(sheet):
        return _file_page(sheet), 200 if sheet.form.rearranging else 422
    try:
        receipt = portal.file(context.environment(), render.data(sheet), render.uploads(sheet), remote=context.remote())
    except rejections.Invalid as error:
        render.refuse(sheet, error)
        return _file_page(sheet), 422
    due = receipt.first_response_due
    session["receipt"] = {"number": receipt.number, "code": receipt.query_code, "due": due.isoformat() if due else None}
    return context.back_to("portal.receipt")


@room.get("/receipt")
@public
def receipt() -> Answer:
    """Number and code, to keep. Only in the browser that filed."""
    given = session.get("receipt")
    if given is None:
        return context.back_to("portal.welcome")
    return render_template("portal/receipt.html", receipt=given)


# Follow it --------------------------------------------------------------------------------------------------------


@room.post("/status")
@public
def look_up() -> Answer:
    """Open the status page with number and code. Unknown numbers and wrong codes are answered alike."""
    number, code = request.form.get("number", "").strip().upper()[:40], request.form.get("code", "").strip()[:80]
    try:
        portal.look_up(context.environment(), number, code, remote=context.remote())
    except rejections.Rejected as error:
        page = render_template("portal/welcome.html", number=number, problem=i18n.explain(error))
        return page, errors.status_of(error)
    session["follow"] = [number, code]
    return context.back_to("portal.status")


@room.get("/status")
@public
def status() -> Answer:
    """Where the complaint stands, who handles it, what comes next. The code is never in the address."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    return _status_page(render.blank(_questions("add-material"), url_for("portal.redraw_material")))


def _status_page(sheet: render.Sheet) -> str:
    number, code = session["follow"]
    page = portal.look_up(context.environment(), number, code, remote=context.remote(), locale=i18n.locale())
    return render_template("portal/status.html", page=page, sheet=sheet)


@room.delete("/status")
@public
def leave() -> Response:
    """Forget number and code in this browser."""
    session.pop("follow", None)
    return context.back_to("portal.welcome")


@room.post("/status/material/form")
@public
def redraw_material() -> Answer:
    """The form for more material as typed, shown anew."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    sheet = render.sent(_questions("add-material"), url_for("portal.redraw_material"))
    return render_template("forms/body.html", sheet=sheet) if request.headers.get("HX-Request") else _status_page(sheet)


@room.post("/status/material")
@public
def add_material() -> Answer:
    """Add what was forgotten: words and files."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    sheet = render.sent(_questions("add-material"), url_for("portal.redraw_material"))
    if not render.accepted(sheet):
        return _status_page(sheet), 422
    number, code = session["follow"]
    text, uploads = str(render.data(sheet).get("material_text") or ""), render.uploads(sheet)
    portal.add_material(context.environment(), number, code, text, uploads, remote=context.remote())
    context.say("Thank you; it has been added to your complaint.")
    return context.back_to("portal.status")


# Withdraw ---------------------------------------------------------------------------------------------------------


@room.post("/status/withdrawal")
@public
def withdraw() -> Answer:
    """Withdraw the complaint; number and code are the evidence."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    number, code = session["follow"]
    reason = request.form.get("reason", "")[:2000]
    portal.withdraw(context.environment(), number, code, reason, remote=context.remote())
    return context.back_to("portal.status")


@room.post("/status/withdrawal/take-back")
@public
def take_back() -> Answer:
    """Have it handled after all."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    number, code = session["follow"]
    portal.take_back(context.environment(), number, code, remote=context.remote())
    return context.back_to("portal.status")


@room.post("/status/review")
@public
def ask_review() -> Answer:
    """Ask in writing to have the decision reviewed (G5)."""
    if "follow" not in session:
        return context.back_to("portal.welcome")
    number, code = session["follow"]
    portal.ask_review(context.environment(), number, code, request.form.get("request", ""), remote=context.remote())
    context.say("Your request for a review has arrived; you get the decision in writing.")
    return context.back_to("portal.status")


# Rate it ----------------------------------------------------------------------------------------------------------


@room.get("/survey/<token>")
@public
def survey(token: str) -> str:
    """Three questions, what mattered to the customer and a comment. The link works once."""
    return _survey_page(token, render.blank(_survey(token), url_for("portal.survey", token=token)))


def _survey(token: str) -> render.Questions:
    with context.read() as connection:
        return portal.survey_form(context.environment(), connection, token, i18n.locale())


def _survey_page(token: str, sheet: render.Sheet) -> str:
    return render_template("portal/survey.html", token=token, sheet=sheet)


@room.post("/survey/<token>")
@public
def answer(token: str) -> Answer:
    """Keep the answer; it closes the link."""
    sheet = render.sent(_survey(token), url_for("portal.survey", token=token))
    if not render.accepted(sheet):
        return _survey_page(token, sheet), 422
    given = render.data(sheet)
    expectation, perception = (int(given.pop(name)) for name in ("expectation", "perception"))
    comment = given.pop("satisfaction_comment", None) or ""
    portal.answer(context.environment(), token, expectation, perception, comment, given)
    return render_template("portal/thanks.html")
