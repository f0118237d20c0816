"""Units and the people responsible in them, each with dates: leaders, contacts A and B, deputies, the duty roster.

Sources: R41 (accountable leader), R42 (first and second contact), D8 (the supervision body is data).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from complaints import tables
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, NotFound
from engine.prepared import prepared

GROUPS = ("95566", "gonghui", "office", "discipline", "supervision", "callback", "duty")
KINDS = ("head-office", "branch", "hotline", "supervision", "office", "discipline", "department")
RESPONSIBILITIES = ("leader", "contact_a", "contact_b")


@dataclass(frozen=True)
class UnitRow:
    """A unit of the bank; `level` 1 is the head office, `products` the codes a product department answers for."""

    code: str
    name: str
    name_en: str
    kind: str
    level: int
    parent: str | None
    products: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """A person as the directory shows him to colleagues."""

    user: str
    name: str
    phone: str
    email: str
    unit: str | None


def create_unit(
    tx: Transaction,
    code: str,
    name: str,
    kind: str,
    *,
    parent: str | None = None,
    name_en: str = "",
    products: Iterable[str] = (),
    preparing: bool = False,
) -> None:
    """Add a unit below `parent`; one in preparation takes no cases yet. Raises Invalid (kind), Conflict (code)."""
    if kind not in KINDS:
        raise Invalid("Expected a unit of kind {kinds}, but got '{kind}'", kinds=", ".join(KINDS), kind=kind)
    if tx.connection.scalar(select(tables.unit.c.code).where(tables.unit.c.code == code)):
        raise Conflict("Expected a new unit code, but '{code}' exists", code=code)
    level = 1 if parent is None else unit(tx.connection, parent).level + 1
    table, products = tables.unit, ",".join(products)
    tx.connection.execute(
        insert(table).values(
            code=code,
            name=name,
            name_en=name_en,
            kind=kind,
            level=level,
            parent=parent,
            products=products,
            preparing=preparing,
        )
    )
    tx.record("identity", "unit-created", code=code, name=name, unit_kind=kind, parent=parent, products=products)


def amend_unit(tx: Transaction, code: str, **changes: str) -> None:
    """Change name, name_en or products (comma list) of a unit; what it was called then stays in the history."""
    old = unit(tx.connection, code)
    unknown = set(changes) - {"name", "name_en", "products"}
    if unknown:
        raise Invalid("Expected name, name_en or products, but got {fields}", fields=", ".join(sorted(unknown)))
    tx.connection.execute(update(tables.unit).where(tables.unit.c.code == code).values(**changes))
    before = {field: ",".join(old.products) if field == "products" else getattr(old, field) for field in changes}
    tx.record("identity", "unit-amended", code=code, old=before, new=changes)


def close_unit(tx: Transaction, code: str, successor: str | None = None) -> None:
    """No new case goes to the unit from now on, but to its successor; `units.close` looks below it first."""
    unit(tx.connection, code)
    values = {"closed_at": tx.now, "successor": successor}
    tx.connection.execute(update(tables.unit).where(tables.unit.c.code == code).values(values))
    tx.record("identity", "unit-closed", code=code, successor=successor)


def find(connection: Connection, code: str | None) -> UnitRow | None:
    """One unit, None when there is none of this code."""
    row = connection.execute(*_unit_of(code)).first() if code else None
    return _unit(row) if row else None


def unit(connection: Connection, code: str) -> UnitRow:
    """One unit. Raises NotFound."""
    row = find(connection, code)
    if row is None:
        raise NotFound(what="unit", id=code)
    return row


@prepared
def _unit_of(code: Any) -> Any:
    return select(tables.unit).where(tables.unit.c.code == code)


def units(connection: Connection, *kinds: str) -> list[UnitRow]:
    """The units that are open, from the head office down; only of `kinds` when given."""
    return [_unit(row) for row in connection.execute(*_open_units(kinds or KINDS))]


@prepared
def _open_units(kinds: Any) -> Any:
    unit = tables.unit
    return select(unit).where(unit.c.closed_at.is_(None), unit.c.kind.in_(kinds)).order_by(unit.c.level, unit.c.code)


def below(connection: Connection, code: str) -> frozenset[str]:
    """The codes of a unit and of all units under it."""
    return frozenset(connection.scalars(*_below(code)))


@prepared
def _below(code: Any) -> Any:
    tree = select(tables.unit.c.code).where(tables.unit.c.code == code).cte("tree", recursive=True)
    tree = tree.union_all(select(tables.unit.c.code).where(tables.unit.c.parent == tree.c.code))
    return select(tree.c.code)


def _unit(row: object) -> UnitRow:
    products = tuple(code for code in row.products.split(",") if code)  # type: ignore[attr-defined]
    fields = ("code", "name", "name_en", "kind", "level", "parent")
    return UnitRow(**{field: getattr(row, field) for field in fields}, products=products)


def appoint(
    tx: Transaction, code: str, kind: str, user: str, valid_from: datetime, valid_to: datetime | None = None
) -> None:
    """Make `user` leader, contact_a or contact_b of a unit from an instant on; who held it until then ends there."""
    if kind not in RESPONSIBILITIES:
        raise Invalid("Expected one of {kinds}, but got '{kind}'", kinds=", ".join(RESPONSIBILITIES), kind=kind)
    unit(tx.connection, code)
    person(tx.connection, user)
    table = tables.responsibility
    same = and_(table.c.unit == code, table.c.kind == kind)
    before = responsible(tx.connection, code, kind, valid_from)
    tx.connection.execute(
        update(table)
        .where(same, table.c.valid_from < valid_from, or_(table.c.valid_to.is_(None), table.c.valid_to > valid_from))
        .values(valid_to=valid_from)
    )
    tx.connection.execute(table.delete().where(same, table.c.valid_from == valid_from))
    tx.connection.execute(
        insert(table).values(unit=code, kind=kind, user=user, valid_from=valid_from, valid_to=valid_to)
    )
    tx.record("rights", "appointed", unit=code, role=kind, old=before, new=user, since=valid_from, until=valid_to)


def responsible(connection: Connection, code: str, kind: str, at: datetime) -> str | None:
    """Who is leader, contact_a or contact_b of a unit at an instant (R41, R42)."""
    user: str | None = connection.scalar(*_responsible(code, kind, at))
    return user


@prepared
def _responsible(code: Any, kind: Any, at: Any) -> Any:
    table = tables.responsibility
    return (
        select(table.c.user)
        .where(table.c.unit == code, table.c.kind == kind, table.c.valid_from <= at)
        .where(or_(table.c.valid_to.is_(None), table.c.valid_to > at))
        .order_by(table.c.valid_from.desc())
        .limit(1)
    )


def gaps(connection: Connection, at: datetime) -> list[tuple[str, str]]:
    """Units without leader, contact A or contact B whose account is open: red for administrators (R41, R42)."""
    held = holders(connection, at)
    return [(row.code, kind) for row in units(connection) for kind in RESPONSIBILITIES if (row.code, kind) not in held]


def holders(connection: Connection, at: datetime) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Who holds what in which unit at an instant and since when, by (unit, responsibility)."""
    table, account = tables.responsibility, tables.account
    rows = connection.execute(
        select(table.c.unit, table.c.kind, table.c.user, table.c.valid_from)
        .join(account, account.c.user == table.c.user)
        .where(table.c.valid_from <= at, account.c.disabled_at.is_(None))
        .where(or_(table.c.valid_to.is_(None), table.c.valid_to > at))
        .order_by(table.c.valid_from)
    )
    return {(row.unit, row.kind): (row.user, row.valid_from) for row in rows}


def roster(tx: Transaction, user: str, starts: datetime, ends: datetime) -> None:
    """Put a person on duty for first contact, also at weekends (R28)."""
    _period(starts, ends)
    person(tx.connection, user)
    tx.connection.execute(insert(tables.roster).values(user=user, starts_at=starts, ends_at=ends))
    tx.record("rights", "rostered", user=user, since=starts, until=ends)


def on_duty(connection: Connection, at: datetime) -> frozenset[str]:
    """The people on the roster at an instant who are not absent."""
    return frozenset(connection.scalars(*_on_duty(at)))


@prepared
def _on_duty(at: Any) -> Any:
    table, account = tables.roster, tables.account
    rostered = table.c.starts_at <= at, table.c.ends_at > at
    there = account.c.disabled_at.is_(None), account.c.user.not_in(_away(at))
    return select(table.c.user).join(account, account.c.user == table.c.user).where(*rostered, *there).distinct()


def _away(at: Any) -> Any:
    return select(tables.absence.c.user).where(tables.absence.c.starts_at <= at, tables.absence.c.ends_at > at)


def absent(tx: Transaction, user: str, starts: datetime, ends: datetime, deputy: str | None = None) -> None:
    """A person is away; the deputy sees and does his tasks meanwhile, on his behalf."""
    _period(starts, ends)
    for name in (user, deputy):
        if name is not None:
            person(tx.connection, name)
    if user == deputy:
        raise Invalid("Expected somebody else as deputy, but got '{user}' again", user=user)
    tx.connection.execute(insert(tables.absence).values(user=user, starts_at=starts, ends_at=ends, deputy=deputy))
    tx.record("rights", "absent", user=user, since=starts, until=ends, deputy=deputy)


def is_absent(connection: Connection, user: str, at: datetime) -> bool:
    """Whether a person is away, disabled or unknown at an instant."""
    return connection.scalar(*_present(user, at)) is None


@prepared
def _present(user: Any, at: Any) -> Any:
    account = tables.account
    there = account.c.disabled_at.is_(None), account.c.user.not_in(_away(at))
    return select(account.c.user).where(account.c.user == user, *there)


def covered(connection: Connection, deputy: str, at: datetime) -> frozenset[str]:
    """The absent people whose deputy a person is at an instant."""
    table = tables.absence
    return frozenset(
        connection.scalars(
            select(table.c.user).where(table.c.deputy == deputy, table.c.starts_at <= at, table.c.ends_at > at)
        )
    )


def _period(starts: datetime, ends: datetime) -> None:
    if ends <= starts:
        raise Invalid("Expected an end after the start {start}, but got {end}", start=starts, end=ends)


def person(connection: Connection, user: str) -> Person:
    """One person of the directory. Raises NotFound."""
    row = connection.execute(*_person(user)).first()
    if row is None:
        raise NotFound(what="account", id=user)
    return Person(*row)


@prepared
def _person(user: Any) -> Any:
    fields = (tables.account.c[name] for name in Person.__dataclass_fields__)
    return select(*fields).where(tables.account.c.user == user)


def names(connection: Connection, users: Iterable[str | None]) -> dict[str, str]:
    """Display names by user id; who has no account keeps the id."""
    wanted = {user for user in users if user}
    found = connection.execute(*_names(sorted(wanted))) if wanted else ()
    return {user: user for user in wanted} | {row.user: row.name for row in found}


@prepared
def _names(users: Any) -> Any:
    return select(tables.account.c.user, tables.account.c.name).where(tables.account.c.user.in_(users))
