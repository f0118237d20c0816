"""Recusal (回避): nobody handles what he, or somebody near to him, is complained of (R32, R55, G7). Decided only here.

Three grounds, looked up when they are asked for, so that a new account, another name or an ended relation counts at
once. The complaint names him (user id or name, one of several); it names somebody to whom he has a standing relation
that is valid now; he has declared, or a supervisor recorded, a reason for this case. Assignment, the lists of tasks,
claiming, delegation, deputies and approvals all ask here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, insert, or_, select

from complaints import streams, tables
from complaints.viewer import SignedIn
from engine import store
from engine.environment import Transaction
from engine.errors import Forbidden
from engine.prepared import prepared

FIELD = "complained_person"
SEPARATORS = re.compile(r"[、,,;;\n]")
NAME = 200


@dataclass(frozen=True)
class Ground:
    """Why a person keeps away: `kind` is named, relation, involved, kinship or interest; `detail` who or what."""

    user: str
    kind: str
    detail: str


def named(text: object) -> frozenset[str]:
    """The people that a field names: the whole of it, and its parts between commas, semicolons or lines."""
    whole = str(text or "").strip()
    return frozenset(part.strip()[:NAME] for part in (whole, *SEPARATORS.split(whole))) - {""}


def name(tx: Transaction, number: str, text: object) -> None:
    """Keep whom the complaint names. Writes to the recusal log whoever of the bank is concerned by it now."""
    table, names = tables.complained, named(text)
    if names == _said(tx.connection, number)[0]:
        return
    before = set(_concerned(tx.connection, number, tx.now))
    tx.connection.execute(delete(table).where(table.c.number == number))
    if names:
        tx.connection.execute(insert(table), [{"number": number, "name": each} for each in sorted(names)])
    log(tx, number, before)


def log(tx: Transaction, number: str, before: Iterable[Ground]) -> None:
    """After a change: write the difference between the grounds of `before` and those of now into the history."""
    store.seen(tx.connection).pop(("said", number), None)
    old, new = set(before), set(_concerned(tx.connection, number, tx.now))
    for ground in sorted(new - old, key=lambda one: (one.user, one.kind, one.detail)):
        tx.record(streams.of(number), "recused", user=ground.user, ground=ground.kind, detail=ground.detail)
    for ground in sorted(old - new, key=lambda one: (one.user, one.kind, one.detail)):
        tx.record(streams.of(number), "recusal-ended", user=ground.user, ground=ground.kind, detail=ground.detail)


def interests(connection: Connection, user: str, at: datetime) -> frozenset[str]:
    """The names under which a complaint concerns a person: his own, and those of whom he has a relation to now."""
    account = tables.account
    name = connection.scalar(*_name(user))
    names = {user, name} if name else {user}
    rows = connection.execute(*_relations(user, name or user, at)).all()
    near = {row.other if row.user == user else row.user for row in rows}
    near |= {row.name for row in rows if row.user != user and row.name}
    if near:
        near |= set(connection.scalars(select(account.c.name).where(account.c.user.in_(near))))
        near |= set(connection.scalars(select(account.c.user).where(account.c.name.in_(near))))
    return frozenset(names | near)


@prepared
def _name(user: Any) -> Any:
    return select(tables.account.c.name).where(tables.account.c.user == user)


@prepared
def _relations(user: Any, name: Any, at: Any) -> Any:
    account, relation = tables.account, tables.relation
    return (
        select(relation.c.user, relation.c.other, account.c.name)
        .outerjoin(account, account.c.user == relation.c.user)
        .where(or_(relation.c.user == user, relation.c.other.in_((user, name))), _valid(at))
    )


def _valid(at: Any) -> ColumnElement[bool]:
    relation = tables.relation
    return and_(relation.c.valid_from <= at, or_(relation.c.valid_to.is_(None), relation.c.valid_to > at))


def condition(number: ColumnElement[Any], viewer: SignedIn) -> ColumnElement[bool]:
    """The condition under which the case `number` (a column) is one that `viewer` keeps away from."""
    complained, flag = tables.complained, tables.recusal
    return or_(
        exists().where(complained.c.number == number, complained.c.name.in_(sorted(_own(viewer)))),
        exists().where(flag.c.number == number, flag.c.user == viewer.user, flag.c.lifted_at.is_(None)),
    )


def _own(viewer: SignedIn) -> frozenset[str]:
    return viewer.interests | {viewer.user, viewer.name}


def concerns(connection: Connection, number: str | None, viewer: SignedIn) -> bool:
    """Whether `viewer` keeps away from a case, by the names with which he has signed in."""
    return _keeps_away(connection, number, viewer.user, lambda: _own(viewer))


def applies(connection: Connection, number: str | None, user: str, at: datetime) -> bool:
    """Whether a person keeps away from a case; from what is no case nobody does."""
    return _keeps_away(connection, number, user, lambda: interests(connection, user, at))


def _keeps_away(connection: Connection, number: str | None, user: str, own: Callable[[], frozenset[str]]) -> bool:
    if number is None:
        return False
    names, declared = _said(connection, number)
    named = bool(names) and not names.isdisjoint(own())  # most complaints name nobody
    return named or any(ground.user == user for ground in declared)


def check(connection: Connection, number: str | None, user: str, at: datetime) -> None:
    """Raise Forbidden for a person who keeps away from the case."""
    if applies(connection, number, user, at):
        raise Forbidden(
            "Expected somebody who is not concerned by this complaint, but '{user}' is (recusal)", user=user
        )


def of(connection: Connection, number: str, at: datetime) -> list[Ground]:
    """Everybody of the bank who keeps away from a case, and why."""
    return sorted(_concerned(connection, number, at), key=lambda one: (one.user, one.kind, one.detail))


def _concerned(connection: Connection, number: str, at: datetime) -> frozenset[Ground]:
    account, relation = tables.account, tables.relation
    names, found = _said(connection, number)
    if names:
        known = connection.execute(_known(names)).all()
        found |= {Ground(row.user, "named", "") for row in known}
        names |= {text for row in known for text in row}
        near = select(relation).where(
            or_(relation.c.user.in_(names), relation.c.other.in_(names)),
            _valid(at),
        )
        for row in connection.execute(near):
            for one, other in ((row.user, row.other), (row.other, row.user)):
                if other in names:
                    users = connection.scalars(_known({one}).with_only_columns(account.c.user))
                    found |= {Ground(user, "relation", other) for user in users if user != other}
    return frozenset(found)


def _said(connection: Connection, number: str) -> tuple[set[str], set[Ground]]:
    """Whom a complaint names, and what was declared for it: looked up in one."""
    seen = store.seen(connection)
    if ("said", number) not in seen:
        seen["said", number] = connection.execute(*_said_of(number)).all()
    rows = seen["said", number]
    declared = {Ground(row.user, row.ground, row.note) for row in rows if row.user is not None}
    return {row.name for row in rows if row.name is not None}, declared


@prepared
def _said_of(number: Any) -> Any:
    case, complained, flag = tables.complaint, tables.complained, tables.recusal
    return (
        select(complained.c.name, flag.c.user, flag.c.ground, flag.c.note)
        .select_from(case)
        .outerjoin(complained, complained.c.number == case.c.number)
        .outerjoin(flag, (flag.c.number == case.c.number) & flag.c.lifted_at.is_(None))
        .where(case.c.number == number)
    )


def _known(names: Iterable[str]) -> Select[Any]:
    account, wanted = tables.account, sorted(names)
    return select(account.c.user, account.c.name).where(or_(account.c.user.in_(wanted), account.c.name.in_(wanted)))
