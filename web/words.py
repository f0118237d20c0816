"""Codes that people see, in English; the catalogue has the Chinese. Data of the bank (channels, products, …) is not here:
its names come from `complaints.catalogue`."""

from __future__ import annotations

from web import i18n

WORDS: dict[str, dict[str, str]] = {
    "role": {
        "handler": "Handler",
        "supervisor": "Supervisor",
        "leader": "Leader",
        "owner": "Process owner",
        "administrator": "Administrator",
        "compliance": "Compliance",
    },
    "level": {"1": "Reminder", "2": "Urged", "3": "Supervised"},
    "clock": {
        "first-response": "First response",
        "target": "Target",
        "internal": "Internal limit",
        "statutory": "Statutory limit",
        "governing": "Governing limit",
    },
    "outcome": {
        "met": "Met",
        "late": "Late",
        "attempted": "Attempted",
        "paused": "Paused",
        "running": "Running",
        "amber": "Running",
        "red": "Overdue",
        "completed": "Completed",
        "cancelled": "Cancelled",
        "failed": "Failed",
    },
    "time_class": {"ordinary": "Ordinary", "complex": "Complex"},
    "satisfaction": {
        "very-satisfied": "Very satisfied",
        "satisfied": "Satisfied",
        "dissatisfied": "Dissatisfied",
        "declined": "Declined to answer",
        "unreachable": "Unreachable",
    },
}


def word(kind: str, code: object) -> str:
    """A code as a word of the reader's language; an unknown code shows itself."""
    text = WORDS.get(kind, {}).get(str(code))
    return i18n.gettext(text) if text else str(code if code is not None else "")
