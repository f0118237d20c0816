"""Notices: what happened to cases one answers for."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from complaints import notices
from web import context
from web.access import access

room = Blueprint("notices", __name__)


@room.get("/notices")
@access()
def listed() -> str:
    """What has not been read yet, the newest first."""
    with context.read() as connection:
        rows = notices.unread(connection, context.viewer(), limit=100)
    return render_template("notices/page.html", rows=rows)


@room.delete("/notices/<notice_id>")
@access()
def read(notice_id: str) -> Response | str:
    """Mark one as read; it stays in the history of its case."""
    context.run(lambda tx: notices.read(tx, context.viewer(), notice_id))
    if request.headers.get("HX-Request"):
        return ""  # the row goes away
    return context.back_to("notices.listed")
