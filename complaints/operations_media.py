"""Service operations of a media complaint: the alarm, a withdrawal beside it, the end of the monitoring (R14, R68)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from complaints import media, tables
from complaints.operations_intake import case_of
from engine.operations import OperationCall, Result


def raise_media_alarm(call: OperationCall, *, facts_due: datetime, leaders: list[str]) -> Result:
    """Flag the case and tell the Office and the leaders, in this command."""
    media.begin(call.tx, case_of(call), facts_due, leaders)
    return {"facts_due": facts_due}


def note_media_withdrawal(call: OperationCall) -> Result:
    """The customer's side has ended by his withdrawal; what he complained of decides what still goes on."""
    number, table = case_of(call), tables.complaint
    media.withdrawn(call.tx, number)
    query = select(table.c.subcategory).where(table.c.number == number)
    return {"subcategory": call.tx.connection.scalar(query)}


def close_media_log(call: OperationCall) -> Result:
    """It is quiet; the log of statements and reports is closed."""
    media.close(call.tx, case_of(call))
    return None


OPERATIONS: Mapping[str, Callable[..., Result]] = {
    "raise-media-alarm": raise_media_alarm,
    "note-media-withdrawal": note_media_withdrawal,
    "close-media-log": close_media_log,
}
