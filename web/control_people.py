"""Accounts: who may sign in, with which roles and groups. Nobody changes his own rights."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from complaints import accounts, passwords, people
from complaints.viewer import ROLES as EVERY_ROLE
from engine.environment import Transaction
from engine.errors import NotFound
from web import context
from web.access import access
from web.control_room import ROLES, room, text

FIELDS = ("name", "phone", "email", "unit")


def _found(connection: Any, user: str) -> accounts.AccountRow:
    """One account. Raises NotFound."""
    after: str | None = None
    while True:
        page = accounts.listed(connection, context.viewer(), user, after, 500)
        for row in page.rows:
            if row.user == user:
                return row
        if (after := page.next) is None:
            raise NotFound(what="account", id=user)


@room.get("/accounts")
@access(*ROLES)
def listed() -> str:
    """All accounts by user name, found by a part of it or of the person's name."""
    asked, after = request.args.get("text", "").strip()[:80], request.args.get("after")
    with context.read() as connection:
        page = accounts.listed(connection, context.viewer(), asked, after)
    return render_template("control/accounts.html", tab="accounts", page=page, asked=asked, after=after)


@room.get("/accounts/<user>")
@access(*ROLES)
def account(user: str) -> str:
    """One account: data, rights, and what can be done with it."""
    return _page(user)


def _page(user: str, password: str | None = None) -> str:
    with context.read() as connection:
        row = _found(connection, user)
        units = people.units(connection)
    facts = {"roles": EVERY_ROLE, "groups": people.GROUPS, "password": password}
    return render_template("control/account.html", tab="accounts", row=row, units=units, **facts)


@room.get("/accounts/new")
@access(*ROLES)
def new_account() -> str:
    """The form for an account."""
    with context.read() as connection:
        units = people.units(connection)
    return render_template("control/account_new.html", tab="accounts", units=units, roles=EVERY_ROLE)


@room.post("/accounts")
@access(*ROLES)
def create_account() -> str:
    """Make an account; its first password is shown once and has to be changed at the first sign-in."""
    user, roles = text("user", 80), request.form.getlist("roles")
    password = secrets.token_urlsafe(12)
    hashed = passwords.hashed(password)  # slow on purpose, so outside the command
    facts: dict[str, Any] = {"phone": text("phone"), "email": text("email"), "unit": text("unit") or None}
    context.run(lambda tx: accounts.create(tx, user, text("name"), hashed, roles=roles, **facts))
    return _page(user, password)


@room.put("/accounts/<user>")
@access(*ROLES)
def amend_account(user: str) -> Response:
    """Change name, telephone, e-mail or unit."""
    with context.read() as connection:
        before = _found(connection, user)
    given = {name: text(name) or (None if name == "unit" else "") for name in FIELDS}
    changed = {name: value for name, value in given.items() if value != getattr(before, name)}
    if changed:
        context.run(lambda tx: accounts.amend(tx, user, **changed))
    context.say("The account has been changed.")
    return context.back_to("control.account", user=user)


@room.put("/accounts/<user>/rights")
@access(*ROLES)
def rights(user: str) -> Response:
    """Set roles and groups in one command; changed rights end the person's sessions."""
    roles, groups = set(request.form.getlist("roles")), set(request.form.getlist("groups"))

    def work(tx: Transaction) -> None:
        before = _found(tx.connection, user)
        _change(tx, user, accounts.grant, roles - set(before.roles))
        _change(tx, user, accounts.revoke, set(before.roles) - roles)
        _change(tx, user, accounts.join, groups - set(before.groups))
        _change(tx, user, accounts.leave, set(before.groups) & set(people.GROUPS) - groups)

    context.run(work, reason=text("reason", 500) or None)
    context.say("The rights have been changed; the person signs in again.")
    return context.back_to("control.account", user=user)


def _change(tx: Transaction, user: str, command: Any, values: Iterable[str]) -> None:
    for value in sorted(values):
        command(tx, user, value)


@room.post("/accounts/<user>/password")
@access(*ROLES)
def reset_password(user: str) -> str:
    """A new random password, shown once."""
    return _page(user, accounts.reset_password(context.environment(), context.viewer(), user))


@room.post("/accounts/<user>/unlocking")
@access(*ROLES)
def unlock(user: str) -> Response:
    """End a lockout after wrong passwords."""
    context.run(lambda tx: accounts.unlock(tx, user))
    context.say("The account is unlocked.")
    return context.back_to("control.account", user=user)


@room.delete("/accounts/<user>")
@access(*ROLES)
def disable(user: str) -> Response:
    """No more sign-in; the account stays for the history."""
    context.run(lambda tx: accounts.disable(tx, user))
    context.say("The account is closed.")
    return context.back_to("control.account", user=user)


@room.post("/accounts/<user>/opening")
@access(*ROLES)
def enable(user: str) -> Response:
    """Let the person sign in again."""
    context.run(lambda tx: accounts.enable(tx, user))
    context.say("The account is open again.")
    return context.back_to("control.account", user=user)
