"""The application: every room of the house behind one door, closed by default."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, abort, current_app, g, request, session
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from complaints import sessions
from engine import errors as rejections
from engine.environment import Environment
from web import (
    access,
    aftercare,
    auth,
    board,
    case,
    case_again,
    case_clocks,
    closing,
    compliance,
    context,
    control,
    errors,
    evidence,
    figures,
    home,
    inbox,
    media,
    notices,
    pages,
    portal,
    recusals,
    register,
    scores,
    search,
    security,
    studio,
    tasks,
)
from web.settings import Settings

ROOMS = (
    home,
    auth,
    inbox,
    tasks,
    register,
    case,
    case_clocks,
    case_again,
    scores,
    media,
    evidence,
    aftercare,
    search,
    board,
    closing,
    figures,
    notices,
    portal,
    recusals,
    studio,
    control,
    compliance,
)
"""One module with a blueprint `room` for each part of the house; a new room is added here and in the menu."""

FORM_BYTES = 2 * 2**20
YEAR = 365 * 24 * 3600


def create_app(environment: Environment, settings: Settings) -> Flask:
    """Make the application over `environment`, which web/wiring.py composes."""
    app = Flask("web", root_path=str(Path(__file__).parent))
    app.extensions["environment"], app.extensions["settings"] = environment, settings
    _configure(app, settings)
    security.install(app)
    app.before_request(_identify)
    app.before_request(_guard)
    CSRFProtect(app)
    errors.install(app)
    pages.install(app)
    access.public(app.view_functions["static"])
    for module in ROOMS:
        app.register_blueprint(module.room)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="huiyin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        MAX_CONTENT_LENGTH=(settings.upload_mb + 2) * 2**20,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=1000,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,  # addresses of static files carry their hash
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a handler's form may be open all day
        WTF_CSRF_SSL_STRICT=False,  # security.check_origin is stricter and works for plain http as well
        WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"},
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _identify() -> None:
    """The cookie holds the id of a session on the server; whoever has none, or an old one, is nobody."""
    if request.endpoint == "static":
        return
    token = session.get("token")
    g.signed_in = sessions.resume(context.environment(), token) if token else None
    if token and g.signed_in is None:
        session.pop("token")


def _guard() -> Response | None:
    """Default deny: a view without a rule is nobody's."""
    if request.endpoint is None:
        return None  # no such address; the router's own answer follows
    view = g.view = current_app.view_functions[request.endpoint]
    rule = access.rule(view)
    if rule is None:
        abort(403)
    if rule.public:
        return None
    person = context.visitor()
    if person is None:
        raise errors.SignInNeeded
    if person.must_change and request.endpoint not in auth.ALWAYS_OPEN:
        return context.back_to("auth.password")
    if not rule.allows(person.roles):
        raise rejections.Forbidden
    return None
