"""The dossier: what must be in it, and closing the case for good (R38, R49)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from complaints import checklist, clockwork, numbering, progress, settings, silence, streams, survey, tables
from engine import calendar, messages, rows
from engine.columns import FAR
from engine.environment import Environment, Transaction
from engine.prepared import prepared


def missing(
    environment: Environment, connection: Connection, number: str, now: datetime, *, internal: bool = False
) -> list[checklist.Item]:
    """What the dossier lacks, empty when it is complete (R38, R49); `internal` after a withdrawal (R71)."""
    found = checklist.of(environment, connection, number, now, internal=internal)
    return [item for item in found if not item.there]


def close(tx: Transaction, number: str, *, internal: bool = False) -> dict[str, Any]:
    """Give the archive number and the retention date, close the case and tell the follow-up process."""
    archive_no = seal(tx, number, tx.now)
    case = tx.connection.execute(*_case(number)).one()
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
            "contactable": not internal and case.withdrawn_at is None and survey.reachable(tx.connection, number),
        },
    )
    return {"archive_no": archive_no, "closed_at": tx.now}


@prepared
def _case(number: Any) -> Any:
    return select(tables.complaint).where(tables.complaint.c.number == number)


def seal(tx: Transaction, number: str, at: datetime) -> str:
    """Give the archive number and the retention date to a case that has ended at an instant; returns the number."""
    archive_no = numbering.take(tx, "DA")
    day = calendar.local_day(tx.now)
    years = int(settings.get(tx.connection, "retention-years"))
    retain = calendar.end_of_day(day.replace(year=day.year + years, day=min(day.day, 28)))
    values = {"archive_no": archive_no, "closed_at": at, "retain_until": retain, "due_at": FAR}
    clockwork.close(tx, number)
    rows.change(tx.connection, tables.complaint, {"number": number}, **values)
    tx.record(streams.of(number), "case-closed", archive_no=archive_no, retain_until=retain)
    progress.move(tx, number, "closed")
    silence.rest(tx, number)
    return archive_no
