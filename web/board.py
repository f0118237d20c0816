"""The board of all open cases by remaining time, and supervision by hand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from complaints import board, catalogue, supervision
from engine import errors as rejections
from web import context, i18n
from web.access import access

room = Blueprint("board", __name__)
ROLES = ("supervisor", "leader")
LEVELS = {"1", "2", "3"}
FILTERS = ("unit", "stage", "channel", "time_class", "text")


@room.get("/board")
@access(*ROLES)
def open_cases() -> str:
    """All open cases that the viewer may see, the least time first."""
    asked: dict[str, Any] = {name: request.args.get(name, "").strip()[:100] for name in (*FILTERS, "level", "overdue")}
    after = request.args.get("after") or None
    narrowed = board.BoardFilter(
        **{name: asked[name] or None for name in FILTERS},
        level=int(asked["level"]) if asked["level"] in LEVELS else None,
        due_before=context.environment().clock.now() if asked["overdue"] == "1" else None,
    )
    with context.read() as connection:
        page = board.open_cases(connection, context.viewer(), narrowed, after, limit=50)
        options = {key: catalogue.options(connection, key, i18n.locale()) for key in ("units", "channels")}
    return render_template("board/page.html", page=page, asked=asked, options=options, after=after)


@room.post("/cases/<number>/supervisions")
@access("supervisor")
def supervise(number: str) -> Response:
    """Raise a case to a level by hand; the reason goes to everyone who is told, and into the history."""
    level, reason = request.form.get("level", ""), request.form.get("reason", "").strip()
    if level not in LEVELS or not reason:
        raise rejections.Invalid("Choose a level and give the reason; the people responsible will read it.")
    context.run(lambda tx: supervision.raise_by_hand(tx, context.viewer(), number, int(level), reason), reason=reason)
    context.say("Case {number} is under supervision; the people responsible have been told.", number=number)
    if target := context.local_target(request.form.get("next")):
        return redirect(target, code=303)
    return context.back_to("case.page", number=number)
