"""Whom to ask in a unit: contact A, else B, else the leader; nobody absent or complained about (R41, R42, R55)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from complaints import dossier, people, submission

ORDER = {"A": ("contact_a", "contact_b", "leader"), "B": ("contact_b", "contact_a", "leader")}


def contact(connection: Connection, number: str | None, unit: str, which: str, at: datetime) -> str | None:
    """The user id to ask first in a unit: `which` is "A" or "B". None when the unit has nobody."""
    case = dossier.fields(connection, number) if number else {}
    for kind in ORDER[which]:
        user = people.responsible(connection, unit, kind, at)
        if user is None or people.is_absent(connection, user, at):
            continue
        if not submission.is_complained_about(case, user, people.person(connection, user).name):
            return user
    return None


def leader(connection: Connection, unit: str, at: datetime) -> str | None:
    """The accountable leader of a unit, else of the nearest unit above that has one (R41)."""
    above: str | None = unit
    while above is not None:
        user = people.responsible(connection, above, "leader", at)
        if user is not None:
            return user
        above = people.unit(connection, above).parent
    return None


def head_office(connection: Connection) -> str | None:
    """The unit at the top of the tree."""
    found = people.units(connection, "head-office")
    return found[0].code if found else None
