"""What the groups of the processes are called in this bank, and which unit's people form them: data (D8, R43–R59).

A diagram names a group by its code (`gonghui`, `supervision`), which never changes. Which body stands behind it is the
bank's affair: 工会 in 2008, 消费者权益保护部 today.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Connection, String, case, delete, literal, select, union_all

from complaints import people, tables
from engine.environment import Transaction
from engine.errors import Invalid
from engine.prepared import prepared
from engine.rows import upsert

NAMES: Mapping[str, tuple[str, str]] = {
    "95566": ("95566客服", "95566 hotline"),
    "gonghui": ("工会与消费者权益保护", "Trade union and consumer protection"),
    "office": ("办公室", "General office"),
    "discipline": ("纪检监察", "Discipline inspection"),
    "supervision": ("督办岗", "Supervision body"),
    "callback": ("回访岗", "Call-back"),
    "duty": ("值班", "On duty"),
}
"""The names that the product ships with."""
WORKING = ("handler", "supervisor", "leader")
"""The roles that work on cases."""
OF_ROLES = {"supervisor": "supervision", "leader": "leaders", "administrator": "administrators"}
"""Role → the group that its holders form."""


@dataclass(frozen=True)
class Body:
    """A group with its name; `unit` is the unit whose people form it, None: only who has joined it."""

    group: str
    name: str
    name_en: str
    unit: str | None
    changed: bool


def listed(connection: Connection) -> list[Body]:
    """Every group of the processes, with the bank's names where it has given any."""
    own = {row.group: row for row in connection.execute(select(tables.body))}
    codes = set(connection.scalars(select(tables.unit.c.code).where(tables.unit.c.code.in_(people.GROUPS))))
    found = []
    for group in people.GROUPS:
        if group in own:
            row = own[group]
            found.append(Body(group, row.name, row.name_en, row.unit, True))
        else:
            found.append(Body(group, *NAMES[group], group if group in codes else None, False))
    return found


def belonging() -> CompoundSelect[tuple[str, str]]:
    """Who belongs to which group, as rows (user, group): by unit, the body behind it, a role, or because he has joined.

    Who is on duty belongs to `duty` as long as that lasts; this is not among the rows.
    """
    account, role, joined, own = tables.account, tables.account_role, tables.membership, tables.body
    of_role = case(OF_ROLES, value=role.c.role)
    of_unit = literal("unit:", String) + account.c.unit
    shipped = account.c.unit.in_(people.GROUPS), account.c.unit.not_in(select(own.c.group))
    return union_all(
        select(joined.c.user, joined.c.group),
        select(role.c.user, of_role).where(role.c.role.in_(OF_ROLES)),
        select(account.c.user, of_unit).where(account.c.unit.is_not(None)),
        select(account.c.user, account.c.unit).where(*shipped),
        select(account.c.user, own.c.group).join(own, own.c.unit == account.c.unit),
    )


def of(connection: Connection, user: str) -> frozenset[str]:
    """The groups that a person belongs to whenever he is asked."""
    return frozenset(connection.scalars(*_of(user)))


@prepared
def _of(user: Any) -> Any:
    belongs = belonging().subquery()
    return select(belongs.c.group).where(belongs.c.user == user)


def members(connection: Connection, groups: Collection[str]) -> frozenset[str]:
    """The active people of the groups who work on cases."""
    return frozenset(connection.scalars(*_members(sorted(groups))))


@prepared
def _members(groups: Any) -> Any:
    account, role, belongs = tables.account, tables.account_role, belonging().subquery()
    works = account.c.user.in_(select(role.c.user).where(role.c.role.in_(WORKING)))
    member = account.c.user.in_(select(belongs.c.user).where(belongs.c.group.in_(groups)))
    return select(account.c.user).where(account.c.disabled_at.is_(None), member, works)


def rename(tx: Transaction, group: str, name: str, name_en: str = "", unit: str | None = None) -> None:
    """Give a group the bank's own name and the unit whose people form it; sessions of both units' people end."""
    if group not in people.GROUPS:
        raise Invalid("Expected one of {groups}, but got '{group}'", groups=", ".join(people.GROUPS), group=group)
    if not name.strip():
        raise Invalid("A body needs a name.")
    if unit is not None:
        people.unit(tx.connection, unit)
    old = next(body for body in listed(tx.connection) if body.group == group)
    row = {"group": group, "name": name.strip(), "name_en": name_en.strip(), "unit": unit}
    upsert(tx.connection, tables.body, [row], ("group",))
    _tell(tx, old, Body(group, name.strip(), name_en.strip(), unit, True))


def reset(tx: Transaction, group: str) -> None:
    """Back to the name that the product ships with."""
    old = next((body for body in listed(tx.connection) if body.group == group and body.changed), None)
    if old is not None:
        tx.connection.execute(delete(tables.body).where(tables.body.c.group == group))
        _tell(tx, old, next(body for body in listed(tx.connection) if body.group == group))


def _tell(tx: Transaction, old: Body, new: Body) -> None:
    if old.unit != new.unit:
        account = tables.account
        users = select(account.c.user).where(account.c.unit.in_([old.unit, new.unit]))
        tx.connection.execute(delete(tables.session).where(tables.session.c.user.in_(users)))
    before, after = (f"{body.name} · {body.name_en} · {body.unit or ''}" for body in (old, new))
    tx.record("rights", "body-renamed", group=new.group, old=before, new=after)
