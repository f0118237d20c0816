"""Find a case by number, customer, telephone or words of the complaint."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from complaints import search
from web import context
from web.access import access

room = Blueprint("search", __name__)
STATES = {"open": False, "closed": True}


@room.get("/cases")
@access("handler", "supervisor", "leader", "compliance")
def cases() -> Response | str:
    """Cases that match and that the viewer may see; a whole number leads to the case itself."""
    text, state, after = (
        request.args.get("text", "").strip()[:100],
        request.args.get("state", ""),
        request.args.get("after") or None,
    )
    with context.read() as connection:
        page = search.cases(connection, context.viewer(), text, closed=STATES.get(state), after=after, limit=50)
    if not after and len(page.rows) == 1 and page.rows[0].number == text.upper():
        return context.back_to("case.page", number=page.rows[0].number)
    return render_template("search/page.html", page=page, text=text, state=state, after=after)
