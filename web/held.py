"""Uploaded files between two tries of a form: stored at once, named by a signed token in the page, attached at the end.

A browser forgets chosen files when a page comes back with mistakes. The token says which stored file was meant; it is
bound to the person and the field, so that nobody attaches a file that somebody else uploaded.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, cast

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from complaints import evidence, portal, throttle
from web import context

HOURS = 24
STRANGERS_FILES, STRANGERS_PAUSE = 30, timedelta(minutes=30)


@dataclass(frozen=True)
class File:
    """A stored file and the token by which the page names it."""

    upload: evidence.Upload
    token: str

    @property
    def name(self) -> str:
        """The name that the person gave it."""
        return self.upload.name


def field_of(name: str) -> str:
    """The HTML name of the tokens of a file field."""
    return f"{name}-held"


def receive(name: str, file: FileStorage) -> File:
    """Store a file of this request for the field `name`. Raises Invalid (type, size) and throttle.TooMany."""
    if context.visitor() is None:
        _count(f"upload:{context.remote()}")
    upload = evidence.receive(vault(), file.filename or "", cast(BinaryIO, file.stream), name)
    return File(upload, _signer(name).dumps(dataclasses.asdict(upload)))


def _count(key: str) -> None:
    """Strangers store a bounded number of files in a while, so that nobody fills the disk."""
    environment = context.environment()
    with context.read() as connection:
        throttle.check(connection, environment.clock.now(), key)
    environment.run(portal.CUSTOMER, lambda tx: throttle.failed(tx, key, STRANGERS_FILES, STRANGERS_PAUSE))


def kept(name: str) -> list[File]:
    """The files of earlier tries that this request still names; what is forged or too old does not count."""
    dropped = set(request.form.getlist(f"{name}-drop"))
    files = []
    for token in request.form.getlist(field_of(name))[:20]:
        try:
            facts: dict[str, Any] = _signer(name).loads(token, max_age=HOURS * 3600)
        except BadSignature:
            continue
        if facts["stored"] not in dropped:
            files.append(File(evidence.Upload(**facts), token))
    return files


def vault() -> evidence.Vault:
    """Where uploaded files are stored."""
    return evidence.Vault(context.settings().data_dir)


def _signer(name: str) -> URLSafeTimedSerializer:
    owner = session.get("token") or session.get("csrf_token") or ""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"held:{name}:{owner}")
