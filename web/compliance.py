"""Compliance: the history of any case and of what belongs to none, as a list and on the diagram, exported, verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from werkzeug.wrappers import Response

from complaints import casefile, search, trail
from engine import definitions, queries
from engine.environment import Transaction
from engine.errors import NotFound
from web import compliance_reconcile, compliance_verify, context, control_changes, diagrams, filed, i18n, pages, words
from web.access import access
from web.compliance_room import ROLES, asked, narrowed, room

__all__ = ["compliance_reconcile", "compliance_verify", "room"]
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
PAGE = 100
SHOWN_APART = ("old", "new", "why")
SUBJECTS = ("name", "variable", "key", "clock", "field", "unit", "role")
"""Facts that say what was changed, the first that is there."""
OF_PEOPLE = frozenset(
    {
        "task-assigned",
        "task-claimed",
        "task-released",
        "task-delegated",
        "task-given-back",
        "appointed",
        "owner-changed",
    }
)


@dataclass(frozen=True)
class Part:
    """An element of the diagram in the table beside it, with how often it was done."""

    id: str
    name: str
    kind: str
    state: str
    count: int


@dataclass(frozen=True)
class Change:
    """What an event changed: of what, from what, to what."""

    subject: str
    old: str
    new: str


def change(event: trail.EventRow) -> Change | None:
    """Old and new of an event, where it has them; people by their names."""
    facts = event.facts
    if "old" not in facts and "new" not in facts:
        return None
    name = next((name for name in SUBJECTS if facts.get(name)), "")
    code = str(facts.get(name, ""))
    field = g.get("fields", {}).get(code) if event.kind == "variable-changed" else None
    subject = (
        field.title(i18n.locale()) if field else pages.label("units", code) if name == "unit" else _word(name, code)
    )

    def show(given: Any) -> str:
        if given in (None, "", [], {}):
            return ""
        return pages.person(given) if event.kind in OF_PEOPLE else filed.text(field, given)

    return Change(subject, show(facts.get("old")), show(facts.get("new")))


def _word(name: str, code: str) -> str:
    """What an event is about: a clock and a role have words of their own, all else is called as in the details."""
    return words.word(name if name in words.WORDS else "fact", code)


def _fields(connection: Any, instances: Any) -> dict[str, Any]:
    """The fields of the forms that the case runs on, by key: what was filled in is told by their labels."""
    schemas = filed.schemas(connection, instances).values()
    return {key: field for schema in schemas for key, field in schema.section.fields.items()}


def rest(facts: dict[str, Any], everything: bool = False) -> filed.Pairs:
    """The facts of an event beside old, new and why, as name and text."""
    return filed.read({}, facts if everything else {name: facts[name] for name in facts if name not in SHOWN_APART})


room.add_app_template_global(change, "history_change")
room.add_app_template_global(rest, "history_rest")


@room.get("")
@access(*ROLES)
def start() -> str:
    """Find a case, read a history without one, verify."""
    text, after = request.args.get("text", "").strip()[:100], request.args.get("after")
    with context.read() as connection:
        page = search.cases(connection, context.viewer(), text, after=after, limit=20)
    runs = compliance_verify.recent()
    return render_template("compliance/start.html", page=page, text=text, after=after, streams=trail.STREAMS, runs=runs)


@room.get("/cases/<number>")
@access(*ROLES)
def history(number: str) -> str:
    """What happened in a case, narrowed by kind, person, step and days, beside the diagram of one of its processes."""
    given, after = asked(), request.args.get("after")
    with context.read() as connection:
        head = casefile.summary(connection, context.viewer(), number)
        instances = casefile.instances(connection, context.viewer(), number)
        events = trail.events(connection, context.viewer(), number, narrowed(given), after, PAGE, i18n.locale())
        g.fields = _fields(connection, instances)
        chosen = next((row for row in instances if row.id == request.args.get("diagram")), None)
        chosen = chosen or (instances[0] if instances else None)
        parts = _parts(connection, chosen) if chosen else []
    versions = {row.id: row for row in instances}
    facts = {"summary": head, "instances": instances, "chosen": chosen, "parts": parts, "versions": versions}
    return render_template("compliance/history.html", number=number, **facts, **_list(events, given, after))


def _list(events: Any, given: dict[str, str], after: str | None) -> dict[str, Any]:
    kinds = sorted(((kind, words.word("event", kind)) for kind in words.WORDS["event"]), key=lambda pair: pair[1])
    return {"events": events, "asked": given, "after": after, "kinds": kinds, "narrowed": any(given.values())}


def _parts(connection: Any, instance: Any) -> list[Part]:
    process = definitions.by_id(context.environment(), connection, instance.definition_id).compiled.process
    seen = {activity.element_id: activity for activity in queries.activities(connection, instance.id)[0]}
    found = []
    for node in process.nodes.values():
        name = i18n.twin(node.name, node.properties.get("name_en")) or node.id
        activity = seen.get(node.id)
        state, count = (activity.state, activity.count) if activity else ("", 0)
        if state or node.kind in diagrams.PASSED:
            found.append(Part(node.id, name, control_changes.kind(node.kind), state, count))
    return found


@room.get("/streams/<name>")
@access(*ROLES)
def stream(name: str) -> str:
    """The history of what belongs to no case: accounts, rights, deployments, calendar, settings, unmasking."""
    given, after = asked(), request.args.get("after")
    with context.read() as connection:
        events = trail.stream(connection, context.viewer(), name, narrowed(given), after, PAGE, i18n.locale())
    return render_template("compliance/stream.html", name=name, versions={}, **_list(events, given, after))


@room.get("/cases/<number>/export")
@access(*ROLES)
def export(number: str) -> Response:
    """The narrowed history as a file. That it left the house is history too: of the case, and of all exports."""
    form, given = request.args.get("form", ""), asked()
    if form not in FORMS:
        raise NotFound(what="format", id=form)
    with context.read() as connection:
        pieces = list(trail.export(connection, context.viewer(), number, form, narrowed(given)))  # type: ignore[arg-type]
    rows = len(pieces) - 1  # beside the heading, or the closing bracket
    used = {name: value for name, value in given.items() if value}

    def work(tx: Transaction) -> None:
        trail.exported(tx, context.viewer(), number, form, rows)
        tx.record("export", "history-exported", number=number, form=form, rows=rows, filters=used)

    context.run(work)
    answer = Response("".join(pieces), mimetype=FORMS[form])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{number}.{form}")
    return answer
