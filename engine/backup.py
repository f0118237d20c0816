"""Backups: the database and the files beside it in one .tar with a manifest, made while the product runs.

The archive is not compressed, so that nothing in it can grow. The manifest comes last, names each part with its
SHA-256 and carries the newest seal, against which the restored history is verified; a MAC covers it where there is a
key. Restoring fills what is empty and never overwrites.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import orjson
import sqlalchemy
from sqlalchemy import make_url

from engine import dump, history, seal, verify
from engine.dump import BackupError
from engine.environment import Environment
from engine.store import Store

FORMAT = 1
DATABASE, FILES, MANIFEST = "database", "files/", "manifest.json"
BLOCK = 2**20
Progress = Callable[[int, int], None]
Manifest = dict[str, Any]


def backup(
    environment: Environment,
    path: Path,
    *,
    folder: Path | None = None,
    files: Iterable[Path] = (),
    progress: Progress | None = None,
) -> Manifest:
    """Write the database and `files` (paths inside `folder`) to the new archive `path` and return its manifest.

    `files` is read after the database was copied, so that a generator misses none of which the copy speaks.
    `progress` is called with bytes done and bytes expected, first for the copy, then for the archive.
    Raises BackupError. Source: security notes, P11.
    """
    if path.exists():
        raise BackupError("Expected a new file for the backup, but '{path}' is there already", path=path)
    progress = progress or _silent
    manifest = _manifest(environment)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as work:
        copy, archive = Path(work, DATABASE), Path(work, "archive")
        dump.copy(environment.store, copy, progress)
        parts = {DATABASE: copy}
        parts |= {FILES + _inside(PurePosixPath(name)).as_posix(): (folder or Path()) / name for name in files}
        archive.touch(mode=0o600)
        with archive.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            manifest["parts"] = _pack(tar, parts, progress)
            manifest["mac"] = _mac(environment.seal_key, manifest)
            content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
            tar.addfile(_member(MANIFEST, len(content)), io.BytesIO(content))
            tar.close()
            os.fsync(file.fileno())
        archive.replace(path)
    return manifest


def restore(
    url: str,
    path: Path,
    *,
    folder: Path | None = None,
    seal_key: bytes = b"",
    progress: Progress | None = None,
) -> verify.Report:
    """Fill the empty database at `url` and `folder` from the archive `path`, then verify the history and report.

    Everything is unpacked and compared with the manifest before anything is put in its place. `progress` is called
    with bytes done and bytes expected. Raises BackupError; what was there stays as it was.
    """
    dump.require_empty(url)
    with _opened(path) as tar:
        members = {member.name: member for member in tar if member.isreg() and not member.issparse()}
        manifest = _read(tar, members, seal_key)
        if manifest["database"] != make_url(url).get_backend_name():
            raise BackupError("Expected a backup of this kind of database, but got {kind}", kind=manifest["database"])
        goals = _goals(manifest, folder)
        with tempfile.TemporaryDirectory(dir=_staging(url, folder), prefix=".restore-") as work:
            unpacked = _unpack(tar, members, manifest["parts"], Path(work), progress or _silent)
            dump.load(url, unpacked[DATABASE])
            for name, goal in goals.items():
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(unpacked[name], goal)
    store = Store(url)
    try:
        return verify.verify(Environment(store, seal_key=seal_key), anchor=manifest["anchor"])
    finally:
        store.close()


def _manifest(environment: Environment) -> Manifest:
    with environment.read() as connection:
        migrated = sqlalchemy.inspect(connection).has_table("alembic_version")
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if migrated else None
    return {
        "format": FORMAT,
        "database": environment.store.database.dialect.name,
        "revision": revision,
        "made_at": history.instant(environment.clock.now()),
        "anchor": seal.anchor(environment),
    }


def _mac(key: bytes, manifest: Mapping[str, Any]) -> str | None:
    content = orjson.dumps({**manifest, "mac": None}, option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, content, hashlib.sha256).hexdigest() if key else None


class _Hashed:
    """A file that is hashed and counted while it is read."""

    def __init__(self, file: IO[bytes], count: Callable[[int], None]) -> None:
        self.file, self.count, self.sha256 = file, count, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.sha256.update(block)
        self.count(len(block))
        return block


def _pack(tar: tarfile.TarFile, parts: Mapping[str, Path], progress: Progress) -> dict[str, Any]:
    count = _counter(sum(path.stat().st_size for path in parts.values()), progress)
    described = {}
    for name, path in parts.items():
        with path.open("rb") as file:
            size, hashed = os.fstat(file.fileno()).st_size, _Hashed(file, count)
            tar.addfile(_member(name, size), hashed)
        described[name] = {"size": size, "sha256": hashed.sha256.hexdigest()}
    return described


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (FileNotFoundError, tarfile.TarError) as error:
        raise BackupError("Expected a backup in '{path}', but found: {reason}", path=path, reason=error) from error


def _read(tar: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo], key: bytes) -> Manifest:
    """The manifest, once the archive holds exactly what it names."""
    if MANIFEST not in members:
        raise BackupError("Expected a complete backup, but it has no manifest")
    manifest: Manifest = orjson.loads(_reader(tar, members[MANIFEST]).read())
    if manifest.get("format") != FORMAT:
        raise BackupError("Expected a backup of format {known}, but got another one", known=FORMAT)
    if key and not hmac.compare_digest(str(manifest["mac"]), str(_mac(key, manifest))):
        raise BackupError("Expected a backup made with this key, but it was made with another one or changed")
    differ = sorted({*manifest["parts"], MANIFEST} ^ set(members))
    if differ or DATABASE not in manifest["parts"]:
        raise BackupError("Expected what the manifest names, but these differ: {names}", names=", ".join(differ))
    return manifest


def _goals(manifest: Manifest, folder: Path | None) -> dict[str, Path]:
    """Where the files go; each to a place of its own inside the folder, where nothing is yet."""
    names = [name for name in manifest["parts"] if name != DATABASE]
    if names and folder is None:
        raise BackupError("Expected a folder for the {count} files of the backup, but got none", count=len(names))
    goals = {name: Path(folder or "", _inside(PurePosixPath(name.removeprefix(FILES)))) for name in names}
    for goal in goals.values():
        if goal.exists():
            raise BackupError("Expected an empty folder to restore into, but '{goal}' is there already", goal=goal)
    return goals


def _inside(path: PurePosixPath) -> PurePosixPath:
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise BackupError("Expected a path inside the folder, but got '{path}'", path=path)
    return path


def _staging(url: str, folder: Path | None) -> Path | None:
    """A place on the disk on which the parts will stay, so that putting them there is a mere renaming."""
    address = make_url(url)
    if folder is None and address.get_backend_name() != "sqlite":
        return None
    place = folder or Path(str(address.database)).parent
    place.mkdir(parents=True, exist_ok=True)
    return place


def _unpack(
    tar: tarfile.TarFile,
    members: Mapping[str, tarfile.TarInfo],
    parts: Mapping[str, Any],
    work: Path,
    progress: Progress,
) -> dict[str, Path]:
    """Write each part to a file of a name of our own, and compare it with the manifest."""
    count = _counter(sum(part["size"] for part in parts.values()), progress)
    unpacked = {}
    for number, (name, part) in enumerate(parts.items()):
        hashed = _Hashed(_reader(tar, members[name]), count)
        unpacked[name] = work / str(number)
        unpacked[name].touch(mode=0o600)
        with unpacked[name].open("wb") as file:
            shutil.copyfileobj(hashed, file, BLOCK)
        if hashed.sha256.hexdigest() != part["sha256"]:
            raise BackupError("Expected '{name}' as the manifest describes it, but it was changed", name=name)
    return unpacked


def _reader(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise BackupError("Expected a file, but '{name}' is none", name=member.name)
    return file


def _counter(total: int, progress: Progress) -> Callable[[int], None]:
    done = 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        progress(done, total)

    return count


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
