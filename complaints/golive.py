"""What must stand before a unit or a channel takes cases: people who answer, today (R41, R42, R32).

A unit in preparation gets no case: the refusal names what is missing. A channel in preparation takes no complaint but
in an emergency with a reason that goes into the history: a bank must not turn a customer away because of its own
staffing. What is live already and loses somebody stays live and shows red, since the cases of customers must go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from complaints import catalogue, people, streams, tables, teams
from engine.environment import Transaction
from engine.errors import Conflict, Invalid
from engine.prepared import prepared
from engine.rows import upsert

MISSING = {
    "leader": "Accountable leader",
    "contact_a": "Contact A",
    "contact_b": "Contact B",
    "team": "Team",
    "member": "Team member at work",
    "deputy": "Deputy",
    "deputy-present": "Deputy at work",
}
"""What may be missing, in words."""
NOTHING = ("nothing: let it go live",)


@dataclass(frozen=True)
class Readiness:
    """A unit or a channel with what it lacks (codes of MISSING); empty: nothing."""

    code: str
    name: str
    name_en: str
    preparing: bool
    missing: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether it may go live."""
        return not self.missing


def units(connection: Connection, at: datetime) -> list[Readiness]:
    """Every open unit with what it lacks, from the head office down."""
    lacking: dict[str, list[str]] = {}
    for code, kind in people.gaps(connection, at):
        lacking.setdefault(code, []).append(kind)
    preparing = set(connection.scalars(select(tables.unit.c.code).where(tables.unit.c.preparing)))
    return [
        Readiness(row.code, row.name, row.name_en, row.code in preparing, tuple(lacking.get(row.code, ())))
        for row in people.units(connection)
    ]


def channels(connection: Connection, at: datetime) -> list[Readiness]:
    """Every channel with what it lacks: a team, a member of it who is not away, a deputy who is not away."""
    rows = {row.code: row for row in connection.execute(select(tables.channel))}
    english = dict(catalogue.options(connection, "channels", "en"))
    found = []
    for code, name in catalogue.options(connection, "channels"):
        row = rows.get(code)
        missing = _lacks(connection, row.team if row else None, row.deputy if row else None, at)
        found.append(Readiness(code, name, english.get(code, name), bool(row and row.preparing), missing))
    return found


def _lacks(connection: Connection, team: str | None, deputy: str | None, at: datetime) -> tuple[str, ...]:
    found = []
    if team is None:
        found.append("team")
    elif all(people.is_absent(connection, one.user, at) for one in teams.members(connection, team)):
        found.append("member")
    if deputy is None:
        found.append("deputy")
    elif people.is_absent(connection, deputy, at):
        found.append("deputy-present")
    return tuple(found)


def prepare_unit(tx: Transaction, code: str) -> None:
    """Give a unit no more cases until it goes live again."""
    people.unit(tx.connection, code)
    tx.connection.execute(update(tables.unit).where(tables.unit.c.code == code).values(preparing=True))
    tx.record("identity", "unit-prepared", code=code)


def open_unit(tx: Transaction, code: str) -> None:
    """Let a unit take cases. Raises Conflict naming what it lacks."""
    people.unit(tx.connection, code)
    found = next((one for one in units(tx.connection, tx.now) if one.code == code), None)
    if found is None:
        raise Conflict("Expected an open unit, but '{code}' is closed", code=code)
    if not found.ready:
        raise Conflict("'{name}' cannot go live: it lacks {missing}", name=found.name, missing=_words(found.missing))
    tx.connection.execute(update(tables.unit).where(tables.unit.c.code == code).values(preparing=False))
    tx.record("identity", "unit-live", code=code)


def check_unit(connection: Connection, code: str, at: datetime) -> None:
    """Raise Conflict for a unit that takes no cases, naming what it lacks."""
    row = connection.execute(*_unit(code)).first()
    if row is not None and row.preparing:
        lacks = next((one.missing for one in units(connection, at) if one.code == code), ())
        raise Conflict(
            "'{name}' is not live and takes no cases; it lacks {missing}",
            name=row.name,
            missing=_words(lacks) or NOTHING,
        )


@prepared
def _unit(code: Any) -> Any:
    return select(tables.unit.c.preparing, tables.unit.c.name).where(tables.unit.c.code == code)


def prepare_channel(tx: Transaction, code: str) -> None:
    """Take no more complaints by a channel until it goes live again."""
    _channel(tx, code)
    upsert(tx.connection, tables.channel, [{"code": code, "preparing": True}], ("code",))
    tx.record("rights", "channel-prepared", channel=code)


def open_channel(tx: Transaction, code: str) -> None:
    """Let a channel take complaints. Raises Conflict naming what it lacks."""
    found = _channel(tx, code)
    if not found.ready:
        raise Conflict("'{name}' cannot go live: it lacks {missing}", name=found.name, missing=_words(found.missing))
    upsert(tx.connection, tables.channel, [{"code": code, "preparing": False}], ("code",))
    tx.record("rights", "channel-live", channel=code)


def admit(tx: Transaction, number: str, code: str) -> None:
    """Let a complaint in by a channel, in an emergency with the reason of the command. Raises Conflict without one."""
    if not tx.connection.scalar(*_preparing(code)):
        return
    if tx.actor.reason:
        tx.record(streams.of(number), "registered-in-emergency", channel=code)
        return
    found = next(one for one in channels(tx.connection, tx.now) if one.code == code)
    raise Conflict(
        "'{name}' is not live; it lacks {missing}. In an emergency register with a reason",
        name=found.name,
        missing=_words(found.missing) or NOTHING,
    )


@prepared
def _preparing(channel: Any) -> Any:
    return select(tables.channel.c.preparing).where(tables.channel.c.code == channel)


def _channel(tx: Transaction, code: str) -> Readiness:
    found = next((one for one in channels(tx.connection, tx.now) if one.code == code), None)
    if found is None:
        raise Invalid("Expected a channel of the catalogue, but got '{code}'", code=code)
    return found


def _words(missing: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(MISSING[code] for code in missing)
