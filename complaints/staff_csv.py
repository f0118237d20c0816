"""Units, people and accounts from CSV files: first what would change, then all of it in one command, or nothing.

Columns may be called in Chinese or in English, the file be in UTF-8 or GB18030 (staff_csv_reader.py). Rows are known by
their code or user id. What a file has no column for stays as it is; so does whoever it does not name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from complaints import accounts, passwords, people, tables, units
from complaints.staff_csv_reader import NEEDED, Entry, parts
from complaints.viewer import ROLES, SignedIn
from engine.environment import Transaction
from engine.errors import Conflict, Forbidden, Invalid, Problem


@dataclass(frozen=True)
class Row:
    """What a row of a file would do: `change` is added, changed, unchanged or wrong."""

    kind: str
    line: int
    key: str
    change: str
    fields: tuple[tuple[str, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What the files would do now; `digest` is that of what was shown."""

    rows: tuple[Row, ...]

    @property
    def wrong(self) -> list[Row]:
        """The rows that cannot be taken."""
        return [row for row in self.rows if row.change == "wrong"]

    @property
    def new_users(self) -> list[str]:
        """The accounts that would be made."""
        return [row.key for row in self.rows if row.kind == "person" and row.change == "added"]

    @property
    def digest(self) -> str:
        """A fingerprint of the whole plan."""
        return hashlib.sha256(repr([(r.kind, r.key, r.change, r.fields) for r in self.rows]).encode()).hexdigest()

    def counts(self) -> dict[str, int]:
        """How many rows do what."""
        kinds = ("added", "changed", "unchanged", "wrong")
        return {kind: sum(row.change == kind for row in self.rows) for kind in kinds}


def plan(connection: Connection, entries: list[Entry], at: datetime) -> Plan:
    """What the rows would change, compared with what stands now; nothing is written."""
    known_units = {row.code for row in connection.execute(select(tables.unit.c.code))}
    known_users = set(connection.scalars(select(tables.account.c.user)))
    will = {
        "unit": known_units | {one.values.get("code", "") for one in entries if one.kind == "unit"},
        "person": known_users | {one.values.get("user", "") for one in entries if one.kind == "person"},
    }
    seen: set[tuple[str, str]] = set()
    found = []
    for one in sorted(entries, key=lambda entry: entry.kind == "person"):
        key = one.values.get("code" if one.kind == "unit" else "user", "")
        problems = [one.flaw] if one.flaw else list(_problems(one, key, will))
        if not one.flaw and (one.kind, key) in seen:
            problems.append(Problem(key, "This row stands twice in the files"))
        seen.add((one.kind, key))
        if problems:
            found.append(Row(one.kind, one.line, key, "wrong", (), tuple(problems)))
            continue
        exists = key in (known_units if one.kind == "unit" else known_users)
        now = _now(connection, one.kind, key, at) if exists else {}
        fields = tuple(
            (field, now.get(field, ""), value) for field, value in one.values.items() if value != now.get(field, "")
        )
        change = "added" if not exists else "changed" if fields else "unchanged"
        found.append(Row(one.kind, one.line, key, change, fields))
    return Plan(tuple(found))


def _problems(one: Entry, key: str, will: Mapping[str, set[str]]) -> Iterator[Problem]:
    for field in NEEDED[one.kind]:
        if not one.values.get(field):
            yield Problem(field, "Expected a value, but the cell is empty")
    if len(key) > 40 or not key.isascii() or not key.replace("-", "").replace(".", "").replace("_", "").isalnum():
        place = "code" if one.kind == "unit" else "user"
        yield Problem(place, "Expected up to 40 letters, digits, '.', '-' or '_', but got '{value}'", {"value": key})
    lists: tuple[tuple[str, Any], ...] = (("kind", people.KINDS), ("roles", ROLES), ("groups", people.GROUPS))
    for field, allowed in lists:
        for value in parts(one.values.get(field, "")):
            if value not in allowed:
                given = {"values": ", ".join(allowed), "value": value}
                yield Problem(field, "Expected one of {values}, but got '{value}'", given)
    references = (("parent", "unit"), ("unit", "unit"), *((kind, "person") for kind in people.RESPONSIBILITIES))
    for field, kind in references:
        named = one.values.get(field)
        if named and named not in will[kind]:
            yield Problem(field, "Expected one that exists or stands in the files, but got '{value}'", {"value": named})
    if one.kind == "unit" and key and one.values.get("parent") == key:
        yield Problem("parent", "Expected another unit, but got '{value}' again", {"value": key})


def _now(connection: Connection, kind: str, key: str, at: datetime) -> dict[str, str]:
    if kind == "unit":
        row = people.unit(connection, key)
        held = {name: people.responsible(connection, key, name, at) or "" for name in people.RESPONSIBILITIES}
        own = {"code": key, "name": row.name, "name_en": row.name_en, "kind": row.kind, "parent": row.parent or ""}
        return own | {"products": ",".join(sorted(row.products))} | held
    person = people.person(connection, key)
    rights = {}
    for field, column in (("roles", tables.account_role.c.role), ("groups", tables.membership.c.group)):
        query = select(column).where(column.table.c.user == key)
        rights[field] = ",".join(sorted(connection.scalars(query)))
    own = {"user": key, "name": person.name, "unit": person.unit or "", "phone": person.phone, "email": person.email}
    return own | rights


def apply(
    tx: Transaction, signed_in: SignedIn | None, entries: list[Entry], hashes: Mapping[str, str], digest: str | None
) -> Plan:
    """Do all of it, or nothing: `hashes` has a password hash for each new account, `digest` is the plan that was shown.

    Raises Invalid with every wrong row, Conflict when something has changed since it was shown, Forbidden for others
    than administrators (None is the operator's command).
    """
    if signed_in is not None:
        signed_in.require("administrator")
    found = plan(tx.connection, entries, tx.now)
    if found.wrong:
        problems = tuple(
            Problem(f"{row.line}.{one.where}", one.template, one.parameters)
            for row in found.wrong
            for one in row.problems
        )
        raise Invalid("{count} rows cannot be taken, so none was", problems, count=len(found.wrong))
    if digest is not None and digest != found.digest:
        raise Conflict("Something has changed since this was shown: please look again")
    changes = {(row.kind, row.key): row for row in found.rows}
    for kind, work in (("unit", _unit), ("person", _person), ("unit", _appointments)):
        for one in entries:
            row = changes[kind, _key(one)] if one.kind == kind else None
            if row is not None and row.change != "unchanged":
                _named(row, lambda work=work, row=row, one=one: work(tx, row, one.values, hashes))
    _parents(tx, found)
    tx.record("identity", "staff-imported", counts=found.counts())
    return found


def _key(one: Entry) -> str:
    return one.values.get("code" if one.kind == "unit" else "user", "")


def _named(row: Row, work: Any) -> None:
    """What a command refuses is told with the row that asked for it."""
    try:
        work()
    except (Invalid, Conflict, Forbidden) as error:
        where = f"{row.line}.{row.key}"
        raise Invalid("A row cannot be taken, so none was", (Problem(where, error.template, error.parameters),))


def _unit(tx: Transaction, row: Row, values: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    new = {field: text for field, _, text in row.fields}
    if row.change == "added":
        people.create_unit(
            tx,
            row.key,
            values["name"],
            values["kind"],
            name_en=values.get("name_en", ""),
            products=parts(values.get("products", "")),
            preparing=True,
        )
        return
    if "kind" in new:
        raise Invalid("Expected the kind of a unit to stay '{old}'", old=people.unit(tx.connection, row.key).kind)
    if plain := {field: new[field] for field in ("name", "name_en", "products") if field in new}:
        people.amend_unit(tx, row.key, **plain)


def _parents(tx: Transaction, found: Plan) -> None:
    """After all units are there, so that the order of the rows does not matter."""
    for row in found.rows:
        parent = next((new for field, _, new in row.fields if field == "parent"), None)
        if row.kind == "unit" and parent is not None:
            _named(row, lambda row=row, parent=parent: units.move(tx, row.key, parent or None))


def _appointments(tx: Transaction, row: Row, values: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    for field, _, user in row.fields:
        if field in people.RESPONSIBILITIES and user:
            people.appoint(tx, row.key, field, user, tx.now)


def _person(tx: Transaction, row: Row, values: Mapping[str, str], hashes: Mapping[str, str]) -> None:
    new = {field: text for field, _, text in row.fields}
    if row.change == "added":
        own = {"phone": values.get("phone", ""), "email": values.get("email", ""), "unit": values.get("unit") or None}
        rights = {field: parts(values.get(field, "")) for field in ("roles", "groups")}
        accounts.create(tx, row.key, values["name"], hashes[row.key], **own, **rights)  # type: ignore[arg-type]
        return
    if plain := {field: new[field] for field in ("name", "phone", "email", "unit") if field in new}:
        accounts.amend(tx, row.key, **{f: (text or None) if f == "unit" else text for f, text in plain.items()})
    for field, give, take in (("roles", accounts.grant, accounts.revoke), ("groups", accounts.join, accounts.leave)):
        old = next((set(parts(before)) for name, before, _ in row.fields if name == field), set())
        for value in sorted(set(parts(new.get(field, ""))) - old):
            give(tx, row.key, value)
        for value in sorted(old - set(parts(new.get(field, "")))):
            take(tx, row.key, value)


def one_time(users: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """A one-time password for each new account, and their hashes; slow on purpose, so outside of the command."""
    chosen = {user: passwords.one_time() for user in users}
    return chosen, {user: passwords.hashed(password) for user, password in chosen.items()}
