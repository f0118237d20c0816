"""Letters and notices from the templates in `processes/letters`: what goes to the customer is kept word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, select

from complaints import catalogue, clocks, clockwork, dossier, notices, people, settings, streams, tables
from engine import calendar, outbox, rows
from engine.clock import ZONE
from engine.environment import Transaction
from engine.errors import NotFound
from engine.prepared import prepared

PLACE = re.compile(r"\{([a-z_]+)\}")
NOWHERE = ("none", "")
EXPECTED = "(预计)"
"""Stands after a date that may still move with the holidays of its year."""


@dataclass(frozen=True)
class Template:
    """Subject and body in one language, with places like {number}."""

    subject: str
    body: str

    def fill(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Subject and body with the places filled; a place without a value stays empty, never a stray brace."""

        def put(found: re.Match[str]) -> str:
            return str(values.get(found[1]) or "")

        return PLACE.sub(put, self.subject), PLACE.sub(put, self.body)

    @cached_property
    def places(self) -> frozenset[str]:
        """The names of its places."""
        return frozenset(PLACE.findall(self.subject) + PLACE.findall(self.body))


@cache
def template(name: str, locale: str = "zh") -> Template:
    """A template by name. Raises NotFound."""
    path = catalogue.FOLDER / "letters" / f"{name}.txt"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise NotFound(what="letter", id=name)
    parts = re.split(r"^\[(zh|en)\] ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    subject, _, body = texts.get(locale, texts["zh"]).partition("\n")
    return Template(subject.strip(), body.strip())


def day(at: date | datetime | None) -> str:
    """A date as letters write it: 2026年3月2日."""
    if at is None:
        return ""
    local = at.astimezone(ZONE) if isinstance(at, datetime) else at
    return f"{local.year}年{local.month}月{local.day}日"


def minute(at: datetime | None) -> str:
    """A time as letters write it: 2026年3月2日 09:30."""
    return f"{day(at)} {at.astimezone(ZONE):%H:%M}" if at else ""


def limit(at: datetime | None) -> str:
    """When a limit ends, as letters write it: an end at midnight is 24:00 of the day before (D15)."""
    if at is None:
        return ""
    last = calendar.last_day(at)
    return minute(at) if last == calendar.local_day(at) else f"{day(last)} 24:00"


def values(connection: Connection, number: str, now: datetime, wanted: Set[str] | None = None) -> dict[str, object]:
    """What templates may say about a case, all of it or what is `wanted`: most letters say little.

    Names the customer, so notices to colleagues leave that out.
    """
    case = connection.execute(*_case(number)).one()
    found: dict[str, object] = {
        "number": number,
        "customer_name": case.customer or "客户",
        "received_at": minute(case.received_at),
        "channel": catalogue.label("channels", case.channel),
        "stage": catalogue.label("stages", case.stage),
        "today": day(now),
    }
    for names, part in PARTS.items():
        if wanted is None or not names.isdisjoint(wanted):
            found |= part(connection, case)
    if wanted is None or not wanted <= found.keys():
        return dossier.fields(connection, number) | found
    return found


def _owner(connection: Connection, case: Row[Any]) -> dict[str, object]:
    owner = people.person(connection, case.first_owner) if case.first_owner else None
    return {
        "owner_name": owner.name if owner else settings.get(connection, "bank-name"),
        "owner_phone": (owner.phone if owner else "") or settings.get(connection, "hotline"),
    }


def _handler(connection: Connection, case: Row[Any]) -> dict[str, object]:
    handler = answerable(connection, case.number)
    return {
        "handler_name": handler.name if handler else "",
        "handler_phone": (handler.phone if handler else "") or settings.get(connection, "hotline"),
    }


def _limit(connection: Connection, case: Row[Any]) -> dict[str, object]:
    due = clocks.due(connection, case.number, "governing")
    expected = EXPECTED if due and clocks.is_provisional(connection, case.number, due) else ""
    return {"due_date": day(due and calendar.last_day(due)) + expected, "due_at": limit(due) + expected}


def _unit(connection: Connection, case: Row[Any]) -> dict[str, object]:
    return {"unit_name": people.unit(connection, case.unit).name if case.unit else ""}


def _bank(connection: Connection, case: Row[Any]) -> dict[str, object]:
    return {
        "portal_url": settings.get(connection, "public-url") + "/portal",
        "bank_name": settings.get(connection, "bank-name"),
    }


PARTS: Mapping[frozenset[str], Callable[[Connection, Row[Any]], dict[str, object]]] = {
    frozenset({"owner_name", "owner_phone"}): _owner,
    frozenset({"handler_name", "handler_phone"}): _handler,
    frozenset({"due_date", "due_at"}): _limit,
    frozenset({"unit_name"}): _unit,
    frozenset({"portal_url", "bank_name"}): _bank,
}
"""Places of templates, and who looks for what stands there."""


@prepared
def _case(number: Any) -> Any:
    case, party = tables.complaint, tables.party
    return (
        select(case, party.c.name.label("customer"))
        .join(party, party.c.number == case.c.number)
        .where(case.c.number == number)
    )


@prepared
def _answerable(number: Any) -> Any:
    slip, case = tables.slip, tables.complaint
    lead = case.outerjoin(slip, (slip.c.number == case.c.number) & slip.c.lead)
    return (
        select(slip.c.accepted_by, slip.c.contact_a, case.c.first_owner)
        .select_from(lead)
        .where(case.c.number == number)
    )


def answerable(connection: Connection, number: str) -> people.Person | None:
    """Who handles the case now: who accepted the lead slip, else its contact A, else the first owner."""
    row = connection.execute(*_answerable(number)).first()
    user = row and (row.accepted_by or row.contact_a or row.first_owner)
    return people.person(connection, user) if user else None


def intake_name(connection: Connection, number: str) -> str:
    """The name of the department that took the case in."""
    group = connection.scalar(select(tables.complaint.c.intake_group).where(tables.complaint.c.number == number))
    name = connection.scalar(select(tables.unit.c.name).where(tables.unit.c.code == group))
    return name or group or ""


def to_customer(
    tx: Transaction,
    number: str,
    name: str,
    *,
    by_post: bool = False,
    secret: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
    letter_id: str | None = None,
    **extra: object,
) -> bool:
    """Send a letter by e-mail or SMS and keep it word for word; without an address, or `by_post`, it is only kept.

    `facts` and `extra` fill places of the template. What `secret` names is in the letter that is sent, and left out of
    the one that is kept; `letter_id` is the id under which it is kept. Tells whether it was sent.
    """
    text, given = template(name), {**dict(facts or {}), **extra}
    known = values(tx.connection, number, tx.now, text.places - given.keys() - dict(secret or {}).keys()) | given
    subject, kept = text.fill(known | dict.fromkeys(secret or (), "******"))
    _, body = text.fill(known | dict(secret or {}))
    channel, address = ("post", "") if by_post else way(tx.connection, number)
    letter_id = letter_id or str(uuid4())
    row = {"id": letter_id, "number": number, "template": name, "channel": channel, "subject": subject, "body": kept}
    rows.add(tx.connection, tables.letter, row | {"by": tx.actor.user, "at": tx.now})
    tx.record(streams.of(number), "letter-written", template=name, channel=channel, letter=letter_id)
    if (channel, address) != NOWHERE:
        clockwork.heard(tx, number, tx.now)
    if address:
        outbox.post(tx, channel, address, subject, body, key=f"letter:{letter_id}", stream=streams.of(number))
    return bool(address)


def way(connection: Connection, number: str) -> tuple[str, str]:
    """By which channel a letter reaches the customer, and at which address; NOWHERE when he has left none."""
    party = connection.execute(*_addresses(number)).one()
    return ("email", party.email) if party.email else ("sms", party.phone) if party.phone else NOWHERE


@prepared
def _addresses(number: Any) -> Any:
    return select(tables.party.c.email, tables.party.c.phone).where(tables.party.c.number == number)


def to_staff(
    tx: Transaction, number: str, name: str, addressees: Iterable[str], *, postscript: str = "", **extra: object
) -> None:
    """Send a notice from a template to user ids and `group:<id>`; customers are never named in it."""
    text = template(name)
    known = values(tx.connection, number, tx.now, text.places - extra.keys()) | {"customer_name": "客户"} | extra
    for addressee in dict.fromkeys(addressees):
        called = _called(tx.connection, addressee)
        subject, body = text.fill(known | {"contact_name": called, "addressee_name": called})
        notices.send(tx, number, name, addressee, subject, f"{body}\n{postscript}".strip())


def _called(connection: Connection, addressee: str) -> str:
    return "" if addressee.startswith("group:") else people.names(connection, [addressee])[addressee]
