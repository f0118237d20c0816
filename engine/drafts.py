"""Drafts: whole bundles that one person changes file by file before they are proposed (engine/proposals.py).

A draft begins as a copy of a deployment. It belongs to who made it; for everybody else it does not exist. Files are
read as carefully as in a deployment, but may still be wrong in what they say: lint tells that, and a proposal asks it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from engine import bundle as bundles
from engine import dmn, queries, xml
from engine.bpmn import dialect
from engine.environment import Transaction
from engine.errors import Conflict, Invalid, NotFound, Problem
from engine.proposal_table import draft_bundle, draft_file
from forms import source

FILES = 200
NAME = re.compile(r"\w[\w.-]{0,99}\.(bpmn|dmn|form)")


@dataclass(frozen=True)
class Draft:
    """A draft without its files; `based_on` is the id of the deployment it began as."""

    id: str
    name: str
    owner: str
    based_on: str | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class DraftFile:
    """One file; `revision` grows with every save."""

    name: str
    kind: str
    content: bytes
    revision: int


def create(tx: Transaction, name: str, based_on: str | None) -> str:
    """Begin a draft as a copy of the deployment `based_on`, or empty; returns its id. Raises NotFound, Invalid."""
    _title(name)
    files: Mapping[str, bytes] = {}
    if based_on is not None:
        files = queries.files(tx.connection, based_on)
        if not files:
            raise NotFound(what="deployment", id=based_on)
    draft_id = str(uuid4())
    row = {"id": draft_id, "name": name, "owner": tx.actor.user, "based_on": based_on}
    tx.connection.execute(insert(draft_bundle), row | {"created_at": tx.now, "changed_at": tx.now})
    rows = [{"draft_id": draft_id, "name": file, "content": content} for file, content in files.items()]
    if rows:
        tx.connection.execute(insert(draft_file), rows)
    return draft_id


def rename(tx: Transaction, draft_id: str, name: str) -> None:
    """Give the draft another name."""
    _title(name)
    _own(tx, draft_id)
    tx.connection.execute(update(draft_bundle).where(draft_bundle.c.id == draft_id).values(name=name))


def discard(tx: Transaction, draft_id: str) -> None:
    """Throw the draft away; what was proposed from it stays."""
    _own(tx, draft_id)
    tx.connection.execute(delete(draft_file).where(draft_file.c.draft_id == draft_id))
    tx.connection.execute(delete(draft_bundle).where(draft_bundle.c.id == draft_id))


def put(tx: Transaction, draft_id: str, name: str, content: bytes) -> None:
    """Add a file or replace it, whatever its revision. Raises Invalid for a name or content that is not accepted."""
    accept(name, content)
    _own(tx, draft_id)
    if _changed(tx, draft_id, name, content, None):
        return
    names = tx.connection.scalars(select(draft_file.c.name).where(draft_file.c.draft_id == draft_id)).all()
    if len(names) >= FILES:
        raise Invalid("Expected at most {limit} files in a bundle", limit=FILES)
    tx.connection.execute(insert(draft_file).values(draft_id=draft_id, name=name, content=content))


def save(tx: Transaction, draft_id: str, name: str, content: bytes, *, base: int, writer: str) -> int:
    """Save what an editor holds and return the new revision.

    `base` is the revision the editor began with, `writer` the window it runs in. Raises Conflict when another window
    has saved meanwhile, so that nobody's work is overwritten in silence.
    """
    accept(name, content)
    _own(tx, draft_id)
    found = _row(tx.connection, draft_id, name)
    if found.revision != base and found.writer != writer:
        raise Conflict("'{name}' was changed in another window; open it again before you go on", name=name)
    _changed(tx, draft_id, name, content, writer)
    return int(found.revision) + 1


def _changed(tx: Transaction, draft_id: str, name: str, content: bytes, writer: str | None) -> bool:
    values = {"content": content, "revision": draft_file.c.revision + 1, "writer": writer}
    changed = tx.connection.execute(
        update(draft_file).where(draft_file.c.draft_id == draft_id, draft_file.c.name == name).values(values)
    )
    return changed.rowcount == 1


def rename_file(tx: Transaction, draft_id: str, name: str, new: str) -> None:
    """Give a file another name of the same kind. Raises Conflict when it is taken."""
    _named(new)
    if bundles.kind_of(name) != bundles.kind_of(new):
        raise Invalid("Expected a name that ends like '{name}', but got '{new}'", name=name, new=new)
    _own(tx, draft_id)
    _row(tx.connection, draft_id, name)
    taken = select(draft_file.c.name).where(draft_file.c.draft_id == draft_id, draft_file.c.name == new)
    if new != name and tx.connection.scalar(taken) is not None:
        raise Conflict("There is a file '{name}' already", name=new)
    tx.connection.execute(
        update(draft_file).where(draft_file.c.draft_id == draft_id, draft_file.c.name == name).values(name=new)
    )


def remove_file(tx: Transaction, draft_id: str, name: str) -> None:
    """Take a file out of the draft."""
    _own(tx, draft_id)
    _row(tx.connection, draft_id, name)
    tx.connection.execute(delete(draft_file).where(draft_file.c.draft_id == draft_id, draft_file.c.name == name))


def accept(name: str, content: bytes) -> None:
    """Raise Invalid unless the content is safe to read and of the kind that the name says."""
    _named(name)
    kind = bundles.kind_of(name)
    if kind == "form":
        problems: list[Any] = []
        source.load(content, problems)
        if problems:
            told = tuple(Problem(name, problem.template, dict(problem.parameters)) for problem in problems)
            raise Invalid("The form '{name}' cannot be read", told, name=name)
    else:
        xml.read(content, frozenset({dialect.ROOT}) if kind == "bpmn" else dmn.ROOTS)


def _named(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Invalid(
            "Expected a file name like 'approval.bpmn', 'limits.dmn' or 'review.form', but got '{name}'", name=name
        )


def _title(name: str) -> None:
    if not name.strip() or len(name) > 100:
        raise Invalid("Expected a name of 1 to 100 characters")


def _own(tx: Transaction, draft_id: str) -> None:
    """Lock the draft and note that it changes. Raises NotFound unless it is the actor's."""
    mine = update(draft_bundle).where(draft_bundle.c.id == draft_id, draft_bundle.c.owner == tx.actor.user)
    if tx.connection.execute(mine.values(changed_at=tx.now)).rowcount != 1:
        raise NotFound(what="draft", id=draft_id)


def _row(connection: Connection, draft_id: str, name: str) -> Any:
    query = select(draft_file).where(draft_file.c.draft_id == draft_id, draft_file.c.name == name)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(what="file", id=name)
    return row


def listed(connection: Connection, owner: str) -> list[Draft]:
    """The drafts of a person, the one changed last first."""
    query = select(draft_bundle).where(draft_bundle.c.owner == owner).order_by(draft_bundle.c.changed_at.desc())
    return [_draft(row) for row in connection.execute(query.limit(200))]


def get(connection: Connection, draft_id: str, owner: str) -> Draft:
    """One's own draft. Raises NotFound."""
    query = select(draft_bundle).where(draft_bundle.c.id == draft_id, draft_bundle.c.owner == owner)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(what="draft", id=draft_id)
    return _draft(row)


def _draft(row: Any) -> Draft:
    return Draft(**{name: getattr(row, name) for name in Draft.__dataclass_fields__})


def file(connection: Connection, draft_id: str, name: str) -> DraftFile:
    """One file of a draft. Raises NotFound."""
    row = _row(connection, draft_id, name)
    return DraftFile(row.name, bundles.kind_of(row.name), bytes(row.content), row.revision)


def files(connection: Connection, draft_id: str) -> dict[str, bytes]:
    """All files of a draft by name."""
    query = select(draft_file.c.name, draft_file.c.content).where(draft_file.c.draft_id == draft_id)
    return {row.name: bytes(row.content) for row in connection.execute(query.order_by(draft_file.c.name))}
