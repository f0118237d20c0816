"""Signing in and out, the own password, the language."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from complaints import accounts, sessions, throttle
from engine import errors as rejections
from web import context, errors, i18n
from web.access import access, public

room = Blueprint("auth", __name__)
ALWAYS_OPEN = frozenset({"auth.password", "auth.change_password", "auth.sign_out", "auth.switch_language", "static"})
"""What somebody whose password has to be changed first may still open."""

Answer = Response | str | tuple[str, int]


@room.get("/sign-in")
@public
def sign_in() -> Answer:
    """The form; whoever has signed in already goes on."""
    if context.visitor():
        return context.back_to("home.start")
    return render_template("auth/sign_in.html", user="")


@room.post("/sign-in")
@public
def enter() -> Answer:
    """Sign in. All causes of a refusal read alike, so that nobody learns which accounts exist."""
    user, password = request.form.get("user", "").strip(), request.form.get("password", "")
    try:
        token = sessions.sign_in(
            context.environment(), user, password, remote=context.remote(), old_token=session.get("token")
        )
    except (sessions.SignInFailed, throttle.TooMany) as error:
        page = render_template("auth/sign_in.html", user=user, problem=i18n.explain(error))
        return page, errors.status_of(error)
    language = i18n.locale()
    session.clear()  # a new CSRF token and nothing of the visitor before
    session["token"], session["locale"] = token, language
    return redirect(context.local_target(request.form.get("next")) or url_for("home.start"), code=303)


@room.delete("/session")
@public
def sign_out() -> Response:
    """End the session on the server and forget the cookie."""
    if token := session.get("token"):
        sessions.sign_out(context.environment(), token)
    language = i18n.locale()
    session.clear()
    session["locale"] = language
    return context.back_to("auth.sign_in")


@room.get("/password")
@access()
def password() -> Answer:
    """The form for a new password."""
    return render_template("auth/password.html", problems=[])


@room.put("/password")
@access()
def change_password() -> Answer:
    """Change the own password; all other sessions end."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise rejections.Invalid("The new password was not typed the same twice.")
        accounts.change_password(context.environment(), context.viewer(), old, new)
    except rejections.Rejected as error:
        told = [i18n.explain(problem) for problem in getattr(error, "problems", ())] or [i18n.explain(error)]
        return render_template("auth/password.html", problems=told), errors.status_of(error)
    context.say("Your password has been changed.")
    return context.back_to("home.start")


@room.post("/language")
@public
def switch_language() -> Response:
    """Read the pages in Chinese or English from now on."""
    if (chosen := request.form.get("locale", "")) in i18n.LOCALES:
        session["locale"] = chosen
    return redirect(context.local_target(request.form.get("next")) or url_for("home.start"), code=303)
