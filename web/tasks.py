"""One task: its form and everything a person needs to fill it in, and who does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from complaints import casework, catalogue, inbox
from complaints.casefile_rows import CaseSummary
from complaints.taskpages import TaskRow
from engine import clock, tasks
from engine import errors as rejections
from forms.components import Evaluate
from forms.schema import Schema
from web import context, i18n, render, story
from web.access import access

room = Blueprint("tasks", __name__, url_prefix="/tasks/<task_id>")
ROLES = ("handler", "supervisor", "leader")
Answer = Response | str


class OpenTask(Protocol):
    """A task that is there, with its case: what `casework.task_view` gives for every task of a case."""

    task: TaskRow
    case: CaseSummary
    schema: Schema | None
    initial: Mapping[str, Any]
    evaluate: Evaluate
    options: Mapping[str, list[tuple[str, str]]]


def _view(task_id: str) -> OpenTask:
    with context.read() as connection:
        view = casework.task_view(context.environment(), connection, context.viewer(), task_id, i18n.locale())
    return cast(OpenTask, view)


def _addresses(task_id: str) -> tuple[str, str]:
    return url_for("tasks.redraw", task_id=task_id), url_for("tasks.save_draft", task_id=task_id)


def _page(view: OpenTask, sheet: render.Sheet | None) -> str:
    number = view.case.number
    with context.read() as connection:
        facts: dict[str, Any] = {
            "case": context.case_page(connection, number),
            "people": catalogue.options(connection, "people", i18n.locale(), context.viewer()),
        }
    recent = story.of(facts["case"])[: story.RECENT]
    return render_template("tasks/page.html", view=view, task=view.task, sheet=sheet, recent=recent, **facts)


@room.get("")
@access(*ROLES)
def page(task_id: str) -> str:
    """The form with the case beside it; whoever may not complete it sees it without buttons."""
    view = _view(task_id)
    return _page(view, render.blank(view, *_addresses(task_id)) if view.schema else None)


@room.post("/form")
@access(*ROLES)
def redraw(task_id: str) -> str:
    """The form as typed, shown anew: other fields become visible, rows come and go. Nothing is judged or kept."""
    view = _view(task_id)
    sheet = render.sent(view, *_addresses(task_id))
    if request.headers.get("HX-Request"):
        return render_template("forms/body.html", sheet=sheet)
    render.take_files(sheet)
    return _page(view, sheet)


@room.put("/draft")
@access(*ROLES)
def save_draft(task_id: str) -> Response:
    """Keep what has been typed so far; drafts are never checked."""
    view = _view(task_id)
    sheet = render.sent(view, *_addresses(task_id))
    context.run(lambda tx: casework.save_draft(tx, context.viewer(), task_id, render.data(sheet)))
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=204)
    context.say("Draft saved.")
    return context.back_to("tasks.page", task_id=task_id)


@room.post("/completion")
@access(*ROLES)
def complete(task_id: str) -> tuple[str, int] | Response:
    """Complete the task with its form, or show what is wrong beside the fields."""
    view = _view(task_id)
    sheet = render.sent(view, *_addresses(task_id)) if view.schema else None
    if sheet and not render.accepted(sheet):
        return _page(view, sheet), 200 if sheet.form.rearranging else 422
    data, uploads = (render.data(sheet), render.uploads(sheet)) if sheet else ({}, [])
    try:
        context.run(lambda tx: casework.complete_task(tx, context.viewer(), task_id, data, uploads))
    except rejections.Invalid as error:
        if sheet is None:
            raise
        render.refuse(sheet, error)
        return _page(view, sheet), 422
    context.say("“{step}” of case {number} is done.", step=_step(view), number=view.case.number)
    return context.back_to("inbox.mine")


def _step(view: OpenTask) -> str:
    return i18n.twin(view.task.name, view.task.name_en)


@room.put("/claim")
@access(*ROLES)
def claim(task_id: str) -> Answer:
    """Take the task. Exactly one of several people gets it; the others are told who."""
    context.run(lambda tx: casework.claim(tx, context.viewer(), task_id))
    return _claimed(task_id, i18n.gettext("The task is yours."))


@room.delete("/claim")
@access(*ROLES)
def release(task_id: str) -> Answer:
    """Give the task back to its groups."""
    context.run(lambda tx: casework.release(tx, context.viewer(), task_id))
    return _claimed(task_id, i18n.gettext("The task waits for the group again."))


def _claimed(task_id: str, message: str) -> Answer:
    """For a row of the inbox only that row; else the page that the button was on."""
    if request.headers.get("HX-Request"):
        response = make_response(render_template("inbox/row.html", row=_row(_view(task_id))))
        response.headers["HX-Trigger"] = i18n.ascii_json({"toast": {"message": message, "level": "success"}})
        return response
    flash(message, "success")
    target = context.local_target(request.form.get("next")) or url_for("tasks.page", task_id=task_id)
    return redirect(target, code=303)


def _row(view: OpenTask) -> inbox.InboxRow:
    """The task as a row of the inbox."""
    task, case = view.task, view.case
    of_case = ("number", "subject", "channel", "customer", "unit", "owner", "stage", "level", "media")
    facts = {name: getattr(case, name) for name in of_case}
    names = ("name", "name_en", "element", "due_at", "assignee", "follow_up_at", "priority")
    facts |= {name: getattr(task, name) for name in names}
    return inbox.InboxRow(
        task_id=task.id,
        due_key=None,
        provisional=False,
        created_at=context.environment().clock.now(),
        suspended=False,
        **facts,
    )


@room.put("/assignee")
@access(*ROLES)
def assign(task_id: str) -> Response:
    """Give the task to a named person."""
    user, reason = _person(), request.form.get("reason", "").strip() or None
    context.run(lambda tx: casework.assign(tx, context.viewer(), task_id, user), reason=reason)
    context.say("The task has been assigned.")
    return _next(task_id)


@room.put("/delegation")
@access(*ROLES)
def delegate(task_id: str) -> Response:
    """Let somebody else prepare the task; it comes back."""
    user = _person()
    context.run(lambda tx: casework.delegate(tx, context.viewer(), task_id, user))
    context.say("The task has been delegated; it comes back to you.")
    return _next(task_id)


@room.delete("/delegation")
@access(*ROLES)
def give_back(task_id: str) -> Response:
    """Return a delegated task to its owner."""
    context.run(lambda tx: casework.give_back(tx, context.viewer(), task_id))
    context.say("The task went back to its owner.")
    return _next(task_id)


def _person() -> str:
    if user := request.form.get("user", "").strip():
        return user
    raise rejections.Invalid("Choose a person.")


def _next(task_id: str) -> Response:
    """The task where it can still be seen, else the inbox."""
    try:
        _view(task_id)
    except rejections.NotFound:
        return context.back_to("inbox.mine")
    return context.back_to("tasks.page", task_id=task_id)


@room.put("/follow-up")
@access(*ROLES)
def follow_up(task_id: str) -> Response:
    """The day on which to look at the task again; empty takes it away."""
    view, given = _view(task_id), request.form.get("day", "")
    if not view.task.mine:
        raise rejections.Forbidden("Only who has claimed a task sets its follow-up day.")
    try:
        day = datetime.strptime(given, "%Y-%m-%d").replace(hour=9, tzinfo=clock.ZONE) if given else None
    except ValueError:
        raise rejections.Invalid("Expected a day like 2026-03-15.")
    context.run(lambda tx: tasks.set_follow_up(tx, task_id, day))
    context.say("The follow-up day has been set." if day else "The follow-up day has been removed.")
    return context.back_to("tasks.page", task_id=task_id)
