"""Service operations of a case that goes from one main process to another: the kinds of complaint side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select, update

import engine.tables
from complaints import slips, streams, tables
from complaints.operations_intake import case_of
from engine import messages
from engine.operations import OperationCall, Result
from engine.prepared import prepared

MEDIA = "media"
"""The process beside which the customer's own complaint goes on (R68)."""


def hand_over(call: OperationCall, *, process: str, entry: str) -> Result:
    """Let another main process go on with the case at the step `entry`: its start message is `<process>-begins`."""
    number = case_of(call)
    channel = call.tx.connection.scalar(select(tables.complaint.c.channel).where(tables.complaint.c.number == number))
    call.tx.record(streams.of(number), "handed-over", process=process, entry=entry)
    payload = {"channel": channel, "entry": entry}
    messages.publish(call.tx, f"{process}-begins", business_key=number, payload=payload)
    return None


def take_up(call: OperationCall, *, process: str) -> Result:
    """From here on `process` leads the case; what was done before comes from the case file (R5, R26)."""
    tx, number, table = call.tx, case_of(call), tables.complaint
    case = tx.connection.execute(*_case(number)).one()
    if case.process != process:
        tx.connection.execute(update(table).where(table.c.number == number).values(process=process))
        tx.record(streams.of(number), "taken-up", old=case.process, new=process)
    return {
        "subcategory": case.subcategory,
        "urgency": case.urgency,
        "time_class": case.time_class,
        "media": _in_the_media(call, number),
        "assignments": slips.assignments(tx.connection, number),
    }


def _in_the_media(call: OperationCall, number: str) -> bool:
    return call.tx.connection.execute(*_running(number, MEDIA)).first() is not None


@prepared
def _case(number: Any) -> Any:
    return select(tables.complaint).where(tables.complaint.c.number == number)


@prepared
def _running(number: Any, process: Any) -> Any:
    instance, definition = engine.tables.instance, engine.tables.definition
    return (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(instance.c.business_key == number, instance.c.ended_at.is_(None), definition.c.key == process)
        .limit(1)
    )


OPERATIONS: Mapping[str, Callable[..., Result]] = {"hand-over": hand_over, "take-up": take_up}
