"""Notes of colleagues on a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from complaints import dossier, scope, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Invalid

LONGEST = 4000


@dataclass(frozen=True)
class NoteRow:
    """A note."""

    id: str
    text: str
    by: str
    at: datetime


def write(tx: Transaction, signed_in: SignedIn, number: str, text: str) -> str:
    """Add a note; returns its id. Raises Invalid when it is empty or too long, NotFound, Forbidden."""
    scope.worker(tx.connection, signed_in, number)
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise Invalid(
            "Expected a note of 1 to {longest} characters, but got {length}", longest=LONGEST, length=len(text)
        )
    note_id = str(uuid4())
    tx.connection.execute(
        insert(tables.note).values(id=note_id, number=number, text=text, by=signed_in.user, at=tx.now)
    )
    dossier.took_part(tx, number, signed_in.user)
    tx.record(streams.of(number), "note-written", note=note_id)
    return note_id


def listed(connection: Connection, number: str) -> list[NoteRow]:
    """The notes on a case, the oldest first."""
    table = tables.note
    columns = [table.c[name] for name in NoteRow.__dataclass_fields__]
    return [
        NoteRow(*row)
        for row in connection.execute(select(*columns).where(table.c.number == number).order_by(table.c.at))
    ]
