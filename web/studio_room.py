"""The room of process owners: what its modules share."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from engine import bundle, queries
from engine.errors import NotFound
from web import context

room = Blueprint("studio", __name__, url_prefix="/studio")
ROLES = ("owner",)
READERS = ("owner", "administrator")
MEDIA = {"bpmn": "application/xml", "dmn": "application/xml", "form": "application/json"}
SEALED = "default-src 'none'; sandbox"
"""What people uploaded is shown to scripts of ours, never run as a page."""


def sent(name: str, content: bytes, *, download: bool) -> Response:
    """A file of a bundle as it is, byte for byte."""
    answer = Response(content, mimetype=MEDIA.get(bundle.kind_of(name), "application/octet-stream"))
    answer.headers["Content-Security-Policy"] = SEALED
    if download:
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def deployed_file(deployment_id: str, name: str) -> bytes:
    """A file of a deployment. Raises NotFound."""
    with context.read() as connection:
        content = queries.files(connection, deployment_id).get(name)
    if content is None:
        raise NotFound(what="file", id=name)
    return content
