"""Backups: made while others write, whole or refused, and restored only into what is empty."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import backup, dump, seal, tables
from engine.clock import TravelClock
from engine.environment import Actor, Environment
from engine.store import Store

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
KEY = b"a key of thirty-two bytes, no less"


@pytest.fixture
def environment(database_url: str) -> Iterator[Environment]:
    store = Store(database_url)
    environment = _prepared(store)
    yield environment
    store.close()


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Environment]:
    store = Store(sqlite_url)
    yield _prepared(store)
    store.close()


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "录音.wav").write_bytes(b"sound" * 1000)
    (folder / "letter.pdf").write_bytes(b"")
    return folder


@pytest.fixture
def empty(environment: Environment, new_database: Callable[[str], str]) -> str:
    return new_database(environment.store.database.dialect.name)


def _prepared(store: Store) -> Environment:
    tables.metadata.create_all(store.database)
    environment = Environment(store, clock=TravelClock(START), seal_key=KEY)
    _note(environment)
    seal.seal(environment)
    _note(environment)
    return environment


def _note(environment: Environment) -> None:
    environment.run(Actor("li"), lambda tx: tx.record("case:1", "noted", text="已联系客户"))


def _url(environment: Environment) -> str:
    return environment.store.database.url.render_as_string(hide_password=False)


def _files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _count(url: str) -> int:
    store = Store(url)
    with store.read() as connection:
        count = connection.execute(select(func.count()).select_from(tables.event)).scalar_one()
    store.close()
    return count


def test_what_was_backed_up_comes_back_and_is_verified(environment, empty: str, evidence: Path, tmp_path: Path) -> None:
    made: list[tuple[int, int]] = []
    unpacked: list[tuple[int, int]] = []
    archive = tmp_path / "first.tar"
    manifest = backup.backup(
        environment, archive, folder=evidence, files=_files(evidence), progress=lambda *step: made.append(step)
    )
    folder = tmp_path / "restored"
    report = backup.restore(empty, archive, folder=folder, seal_key=KEY, progress=lambda *step: unpacked.append(step))

    assert (report.ok, report.events) == (True, 2)
    assert _files(folder) == _files(evidence)
    assert (folder / "ab" / "录音.wav").read_bytes() == b"sound" * 1000
    assert made[-1][0] == made[-1][1] > 0
    assert unpacked[-1][0] == unpacked[-1][1] > 0
    assert manifest["anchor"] == seal.anchor(environment)
    assert manifest["made_at"] == "2026-03-02T01:30:00.000000+00:00"
    assert sorted(manifest["parts"]) == ["database", "files/ab/录音.wav", "files/letter.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence", "first.tar", "restored"]
    assert archive.stat().st_mode & 0o077 == 0, "nobody else may read it"


def test_the_restored_database_works_on(environment: Environment, empty: str, tmp_path: Path) -> None:
    backup.backup(environment, tmp_path / "first.tar")
    backup.restore(empty, tmp_path / "first.tar", seal_key=KEY)
    store = Store(empty)
    _note(Environment(store, clock=TravelClock(START), seal_key=KEY))
    store.close()
    assert _count(empty) == 3


def test_the_schema_revision_is_noted(environment: Environment, tmp_path: Path) -> None:
    assert backup.backup(environment, tmp_path / "before.tar")["revision"] is None
    with environment.store.database.connect() as connection:
        connection.execution_options(write=True)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0007')")
        connection.commit()
    assert backup.backup(environment, tmp_path / "after.tar")["revision"] == "0007"


def test_a_backup_holds_one_instant_although_others_write(
    on_sqlite: Environment, new_database, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(dump, "PAGES", 1)
    steps: list[int] = []

    def write(done: int, total: int) -> None:
        steps.append(done)
        if len(steps) < 20:
            _note(on_sqlite)

    backup.backup(on_sqlite, tmp_path / "first.tar", progress=write)
    empty = new_database("sqlite")
    assert backup.restore(empty, tmp_path / "first.tar", seal_key=KEY).ok
    assert _count(empty) == 2
    assert _count(_url(on_sqlite)) == 21


def test_backups_beside_a_writer_all_restore_whole(environment: Environment, new_database, tmp_path: Path) -> None:
    enough = threading.Event()

    def write() -> None:
        while not enough.is_set():
            _note(environment)
            seal.seal(environment)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            backup.backup(environment, tmp_path / f"{n}.tar")
    finally:
        enough.set()
        writer.join()
    for n in range(3):
        report = backup.restore(
            new_database(environment.store.database.dialect.name), tmp_path / f"{n}.tar", seal_key=KEY
        )
        assert report.ok, report.breaks


def test_a_restored_history_that_was_changed_before_is_named(environment, empty: str, tmp_path: Path) -> None:
    with environment.store.database.connect() as connection:
        connection.execution_options(write=True)
        connection.exec_driver_sql("UPDATE event SET actor = 'wang' WHERE seq = 1")
        connection.commit()
    backup.backup(environment, tmp_path / "first.tar")
    report = backup.restore(empty, tmp_path / "first.tar", seal_key=KEY)
    assert [(found.stream, found.seq) for found in report.breaks] == [("case:1", 1)]


def test_files_are_listed_after_the_database_was_copied(on_sqlite: Environment, evidence: Path, tmp_path: Path) -> None:
    copied: list[int] = []

    def files() -> Iterator[Path]:
        assert copied
        yield Path("letter.pdf")

    manifest = backup.backup(
        on_sqlite, tmp_path / "first.tar", folder=evidence, files=files(), progress=lambda done, _: copied.append(done)
    )
    assert "files/letter.pdf" in manifest["parts"]


def test_a_database_with_data_is_not_overwritten(environment: Environment, tmp_path: Path) -> None:
    backup.backup(environment, tmp_path / "first.tar")
    with pytest.raises(backup.BackupError, match="Expected an empty database"):
        backup.restore(_url(environment), tmp_path / "first.tar", seal_key=KEY)
    assert _count(_url(environment)) == 2


def test_a_left_log_of_an_older_database_is_not_played_back(on_sqlite: Environment, tmp_path: Path) -> None:
    backup.backup(on_sqlite, tmp_path / "first.tar")
    (tmp_path / "new.db-wal").write_bytes(b"old pages")
    with pytest.raises(backup.BackupError, match="Expected an empty database"):
        backup.restore(f"sqlite:///{tmp_path}/new.db", tmp_path / "first.tar", seal_key=KEY)


def test_files_are_not_overwritten_and_nothing_is_restored_then(on_sqlite, evidence: Path, tmp_path: Path) -> None:
    backup.backup(on_sqlite, tmp_path / "first.tar", folder=evidence, files=_files(evidence))
    new = tmp_path / "new.db"
    with pytest.raises(backup.BackupError, match="Expected an empty folder"):
        backup.restore(f"sqlite:///{new}", tmp_path / "first.tar", folder=evidence, seal_key=KEY)
    with pytest.raises(backup.BackupError, match="Expected a folder for the 2 files"):
        backup.restore(f"sqlite:///{new}", tmp_path / "first.tar", seal_key=KEY)
    assert not new.exists()


def test_a_backup_is_not_overwritten(on_sqlite: Environment, tmp_path: Path) -> None:
    (tmp_path / "first.tar").write_text("mine")
    with pytest.raises(backup.BackupError, match="is there already"):
        backup.backup(on_sqlite, tmp_path / "first.tar")
    assert (tmp_path / "first.tar").read_text() == "mine"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b"])
def test_only_files_of_the_folder_are_taken(on_sqlite: Environment, evidence: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(backup.BackupError, match="inside the folder"):
        backup.backup(on_sqlite, tmp_path / "first.tar", folder=evidence, files=[Path(name)])
    assert not (tmp_path / "first.tar").exists()


def _rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive as an intruder without the key would write it anew."""
    with tarfile.open(archive) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar}
    change(parts)
    target = archive.with_name("rewritten.tar")
    with tarfile.open(target, "w") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target


def _manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def edit(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        change(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    return edit


def _swap_letter(parts: dict[str, bytes]) -> None:
    parts["files/letter.pdf"] = b"another"


def _outside(manifest: dict[str, Any]) -> None:
    manifest["parts"]["files/../../x"] = manifest["parts"]["files/letter.pdf"]


def _outside_parts(parts: dict[str, bytes]) -> None:
    parts["files/../../x"] = b""
    _manifest(_outside)(parts)


CHANGES = [
    (_swap_letter, "'files/letter.pdf' as the manifest describes it", KEY),
    (lambda parts: parts.pop("files/letter.pdf"), "these differ: files/letter.pdf", KEY),
    (lambda parts: parts.update(extra=b""), "these differ: extra", KEY),
    (lambda parts: parts.pop("manifest.json"), "no manifest", KEY),
    (_manifest(lambda manifest: manifest.update(made_at="2027")), "made with another one or changed", KEY),
    (_manifest(lambda manifest: manifest.update(mac=None)), "made with another one or changed", KEY),
    (_manifest(lambda manifest: manifest.update(format=2)), "of format 1", KEY),
    (_manifest(lambda manifest: manifest.update(database="oracle")), "got oracle", b""),
    (_outside_parts, "inside the folder", b""),
]


@pytest.mark.parametrize(("change", "message", "key"), CHANGES)
def test_a_changed_backup_is_refused(on_sqlite, evidence, tmp_path: Path, change, message: str, key: bytes) -> None:
    archive = tmp_path / "first.tar"
    backup.backup(on_sqlite, archive, folder=evidence, files=_files(evidence))
    target, folder = tmp_path / "new" / "huiyin.db", tmp_path / "new" / "evidence"
    with pytest.raises(backup.BackupError, match=message):
        backup.restore(f"sqlite:///{target}", _rewritten(archive, change), folder=folder, seal_key=key)
    assert not target.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("size", [0, 10, 1000, 20_000])
def test_a_torn_backup_is_refused(on_sqlite: Environment, tmp_path: Path, size: int) -> None:
    archive = tmp_path / "first.tar"
    backup.backup(on_sqlite, archive)
    archive.write_bytes(archive.read_bytes()[:size])
    with pytest.raises(backup.BackupError, match="Expected"):
        backup.restore(f"sqlite:///{tmp_path}/new.db", archive)
    assert not (tmp_path / "new.db").exists()


def test_a_backup_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(backup.BackupError, match=r"none\.tar"):
        backup.restore(f"sqlite:///{tmp_path}/new.db", tmp_path / "none.tar")


def test_an_archive_that_would_grow_is_not_unpacked(on_sqlite: Environment, tmp_path: Path) -> None:
    """A sparse member of a few bytes may claim any size; such members are not seen at all."""
    archive = tmp_path / "first.tar"
    backup.backup(on_sqlite, archive)
    with tarfile.open(archive, "a") as tar:
        member = tarfile.TarInfo("huge")
        member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.size": str(2**40), "GNU.sparse.map": "0,0"}
        tar.addfile(member)
    assert backup.restore(f"sqlite:///{tmp_path}/new.db", archive, seal_key=KEY).ok


@pytest.mark.parametrize("start", [0, 4096])
def test_a_damaged_database_in_a_backup_is_refused(on_sqlite: Environment, tmp_path: Path, start: int) -> None:
    path = tmp_path / "damaged"
    dump.copy(on_sqlite.store, path, lambda done, total: None)
    content = bytearray(path.read_bytes())
    content[start:] = bytes(len(content) - start)
    path.write_bytes(content)
    with pytest.raises(dump.BackupError, match="Expected a sound database in the backup"):
        dump.load(f"sqlite:///{tmp_path}/new.db", path)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.postgresql
def test_without_the_programs_of_postgresql_there_is_a_clear_error(new_database, tmp_path: Path, monkeypatch) -> None:
    store = Store(new_database("postgresql"))
    environment = _prepared(store)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(backup.BackupError, match="Expected the program pg_dump of PostgreSQL on the path"):
        backup.backup(environment, tmp_path / "first.tar")
    assert list(tmp_path.iterdir()) == []
    store.close()


@pytest.mark.postgresql
def test_what_postgresql_says_is_passed_on(new_database, tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("no dump")
    with pytest.raises(dump.BackupError, match=r"pg_restore failed: .*valid archive"):
        dump.load(new_database("postgresql"), tmp_path / "dump")
