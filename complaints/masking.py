"""Personal data are shown masked; who needs them in full says why, and that is recorded (R37; JR/T 0171 appendix A)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from complaints import scope, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Invalid

STAR = "*"
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{8}(\d{3}[0-9Xx])(?![0-9A-Za-z])")
CARD = re.compile(r"(?<![0-9A-Za-z])(\d{6})\d{6,9}(\d{4})(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?![0-9A-Za-z])")
EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


@dataclass(frozen=True)
class Party:
    """The customer; masked unless it comes from `unmask`."""

    name: str
    phone: str
    email: str
    address: str
    id_number: str
    account_number: str
    anonymous: bool


def name(value: str | None) -> str:
    """The family name only: 王**."""
    return value[0] + STAR * min(len(value) - 1, 2) if value else ""


def phone(value: str | None) -> str:
    """The first three and the last four digits: 138****5678."""
    digits = re.sub(r"\D", "", value or "")
    if len(digits) < 8:
        return STAR * len(digits)
    return f"{digits[:3]}{STAR * (len(digits) - 7)}{digits[-4:]}"


def email(value: str | None) -> str:
    """The first character and the domain: w***@example.com."""
    user, at, domain = (value or "").partition("@")
    return f"{user[:1]}***{at}{domain}" if at else ""


def address(value: str | None) -> str:
    """The first six characters, usually province and city."""
    return f"{value[:6]}****" if value else ""


def id_number(value: str | None) -> str:
    """The last four characters."""
    return STAR * 4 + value[-4:] if value else ""


def text(value: str) -> str:
    """Free text without identity, card and mobile numbers and e-mail addresses."""
    value = ID_NUMBER.sub(r"\1********\2", value)
    value = CARD.sub(r"\1******\2", value)
    value = MOBILE.sub(r"\1****\2", value)
    return EMAIL.sub(r"\1***@\2", value)


def reader(connection: Connection, number: str) -> Callable[[str], str]:
    """Masks free text of a case: what `text` finds, and the name and number of its own customer."""
    known = _full(connection, number)
    shown = {
        plain: masked
        for plain, masked in ((known.name, name(known.name)), (known.phone, phone(known.phone)))
        if len(plain) > 1
    }

    def read(value: str) -> str:
        for plain, masked in shown.items():
            value = value.replace(plain, masked)
        return text(value)

    return read


def party(connection: Connection, number: str) -> Party:
    """The customer of a case, masked."""
    full = _full(connection, number)
    return Party(
        name(full.name),
        phone(full.phone),
        email(full.email),
        address(full.address),
        id_number(full.id_number),
        id_number(full.account_number),
        full.anonymous,
    )


def unmask(tx: Transaction, signed_in: SignedIn, number: str, purpose: str) -> Party:
    """The customer in full, for a purpose of at least four characters that is recorded in stream `unmasking`.

    Raises NotFound for a case that the person may not see, Invalid without a purpose.
    """
    scope.require(tx.connection, signed_in, number)
    if len(purpose.strip()) < 4:
        raise Invalid("Expected a purpose for looking at personal data, but got '{purpose}'", purpose=purpose)
    tx.record("unmasking", "unmasked", number=number, purpose=purpose.strip())
    return _full(tx.connection, number)


def _full(connection: Connection, number: str) -> Party:
    table = tables.party
    row = connection.execute(select(table).where(table.c.number == number)).one()
    anonymous = not (row.name or row.phone or row.email or row.address)
    return Party(
        row.name or "",
        row.phone or "",
        row.email or "",
        row.address or "",
        row.id_number or "",
        row.account_number or "",
        anonymous,
    )
