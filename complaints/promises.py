"""Promises to the customer: what, until when, kept with evidence; an unkept one reopens the case (R108)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from complaints import clocks, clockwork, letters, progress, scope, silence, streams, tables
from complaints.viewer import SignedIn
from engine import calendar, instances
from engine.environment import Transaction
from engine.errors import Invalid, NotFound
from engine.prepared import prepared

PROCESS = "promise"
TEXT, DUE = "promise_text", "promise_due"
"""The two fields with which any form gives a promise."""


@dataclass(frozen=True)
class Promise:
    """What was promised, by whom, until when; `state` is open, kept, broken or mended."""

    id: str
    number: str
    text: str
    due_at: datetime
    source: str
    user: str | None
    unit: str | None
    state: str
    by: str
    at: datetime
    kept_at: datetime | None
    kept_by: str | None
    proof: str
    broken_at: datetime | None


def from_form(tx: Transaction, number: str, form: str, data: Mapping[str, Any]) -> None:
    """Take down what a form promises, when it has both the text and the date."""
    if data.get(TEXT) and data.get(DUE):
        make(tx, number, str(data[TEXT]), data[DUE], source=form)


def check(data: Mapping[str, Any], now: datetime) -> str | None:
    """The field in which a promise is wrong: a text without a date to come, a date without a text."""
    text, due = data.get(TEXT), data.get(DUE)
    if due is not None and not text:
        return TEXT
    return DUE if text and (due is None or due < calendar.local_day(now)) else None


def make(tx: Transaction, number: str, text: str, due: date, *, source: str) -> str:
    """Write a promise down and start its process; whoever gave it answers for it. Returns its id."""
    case, account = tables.complaint, tables.account
    row = tx.connection.execute(select(case.c.unit, case.c.intake_group).where(case.c.number == number)).one()
    unit = tx.connection.scalar(select(account.c.unit).where(account.c.user == tx.actor.user))
    promise, due_at = str(uuid4()), calendar.end_of_day(due)
    values = {"id": promise, "number": number, "text": text, "due_at": due_at, "source": source, "by": tx.actor.user}
    answers = {"user": None if tx.actor.system else tx.actor.user, "unit": unit or row.unit or row.intake_group}
    tx.connection.execute(insert(tables.promise).values(**values, **answers, at=tx.now, state="open"))
    tx.record(streams.of(number), "promise-made", promise=promise, due=due_at, source=source)
    variables = {"promise": promise, "owner": answers["user"], "unit": answers["unit"], "due_at": due_at}
    instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables=variables)
    return promise


def by_hand(tx: Transaction, signed_in: SignedIn, number: str, text: str, due: date) -> str:
    """A promise taken down on the page of the case. Raises Forbidden, NotFound, Invalid."""
    scope.worker(tx.connection, signed_in, number)
    if len(text.strip()) < 5 or due < calendar.local_day(tx.now):
        raise Invalid("Expected what was promised in at least five characters, and a date that has not passed")
    return make(tx, number, text.strip(), due, source="hand")


def keep(tx: Transaction, number: str, promise: str, at: datetime, by: str, proof: str) -> None:
    """It was kept, with evidence."""
    _change(tx, promise, state="kept", kept_at=at, kept_by=by, proof=proof)
    tx.record(streams.of(number), "promise-kept", promise=promise, at=at, by=by, proof=proof)


def broken(tx: Transaction, number: str, promise: str) -> dict[str, bool]:
    """Its date has passed: the case is handled again. Tells whether its limits run again and whether it was closed."""
    row, case = one(tx.connection, promise), tables.complaint
    was = tx.connection.execute(select(case).where(case.c.number == number)).one()
    answered = was.replied_at is not None and clocks.due(tx.connection, number, "governing") is None
    _change(tx, promise, state="broken", broken_at=tx.now)
    tx.record(streams.of(number), "promise-broken", promise=promise, due=row.due_at)
    if answered:
        values = {"resolved_at": None, "closed_at": None}
        tx.connection.execute(update(case).where(case.c.number == number).values(values))
        tx.record(streams.of(number), "reopened", why="promise-broken")
        clockwork.restart(tx, number, *clockwork.RESOLUTION)
        progress.move(tx, number, "handling")
        if was.closed_at is not None:
            silence.watch_again(tx, number)
    people = [user for user in (was.owner, was.first_owner, row.user) if user is not None]
    tell(tx, number, promise, "promise-broken", [*(people or [f"group:unit:{row.unit}"]), "group:supervision"])
    return {"reopened": answered, "was_closed": was.closed_at is not None}


def mended(tx: Transaction, number: str, promise: str, at: datetime, *, reopened: bool, was_closed: bool) -> None:
    """It was made good: what it had set running stops, and a case that was closed is closed again."""
    case = tables.complaint
    _change(tx, promise, state="mended", kept_at=at)
    tx.record(streams.of(number), "promise-mended", promise=promise, at=at)
    if not reopened:
        return
    clockwork.stop(tx, number, tx.now, *clockwork.RESOLUTION)
    values = {"resolved_at": at} | ({"closed_at": tx.now} if was_closed else {})
    tx.connection.execute(update(case).where(case.c.number == number).values(values))
    progress.move(tx, number, "closed" if was_closed else "replied")
    if was_closed:
        tx.record(streams.of(number), "closed-again", promise=promise)
        silence.rest(tx, number)


def tell(tx: Transaction, number: str, promise: str, template: str, addressees: Sequence[str]) -> None:
    """A notice about one promise."""
    row = one(tx.connection, promise)
    facts = {"promise": row.text, "promise_due": letters.limit(row.due_at)}
    letters.to_staff(tx, number, template, addressees, **facts)


def unmended(connection: Connection, number: str) -> bool:
    """Whether a promise of the case was broken and has not been made good."""
    return connection.scalar(*_broken(number)) is not None


@prepared
def _broken(number: Any) -> Any:
    table = tables.promise
    return select(table.c.id).where(table.c.number == number, table.c.state == "broken").limit(1)


def one(connection: Connection, promise: str) -> Promise:
    """A promise by id. Raises NotFound."""
    row = connection.execute(select(tables.promise).where(tables.promise.c.id == promise)).first()
    if row is None:
        raise NotFound(what="promise", id=promise)
    return _row(row)


def of(connection: Connection, number: str) -> list[Promise]:
    """The promises of a case, the first due first."""
    table = tables.promise
    query = select(table).where(table.c.number == number).order_by(table.c.due_at, table.c.id)
    return [_row(row) for row in connection.execute(query)]


def _change(tx: Transaction, promise: str, **values: object) -> None:
    tx.connection.execute(update(tables.promise).where(tables.promise.c.id == promise).values(**values))


def _row(row: Row[Any]) -> Promise:
    return Promise(*(getattr(row, name) for name in Promise.__dataclass_fields__))
