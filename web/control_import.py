"""Units, people and accounts from CSV files: what would change first, then all of it in one command."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import render_template, request

from complaints import staff_csv, staff_csv_reader
from engine.errors import Invalid
from web import context
from web.access import access
from web.control_room import ROLES, room

LARGEST = 200_000
FIELDS = ("units", "people")


def _entries(texts: dict[str, str]) -> list[staff_csv_reader.Entry]:
    found: list[staff_csv_reader.Entry] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in texts.items():
            path = Path(folder) / f"{name}.csv"
            path.write_text(content, encoding="utf-8")
            found += staff_csv_reader.read(path)
    return found


def _uploaded() -> dict[str, str]:
    texts = {}
    for name in FIELDS:
        file = request.files.get(name)
        content = file.read(LARGEST + 1) if file else b""
        if len(content) > LARGEST:
            raise Invalid("Expected at most {limit} kB: for larger files use `huiyin staff`", limit=LARGEST // 1000)
        if content.strip():
            texts[name] = _decoded(content)
    if not texts:
        raise Invalid("Choose a file of units or of people.")
    return texts


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("Expected a text file in UTF-8 or GB18030, but its bytes are neither")


@room.get("/import")
@access(*ROLES)
def choose_staff() -> str:
    """The form for the files."""
    columns = {"units": staff_csv_reader.UNIT, "people": staff_csv_reader.PERSON}
    return render_template("control/import.html", tab="import", columns=columns, plan=None, chosen=None)


@room.post("/import/preview")
@access(*ROLES)
def preview_staff() -> str:
    """What the files would change; nothing is written."""
    texts = _uploaded()
    entries = _entries(texts)
    with context.read() as connection:
        plan = staff_csv.plan(connection, entries, context.environment().clock.now())
    return render_template("control/import.html", tab="import", plan=plan, texts=texts, columns={}, chosen=None)


@room.post("/import")
@access(*ROLES)
def import_staff() -> str:
    """Take what was shown, all of it or nothing; the first passwords are shown once, on this page only."""
    texts = {name: request.form[name] for name in FIELDS if request.form.get(name)}
    digest, entries = request.form.get("digest", ""), _entries(texts)
    with context.read() as connection:
        users = staff_csv.plan(connection, entries, context.environment().clock.now()).new_users
    chosen, hashes = staff_csv.one_time(users)  # slow on purpose, so outside the command
    plan = context.run(lambda tx: staff_csv.apply(tx, context.viewer(), entries, hashes, digest))
    return render_template("control/import.html", tab="import", plan=plan, texts={}, columns={}, chosen=chosen)
