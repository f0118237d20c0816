"""One case: what was complained, where it stands, everything that happened, and what one adds to its file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import casefile, closing, contacts, elements, extension, masking, notes, trail
from complaints.casefile_rows import InstanceRow
from engine import calendar
from engine import errors as rejections
from web import case_changes, case_withdrawal, context, diagrams, filed, i18n, story, words
from web.access import access
from web.case_room import READERS, WORKERS, moment, room

__all__ = ["case_withdrawal", "room"]

Answer = Response | str


def _render(tab: str, number: str, **facts: Any) -> str:
    with context.read() as connection:
        case = context.case_page(connection, number)
        offered = case_changes.offered(connection, case) if tab == "page" else {}
        care = context.aftercare(connection, number) if tab == "page" else None
    recent = story.of(case)[: story.RECENT]
    known = {"case": case, "care": care, "today": _today(), "recent": recent, "offered": offered}
    return render_template(f"case/{tab}.html", tab=tab, number=number, **known, **facts)


def _today() -> date:
    return calendar.local_day(context.environment().clock.now())


@room.get("")
@access(*READERS)
def page(number: str) -> str:
    """What the complaint is about, its clocks, who has it, and what was noted."""
    return _render("page", number, methods=contacts.METHODS, outcomes=contacts.OUTCOMES)


@room.get("/history")
@access(*READERS)
def history(number: str) -> str:
    """Everything that happened, in the order in which it happened; what the machine notes about itself on demand."""
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("kind", "actor", "element", "all")}
    after = request.args.get("after") or None
    narrowed = trail.TrailFilter(asked["kind"] or None, asked["actor"] or None, asked["element"] or None)
    with context.read() as connection:
        events = trail.events(connection, context.viewer(), number, narrowed, after, 200, i18n.locale())
    commands = story.commands(events.rows, everything=bool(asked["all"] or asked["kind"]))
    kinds = [(kind, words.word("event", kind)) for kind in words.WORDS["event"]]
    return _render("history", number, events=events, commands=commands, asked=asked, after=after, kinds=kinds)


@room.get("/process")
@access(*READERS)
def process(number: str) -> str:
    """The diagram of each instance of the case with what is open and what is done, and the same as a table."""
    with context.read() as connection:
        rows = casefile.instances(connection, context.viewer(), number)
        chosen = next((row for row in rows if row.id == request.args.get("instance")), rows[0] if rows else None)
        steps = diagrams.steps(connection, chosen.id, chosen.definition_id) if chosen else []
    return _render("process", number, instances=rows, chosen=chosen, steps=steps)


@room.get("/instances/<instance_id>/diagram.xml")
@access(*READERS)
def diagram(number: str, instance_id: str) -> Response:
    """The diagram as it was deployed, byte for byte."""
    with context.read() as connection:
        row = _instance(connection, number, instance_id)
        content = diagrams.source(connection, row.definition_id)
    return Response(content, mimetype="application/xml")


@room.get("/instances/<instance_id>/state.json")
@access(*READERS)
def state(number: str, instance_id: str) -> dict[str, Any]:
    """What is open and what is done, for the viewer."""
    with context.read() as connection:
        return diagrams.state(connection, _instance(connection, number, instance_id).id)


def _instance(connection: Any, number: str, instance_id: str) -> InstanceRow:
    for row in casefile.instances(connection, context.viewer(), number):
        if row.id == instance_id:
            return row
    raise rejections.NotFound(what="process instance", id=instance_id)


@room.get("/report")
@access(*READERS)
def report(number: str) -> str:
    """The reply in six elements, to read and to print."""
    with context.read() as connection:
        case = context.case_page(connection, number)
        schema = filed.schemas(connection, case.instances).get(elements.FORM)
        sides = closing.of(connection, number)
    groups = filed.groups(schema, case.report.body) if schema and case.report else []
    shown = {"report_groups": groups, "sides": sides}
    return render_template("case/report.html", tab="report", number=number, case=case, **shown)


@room.get("/slips/<slip>")
@access(*READERS)
def slip(number: str, slip: str) -> str:
    """One 转(督)办单, to print."""
    with context.read() as connection:
        case = context.case_page(connection, number)
    found = next((row for row in case.slips if row.id == slip), None)
    if found is None:
        raise rejections.NotFound(what="transfer slip", id=slip)
    return render_template("case/slip.html", case=case, number=number, slip=found)


@room.post("/party")
@access(*READERS)
def unmask(number: str) -> Answer:
    """Show the customer's data in full for a stated purpose. Never kept: the page after this one is masked again."""
    purpose = request.form.get("purpose", "").strip()
    party = context.run(lambda tx: masking.unmask(tx, context.viewer(), number, purpose))
    if request.headers.get("HX-Request"):
        return render_template("case/party.html", party=party, number=number, unmasked=True)
    return _render("page", number, methods=contacts.METHODS, outcomes=contacts.OUTCOMES, unmasked=party)


@room.post("/notes")
@access(*WORKERS)
def note(number: str) -> Response:
    """Add a note to the file."""
    text = request.form.get("text", "").strip()
    if not text:
        raise rejections.Invalid("The note is empty.")
    context.run(lambda tx: notes.write(tx, context.viewer(), number, text))
    context.say("The note is in the file.")
    return context.back_to("case.page", number=number, _anchor="notes")


@room.post("/contacts")
@access(*WORKERS)
def contact(number: str) -> Response:
    """Log a contact with the customer."""
    method, outcome = request.form.get("method", ""), request.form.get("outcome", "")
    if method not in contacts.METHODS or outcome not in contacts.OUTCOMES:
        raise rejections.Invalid("Choose how the customer was contacted and whether he was reached.")
    at, text = moment(request.form.get("at", "")), request.form.get("note", "").strip()
    context.run(lambda tx: contacts.record(tx, context.viewer(), number, method, outcome, at, text))
    context.say("The contact has been logged.")
    return context.back_to("case.page", number=number, _anchor="contacts")


@room.post("/extensions")
@access(*WORKERS)
def extend(number: str) -> Response:
    """Begin a request for a longer limit; its form is the next task."""
    unit = request.form.get("unit", "") or context.viewer().unit or ""
    context.run(lambda tx: extension.begin(tx, context.viewer(), number, unit))
    context.say("The request has been opened; fill in its form in the inbox.")
    return context.back_to("inbox.groups", text=number)


room.add_app_template_filter(filed.moment, "readable")


@room.app_template_filter("facts")
def facts(data: Any) -> list[tuple[str, str]]:
    """The facts of an event as name and text, without what is empty."""
    return filed.read({}, data or {})
