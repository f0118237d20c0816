"""Earlier cases of the same customer on the same matter: proposed at registration and review, confirmed by a person.

The same customer has the same telephone or e-mail; the matter is the same when product or subcategory is, or when the
words are alike: the pairs of characters that both texts have in common, as a share of all (Dice, 1945).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from complaints import earlier as before
from complaints import settings, tables

MOST = 20


@dataclass(frozen=True)
class Proposal:
    """An earlier case; `reasons` are codes: product, subcategory, words; `alike` how much of the words is the same."""

    number: str
    subject: str
    stage: str
    received_at: datetime
    reasons: tuple[str, ...]
    alike: Decimal


def proposals(connection: Connection, number: str) -> list[Proposal]:
    """The earlier cases that a case may be about again, the likeliest first (setting `repeat-days` back)."""
    case, party, words = tables.complaint, tables.party, tables.wording
    columns = (case, party.c.phone, party.c.email, func.coalesce(words.c.text, "").label("words"))
    known = (
        select(*columns)
        .join(party, party.c.number == case.c.number)
        .outerjoin(words, (words.c.number == case.c.number) & (words.c.kind == "original"))
    )
    this = connection.execute(known.where(case.c.number == number)).one()
    same = [column == value for column, value in ((party.c.phone, this.phone), (party.c.email, this.email)) if value]
    if not same:
        return []
    window = timedelta(days=int(settings.get(connection, "repeat-days")))
    query = (
        known.where(or_(*same), case.c.number < number, case.c.received_at >= this.received_at - window)
        .order_by(case.c.received_at.desc(), case.c.number.desc())
        .limit(MOST)
    )
    least = Decimal(settings.get(connection, "repeat-likeness"))
    found = [_compare(this, row, least) for row in connection.execute(query)]
    return sorted((one for one in found if one.reasons), key=lambda one: (one.alike, one.received_at), reverse=True)


def _compare(this: Row[Any], row: Row[Any], least: Decimal) -> Proposal:
    share = likeness(this.words, row.words)
    reasons = [name for name in ("product", "subcategory") if getattr(this, name) and _same(this, row, name)]
    if share >= least:
        reasons.append("words")
    return Proposal(row.number, row.subject, row.stage, row.received_at, tuple(reasons), share)


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
    """Those of the earlier cases that the customer has withdrawn, the newest first."""
    case = tables.complaint
    found = earlier(connection, number)
    query = select(case.c.number).where(case.c.number.in_(found), case.c.withdrawn_at.is_not(None))
    kept = set(connection.scalars(query))
    return [one for one in found if one in kept]


def earlier(connection: Connection, number: str) -> list[str]:
    """The numbers of the proposals."""
    return [one.number for one in proposals(connection, number)]


def suggested(connection: Connection, number: str) -> dict[str, object]:
    """What the review of a record starts from: the confirmed earlier case, else the likeliest."""
    confirmed = before.before(connection, number)
    proposed = next(iter(earlier(connection, number)), None)
    return {"earlier_case": confirmed or proposed, "re_complaint": confirmed is not None}
