"""One file of a draft: its editor, saving, lint beside the canvas, upload and download."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from engine import bundle, drafts, xml
from engine.errors import Invalid
from engine.lint import Finding
from web import context, i18n, studio_options
from web.access import access
from web.security import inline_styles
from web.studio_drafts import Opened, findings
from web.studio_room import ROLES, room, sent


@room.get("/drafts/<draft_id>/files/<name>/edit")
@access(*ROLES)
@inline_styles
def edit(draft_id: str, name: str) -> str:
    """The editor of the file's kind: designer, decision tables or forms."""
    with context.read() as connection:
        draft = drafts.get(connection, draft_id, context.viewer().user)
        file = drafts.file(connection, draft_id, name)
        names = sorted(drafts.files(connection, draft_id))
    window = secrets.token_hex(8)  # what this window saved last it may overwrite, what another did not
    return render_template("studio/edit.html", draft=draft, file=file, names=names, window=window)


@room.get("/drafts/<draft_id>/files/<name>")
@access(*ROLES)
def content(draft_id: str, name: str) -> Response:
    """The file as it is now."""
    with context.read() as connection:
        drafts.get(connection, draft_id, context.viewer().user)
        file = drafts.file(connection, draft_id, name)
    return sent(name, file.content, download=request.args.get("download") == "1")


@room.put("/drafts/<draft_id>/files/<name>")
@access(*ROLES)
def save(draft_id: str, name: str) -> dict[str, Any]:
    """Save what the editor holds. 409 when another window has saved meanwhile."""
    base, window = request.args.get("base", 0, int), request.args.get("window", "")[:40]
    body = _body()
    revision = context.run(lambda tx: drafts.save(tx, draft_id, name, body, base=base, writer=window))
    return {"revision": revision}


def _body() -> bytes:
    if (request.content_length or 0) > xml.MAX_BYTES:
        raise xml.BadXml(
            "Expected at most {limit} bytes, but the file has {size}", limit=xml.MAX_BYTES, size=request.content_length
        )
    return request.get_data(cache=False)


@room.post("/drafts/<draft_id>/files/<name>/lint")
@access(*ROLES)
def lint(draft_id: str, name: str) -> dict[str, Any]:
    """What lint says about the bundle with this file as the editor holds it."""
    body = _body()
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
    found = findings({**opened.files, name: body})
    found = sorted(filter(lambda finding: _concerns(finding, name), found), key=lambda finding: finding.file != name)
    return {"findings": [_told(finding, draft_id, name) for finding in found]}


def _concerns(finding: Finding, name: str) -> bool:
    return finding.file == name or finding.severity == "error"


def _told(finding: Finding, draft_id: str, name: str) -> dict[str, str]:
    """A finding for web/static/js/studio.js; one in another file has the address of that file's editor."""
    here = finding.file == name
    there = url_for("studio.edit", draft_id=draft_id, name=finding.file, _anchor=finding.element or None)
    return {
        "element": finding.element if here else "",
        "name": finding.name if here else finding.where,
        "severity": finding.severity,
        "rule": finding.rule,
        "message": studio_options.message(finding),
        "advice": i18n.gettext(finding.advice, **finding.parameters) if finding.advice else "",
        "href": "" if here else there,
    }


@room.get("/drafts/<draft_id>/options.json")
@access(*ROLES)
def options(draft_id: str) -> dict[str, Any]:
    """What the designer's panel offers to choose from."""
    with context.read() as connection:
        opened = Opened.read(connection, draft_id)
        return studio_options.of(context.environment(), connection, opened.files)


@room.post("/drafts/<draft_id>/files")
@access(*ROLES)
def upload(draft_id: str) -> Response:
    """Add files, or replace those of the same name; all of them or none."""
    given = [(file.filename or "", file.read(xml.MAX_BYTES + 1)) for file in request.files.getlist("files") if file]
    if not given:
        raise Invalid("Choose a file.")

    def work(tx: Any) -> None:
        for filename, body in given:
            drafts.put(tx, draft_id, PurePosixPath(filename.replace("\\", "/")).name, body)

    context.run(work)
    context.say("{n} files have been uploaded.", n=len(given))
    return context.back_to("studio.draft", draft_id=draft_id)


@room.post("/drafts/<draft_id>/new")
@access(*ROLES)
def new(draft_id: str) -> Response:
    """Add an empty diagram, decision table or form and open it."""
    kind, stem, title = (request.form.get(field, "").strip() for field in ("kind", "stem", "title"))
    name = f"{stem}.{kind}"
    body = studio_options.blank(kind, stem, title or stem)
    with context.read() as connection:
        taken = name in Opened.read(connection, draft_id).files
    if taken:
        raise Invalid("There is a file '{name}' already", name=name)
    context.run(lambda tx: drafts.put(tx, draft_id, name, body))
    return context.back_to("studio.edit", draft_id=draft_id, name=name)


@room.patch("/drafts/<draft_id>/files/<name>")
@access(*ROLES)
def rename_file(draft_id: str, name: str) -> Response:
    """Give the file another name of the same kind."""
    new_name = request.form.get("name", "").strip()
    context.run(lambda tx: drafts.rename_file(tx, draft_id, name, new_name))
    context.say("{name} is now called {new}.", name=name, new=new_name)
    return context.back_to("studio.draft", draft_id=draft_id)


@room.delete("/drafts/<draft_id>/files/<name>")
@access(*ROLES)
def remove_file(draft_id: str, name: str) -> Response:
    """Take the file out of the draft."""
    context.run(lambda tx: drafts.remove_file(tx, draft_id, name))
    context.say("{name} is out of the draft.", name=name)
    return context.back_to("studio.draft", draft_id=draft_id)


@room.app_template_test("editable")
def editable(name: str) -> bool:
    """Whether there is an editor for the file."""
    return bundle.kind_of(name) in studio_options.BLANKS
