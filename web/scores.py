"""What counts against those who handled a case: that its customer complained again."""

from __future__ import annotations

from flask import Blueprint, render_template

from complaints import scores
from web import context
from web.access import access
from web.case_room import READERS

room = Blueprint("scores", __name__, url_prefix="/scores")


@room.get("/")
@access(*READERS)
def listed() -> str:
    """What counts against oneself; for leaders, supervision and compliance against those whom they answer for."""
    with context.read() as connection:
        rows = scores.listed(connection, context.viewer())
    return render_template("case/scores.html", rows=rows)
