"""People who complain together: five of them speak for all, twenty face to face are a major case (R12, G9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from complaints import directory, letters, masking, streams, tables
from engine import instances
from engine.environment import Transaction

PROCESS = "major-case"
MOST = 5
"""银行业保险业消费投诉处理管理办法, art. 12: a joint complaint face to face has at most five representatives."""
ARTICLE = "《银行业保险业消费投诉处理管理办法》第十二条"


@dataclass(frozen=True)
class Representative:
    """Who speaks for the group, masked; one not `admitted` was refused by article 12."""

    seq: int
    name: str
    phone: str
    admitted: bool


def register(tx: Transaction, number: str, data: Mapping[str, Any]) -> None:
    """Write down a group as it was registered; the diagram `major-case` decides whether it is a major one."""
    head_count = int(data.get("head_count") or 0)
    if head_count:
        case = tables.complaint
        tx.connection.execute(update(case).where(case.c.number == number).values(head_count=head_count))
    _representatives(tx, number, data.get("representatives") or [])
    if head_count:
        known = {"channel": data.get("channel"), "head_count": head_count}
        instances.start_when(tx, known, business_key=number, stream=streams.of(number), key=PROCESS)


def _representatives(tx: Transaction, number: str, given: list[Mapping[str, Any]]) -> None:
    for seq, row in enumerate(given, 1):
        admitted = seq <= MOST
        name, phone = row["representative_name"], row.get("representative_phone") or ""
        values = {"number": number, "seq": seq, "name": name, "phone": phone, "admitted": admitted}
        tx.connection.execute(insert(tables.representative).values(values))
        if not admitted:
            tx.record(streams.of(number), "representative-refused", seq=seq, most=MOST, article=ARTICLE)


def declare_major(tx: Transaction, number: str, head_count: int) -> str | None:
    """Mark the case as major and tell the leaders at once; returns the leader of the head office (G9)."""
    case = tables.complaint
    tx.connection.execute(update(case).where(case.c.number == number).values(major=True))
    tx.record(streams.of(number), "declared-major", head_count=head_count)
    branch = tx.connection.scalar(select(case.c.branch).where(case.c.number == number))
    head = directory.head_office(tx.connection)
    first = directory.leader(tx.connection, head, tx.now) if head else None
    second = directory.leader(tx.connection, branch, tx.now) if branch else None
    told = [user for user in (first, second) if user] + ["group:supervision", "group:office"]
    letters.to_staff(tx, number, PROCESS, told, head_count=head_count)
    return first


def of(connection: Connection, number: str) -> list[Representative]:
    """The representatives of a group, masked."""
    table = tables.representative
    rows = connection.execute(select(table).where(table.c.number == number).order_by(table.c.seq))
    return [Representative(row.seq, masking.name(row.name), masking.phone(row.phone), row.admitted) for row in rows]
