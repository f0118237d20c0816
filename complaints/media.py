"""The public matter of a media complaint: who is told, what the bank says, whether it is quiet (R14, R58, R68).

What happens when is drawn in `media` and `media-statement`; here the forms of these diagrams are put into the record.
The Office alone speaks for the bank: nobody else writes, releases or closes, and nobody approves what he has written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

import engine.tables
from complaints import clockwork, letters, scope, streams, tables
from complaints.scope import OFFICE
from complaints.viewer import SignedIn
from engine import messages
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden
from engine.prepared import prepared
from engine.rows import upsert

PROCESS = "media"
STATEMENT_WANTED = "statement-wanted"
OPEN, NONE, WITHDRAWN = "open", "none", "withdrawn"
"""What has become of the customer's own complaint: it is handled beside, there is none, it was withdrawn."""
OFFICE_FORMS = ("media-record", "media-facts", "media-situation", "media-statement", "media-release")
OF_CUSTOMER = ("first-response", "silence", *clockwork.RESOLUTION)
"""The clocks of what a customer is owed."""
KEPT = timedelta(days=1)
media, report, note, statement = tables.media, tables.media_report, tables.media_note, tables.media_statement


def begin(tx: Transaction, number: str, facts_due: datetime, leaders: Iterable[str]) -> None:
    """The media have the case: it is flagged, and the Office and the leaders are told in this command.

    A press report without a customer has nobody to answer; the clocks of the customer's side are cancelled.
    """
    customer = OPEN if customer_open(tx.connection, number) else NONE
    row = {"number": number, "begun_at": tx.now, "begun_by": tx.actor.user, "facts_due": facts_due}
    tx.connection.execute(insert(media).values(row | {"customer": customer}))
    seeing = [{"number": number, "user": user} for user in dict.fromkeys(leaders)]
    if seeing:
        upsert(tx.connection, tables.participant, seeing, ("number", "user"))
    told = [f"group:{OFFICE}", *(one["user"] for one in seeing)]
    tx.record(streams.of(number), "media-begun", facts_due=facts_due, customer=customer, told=told)
    if customer == NONE:
        clockwork.stop(tx, number, tx.now, *OF_CUSTOMER, outcome="cancelled")
    letters.to_staff(tx, number, "media-alarm", told, facts_due=letters.minute(facts_due))


def customer_open(connection: Connection, number: str) -> bool:
    """Whether a customer's own complaint is handled in this case: the process that leads it lives."""
    case, instance, definition = tables.complaint, engine.tables.instance, engine.tables.definition
    query = (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .join(case, case.c.number == instance.c.business_key)
        .where(instance.c.business_key == number, instance.c.parent_id.is_(None), instance.c.ended_at.is_(None))
        .where(definition.c.key == case.c.process, definition.c.key != PROCESS)
    )
    return connection.execute(query.limit(1)).first() is not None


def withdrawn(tx: Transaction, number: str) -> None:
    """The customer has withdrawn; the public matter remains, and the Office learns of it."""
    tx.connection.execute(update(media).where(media.c.number == number).values(customer=WITHDRAWN))
    tx.record(streams.of(number), "media-customer-withdrew")
    letters.to_staff(tx, number, "media-withdrawn", [f"group:{OFFICE}"])


def close(tx: Transaction, number: str) -> None:
    """It is quiet: the log of statements and reports is closed."""
    tx.connection.execute(update(media).where(media.c.number == number).values(quiet_at=tx.now))
    tx.record(streams.of(number), "media-quiet")


def want_statement(tx: Transaction, signed_in: SignedIn, number: str) -> None:
    """The Office wants to speak again; raises Conflict when it has become quiet, Forbidden for others."""
    scope.worker(tx.connection, signed_in, number)
    _require_office(signed_in)
    row = tx.connection.execute(select(media.c.quiet_at).where(media.c.number == number)).first()
    if row is None or row.quiet_at is not None:
        raise Conflict("Expected a media complaint that is not quiet yet, but got {number}", number=number)
    tx.record(streams.of(number), "media-statement-wanted")
    messages.publish(tx, STATEMENT_WANTED, business_key=number, ttl=KEPT)


def _require_office(signed_in: SignedIn) -> None:
    if OFFICE not in signed_in.groups:
        raise Forbidden(
            "Expected a member of the Office: only the Office speaks to the media and closes the matter (R58)"
        )


def check(connection: Connection, number: str, form: str, signed_in: SignedIn, instance_id: str) -> None:
    """Raise Forbidden for a person outside of the Office, and for one who would approve his own words."""
    if form in OFFICE_FORMS or (form == "archive" and handled(connection, number)):
        _require_office(signed_in)
    if form == "media-approval" and _draft(connection, instance_id).author == signed_in.user:
        raise Forbidden("Expected somebody else than the author of the statement to approve it (R58)")


def handled(connection: Connection, number: str) -> bool:
    """Whether the media have, or had, this case."""
    return connection.scalar(*_handled(number)) is not None


@prepared
def _handled(number: Any) -> Any:
    return select(media.c.number).where(media.c.number == number)


def alone(number: ColumnElement[str] | str) -> ColumnElement[bool]:
    """The condition that only the public matter is left of a case: there is no customer, or he has withdrawn."""
    return select(media.c.number).where(media.c.number == number, media.c.customer.in_((NONE, WITHDRAWN))).exists()


def file(tx: Transaction, number: str, form: str, data: Mapping[str, Any], instance_id: str) -> None:
    """Put a form of the media processes into the record; other forms are none of its business."""
    if form in FILES:
        FILES[form](tx, number, data, instance_id)


def _record(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    """The first report. Who registered it may have written it down already; the Office's record replaces that."""
    values = {
        "outlet": data["outlet"],
        "journalist": data.get("journalist"),
        "url": data.get("report_url"),
        "published_at": data.get("published_at"),
        "reach": data["reach"],
        "answer_asked_by": data.get("answer_asked_by"),
        "found_at": tx.now,
        "by": tx.actor.user,
    }
    first = tx.connection.scalar(select(report.c.id).where(report.c.number == number).order_by(report.c.found_at))
    if first is None:
        tx.connection.execute(insert(report).values(id=str(uuid4()), number=number, **values))
    else:
        tx.connection.execute(update(report).where(report.c.id == first).values(values))


def _facts(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    tx.connection.execute(update(media).where(media.c.number == number).values(facts_at=tx.now))


def _situation(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    found = data.get("reports_found") or []
    for item in found:
        values = {name: item.get(f"found_{name}") for name in ("outlet", "url", "published_at", "tone", "reach")}
        values |= {"id": str(uuid4()), "number": number, "found_at": tx.now, "by": tx.actor.user}
        tx.connection.execute(insert(report).values(values))
    values = {"text": data["situation"], "assessment": data["assessment"], "reports": len(found)}
    tx.connection.execute(insert(note).values(id=str(uuid4()), number=number, at=tx.now, by=tx.actor.user, **values))
    tx.record(streams.of(number), "media-noted", assessment=data["assessment"], reports=len(found))


def _draft_written(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    of_instance = select(func.max(statement.c.seq), func.max(statement.c.version))
    seq, version = tx.connection.execute(of_instance.where(statement.c.instance_id == instance_id)).one()
    if seq is None:
        seq = (tx.connection.scalar(select(func.max(statement.c.seq)).where(statement.c.number == number)) or 0) + 1
    kind = data["statement_kind"]
    values = {
        "instance_id": instance_id,
        "seq": seq,
        "version": (version or 0) + 1,
        "kind": kind,
        "text": data["statement_text"] if kind == "statement" else data["no_statement_reason"],
        "spokesperson": data.get("spokesperson") if kind == "statement" else None,
        "author": tx.actor.user,
        "drafted_at": tx.now,
    }
    tx.connection.execute(insert(statement).values(id=str(uuid4()), number=number, **values))
    tx.record(streams.of(number), "statement-drafted", seq=seq, version=values["version"], statement=kind)


def _draft(connection: Connection, instance_id: str) -> Row[Any]:
    """The newest version of the statement that a process instance is about."""
    query = select(statement).where(statement.c.instance_id == instance_id)
    return connection.execute(query.order_by(statement.c.version.desc()).limit(1)).one()


def _decided(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    draft, decision = _draft(tx.connection, instance_id), data["statement_decision"]
    values = {"approver": tx.actor.user, "decision": decision, "decided_at": tx.now}
    values["comment"] = data.get("statement_comment") if decision == "return" else None
    tx.connection.execute(update(statement).where(statement.c.id == draft.id).values(values))
    facts = {"seq": draft.seq, "version": draft.version, "author": draft.author}
    tx.record(streams.of(number), "statement-decided", result=decision, **facts)


def _released(tx: Transaction, number: str, data: Mapping[str, Any], instance_id: str) -> None:
    draft = _draft(tx.connection, instance_id)
    if draft.decision != "approve" or draft.approver in (None, draft.author):
        raise Conflict("Expected a statement that somebody else than its author has approved")
    values = {"released_by": tx.actor.user, "released_at": data["released_at"]}
    values["released_where"] = data["released_where"]
    tx.connection.execute(update(statement).where(statement.c.id == draft.id).values(values))
    facts = {"seq": draft.seq, "version": draft.version, "author": draft.author, "approver": draft.approver}
    tx.record(streams.of(number), "statement-released", where=data["released_where"], **facts)


FILES: Mapping[str, Callable[[Transaction, str, Mapping[str, Any], str], None]] = {
    "media-article": _record,
    "media-record": _record,
    "media-facts": _facts,
    "media-situation": _situation,
    "media-statement": _draft_written,
    "media-approval": _decided,
    "media-release": _released,
}
