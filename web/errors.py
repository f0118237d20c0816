"""The only place with status codes: a refusal becomes a page, a fragment for htmx or JSON, in the reader's language."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from complaints import portal, sessions, throttle
from engine import errors
from web import i18n, pages

log = logging.getLogger(__name__)


class SignInNeeded(errors.Rejected):
    """Please sign in; a session ends after a while without activity."""


STATUS: dict[type[errors.EngineError], HTTPStatus] = {
    SignInNeeded: HTTPStatus.UNAUTHORIZED,
    sessions.SignInFailed: HTTPStatus.UNAUTHORIZED,
    portal.WrongCode: HTTPStatus.NOT_FOUND,
    throttle.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Rejected: HTTPStatus.CONFLICT,
    errors.EngineError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

PEOPLE = frozenset({"assignee", "owner", "user"})
"""Parameters of errors that are accounts and are shown as names."""

TITLES = {
    400: "This request could not be understood",
    401: "Please sign in",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This address cannot do that",
    409: "Somebody was faster",
    413: "That is too large",
    415: "This kind of file is not accepted",
    422: "Something is missing or wrong",
    429: "Too many attempts",
    500: "Something went wrong on our side",
}
ADVICE = {
    400: "Go back, load the page again and repeat the step.",
    403: "Your roles do not include this. Ask the administrator if you need it for your work.",
    404: "It does not exist, or it is not yours to see.",
    405: "Go back and use the buttons of the page.",
    409: "Load the page again to see how things stand now.",
    413: "One upload may hold at most {megabytes} MB. Choose smaller files.",
    429: "Wait a few minutes and try again.",
    500: "Nothing was changed. The incident number helps the administrator to find the cause.",
}


def status_of(error: errors.EngineError) -> HTTPStatus:
    """The status of an error: that of its nearest class."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def wants_json() -> bool:
    """Scripts that fetch get JSON `{"message": …}`; htmx and plain forms get HTML."""
    return request.headers.get("X-Requested-With") == "fetch" or (
        request.accept_mimetypes.best == "application/json" and not request.headers.get("HX-Request")
    )


def install(app: Flask) -> None:
    """Let `app` answer every error in one way."""
    app.register_error_handler(errors.EngineError, rejected)
    app.register_error_handler(CSRFError, csrf_missing)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, broken)


def rejected(error: errors.EngineError) -> Response:
    """A rule of the house said no; a technical error is our fault and gets a number instead of its text."""
    status = status_of(error)
    if isinstance(error, SignInNeeded):
        return _to_sign_in(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return broken(error)
    problems = error.problems if isinstance(error, errors.Invalid) else ()
    names = {name: pages.person(str(error.parameters[name])) for name in PEOPLE & error.parameters.keys()}
    return answer(status, i18n.explain(error, **names), problems)


def _to_sign_in(error: SignInNeeded) -> Response:
    if wants_json():
        return answer(HTTPStatus.UNAUTHORIZED, i18n.explain(error))
    target = url_for("auth.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if request.headers.get("HX-Request"):
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": url_for("auth.sign_in")})
    return make_response(redirect(target))


def csrf_missing(error: CSRFError) -> Response:
    """A form without its token: too old, or not from our page."""
    return answer(
        HTTPStatus.FORBIDDEN, i18n.gettext("This form has expired. Load the page again and send it once more.")
    )


def refused(error: HTTPException) -> Response:
    """What Werkzeug refused: no such address, too large, a method that is not there."""
    if error.response is not None:  # a redirect to the right spelling of an address
        return make_response(error.get_response())
    return answer(HTTPStatus(error.code or 500))


def broken(error: Exception) -> Response:
    """A mistake of ours: the log has everything under a number, the person gets the number."""
    number = secrets.token_hex(4)
    log.error("request %s %s failed, number %s", request.method, request.path, number, exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, i18n.gettext("Incident number {number}.", number=number))


def answer(status: HTTPStatus, message: str = "", problems: tuple[errors.Problem, ...] = ()) -> Response:
    """One error in the form that the asker understands."""
    title = i18n.gettext(TITLES.get(status, TITLES[400]))
    megabytes = (current_app.config["MAX_CONTENT_LENGTH"] or 0) // 2**20
    advice = (
        i18n.gettext(ADVICE[status], megabytes=megabytes)
        if status in ADVICE and not (message and status == 403)
        else ""
    )
    listed = [i18n.explain(problem) for problem in problems]
    if wants_json():
        response = jsonify(message=" ".join(filter(None, (message or title, *listed))))
    else:
        fragment = "error/fragment.html" if request.headers.get("HX-Request") else "error/page.html"
        facts = {"status": int(status), "title": title, "message": message, "advice": advice, "problems": listed}
        response = make_response(render_template(fragment, **facts))
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#messages", "innerHTML"
    response.status_code = status
    return response
