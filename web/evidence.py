"""Files of a case: added, listed, and handed out so that no browser runs them."""

from __future__ import annotations

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from complaints import evidence
from engine import errors as rejections
from engine.environment import Transaction
from web import context, held
from web.access import access

room = Blueprint("evidence", __name__)
READERS = ("handler", "supervisor", "leader", "compliance")
WORKERS = ("handler", "supervisor", "leader")
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


@room.get("/cases/<number>/files")
@access(*READERS)
def files(number: str) -> str:
    """All files of the case, and the form to add one."""
    with context.read() as connection:
        case = context.case_page(connection, number)
    return render_template("case/files.html", tab="files", number=number, case=case, kinds=",".join(evidence.KINDS))


@room.post("/cases/<number>/files")
@access(*WORKERS)
def attach(number: str) -> Response:
    """Add files to the case; a refused one says why and nothing is added."""
    given = [file for file in request.files.getlist("files") if file.filename]
    if not given:
        raise rejections.Invalid("Choose a file.")
    description = request.form.get("description", "").strip()[:500]
    uploads = [held.receive("files", file).upload for file in given]
    person = context.viewer()

    def attach_all(tx: Transaction) -> None:
        for upload in uploads:
            evidence.attach(tx, person, number, upload, description)

    context.run(attach_all)
    context.say("{n} files have been added.", n=len(uploads))
    return context.back_to("evidence.files", number=number)


@room.get("/evidence/<evidence_id>")
@access(*READERS)
def download(evidence_id: str) -> Response:
    """One file, as a download; what is displayed runs nothing and is shown in a box of its own."""
    with context.read() as connection:
        row, stream = evidence.open_file(held.vault(), connection, context.viewer(), evidence_id)
    shown = request.args.get("show") == "1" and row.media_type in INLINE
    response = send_file(
        stream,
        mimetype=row.media_type,
        as_attachment=not shown,
        download_name=row.name,
        max_age=None,
        conditional=False,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
