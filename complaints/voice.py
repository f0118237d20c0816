"""The voice of the customer: what they said, word for word and masked, for those who answer for the service (R91)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from complaints import masking, paging, people, scope, tables
from complaints.viewer import SignedIn

LONGEST = 400


@dataclass(frozen=True)
class Quote:
    """The customer's own words in one case; `satisfaction` is how it ended, where it is known."""

    number: str
    text: str
    unit: str | None
    product: str | None
    channel: str
    settled: bool
    satisfaction: str | None
    at: datetime


def quotes(
    connection: Connection,
    viewer: SignedIn,
    unit: str | None = None,
    product: str | None = None,
    after: str | None = None,
    limit: int = 30,
) -> paging.Page[Quote]:
    """The original words of the cases that a supervisor or leader sees, the newest first. Raises Forbidden."""
    viewer.require("supervisor", "leader")
    case, words = tables.complaint, tables.wording
    query = select(case, words.c.text.label("words"))
    query = query.join(words, (words.c.number == case.c.number) & (words.c.kind == "original"))
    query = query.where(scope.visible(connection, viewer))
    if unit:
        query = query.where(case.c.unit.in_(people.below(connection, unit)))
    if product:
        query = query.where(case.c.product == product)

    def quote(row: Row[Any]) -> Quote:
        text = masking.reader(connection, row.number)(row.words)
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        settled = row.process == "on-the-spot"
        return Quote(row.number, shown, row.unit, row.product, row.channel, settled, row.satisfaction, row.received_at)

    return paging.page(connection, query, (case.c.received_at, case.c.number), after, limit, quote, descending=True)
