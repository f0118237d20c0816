"""The room of a case: what its modules share."""

from __future__ import annotations

from flask import Blueprint

room = Blueprint("case", __name__, url_prefix="/cases/<number>")
READERS = ("handler", "supervisor", "leader", "compliance")
WORKERS = ("handler", "supervisor", "leader")
