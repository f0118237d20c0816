"""The dossier: what must be in it, and closing the case for good (R38, R49)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from complaints import clockwork, dossier, elements, numbering, progress, settings, slips, streams, survey, tables
from engine import calendar, messages
from engine.columns import FAR
from engine.environment import Transaction

SETTLED, VIOLATION = "settled", "OP.VIOL"


def missing(connection: Connection, number: str, *, internal: bool = False) -> list[str]:
    """Codes of what the dossier lacks, empty when complete. A case settled on the spot needs no slip and report.

    A violation needs the competent department's finding (R20). After a withdrawal the investigation was `internal`:
    nothing is asked that would need the customer (R71).
    """
    case = connection.execute(select(tables.complaint).where(tables.complaint.c.number == number)).one()
    given = slips.listed(connection, number)
    report = elements.report(connection, number)
    settled = case.first_response == SETTLED and not given
    alone = internal or not survey.reachable(connection, number)
    complete = {
        "register": bool(dossier.authors(connection, number, "Register", "Settle")),
        "contact": case.first_response is not None or alone,
        "slips": settled or bool(given),
        "investigation": settled or all(slip.replied_at for slip in given),
        "nature": case.subcategory != VIOLATION or bool(dossier.authors(connection, number, "DetermineNature")),
        "reply": internal or case.replied_at is not None,
        "satisfaction": case.satisfaction is not None or alone,
        "report": settled or (report is not None and report.reviewed_at is not None),
    }
    return [code for code, there in complete.items() if not there]


def close(tx: Transaction, number: str, *, internal: bool = False) -> dict[str, Any]:
    """Give the archive number and the retention date, close the case and tell the follow-up process."""
    table = tables.complaint
    archive_no = numbering.take(tx, "DA")
    day = calendar.local_day(tx.now)
    years = int(settings.get(tx.connection, "retention-years"))
    retain = calendar.end_of_day(day.replace(year=day.year + years, day=min(day.day, 28)))
    values = {"archive_no": archive_no, "closed_at": tx.now, "retain_until": retain, "due_at": FAR}
    clockwork.close(tx, number)
    tx.connection.execute(update(table).where(table.c.number == number).values(values))
    tx.record(streams.of(number), "case-closed", archive_no=archive_no, retain_until=retain)
    progress.move(tx, number, "closed")
    case = tx.connection.execute(select(table).where(table.c.number == number)).one()
    messages.publish(
        tx,
        "case-closed",
        business_key=number,
        message_id=f"{number}:closed",
        payload={
            "time_class": case.time_class,
            "satisfaction": case.satisfaction,
            "closed_at": tx.now,
            "unit": case.unit or case.branch,
            "contactable": not internal and survey.reachable(tx.connection, number),
        },
    )
    return {"archive_no": archive_no, "closed_at": tx.now}
