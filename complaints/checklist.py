"""What the dossier of a case must hold, by its kind, and what it holds already (R38, R49).

The decision `dossier-checklist` says what is needed; the table at the end says how each item is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from complaints import (
    actions,
    catalogue,
    decisions,
    dossier,
    elements,
    media,
    media_log,
    promises,
    slips,
    survey,
    tables,
)
from engine.environment import Environment
from engine.errors import Fault
from engine.prepared import prepared

DECISION, SETTLED = "dossier-checklist", "settled"


@dataclass(frozen=True)
class Item:
    """One thing that the dossier must hold, and whether it does."""

    code: str
    name: str
    there: bool


def of(
    environment: Environment,
    connection: Connection,
    number: str,
    now: datetime,
    locale: str = "zh",
    *,
    internal: bool = False,
) -> list[Item]:
    """The checklist of a case with its ticks. Raises Fault for an item that nobody knows how to look for.

    After a withdrawal the investigation is `internal`: nothing is asked that would need the customer (R71).
    """
    case = connection.execute(*_case(number)).one()
    facts = {
        "contactable": not internal and survey.reachable(connection, number),
        "settled": case.first_response == SETTLED and not slips.listed(connection, number),
        "justified": case.justified,
        "major": case.major,
        "subcategory": case.subcategory,
        "internal": internal,
        "customer": not case.alone,
        "media": media.handled(connection, number),
    }
    codes = [str(code) for code in decisions.entries(environment, connection, DECISION, facts, now)]
    return [Item(code, catalogue.label("dossier", code, locale), _there(connection, case, code)) for code in codes]


@prepared
def _case(number: Any) -> Any:
    """A case, and whether only the public matter is left of it."""
    case = tables.complaint
    return select(case, media.alone(case.c.number).label("alone")).where(case.c.number == number)


def _there(connection: Connection, case: Row[Any], code: str) -> bool:
    if code not in LOOK:
        raise Fault(
            "Expected one of {known} in the checklist of the dossier, but got '{code}'", known=[*LOOK], code=code
        )
    return LOOK[code](connection, case)


def _by(*steps: str) -> Callable[[Connection, Row[Any]], bool]:
    return lambda connection, case: bool(dossier.authors(connection, case.number, *steps))


def _investigated(connection: Connection, case: Row[Any]) -> bool:
    given = slips.listed(connection, case.number)
    return bool(given) and all(slip.replied_at for slip in given)


def _reported(connection: Connection, case: Row[Any]) -> bool:
    report = elements.report(connection, case.number)
    return report is not None and report.reviewed_at is not None


def _public(column: str) -> Callable[[Connection, Row[Any]], bool]:
    table = tables.media
    query = select(table.c[column])
    return lambda connection, case: connection.scalar(query.where(table.c.number == case.number)) is not None


LOOK: Mapping[str, Callable[[Connection, Row[Any]], bool]] = {
    "register": _by("Register", "Settle"),
    "contact": lambda connection, case: case.first_response is not None,
    "slips": lambda connection, case: bool(slips.listed(connection, case.number)),
    "investigation": _investigated,
    "root-cause": lambda connection, case: case.root_cause is not None,
    "nature": _by("DetermineNature"),
    "reply": lambda connection, case: case.replied_at is not None,
    "satisfaction": lambda connection, case: case.satisfaction is not None,
    "report": _reported,
    "actions": lambda connection, case: actions.answered(connection, case.number),
    "promises": lambda connection, case: not promises.unmended(connection, case.number),
    "emergency-plan": _by("EmergencyPlan"),
    "regulator-report": _by("RegulatorReport"),
    "media-record": lambda connection, case: bool(media_log.reports(connection, case.number)),
    "media-facts": _public("facts_at"),
    "media-statement": lambda connection, case: media_log.settled(connection, case.number),
    "media-log": _public("quiet_at"),
}
