"""Fixtures: fresh databases of both kinds, in a few milliseconds each."""

import contextlib
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import needs, postgres

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
_HOME = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in needs.MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.addinivalue_line("markers", "proves(*requirements): what the test proves, see docs/requirements.md")
    given = getattr(config, "workerinput", None)
    config.stash[_HOME] = Path(given["databases_home"] if given else _new_home())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["databases_home"] = str(node.config.stash[_HOME])  # type: ignore[attr-defined]
    node.workerinput["controller"] = os.getpid()  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        home = config.stash[_HOME]
        postgres.stop(home, needs.postgresql() if (home / "data").exists() else None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marked test is skipped where what it needs is absent."""
    for name in ("postgresql", "browser"):
        if item.get_closest_marker(name):
            {"postgresql": needs.postgresql, "browser": needs.chromium}[name]()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> postgres.Server:
    """The run's PostgreSQL, started by the first test that asks."""
    owner = getattr(pytestconfig, "workerinput", {}).get("controller", os.getpid())
    return postgres.running(pytestconfig.stash[_HOME], needs.postgresql(), owner)


NewDatabase = Callable[..., str]


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Make databases that vanish after the test: `new_database("sqlite" | "postgresql") -> URL`.

    With `template=` a name and `prepare=` a function that fills the database at a URL and disconnects, it is filled
    once in a run and copied, which is faster than creating the tables for every test.
    """
    home = request.config.stash[_HOME]
    made: list[Callable[[], None]] = []

    def new(kind: str, template: str | None = None, prepare: Callable[[str], None] | None = None) -> str:
        name = f"test_{secrets.token_hex(6)}"
        if kind == "sqlite":
            made.append(lambda: _remove(home / f"{name}.db"))
            return _sqlite(home, name, template, prepare)
        server: postgres.Server = request.getfixturevalue("postgres_server")
        made.append(lambda: server.drop(name))
        source = server.template(template, prepare) if template and prepare else "template0"
        return server.create(name, source)

    yield new
    for drop in made:
        drop()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """A fresh empty database; the test runs once on SQLite and once on PostgreSQL."""
    return new_database(request.param)


@pytest.fixture
def sqlite_url(new_database: NewDatabase) -> str:
    """A fresh empty SQLite database in a file."""
    return new_database("sqlite")


def _sqlite(home: Path, name: str, template: str | None, prepare: Callable[[str], None] | None) -> str:
    path = home / f"{name}.db"
    if template and prepare:
        source, building = home / f"template-{template}.db", home / f"building-{template}.db"
        with postgres.locked(home):
            if not source.exists():
                _remove(building)  # one that another worker failed to fill
                prepare(f"sqlite:///{building}")
                with contextlib.closing(sqlite3.connect(building)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                building.rename(source)
        shutil.copyfile(source, path)
    return f"sqlite:///{path}"


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _new_home() -> str:
    """A folder named after this process; those of processes that were killed are swept away."""
    parent = _fast() or tempfile.gettempdir()
    for folder in Path(parent).glob("huiyin-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"huiyin-{os.getpid()}-", dir=parent)


def _fast() -> str | None:
    """A folder in memory where there is a roomy one: making a database is six times as fast there as on a slow disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**31
    return str(memory) if roomy else None
