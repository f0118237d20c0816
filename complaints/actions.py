"""Corrective actions: each with an owner, a date and a check by somebody else; a process each (R39, R63)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, or_, select, update

from complaints import directory, dossier, letters, paging, people, scope, streams, tables
from complaints.viewer import SignedIn
from engine import calendar, instances, messages, rows
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.prepared import prepared

PROCESS = "corrective-action"
REPORT, HAND = "report", "hand"
LIVE = ("open", "done")
WORK = ("Accept", "AcceptSecond", "Investigate", "Propose", "Reply", "Report")
"""Steps whose authors may not sign that no action is needed."""
JUSTIFIED = ("yes", "partly")


@dataclass(frozen=True)
class Action:
    """Who does what until when, and how it is checked; `state` is open, done, effective or withdrawn."""

    id: str
    number: str
    text: str
    owner: str
    due: date
    check: str
    source: str
    user: str | None
    unit: str | None
    state: str
    done_at: datetime | None
    proof: str
    checked_at: datetime | None
    checked_by: str | None
    finding: str
    rounds: int


@dataclass(frozen=True)
class Waiver:
    """Why no action is needed, and who answers for that."""

    reason: str
    by: str
    at: datetime


def replace(tx: Transaction, number: str, given: Sequence[Mapping[str, Any]]) -> None:
    """The actions of the newest report take the place of those that an earlier one promised and nobody has done."""
    for action in tx.connection.scalars(*_open(number, REPORT)).all():
        rows.change(tx.connection, tables.action, {"id": action}, state="withdrawn")
        tx.record(streams.of(number), "action-withdrawn", action=action)
        messages.publish(tx, "action-withdrawn", business_key=number, correlation_key=action, everywhere=True)
    for row in given:
        due = date.fromisoformat(row["action_due"])
        begin(tx, number, row["action"], row["action_owner"], due, row["action_check"], source=REPORT)


@prepared
def _open(number: Any, source: Any) -> Any:
    table = tables.action
    return select(table.c.id).where(table.c.number == number, table.c.source == source, table.c.state == "open")


def begin(tx: Transaction, number: str, text: str, owner: str, due: date, check: str, *, source: str) -> str:
    """Write an action down and start its process; returns its id. `owner` may be a user id or a name."""
    user, unit = _answers(tx, number, owner)
    action, due_at = str(uuid4()), calendar.end_of_day(due)
    row = {"id": action, "number": number, "text": text, "owner": owner, "due": due, "check": check}
    answers = {"source": source, "user": user, "unit": unit, "by": tx.actor.user, "state": "open"}
    rows.add(tx.connection, tables.action, row | answers)
    tx.record(streams.of(number), "action-begun", action=action, owner=owner, due=due, source=source)
    variables = {"action": action, "owner": user, "unit": unit, "due_at": due_at}
    instances.start(tx, PROCESS, business_key=number, stream=streams.of(number), variables=variables)
    return action


def _answers(tx: Transaction, number: str, owner: str) -> tuple[str | None, str]:
    """The account and the unit that answer: the one named, else contact A of the unit that handles the case."""
    found = tx.connection.execute(*_named(owner)).all()
    row = tx.connection.execute(*_units(number)).one()
    unit = row.unit or row.intake_group
    if len(found) == 1:
        return found[0].user, found[0].unit or unit
    return directory.contact(tx.connection, number, unit, "A", tx.now), unit


@prepared
def _named(owner: Any) -> Any:
    account = tables.account
    named = or_(account.c.user == owner, account.c.name == owner)
    return select(account.c.user, account.c.unit).where(named, account.c.disabled_at.is_(None))


@prepared
def _units(number: Any) -> Any:
    case = tables.complaint
    return select(case.c.unit, case.c.intake_group).where(case.c.number == number)


def order(tx: Transaction, signed_in: SignedIn, number: str, text: str, owner: str, due: date, check: str) -> str:
    """An action that a supervisor or leader orders by hand. Raises Forbidden, NotFound, Invalid."""
    signed_in.require("supervisor", "leader")
    scope.require(tx.connection, signed_in, number)
    people.person(tx.connection, owner)
    if len(text.strip()) < 5 or len(check.strip()) < 2 or due <= calendar.local_day(tx.now):
        raise Invalid("Expected an action of at least five characters, how it is checked, and a date after today")
    return begin(tx, number, text.strip(), owner, due, check.strip(), source=HAND)


def waive(tx: Transaction, signed_in: SignedIn, number: str, reason: str) -> None:
    """Sign that a justified case needs no action (R39): a supervisor or leader who did not handle it, with a reason.

    Raises Forbidden, NotFound, Invalid, Conflict when it is signed already.
    """
    signed_in.require("supervisor", "leader")
    scope.require(tx.connection, signed_in, number)
    if signed_in.user in dossier.authors(tx.connection, number, *WORK):
        raise Forbidden("Expected somebody who has not handled the case to sign that no action is needed (R39)")
    if len(reason.strip()) < 10:
        raise Invalid("Expected a reason of at least ten characters why no action is needed")
    if waiver(tx.connection, number):
        raise Conflict("It is signed already that case {number} needs no action", number=number)
    row = {"number": number, "reason": reason.strip(), "by": signed_in.user, "at": tx.now}
    tx.connection.execute(insert(tables.action_waiver).values(row))
    tx.record(streams.of(number), "action-waived", reason=reason.strip())


def waiver(connection: Connection, number: str) -> Waiver | None:
    """The signed "none needed" of a case."""
    row = connection.execute(*_waiver(number)).first()
    return Waiver(*row) if row else None


@prepared
def _waiver(number: Any) -> Any:
    table = tables.action_waiver
    return select(table.c.reason, table.c.by, table.c.at).where(table.c.number == number)


def answered(connection: Connection, number: str) -> bool:
    """Whether a case has an action, or the signed "none needed"."""
    return connection.scalar(*_any(number)) is not None or waiver(connection, number) is not None


@prepared
def _any(number: Any) -> Any:
    table = tables.action
    return select(table.c.id).where(table.c.number == number, table.c.state != "withdrawn").limit(1)


def finish(tx: Transaction, number: str, action: str, proof: str, by: str) -> None:
    """The owner has done it, with evidence."""
    values = {"state": "done", "done_at": tx.now, "done_by": by, "proof": proof}
    rows.change(tx.connection, tables.action, {"id": action}, **values)
    tx.record(streams.of(number), "action-done", action=action, by=by, proof=proof)


def check(tx: Transaction, number: str, action: str, finding: str, by: str, again: date | None) -> datetime | None:
    """Somebody else has looked whether it works; `again` is the new date when it does not. Returns when it is due."""
    values: dict[str, Any] = {"checked_at": tx.now, "checked_by": by, "finding": finding, "state": "effective"}
    if again is not None:
        values |= {"state": "open", "due": again, "done_at": None, "rounds": tables.action.c.rounds + 1}
    tx.connection.execute(update(tables.action).where(tables.action.c.id == action).values(values))
    tx.record(streams.of(number), "action-checked", action=action, by=by, effective=again is None, again=again)
    return calendar.end_of_day(again) if again else None


def tell(tx: Transaction, number: str, action: str, template: str, addressees: Sequence[str]) -> None:
    """A notice about one action."""
    row = one(tx.connection, action)
    facts = {"action": row.text, "action_owner": row.owner, "action_due": letters.day(row.due)}
    letters.to_staff(tx, number, template, addressees, **facts)


def one(connection: Connection, action: str) -> Action:
    """An action by id. Raises NotFound."""
    row = connection.execute(select(tables.action).where(tables.action.c.id == action)).first()
    if row is None:
        raise NotFound(what="corrective action", id=action)
    return _row(row)


def of(connection: Connection, number: str) -> list[Action]:
    """The actions of a case, the first due first."""
    table = tables.action
    query = select(table).where(table.c.number == number).order_by(table.c.due, table.c.id)
    return [_row(row) for row in connection.execute(query)]


def listed(
    connection: Connection, viewer: SignedIn, whose: str, today: date, after: str | None = None, limit: int = 50
) -> paging.Page[Action]:
    """Actions of the cases that the viewer sees, the first due first; `whose` is mine, unit, overdue or all."""
    table, case = tables.action, tables.complaint
    query = select(table).join(case, case.c.number == table.c.number).where(scope.visible(connection, viewer))
    query = query.where(table.c.state.in_(LIVE))
    if whose == "mine":
        query = query.where(table.c.user == viewer.user)
    elif whose == "unit":
        query = query.where(table.c.unit.in_(people.below(connection, viewer.unit) if viewer.unit else ()))
    elif whose == "overdue":
        query = query.where(table.c.state == "open", table.c.due < today)
    return paging.page(connection, query, (table.c.due, table.c.id), after, limit, _row)


def _row(row: Row[Any]) -> Action:
    return Action(*(getattr(row, name) for name in Action.__dataclass_fields__))
