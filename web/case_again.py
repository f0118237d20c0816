"""What comes after an answer that did not satisfy: the case before, the review, what counts against the handler."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from complaints import earlier, recomplaints, repeats, reviews, scores
from web import context, held
from web.access import access
from web.case_room import READERS, WORKERS, moment

room = Blueprint("case_again", __name__, url_prefix="/cases/<number>/reviews")


@room.get("")
@access(*READERS)
def page(number: str) -> str:
    """The earlier cases that this one may be about, its reviews, and the form for a customer's written request."""
    with context.read() as connection:
        shown = context.case_page(connection, number)
        open_still = shown.summary.stage in recomplaints.UNCLASSIFIED
        confirmed = earlier.before(connection, number)
        facts = {
            "proposed": repeats.proposals(connection, number) if open_still and confirmed is None else [],
            "rows": reviews.listed(connection, number),
            "right": reviews.right(connection, number, context.environment().clock.now()),
            "scored": scores.listed(connection, context.viewer(), number),
        }
    ways = reviews.WAYS[:-1]
    return render_template("case/reviews.html", tab="reviews", number=number, case=shown, ways=ways, **facts)


@room.post("/earlier")
@access(*WORKERS)
def confirm(number: str) -> Response:
    """Say which case the customer complains about again."""
    other = request.form.get("other", "").strip().upper()[:20]
    context.run(lambda tx: recomplaints.confirm(tx, context.viewer(), number, other))
    context.say("The two cases are linked; after the classification others handle this one, one level higher.")
    return context.back_to("case_again.page", number=number)


@room.post("")
@access(*WORKERS)
def ask(number: str) -> Response:
    """Take in the customer's written request for a review, with the paper itself."""
    said, file = request.form, request.files.get("request_file")
    paper = None
    if file is not None and file.filename:
        paper = held.receive("request_file", file).upload
    way, at, text = said.get("way", ""), moment(said.get("received_at", "")), said.get("request", "")
    context.run(lambda tx: reviews.ask(tx, context.viewer(), number, way, at, text, paper))
    context.say("The review has begun; its clock runs from the receipt of the request.")
    return context.back_to("case_again.page", number=number)
