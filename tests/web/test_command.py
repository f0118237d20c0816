"""`huiyin` from the operator's seat: what it prepares, what it says, with which exit code it ends."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from complaints import house
from engine import definitions, queries
from engine.environment import Actor
from web import cli, start
from web.settings import Settings


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `huiyin init`, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    done = run("init", folder=folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own, with tables and processes."""
    return Path(shutil.copytree(prepared, tmp_path / "var"))


def run(*arguments: str, folder: Path, **environ: str) -> Result:
    """Run the command as a person would, the data in `folder`."""
    settings = {"HUIYIN_DATA_DIR": str(folder), "HUIYIN_DATABASE_URL": "", "LANG": "C", **environ}
    return CliRunner().invoke(cli.main, list(arguments), env=settings)


def test_every_command_explains_itself() -> None:
    names = ["serve", "init", "demo", "deploy", "lint", "test", "import", "simulate", "reconcile", "verify"]
    names += ["backup", "restore", "staff"]
    assert sorted(cli.main.commands) == sorted(names)
    for name in names:
        told = CliRunner().invoke(cli.main, [name, "--help"])
        assert told.exit_code == 0
        assert len(told.output.splitlines()) > 4


def test_init_prepares_once_and_may_be_repeated(data: Path) -> None:
    again = run("init", folder=data)
    assert again.exit_code == 0
    assert "those of the last start" in again.output


def test_other_commands_ask_for_init_first(tmp_path: Path) -> None:
    refused = run("verify", folder=tmp_path)
    assert refused.exit_code == 3
    assert "huiyin init" in refused.output
    assert "Traceback" not in refused.output


def test_errors_speak_the_language_of_the_terminal(tmp_path: Path) -> None:
    refused = run("verify", folder=tmp_path, LANG="zh_CN.UTF-8")
    assert "数据表不存在或版本较旧" in refused.output


def test_wrong_settings_are_all_named(tmp_path: Path) -> None:
    refused = run("init", folder=tmp_path, HUIYIN_PORT="http", HUIYIN_THREADS="0")
    assert refused.exit_code == 3
    assert "HUIYIN_PORT" in refused.output
    assert "HUIYIN_THREADS" in refused.output


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    refused = run("init", folder=file / "var")
    assert refused.exit_code == 3
    assert str(file / "var") in refused.output


def test_verify_is_green_and_names_what_was_changed(data: Path) -> None:
    green = run("verify", "--json", folder=data)
    assert green.exit_code == 0
    facts = json.loads(green.stdout)
    assert facts["ok"] is True
    assert facts["events"] > 0
    assert facts["seconds"] >= 0
    with contextlib.closing(sqlite3.connect(data / "huiyin.db")) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("UPDATE event SET actor = 'nobody' WHERE stream = 'deployment' AND seq = 1")
        database.commit()
    red = run("verify", folder=data)
    assert red.exit_code == 1
    assert "deployment: " in red.output
    assert "event 1" in red.output


def test_deploy_takes_a_folder_as_one_bundle(data: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("deploy", str(empty), folder=data).exit_code == 3
    (empty / "wrong.bpmn").write_text("<not-bpmn/>", encoding="utf-8")
    refused = run("deploy", str(empty), folder=data)
    assert refused.exit_code == 1
    assert "wrong.bpmn" in refused.output


def test_a_backup_comes_back_and_is_verified(data: Path, tmp_path: Path) -> None:
    (data / "evidence" / "ab").mkdir(parents=True)
    (data / "evidence" / "ab" / "abcd").write_bytes(b"a stored file")
    file = tmp_path / "huiyin.backup"
    written = run("backup", str(file), folder=data)
    assert written.exit_code == 0, written.output
    assert run("backup", str(file), folder=data).exit_code == 1, "an older backup is never overwritten"
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(data / "seal.key", other / "seal.key")
    restored = run("restore", str(file), folder=other)
    assert restored.exit_code == 0, restored.output
    assert "nothing was changed" in restored.output
    assert (other / "evidence" / "ab" / "abcd").read_bytes() == b"a stored file"
    assert run("verify", folder=other).exit_code == 0
    assert run("restore", str(file), folder=data).exit_code == 1, "data that are there are never replaced"


def test_a_taken_port_is_one_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run("serve", folder=data, HUIYIN_PORT=port)
    assert refused.exit_code == 3
    assert f"Port {port} of 127.0.0.1 is taken" in refused.output
    assert "HUIYIN_PORT" in refused.output


def test_a_first_start_that_broke_off_is_begun_anew(data: Path) -> None:
    (data / start.UNFINISHED).touch()
    said: list[str] = []
    loaded = Settings.load({"HUIYIN_DATA_DIR": str(data)})
    environment = start.prepare(loaded, demo=False, tell=said.append, bar=cli.progress)
    environment.store.close()
    assert "did not finish" in said[0]
    assert list(data.glob("huiyin.db.unfinished-*"))
    assert not (data / start.UNFINISHED).exists()
    assert run("verify", folder=data).exit_code == 0


def test_a_later_start_keeps_the_data(data: Path) -> None:
    said: list[str] = []
    loaded = Settings.load({"HUIYIN_DATA_DIR": str(data)})
    start.prepare(loaded, demo=True, tell=said.append, bar=cli.progress).store.close()
    assert said == ["The processes are those of the last start."], "no demo bank is put into a database that is in use"


def test_a_restart_never_replaces_what_the_bank_has_deployed(data: Path) -> None:
    loaded = Settings.load({"HUIYIN_DATA_DIR": str(data)})
    environment = start.ready(loaded)
    changed = {**house.bundle(), "note.form": house.bundle()["note.form"] + b"\n"}
    made = environment.run(Actor("admin"), lambda tx: definitions.deploy(tx, "huiyin", changed, "Our own"))
    assert made.new
    assert start.deploy_shipped(environment) == "The bank's own processes stay in force."
    with environment.read() as connection:
        current = {row.deployment_id for row in queries.definitions(connection) if row.is_current}
    environment.store.close()
    assert current == {made.id}


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    nobody = "postgresql://huiyin@127.0.0.1:1/none"
    for command in ("init", "verify", "serve"):
        refused = run(command, folder=tmp_path, HUIYIN_DATABASE_URL=nobody, HUIYIN_PORT="0")
        assert refused.exit_code == 3, refused.output
        assert "The database cannot be used" in refused.output
        assert "Traceback" not in refused.output


def test_reconcile_tells_what_is_wrong_with_which_case(data: Path) -> None:
    clean = run("reconcile", folder=data)
    assert clean.exit_code == 0, clean.output
    assert "0 cases: 0 violations." in clean.output
    with contextlib.closing(sqlite3.connect(data / "huiyin.db")) as database, database:
        row = {
            "number": "TS-2026-000001",
            **dict.fromkeys(("kind", "process", "channel", "registered_by", "subject", "intake_group"), "x"),
            **dict.fromkeys(("received_at", "registered_at", "due_at"), "2026-03-02 02:00:00.000000"),
            "stage": "replied",
            "first_response": "reached",
            "query_hash": "",
        }
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        database.execute(f"INSERT INTO complaint ({names}) VALUES ({places})", row)
    wrong = run("reconcile", "--json", folder=data)
    assert wrong.exit_code == 1
    told = json.loads(wrong.stdout)
    assert (told["cases"], told["ok"]) == (1, False)
    assert [(one["number"], one["code"], one["detail"]) for one in told["violations"]] == [
        ("TS-2026-000001", "owner-missing", ""),
        ("TS-2026-000001", "process-missing", "x"),
    ]
