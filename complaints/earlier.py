"""What went before a re-complaint: the earlier cases, who handled them, which unit answered (R70). Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from complaints import clocks, dossier, people, tables
from engine import store
from engine.prepared import prepared

RELATION = "re-complaint"
HANDLING = (
    *("Accept", "AcceptSecond", "Investigate", "JointConclusion", "Propose", "ApproveReply", "Reply", "Report"),
    *("Settle", "NewFacts", "Decide", "Correct"),
)
"""The steps whose doer has handled a case: he handles neither its re-complaint nor its review."""


def before(connection: Connection, number: str) -> str | None:
    """The case of which `number` is the re-complaint; None for a first complaint."""
    seen = store.seen(connection)
    if ("before", number) not in seen:
        seen["before", number] = connection.scalar(*_before(number))
    found: str | None = seen["before", number]
    return found


@prepared
def _before(number: Any) -> Any:
    link = tables.case_link
    query = select(link.c.other).where(link.c.number == number, link.c.relation == RELATION)
    return query.order_by(link.c.at.desc(), link.c.other.desc()).limit(1)


def chain(connection: Connection, number: str) -> list[str]:
    """All cases before a re-complaint, the latest first: who complains a third time has complained twice."""
    found: list[str] = []
    earlier = before(connection, number)
    while earlier is not None and earlier not in (number, *found):
        found.append(earlier)
        earlier = before(connection, earlier)
    return found


def runs(connection: Connection, number: str) -> bool:
    """Whether a case is open and its limits run: what comes in about it can still be one with it (G3)."""
    table = tables.complaint
    open_case = select(table.c.number).where(table.c.number == number, table.c.closed_at.is_(None))
    return clocks.due(connection, number, "limit") is not None and connection.scalar(open_case) is not None


def handlers(connection: Connection, numbers: Iterable[str]) -> frozenset[str]:
    """Who handled any of the cases: took a slip, investigated, proposed, approved, answered, reported, decided."""
    slip, found = tables.slip, set[str]()
    for number in numbers:
        accepted = select(slip.c.accepted_by).where(slip.c.number == number, slip.c.accepted_by.is_not(None))
        found |= set(connection.scalars(accepted)) | dossier.authors(connection, number, *HANDLING)
    return frozenset(found)


def kept_away(connection: Connection, number: str, at: datetime) -> frozenset[str]:
    """Who may not handle a re-complaint: the handlers of the cases before it. Nobody for a first complaint.

    The accountable leader of the head office is never kept away: there is nobody one level above him.
    """
    if not (found := handlers(connection, chain(connection, number))):
        return found
    return found - {
        people.responsible(connection, top.code, "leader", at) for top in people.units(connection, "head-office")
    }


def first_handler(connection: Connection, number: str) -> str | None:
    """Who answered for the handling of a case: took the lead slip, else wrote the reply or the settlement."""
    slip = tables.slip
    lead = select(slip.c.accepted_by).where(slip.c.number == number, slip.c.lead)
    user: str | None = connection.scalar(lead)
    if user is not None:
        return user
    entry = dossier.latest(connection, number, "Reply", "Settle")
    return entry.by if entry else None


def unit(connection: Connection, number: str) -> str | None:
    """The unit that answered in a case: of its lead slip, else of the person that settled it, else the one meant."""
    case, account, slip = tables.complaint, tables.account, tables.slip
    row = connection.execute(select(case.c.unit, case.c.branch).where(case.c.number == number)).one()
    lead: str | None = connection.scalar(select(slip.c.unit).where(slip.c.number == number, slip.c.lead))
    handler = None if lead or row.unit else first_handler(connection, number)
    own = connection.scalar(select(account.c.unit).where(account.c.user == handler)) if handler else None
    return lead or row.unit or own or row.branch
