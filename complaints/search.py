"""Finding a case by number, customer, telephone, subject or words of the complaint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, or_, select

from complaints import masking, paging, scope, tables
from complaints.viewer import SignedIn
from engine.columns import FAR

case, party, wording = tables.complaint, tables.party, tables.wording
NUMBER = re.compile(r"TS-\d{4}-\d{1,6}", re.IGNORECASE)
DIGITS = re.compile(r"\+?[\d -]{4,20}")


@dataclass(frozen=True)
class CaseRow:
    """A case in a list of results; the customer masked."""

    number: str
    subject: str
    channel: str
    customer: str
    unit: str | None
    stage: str
    level: int
    time_class: str | None
    received_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


def cases(
    connection: Connection,
    viewer: SignedIn,
    text: str,
    *,
    closed: bool | None = None,
    after: str | None = None,
    limit: int = 50,
) -> paging.Page[CaseRow]:
    """Cases that match and that the viewer may see, the newest first; without a text all of them."""
    query = (
        select(case, party.c.name.label("customer"))
        .join(party, party.c.number == case.c.number)
        .where(scope.visible(connection, viewer))
    )
    if text.strip():
        query = query.where(_matches(text.strip()))
    if closed is not None:
        query = query.where(case.c.closed_at.is_not(None) if closed else case.c.closed_at.is_(None))
    keys = (case.c.received_at, case.c.number)
    return paging.page(connection, query, keys, after, limit, _row, descending=True)


def _matches(text: str) -> ColumnElement[bool]:
    if NUMBER.fullmatch(text):
        return case.c.number.startswith(text.upper(), autoescape=True)
    found = [column.contains(text, autoescape=True) for column in (case.c.number, case.c.subject, party.c.name)]
    if DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        found += [party.c.phone.endswith(digits, autoescape=True), case.c.external == text]
    else:
        said = exists().where(wording.c.number == case.c.number, wording.c.text.contains(text, autoescape=True))
        found += [said, case.c.external == text, case.c.archive_no == text.upper()]
    return or_(*found)


def _row(row: Row[Any]) -> CaseRow:
    values = {name: getattr(row, name) for name in CaseRow.__dataclass_fields__}
    values["customer"] = masking.name(row.customer)
    values["due_at"] = None if row.due_at == FAR else row.due_at
    return CaseRow(**values)
