"""Files of a case: checked by content, stored under a random name outside the web root, their SHA-256 in the history.

A file is written before the command that refers to it, so that no row ever points to nothing; what a refused command
leaves behind is a file that nothing refers to.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from complaints import scope, streams, tables
from complaints.viewer import SignedIn
from engine.environment import Transaction
from engine.errors import Invalid, NotFound

CHUNK = 64 * 1024
UNPACKED, FILES, RATIO = 50 * 1024 * 1024, 200, 100


@dataclass(frozen=True)
class Upload:
    """A file that was received and stored, not yet part of a case; `field` is the form field it was sent under."""

    field: str
    name: str
    stored: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class EvidenceRow:
    """A file of a case."""

    id: str
    number: str
    field: str | None
    name: str
    size: int
    media_type: str
    sha256: str
    description: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Vault:
    """The folder of stored files."""

    folder: Path
    megabytes: int = 20

    def path(self, stored: str) -> Path:
        """Where a stored file lies; its name comes from `receive`, never from outside."""
        return self.folder / "evidence" / stored[:2] / stored


def receive(vault: Vault, name: str, stream: BinaryIO, field: str = "") -> Upload:
    """Check and store a file of at most `vault.megabytes`. Raises Invalid for a type or content that is not allowed."""
    name = PureWindowsPath(PurePosixPath(name).name).name.strip()[-200:]
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None or not name.isprintable():
        raise Invalid("Expected a file of type {types}, but got '{name}'", types=", ".join(KINDS), name=name)
    stored = secrets.token_hex(16)
    path = vault.path(stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size, most = hashlib.sha256(), 0, vault.megabytes * 1024 * 1024
    with path.open("xb") as target:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:
                break
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if size > most or not size or not kind[1](path):
        path.unlink()
        raise Invalid(
            "Expected a file of up to {limit} MB whose content is what its name says, but '{name}' is not",
            limit=vault.megabytes,
            name=name,
        )
    return Upload(field, name, stored, digest.hexdigest(), size, kind[0])


def _starts(*beginnings: bytes) -> Callable[[Path], bool]:
    def check(path: Path) -> bool:
        with path.open("rb") as file:
            return file.read(16).startswith(beginnings)

    return check


def _text(path: Path) -> bool:
    content = path.read_bytes()
    for encoding in ("utf-8", "gb18030"):
        try:
            return "\0" not in content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False


def _office(path: Path) -> bool:
    """A document of bounded size when unpacked, without macros."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries) or 1
            names = {entry.filename for entry in entries}
    except zipfile.BadZipFile:
        return False
    bounded = len(entries) <= FILES and total <= UNPACKED and total <= packed * RATIO
    return bounded and "[Content_Types].xml" in names and not any("vbaProject" in name for name in names)


Kind = tuple[str, Callable[[Path], bool]]
KINDS: dict[str, Kind] = {
    ".pdf": ("application/pdf", _starts(b"%PDF-")),
    ".jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    ".png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    ".txt": ("text/plain", _text),
    ".eml": ("message/rfc822", _text),
    ".mp3": ("audio/mpeg", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    ".wav": ("audio/wav", _starts(b"RIFF")),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office),
}


def keep(
    tx: Transaction, number: str, uploads: Iterable[Upload], *, task: str | None = None, description: str = ""
) -> list[str]:
    """Make received files part of a case; returns their ids."""
    ids = []
    for upload in uploads:
        ids.append(str(uuid4()))
        tx.connection.execute(
            insert(tables.evidence).values(
                id=ids[-1],
                number=number,
                task_id=task,
                field=upload.field or None,
                name=upload.name,
                stored=upload.stored,
                sha256=upload.sha256,
                size=upload.size,
                media_type=upload.media_type,
                description=description,
                by=tx.actor.user,
                at=tx.now,
            )
        )
        tx.record(
            streams.of(number),
            "evidence-added",
            task=task,
            evidence=ids[-1],
            name=upload.name,
            sha256=upload.sha256,
            size=upload.size,
        )
    return ids


def attach(tx: Transaction, signed_in: SignedIn, number: str, upload: Upload, description: str = "") -> str:
    """Add a received file to a case by hand; returns its id."""
    scope.worker(tx.connection, signed_in, number)
    return keep(tx, number, [upload], description=description)[0]


def listed(connection: Connection, number: str) -> list[EvidenceRow]:
    """The files of a case in the order in which they came."""
    table = tables.evidence
    columns = [table.c[name] for name in EvidenceRow.__dataclass_fields__]
    query = select(*columns).where(table.c.number == number).order_by(table.c.at, table.c.id)
    return [EvidenceRow(*row) for row in connection.execute(query)]


def open_file(vault: Vault, connection: Connection, viewer: SignedIn, evidence_id: str) -> tuple[EvidenceRow, BinaryIO]:
    """A file of a case that `viewer` may see, open for reading. Raises NotFound, also when it is gone from the disk."""
    table = tables.evidence
    row = connection.execute(select(table).where(table.c.id == evidence_id)).first()
    if row is None or not scope.sees(connection, viewer, row.number):
        raise NotFound(what="file", id=evidence_id)
    path = vault.path(row.stored)
    if not path.is_file():
        raise NotFound(what="file", id=evidence_id)
    return EvidenceRow(*(getattr(row, name) for name in EvidenceRow.__dataclass_fields__)), path.open("rb")
