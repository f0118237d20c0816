"""The public matter of a case: what the media report, what the bank says, and how it stands from day to day."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from complaints import media, media_log
from engine import errors as rejections
from web import context, story
from web.access import access
from web.case_room import READERS, WORKERS

room = Blueprint("media", __name__, url_prefix="/cases/<number>/media")


@room.get("")
@access(*READERS)
def page(number: str) -> str:
    """The record of a media complaint: reports, statements in all versions, situation notes, and both countdowns."""
    with context.read() as connection:
        case = context.case_page(connection, number)
        record = media_log.record(connection, context.viewer(), number, context.environment().clock.now())
    if record is None:
        raise rejections.NotFound(what="media record", id=number)
    recent = story.of(case)[: story.RECENT]
    return render_template("case/media.html", tab="media", number=number, case=case, recent=recent, record=record)


@room.post("/statements")
@access(*WORKERS)
def another_statement(number: str) -> Response:
    """The Office wants to speak again; the draft is the next task."""
    context.run(lambda tx: media.want_statement(tx, context.viewer(), number))
    context.say("Another statement can be drafted; the task is in the inbox of the Office.")
    return context.back_to("media.page", number=number)
