"""Whom to ask in a unit: contact A, else B, else the leader; nobody absent or concerned (R41, R42, R55, G7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from complaints import earlier, people, recusal

ORDER = {"A": ("contact_a", "contact_b", "leader"), "B": ("contact_b", "contact_a", "leader")}


def contact(connection: Connection, number: str | None, unit: str, which: str, at: datetime) -> str | None:
    """The user id to ask first in a unit: `which` is "A" or "B". None when the unit has nobody."""
    away = kept_away(connection, number, at)
    for kind in ORDER[which]:
        user = people.responsible(connection, unit, kind, at)
        if user is None or people.is_absent(connection, user, at):
            continue
        if user not in away:
            return user
    return None


def kept_away(connection: Connection, number: str | None, at: datetime) -> frozenset[str]:
    """Who keeps away from a case: whom it concerns (G7), and of a re-complaint who handled what was before (R70)."""
    if not number:
        return frozenset()
    concerned = frozenset(ground.user for ground in recusal.of(connection, number, at))
    return concerned | earlier.kept_away(connection, number, at)


def leader(
    connection: Connection,
    unit: str,
    at: datetime,
    number: str | None = None,
    excluded: frozenset[str] = frozenset(),
) -> str | None:
    """The accountable leader of a unit, else of the nearest above with one, whom the case does not concern (R41).

    None of `excluded` either, as for an approval by somebody else than the author.
    """
    away = kept_away(connection, number, at) | excluded
    above: str | None = unit
    while above is not None:
        user = people.responsible(connection, above, "leader", at)
        if user is not None and user not in away:
            return user
        above = people.unit(connection, above).parent
    return None


def head_office(connection: Connection) -> str | None:
    """The unit at the top of the tree."""
    found = people.units(connection, "head-office")
    return found[0].code if found else None
