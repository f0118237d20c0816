"""Material that only the customer has: asked for by letter, awaited until a day, reminded of once (R105).

Waiting is no lawful reason for a pause (articles 18 and 23 know appraisal and mediation): the limits run on. So the day
lies before the last one of the limit, and whoever handles the case may go on without at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, select

import engine.tables
from complaints import clocks, dossier, letters, streams, survey, tables
from engine import calendar
from engine.environment import Transaction
from engine.errors import Invalid

ASKED, AWAITED = "RequestMaterial", "AwaitMaterial"
MINUTES = 6
"""Service minutes after which a day of service has surely begun."""


@dataclass(frozen=True)
class Wait:
    """Until when the material is awaited, when the customer is reminded, when it ends; `asked_by` is who waits."""

    until: datetime
    remind_at: datetime
    last_at: datetime
    asked_by: str


@dataclass(frozen=True)
class Wanted:
    """What a customer is asked for."""

    what: str
    why: str
    until: datetime


def check_customer(connection: Connection, number: str) -> None:
    """Raise Invalid unless there is a customer who can be asked."""
    case, party = tables.complaint, tables.party
    query = select(case.c.withdrawn_at, party.c.phone, party.c.email, party.c.address)
    row = connection.execute(query.join(party, party.c.number == case.c.number).where(case.c.number == number)).one()
    if row.withdrawn_at is not None or not (row.phone or row.email or row.address):
        raise Invalid("Expected a customer who can be asked, but no address is known or the complaint is withdrawn")


def check_day(connection: Connection, number: str, day: date, now: datetime) -> None:
    """Raise Invalid unless the day lies after today and, while the limit has not passed, before its last day."""
    if day <= calendar.local_day(now):
        raise Invalid("Expected a day after today")
    due = clocks.due(connection, number, "governing")
    if due is not None and due > now and day >= calendar.last_day(due):
        raise Invalid(
            "Expected a day before {last}, the last one of the limit, which runs on; extend it first",
            last=calendar.last_day(due).isoformat(),
        )


def ask(tx: Transaction, number: str, instance: str, grace_hours: Decimal) -> Wait:
    """Write to the customer what the form of this instance asks for; the grace is counted in service hours."""
    entry = _asked(tx.connection, number, instance)
    until = calendar.end_of_day(date.fromisoformat(entry.data["material_day"]))
    opening = clocks.working_after(tx.connection, until, Decimal(MINUTES) / 60) - timedelta(minutes=MINUTES)
    last = clocks.working_after(tx.connection, until, grace_hours)
    tx.record(streams.of(number), "material-asked", instance=instance, by=entry.by, until=until)
    _write(tx, number, "material-request", entry, until)
    return Wait(until, opening, last, entry.by)


def remind(tx: Transaction, number: str, instance: str, last: datetime) -> None:
    """The day has passed: once more, until `last`; not when that has passed, too, while the case was held up."""
    if tx.now < last:
        tx.record(streams.of(number), "material-reminded", instance=instance, until=last)
        _write(tx, number, "material-reminder", _asked(tx.connection, number, instance), last)


def record(tx: Transaction, number: str, instance: str, result: str | None) -> None:
    """What has become of it: received, given up by who waits, or (no result) never supplied."""
    entry = dossier.latest(tx.connection, number, AWAITED, instance=instance)
    said = entry.data if entry else {}
    if result == "received":
        facts = {"at": datetime.fromisoformat(said["material_supplied_at"]), "proof": said["material_evidence"]}
        tx.record(streams.of(number), "material-received", instance=instance, **facts)
    else:
        why = said["material_given_up_reason"] if result else "the customer was reminded and has not supplied it"
        tx.record(streams.of(number), "material-given-up", instance=instance, why=why)


def _asked(connection: Connection, number: str, instance: str) -> dossier.LatestEntry:
    entry = dossier.latest(connection, number, ASKED, instance=instance)
    assert entry is not None, "the form comes before the letter"
    return entry


def _write(tx: Transaction, number: str, template: str, entry: dossier.LatestEntry, until: datetime) -> None:
    facts: dict[str, object] = {name: entry.data[name] for name in ("material_wanted", "material_reason")}
    by_post = not survey.reachable(tx.connection, number)
    letters.to_customer(tx, number, template, by_post=by_post, facts=facts, material_until=letters.limit(until))


def wanted(connection: Connection, number: str) -> list[Wanted]:
    """What is awaited from the customer now, the earliest first."""
    task = engine.tables.task
    waits = select(task.c.instance_id, task.c.due_at).where(
        task.c.business_key == number, task.c.element_id == AWAITED, task.c.due_at.is_not(None)
    )
    rows = connection.execute(waits.order_by(task.c.due_at, task.c.id)).all()
    asked = [(_asked(connection, number, row.instance_id).data, row.due_at) for row in rows]
    return [Wanted(data["material_wanted"], data["material_reason"], due) for data, due in asked]
