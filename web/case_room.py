"""The room of a case: what its modules share."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint

from engine import clock
from engine.errors import Invalid

room = Blueprint("case", __name__, url_prefix="/cases/<number>")
READERS = ("handler", "supervisor", "leader", "compliance")
WORKERS = ("handler", "supervisor", "leader")


def moment(text: str) -> datetime:
    """A day and a time from a form. Raises Invalid."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)
    except ValueError:
        raise Invalid("Expected a day and a time like 2026-03-15 09:30.")
