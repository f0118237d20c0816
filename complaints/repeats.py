"""Earlier cases of the same customer on the same matter: proposed at registration and review, confirmed by a person.

The same customer has the same telephone or e-mail; the matter is the same when product or subcategory is, or when the
words are alike: the pairs of characters that both texts have in common, as a share of all (Dice, 1945).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, union

from complaints import earlier as before
from complaints import settings, tables
from engine.prepared import prepared

MOST = 20
case, party, words = tables.complaint, tables.party, tables.wording


@dataclass(frozen=True)
class Proposal:
    """An earlier case; `reasons` are codes: product, subcategory, words; `alike` how much of the words is the same."""

    number: str
    subject: str
    stage: str
    received_at: datetime
    reasons: tuple[str, ...]
    alike: Decimal
    withdrawn: bool


def proposals(connection: Connection, number: str) -> list[Proposal]:
    """The earlier cases that a case may be about again, the likeliest first (setting `repeat-days` back)."""
    this = connection.execute(*_this(number)).one()
    phone, email = this.phone or None, this.email or None
    if phone is None and email is None:
        return []
    since = this.received_at - timedelta(days=int(settings.get(connection, "repeat-days")))
    least = Decimal(settings.get(connection, "repeat-likeness"))
    found = [_compare(this, row, least) for row in connection.execute(*_before(number, phone, email, since))]
    return sorted((one for one in found if one.reasons), key=lambda one: (one.alike, one.received_at), reverse=True)


@prepared
def _this(number: Any) -> Any:
    return _known().where(case.c.number == number)


@prepared
def _before(number: Any, phone: Any, email: Any, since: Any) -> Any:
    """Who has left no telephone or no e-mail is nobody's equal by it: nothing equals NULL.

    The customer's own cases are looked up first: an OR over the join would read all cases since then.
    """
    customer = party.alias("customer")
    own = select(customer.c.number)
    own_cases = union(own.where(customer.c.phone == phone), own.where(customer.c.email == email))
    query = _known().where(case.c.number.in_(own_cases), case.c.number < number, case.c.received_at >= since)
    return query.order_by(case.c.received_at.desc(), case.c.number.desc()).limit(MOST)


def _known() -> Select[Any]:
    columns = (case, party.c.phone, party.c.email, func.coalesce(words.c.text, "").label("words"))
    return (
        select(*columns)
        .join(party, party.c.number == case.c.number)
        .outerjoin(words, (words.c.number == case.c.number) & (words.c.kind == "original"))
    )


def _compare(this: Row[Any], row: Row[Any], least: Decimal) -> Proposal:
    share = likeness(this.words, row.words)
    reasons = [name for name in ("product", "subcategory") if getattr(this, name) and _same(this, row, name)]
    if share >= least:
        reasons.append("words")
    withdrawn = row.withdrawn_at is not None
    return Proposal(row.number, row.subject, row.stage, row.received_at, tuple(reasons), share, withdrawn)


def _same(this: Row[Any], row: Row[Any], name: str) -> bool:
    return bool(getattr(this, name) == getattr(row, name))


def likeness(one: str, other: str) -> Decimal:
    """How alike two texts are, from 0 to 1, without regard to spaces, punctuation and case."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return Decimal(0)
    return (Decimal(2 * len(first & second)) / (len(first) + len(second))).quantize(Decimal("0.01"))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(character for character in text.lower() if character.isalnum())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def withdrawn(connection: Connection, number: str) -> list[str]:
    """Those of the earlier cases that the customer has withdrawn, the likeliest first."""
    return [one.number for one in proposals(connection, number) if one.withdrawn]


def earlier(connection: Connection, number: str) -> list[str]:
    """The numbers of the proposals."""
    return [one.number for one in proposals(connection, number)]


def suggested(connection: Connection, number: str) -> dict[str, object]:
    """What the review of a record starts from: the confirmed earlier case, else the likeliest; what was withdrawn."""
    confirmed, found = before.before(connection, number), proposals(connection, number)
    return {
        "earlier_case": confirmed or next((one.number for one in found), None),
        "re_complaint": confirmed is not None,
        "withdrawn_before": next((one.number for one in found if one.withdrawn), None),
    }
