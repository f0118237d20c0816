"""The room of administrators: what its modules share. Nothing here shows what a case is about."""

from __future__ import annotations

from datetime import date, datetime, time

from flask import Blueprint, request

from engine import clock
from engine.errors import Invalid
from web import control_changes, control_words, i18n, studio_options

room = Blueprint("control", __name__, url_prefix="/control")
ROLES = ("administrator",)
READERS = ("administrator", "owner")

room.add_app_template_global(control_words.term, "term")
room.add_app_template_global(control_changes.kind, "part_kind")
room.add_app_template_global(control_changes.attribute, "part_attribute")
room.add_app_template_global(studio_options.message, "finding_text")
room.add_app_template_global(i18n.explain, "explain")


def text(name: str, most: int = 200) -> str:
    """A field of the form, without what stands around it."""
    return request.form.get(name, "").strip()[:most]


def day(name: str) -> date | None:
    """A day of the form, None when it is empty. Raises Invalid."""
    given = text(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid("Expected a day like 2026-03-15, but got '{day}'", day=given)


def midnight(at: date) -> datetime:
    """When a day begins in the bank."""
    return datetime.combine(at, time(), clock.ZONE)
