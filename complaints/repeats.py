"""Earlier cases of the same customer on the same matter."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, and_, or_, select

from complaints import tables

WINDOW = timedelta(days=180)


def withdrawn(connection: Connection, number: str) -> list[str]:
    """Those of the earlier cases that the customer has withdrawn, the newest first."""
    case = tables.complaint
    found = earlier(connection, number)
    query = select(case.c.number).where(case.c.number.in_(found), case.c.withdrawn_at.is_not(None))
    kept = set(connection.scalars(query))
    return [one for one in found if one in kept]


def earlier(connection: Connection, number: str) -> list[str]:
    """Numbers of cases of the last 180 days with the same telephone or e-mail and the same product or subcategory."""
    case, party = tables.complaint, tables.party
    this = connection.execute(
        select(case, party.c.phone, party.c.email)
        .join(party, party.c.number == case.c.number)
        .where(case.c.number == number)
    ).one()
    same_customer = [
        column == value for column, value in ((party.c.phone, this.phone), (party.c.email, this.email)) if value
    ]
    same_matter = [
        column == value
        for column, value in ((case.c.product, this.product), (case.c.subcategory, this.subcategory))
        if value
    ]
    if not same_customer or not same_matter:
        return []
    query = (
        select(case.c.number)
        .join(party, party.c.number == case.c.number)
        .where(and_(or_(*same_customer), or_(*same_matter)))
        .where(case.c.number < number)
        .where(case.c.received_at >= this.received_at - WINDOW)
        .order_by(case.c.received_at.desc())
        .limit(20)
    )
    return list(connection.scalars(query))
