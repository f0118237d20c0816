"""The tests' own databases: fresh, fast, apart from each other, gone afterwards."""

import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy
from support import needs, postgres


def _run(url: str, statement: str) -> object:
    database = sqlalchemy.create_engine(url)
    with database.begin() as connection:
        result = connection.exec_driver_sql(statement)
        answer = result.scalar() if result.returns_rows else None
    database.dispose()
    return answer


@pytest.mark.parametrize("round", [1, 2])
def test_each_test_gets_an_empty_database(database_url: str, round: int) -> None:
    _run(database_url, "CREATE TABLE note (text TEXT)")


def test_two_databases_of_one_test_are_apart(new_database, postgres_server) -> None:
    first, second = new_database("postgresql"), new_database("postgresql")
    _run(first, "CREATE TABLE note (text TEXT)")
    _run(second, "CREATE TABLE note (text TEXT)")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_prepared_database_is_filled_once_and_copied(new_database, kind: str) -> None:
    calls: list[str] = []

    def prepare(url: str) -> None:
        calls.append(url)
        _run(url, "CREATE TABLE note (text TEXT)")

    urls = [new_database(kind, template="prepared_once", prepare=prepare) for _ in range(2)]
    for url in urls:
        assert _run(url, "SELECT count(*) FROM note") == 0
        _run(url, "INSERT INTO note VALUES ('only here')")
    assert len(calls) <= 1


def test_the_server_ends_with_its_owner_even_when_that_is_killed() -> None:
    binaries = needs.postgresql()
    home = Path(tempfile.mkdtemp(prefix="huiyin-"))
    owner = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    postgres.running(home, binaries, owner.pid)
    server = int((home / "data" / "postmaster.pid").read_text().split()[0])
    watched = os.pidfd_open(server)
    owner.kill()
    owner.communicate()
    ready, _, _ = select.select([watched], [], [], 20)
    os.close(watched)
    assert ready, "Expected the server to be stopped with its owner, but it is still there."


def test_an_absent_program_is_a_skip_and_in_continuous_integration_a_failure(monkeypatch) -> None:
    monkeypatch.delenv("HUIYIN_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        needs.missing("no browser")
    monkeypatch.setenv("HUIYIN_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        needs.missing("no browser")
