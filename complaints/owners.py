"""Who answers for a case: exactly one person while it is open (R5).

At first whoever registered it; then, by a case that nobody of the bank has registered (portal, import, e-mail), the
member of its intake group who answers for the fewest; then whoever took the lead slip. A supervisor may hand a case
over. The first owner (R34) is another matter: he never changes, and he is told of each of these steps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import ColumnElement, Connection, Select, exists, func, literal, or_, select, update

from complaints import bodies, earlier, letters, people, recusal, scope, streams, tables
from complaints.bodies import WORKING
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Conflict, Invalid
from engine.prepared import prepared

account, case = tables.account, tables.complaint
BOUND = 1000
"""Open cases of a person are counted up to here: whoever has so many is not chosen for having one less."""
REASON = 5


def choose(connection: Connection, group: str, number: str, at: datetime) -> str | None:
    """The member of an intake group with the fewest open cases of his own, of those who are here.

    When all are away one of them nevertheless, and a supervisor for a group without members; None when there is no
    such person either: the reconciliation reports the case.
    """
    here, member, supervisor = ~_away(at), _member(connection, group), _role("supervisor")
    for condition in (member & here, member, supervisor & here, supervisor):
        rows = connection.execute(_loads(condition)).all()
        if rows:
            fewest = min(row.load for row in rows)
            equal = sorted(row.user for row in rows if row.load == fewest)
            return str(equal[crc32(number.encode()) % len(equal)])
    return None


def _member(connection: Connection, group: str) -> ColumnElement[bool]:
    return account.c.user.in_(bodies.members(connection, [group]))


def _role(*roles: str) -> ColumnElement[bool]:
    table = tables.account_role
    return exists().where(table.c.user == account.c.user, table.c.role.in_(roles))


def _away(at: datetime) -> ColumnElement[bool]:
    table = tables.absence
    return exists().where(table.c.user == account.c.user, table.c.starts_at <= at, table.c.ends_at > at)


def _loads(condition: ColumnElement[bool]) -> Select[tuple[str, int]]:
    """The people of a condition and how many open cases each answers for."""
    own = select(literal(1)).where(case.c.owner == account.c.user, case.c.closed_at.is_(None))
    counted = own.correlate(account).limit(BOUND).subquery()
    load = select(func.count()).select_from(counted).scalar_subquery()
    return select(account.c.user, load.label("load")).where(account.c.disabled_at.is_(None), condition)


def change(tx: Transaction, number: str, user: str, how: str, reason: str = "") -> None:
    """Make `user` answer for a case: one event old → new, and whoever is concerned is told. Again the same: nothing."""
    row = tx.connection.execute(*_answering(number)).one()
    if row.owner == user:
        return
    tx.connection.execute(*_set(number, user))
    record(tx, number, row.owner, user, how, reason)
    told = [person for person in (user, row.owner, row.first_owner) if person not in (None, tx.actor.user)]
    names = people.names(tx.connection, [user])
    letters.to_staff(tx, number, "owner", told, case_owner=names[user], reason=reason)


@prepared
def _answering(number: Any) -> Any:
    return select(case.c.owner, case.c.first_owner).where(case.c.number == number).with_for_update()


@prepared
def _set(number: Any, user: Any) -> Any:
    return update(case).where(case.c.number == number).values(owner=user)


def record(tx: Transaction, number: str, old: str | None, new: str | None, how: str, reason: str = "") -> None:
    """Write down who answered for the case and who does now; `how` is a code: registered, accepted, handed-over."""
    facts = {"why": reason} if reason else {}
    tx.record(streams.of(number), "owner-changed", old=old, new=new, how=how, **facts)


def hand_over(tx: Transaction, signed_in: SignedIn, number: str, user: str, reason: str) -> None:
    """A supervisor gives an open case to somebody else, with a reason of at least five characters.

    Raises Forbidden, NotFound, Invalid for a person who cannot work on it, Conflict for a case that is closed or his.
    """
    signed_in.require("supervisor")
    scope.require(tx.connection, signed_in, number)
    if len(reason.strip()) < REASON:
        raise Invalid("Expected a reason of at least five characters")
    row = tx.connection.execute(select(case.c.owner, case.c.closed_at).where(case.c.number == number)).one()
    if row.closed_at is not None:
        raise Conflict("Expected an open case, but {number} is closed", number=number)
    person = people.person(tx.connection, user)
    if row.owner == user:
        raise Conflict("{name} answers for case {number} already", name=person.name, number=number)
    works = select(account.c.user).where(account.c.user == user, account.c.disabled_at.is_(None), _role(*WORKING))
    if tx.connection.scalar(works) is None:
        raise Invalid("Expected somebody who works on cases, but {name} does not", name=person.name)
    if recusal.applies(tx.connection, number, user, tx.now):
        raise Invalid("Expected somebody else than {name}, who is complained about in this case", name=person.name)
    if user in earlier.kept_away(tx.connection, number, tx.now):
        raise Invalid("Expected somebody else than {name}, who handled what was complained of before", name=person.name)
    change(tx, number, user, "handed-over", reason.strip())


def candidates(connection: Connection, number: str) -> list[tuple[str, str]]:
    """Who is near enough to take a case over, as (user, name): its intake group, its units, the supervisors."""
    group = connection.scalar(select(case.c.intake_group).where(case.c.number == number)) or ""
    slip = tables.slip
    units = select(slip.c.unit).where(slip.c.number == number)
    near = or_(_member(connection, group), account.c.unit.in_(units) & _role(*WORKING), _role("supervisor"))
    query = select(account.c.user, account.c.name).where(account.c.disabled_at.is_(None), near)
    return [(row.user, row.name) for row in connection.execute(query.order_by(account.c.unit, account.c.user))]
