"""The menu: what each role finds where, in the order of its importance. The first entry of a role is its first page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app

from complaints.viewer import SignedIn


@dataclass(frozen=True)
class Entry:
    """`count` names a figure of `inbox.counts`; `key` is a sequence on the keyboard."""

    endpoint: str
    label: str
    icon: str
    roles: frozenset[str]
    key: str
    count: str = ""


def _entry(endpoint: str, label: str, icon: str, roles: str, key: str, count: str = "") -> Entry:
    return Entry(endpoint, label, icon, frozenset(roles.split()), key, count)


EVERYBODY = "handler supervisor leader owner administrator compliance"

ENTRIES = (
    _entry("board.open_cases", "Supervision board", "gauge", "supervisor", "g b"),
    _entry("inbox.mine", "Inbox", "inbox", "handler supervisor leader", "g i", "mine"),
    _entry("register.form", "Register a complaint", "file-plus", "handler supervisor", "g r"),
    _entry("board.open_cases", "Open cases", "gauge", "leader", "g b"),
    _entry("search.cases", "Find a case", "search", "handler supervisor leader compliance", "g c"),
    _entry("aftercare.listed", "Corrective actions", "clipboard-check", "handler supervisor leader", "g a"),
    _entry("aftercare.quotes", "Voice of the customer", "messages", "supervisor leader", "g v"),
    _entry("scores.listed", "Complained of again", "alert-triangle", "handler supervisor leader compliance", "g f"),
    _entry("figures.shown", "Figures", "report", "supervisor compliance", "g k"),
    _entry("closing.shown", "Closing assessments", "chart-bar", "supervisor compliance", "g s"),
    _entry("compliance.start", "Compliance", "shield-check", "compliance", "g h"),
    _entry("studio.start", "Processes", "sitemap", "owner", "g p"),
    _entry("control.start", "Deployments", "git-pull-request", "administrator", "g d"),
    _entry("compliance.reconciliations", "Reconciliation", "list-check", "compliance administrator", "g e"),
    _entry(
        "notices.listed",
        "Notices",
        "bell",
        "handler supervisor leader owner administrator compliance",
        "g n",
        "notices",
    ),
)

ROOMS = {"tasks": "inbox", "case": "search", "evidence": "search"}
"""Rooms without an entry of their own, and under which one they stand."""


def of(person: SignedIn) -> Iterator[Entry]:
    """The entries for a person, each page once."""
    shown = set()
    for entry in ENTRIES:
        if entry.endpoint in current_app.view_functions and entry.roles & person.roles and entry.endpoint not in shown:
            shown.add(entry.endpoint)
            yield entry


def first(person: SignedIn) -> str:
    """The endpoint of the page a person starts on."""
    return next((entry.endpoint for entry in of(person)), "auth.password")


def shown(entries: Sequence[Entry], endpoint: str) -> Entry | None:
    """The entry under which a page stands: its own, else the first of its room."""
    room = endpoint.split(".")[0]
    home = ROOMS.get(room, room)
    own = [entry for entry in entries if entry.endpoint == endpoint]
    return next(iter(own + [entry for entry in entries if entry.endpoint.split(".")[0] == home]), None)
