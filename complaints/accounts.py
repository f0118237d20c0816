"""Accounts: passwords (argon2id), roles, groups. Every change is history (streams `identity` and `rights`).

Nobody changes his own rights; changed rights end the person's sessions, so that the next sign-in carries them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from complaints import paging, passwords, people, sessions, tables, throttle
from complaints.viewer import ROLES, SignedIn
from engine.environment import Environment, Transaction
from engine.errors import Conflict, Forbidden, Invalid, NotFound


@dataclass(frozen=True)
class AccountRow:
    """An account as administrators see it."""

    user: str
    name: str
    phone: str
    email: str
    unit: str | None
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    must_change: bool
    disabled: bool
    locked_until: datetime | None


def create(
    tx: Transaction,
    user: str,
    name: str,
    password_hash: str,
    *,
    unit: str | None = None,
    phone: str = "",
    email: str = "",
    roles: Iterable[str] = (),
    groups: Iterable[str] = (),
    must_change: bool = True,
) -> None:
    """Add an account. Raises Conflict when the user id is taken, Invalid for one that is malformed."""
    if not user.isascii() or not user.replace("-", "").replace(".", "").replace("_", "").isalnum() or len(user) > 40:
        raise Invalid("Expected a user id of up to 40 letters, digits, '.', '-' or '_', but got '{user}'", user=user)
    if tx.connection.scalar(select(tables.account.c.user).where(tables.account.c.user == user)):
        raise Conflict("Expected a new user id, but '{user}' exists", user=user)
    if unit is not None:
        people.unit(tx.connection, unit)
    values = {"name": name, "phone": phone, "email": email, "unit": unit, "must_change": must_change}
    tx.connection.execute(insert(tables.account).values(user=user, password=password_hash, created_at=tx.now, **values))
    tx.record("identity", "account-created", user=user, name=name, unit=unit)
    for role in roles:
        grant(tx, user, role)
    for group in groups:
        join(tx, user, group)


def amend(tx: Transaction, user: str, **changes: str | None) -> None:
    """Change name, phone, email or unit; phone and e-mail stay out of the history, that they changed does not."""
    _exists(tx, user)
    unknown = set(changes) - {"name", "phone", "email", "unit"}
    if unknown:
        raise Invalid("Expected name, phone, email or unit, but got {fields}", fields=", ".join(sorted(unknown)))
    if changes.get("unit"):
        people.unit(tx.connection, str(changes["unit"]))
    old = people.person(tx.connection, user)
    tx.connection.execute(update(tables.account).where(tables.account.c.user == user).values(**changes))
    shown = {name: value for name, value in changes.items() if name in ("name", "unit")}
    before = {name: getattr(old, name) for name in shown}
    tx.record("identity", "account-amended", user=user, fields=sorted(changes), old=before, new=shown)
    if "unit" in changes:
        sessions.end_all(tx, user)


def change_password(environment: Environment, signed_in: SignedIn, old: str, new: str) -> None:
    """Change one's own password and end one's other sessions. Raises Invalid when `old` is wrong or `new` too weak."""
    with environment.read() as connection:
        stored = connection.scalar(select(tables.account.c.password).where(tables.account.c.user == signed_in.user))
    if stored is None or not passwords.verified(stored, old):
        raise Invalid("Expected your current password, but it is another one")
    if old == new:
        raise Invalid("Expected a new password, but it is the old one")
    new_hash = passwords.hash_password(new)
    environment.run(signed_in.actor(), lambda tx: _set_password(tx, signed_in.user, new_hash, False, signed_in.session))


def reset_password(environment: Environment, signed_in: SignedIn, user: str) -> str:
    """Give a person a random password that he must change at the next sign-in; also unlocks. Shown once."""
    signed_in.require("administrator")
    password = secrets.token_urlsafe(12)
    new_hash = passwords.hashed(password)

    def work(tx: Transaction) -> None:
        _exists(tx, user)
        _set_password(tx, user, new_hash, True, None)
        throttle.clear(tx, sessions.attempts_key(user))

    environment.run(signed_in.actor(), work)
    return password


def _set_password(tx: Transaction, user: str, password_hash: str, must_change: bool, keep: str | None) -> None:
    tx.connection.execute(
        update(tables.account)
        .where(tables.account.c.user == user)
        .values(password=password_hash, must_change=must_change)
    )
    sessions.end_all(tx, user, keep=keep)
    tx.record("identity", "password-reset" if must_change else "password-changed", user=user)


def unlock(tx: Transaction, user: str) -> None:
    """End a lockout after wrong passwords."""
    _exists(tx, user)
    throttle.clear(tx, sessions.attempts_key(user))
    tx.record("identity", "account-unlocked", user=user)


def disable(tx: Transaction, user: str) -> None:
    """No more sign-in; running sessions end at once. Never one's own account."""
    _not_self(tx, user)
    _exists(tx, user)
    tx.connection.execute(update(tables.account).where(tables.account.c.user == user).values(disabled_at=tx.now))
    sessions.end_all(tx, user)
    tx.record("identity", "account-disabled", user=user)


def enable(tx: Transaction, user: str) -> None:
    """Let a disabled person sign in again."""
    _exists(tx, user)
    tx.connection.execute(update(tables.account).where(tables.account.c.user == user).values(disabled_at=None))
    tx.record("identity", "account-enabled", user=user)


def grant(tx: Transaction, user: str, role: str) -> None:
    """Give a role. Raises Invalid for an unknown one, Forbidden for oneself."""
    if role not in ROLES:
        raise Invalid("Expected one of the roles {roles}, but got '{role}'", roles=", ".join(ROLES), role=role)
    _change(tx, user, "granted", "role", role)


def revoke(tx: Transaction, user: str, role: str) -> None:
    """Take a role away."""
    _change(tx, user, "revoked", "role", role)


def join(tx: Transaction, user: str, group: str) -> None:
    """Add a person to a candidate group, for example `callback`. Units are joined by `amend(unit=…)`."""
    if group not in people.GROUPS:
        raise Invalid("Expected one of {groups}, but got '{group}'", groups=", ".join(people.GROUPS), group=group)
    _change(tx, user, "granted", "group", group)


def leave(tx: Transaction, user: str, group: str) -> None:
    """Take a person out of a candidate group."""
    _change(tx, user, "revoked", "group", group)


def _change(tx: Transaction, user: str, what: str, kind: str, value: str) -> None:
    _not_self(tx, user)
    _exists(tx, user)
    table = tables.account_role if kind == "role" else tables.membership
    tx.connection.execute(delete(table).where(table.c.user == user, table.c[kind] == value))
    if what == "granted":
        tx.connection.execute(insert(table).values({"user": user, kind: value}))
    sessions.end_all(tx, user)
    tx.record("rights", f"{kind}-{what}", user=user, **{kind: value})


def _exists(tx: Transaction, user: str) -> None:
    """Lock the account. Raises NotFound."""
    found = tx.connection.scalar(select(tables.account.c.user).where(tables.account.c.user == user).with_for_update())
    if found is None:
        raise NotFound(what="account", id=user)


def _not_self(tx: Transaction, user: str) -> None:
    if tx.actor.user == user and not tx.actor.system:
        raise Forbidden("Expected another administrator to change your own rights")


def listed(
    connection: Connection, viewer: SignedIn, text: str = "", after: str | None = None, limit: int = 50
) -> paging.Page[AccountRow]:
    """Accounts by user id whose id or name contains `text`. For administrators."""
    viewer.require("administrator")
    account, lock = tables.account, tables.throttle
    query = select(account, lock.c.locked_until).select_from(
        account.outerjoin(lock, lock.c.key == sessions.ATTEMPTS + account.c.user)
    )
    if text:
        query = query.where(
            or_(account.c.user.contains(text, autoescape=True), account.c.name.contains(text, autoescape=True))
        )
    page = paging.page(connection, query, [account.c.user], after, limit, lambda row: row)
    users = [row.user for row in page.rows]
    roles, groups = _values(connection, "role", users), _values(connection, "group", users)
    rows = tuple(
        AccountRow(
            row.user,
            row.name,
            row.phone,
            row.email,
            row.unit,
            tuple(roles.get(row.user, ())),
            tuple(groups.get(row.user, ())),
            row.must_change,
            row.disabled_at is not None,
            row.locked_until,
        )
        for row in page.rows
    )
    return paging.Page(rows, page.next)


def _values(connection: Connection, kind: str, users: list[str]) -> dict[str, list[str]]:
    table = tables.account_role if kind == "role" else tables.membership
    found: dict[str, list[str]] = {}
    for user, value in connection.execute(
        select(table.c.user, table.c[kind]).where(table.c.user.in_(users)).order_by(table.c[kind])
    ):
        found.setdefault(user, []).append(value)
    return found
