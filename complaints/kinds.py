"""Change of kind: an ordinary complaint turns out to be complex (or the other way round), or reaches the media.

Kinds are rows of `processes/catalogue/kinds.csv`: a code is the key of the process that such a complaint runs on. One
that *leads* takes the place of the process that leads the case, at the step after what is done; one that runs *beside*
joins it. What happens then is drawn: the message `kind-changed` ends the process that led, `<kind>-begins` starts the
other with `channel` and `entry`, and `<kind>` tells the others that something runs beside them. All of it is one
command; nothing is registered again, clocks count from the receipt as ever, history and links stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

import engine.tables
from complaints import catalogue, clockwork, decisions, holding, letters, scope, streams, tables
from complaints.viewer import SignedIn
from engine import messages, starting
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, Problem

CHANGED = "kind-changed"
LEADS, BESIDE = "leads", "beside"
REASON = 5
UNANSWERED = ("classified", "distributed", "handling")
"""Stages in which a process may take the place of another: classified, and the customer has no (valid) answer."""
case = tables.complaint


@dataclass(frozen=True)
class Kind:
    """A kind of complaint: `change` says how a person may change to it: leads, beside, or not at all."""

    code: str
    name: str
    name_en: str
    change: str


def every() -> tuple[Kind, ...]:
    """All kinds. Their processes are the main ones: an open case has one that lives, a closed case none."""
    return tuple(Kind(row["code"], row["name"], row["name_en"], row["change"]) for row in catalogue.rows("kinds"))


def offered(connection: Connection, number: str) -> list[Kind]:
    """The kinds that a page offers for a case: those that do not run in it already. `change` has the last word."""
    running = {tree.process for tree in holding.roots(connection, number)}
    leading = connection.scalar(select(case.c.process).where(case.c.number == number))
    return [kind for kind in every() if kind.change and kind.code not in running | {leading}]


def change(
    tx: Transaction, signed_in: SignedIn, number: str, kind: str, reason: str, subcategory: str | None = None
) -> None:
    """Change the kind of a case, with a reason of at least five characters.

    A kind that leads needs a subcategory of its class (R25, R26): another one unless the case's own fits. Raises
    NotFound, Forbidden, Invalid (by field), and Conflict when the case does not allow it: not classified, answered,
    closed, of this kind already, held, or on a process that cannot be changed.
    """
    scope.worker(tx.connection, signed_in, number)
    chosen = next((one for one in every() if one.code == kind and one.change), None)
    if chosen is None:
        raise Invalid(_FLAWS, (Problem("kind", "Choose one of the kinds that are offered."),))
    if len(reason.strip()) < REASON:
        raise Invalid(_FLAWS, (Problem("reason", "Expected a reason of at least five characters"),))
    live = holding.lock(tx, number)
    row = tx.connection.execute(select(case).where(case.c.number == number).with_for_update()).one()
    if row.closed_at is not None:
        raise Conflict("Expected an open case, but {number} is closed", number=number)
    if holding.held(tx.connection, number):
        raise Conflict("Case {number} is held up; its kind can be changed when it goes on", number=number)
    if kind == row.process or any(tree.process == kind for tree in live):
        raise Conflict("Case {number} is of this kind already", number=number)
    if chosen.change == LEADS:
        _check_replaceable(tx, row)
    _check_deployed(tx, kind)
    if chosen.change == LEADS:
        _replace(tx, row, kind, subcategory, reason.strip())
    else:
        _join(tx, row, kind, reason.strip())
    messages.bring(tx)


_FLAWS = "Some fields need your attention"


def _begins(kind: str) -> str:
    return f"{kind}-begins"


def _replace(tx: Transaction, row: Row[Any], kind: str, subcategory: str | None, reason: str) -> None:
    """Another process leads the case from where it stands."""
    instance_id = _listener(tx.connection, row.number, row.process)
    if instance_id is None:
        raise Conflict("The process of case {number} cannot be changed into another", number=row.number)
    wanted = subcategory or row.subcategory
    known = any(one["code"] == wanted and one["parent"] for one in catalogue.rows("categories"))
    limits = decisions.limits(tx.environment, tx.connection, wanted, tx.now, instance_id) if known else None
    if limits is None or limits["time_class"] != kind:
        raise Invalid(_FLAWS, (Problem("subcategory", "Expected a subcategory that belongs to this kind."),))
    values = {
        "process": kind,
        "category": wanted.partition(".")[0],
        "subcategory": wanted,
        "time_class": limits["time_class"],
    }
    tx.connection.execute(update(case).where(case.c.number == row.number).values(values))
    entry = next_step(tx.connection, row.number)
    _record(tx, row, kind, reason, subcategory_old=row.subcategory, subcategory_new=wanted, entry=entry)
    days = (int(limits[name]) for name in ("target_days", "limit_days", "statutory_days"))
    clockwork.set_limits(tx, row.number, *days)
    messages.publish(tx, CHANGED, business_key=row.number, everywhere=True)
    payload = {"channel": row.channel, "entry": entry}
    messages.publish(tx, _begins(kind), business_key=row.number, payload=payload)


def _check_deployed(tx: Transaction, kind: str) -> None:
    if not starting.listening(tx, "message", _begins(kind)):
        begins = _begins(kind)
        raise Conflict("Expected a process that begins with the message {name}, but none is deployed", name=begins)


def _check_replaceable(tx: Transaction, row: Row[Any]) -> None:
    if row.time_class is None:
        raise Conflict("Expected case {number} to be classified first", number=row.number)
    if row.stage not in UNANSWERED:
        raise Conflict("The customer of case {number} has been answered; its kind stays", number=row.number)
    if row.process not in {one.code for one in every() if one.change == LEADS}:
        raise Conflict("The process of case {number} cannot be changed into another", number=row.number)


def _listener(connection: Connection, number: str, process: str) -> str | None:
    """The live instance that leads the case and hears the change; None when its version does not know of it."""
    waiting, instance, definition = engine.tables.subscription, engine.tables.instance, engine.tables.definition
    query = (
        select(instance.c.id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .join(waiting, waiting.c.instance_id == instance.c.id)
        .where(instance.c.business_key == number, instance.c.parent_id.is_(None), definition.c.key == process)
        .where(instance.c.suspended_at.is_(None), waiting.c.kind == "message", waiting.c.name == CHANGED)
    )
    return connection.scalar(query.limit(1))


def next_step(connection: Connection, number: str) -> str:
    """The first step that is not done: `distribute`, `handle` (slips are out), `propose` (all slips are concluded)."""
    slip = tables.slip
    concluded = connection.scalars(select(slip.c.replied_at).where(slip.c.number == number)).all()
    if not concluded:
        return "distribute"
    return "propose" if all(at is not None for at in concluded) else "handle"


def _join(tx: Transaction, row: Row[Any], kind: str, reason: str) -> None:
    """Another process runs beside the one that leads the case; those that live hear of it before it begins."""
    _record(tx, row, kind, reason)
    messages.publish(tx, kind, business_key=row.number, everywhere=True)
    messages.publish(tx, _begins(kind), business_key=row.number, payload={"channel": row.channel})


def _record(tx: Transaction, row: Row[Any], kind: str, reason: str, **facts: Any) -> None:
    tx.record(streams.of(row.number), CHANGED, old=row.process, new=kind, why=reason, **facts)
    told = [user for user in (row.owner, row.first_owner) if user not in (None, tx.actor.user)]
    name = catalogue.label("kinds", kind)
    letters.to_staff(tx, row.number, "kind-changed", told, kind=name, reason=reason)
