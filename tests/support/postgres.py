"""A PostgreSQL of the tests' own, started from the installed binaries in a temporary folder.

One server serves all workers of a run: whoever needs it first starts it under a file lock. It listens on a socket in
its folder only, belongs to an unprivileged user, never syncs to disk, and goes away with the run: pytest stops it, and
a guardian does so where pytest was killed.
"""

import contextlib
import fcntl
import os
import pwd
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
}


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs: the one on the path, else the newest that is installed."""
    on_path = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for folder in [*on_path, *installed, Path("/usr/local/bin"), Path("/opt/homebrew/bin")]:
        if (folder / "pg_ctl").exists() and (folder / "initdb").exists():
            return folder
    return None


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


@dataclass(frozen=True)
class Server:
    """A running server; `home` holds its data, its log and its socket."""

    home: Path

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database of this server."""
        return f"postgresql+psycopg:///{database}?host={self.home}&user=huiyin"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, empty or a copy of another one, and return its address."""
        self._command("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, also from under those who forgot to disconnect."""
        self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare` has filled, made once for all workers; it must disconnect when done."""
        ready = self.home / f"template-{name}"
        with locked(self.home):
            if not ready.exists():
                self.drop(f"template_{name}")
                prepare(self.create(f"template_{name}"))
                ready.touch()
        return f"template_{name}"

    def _command(self, text: str, *names: str) -> None:
        address = f"host={self.home} user=huiyin dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def running(home: Path, binaries: Path, owner: int) -> Server:
    """The server in `home`, started if it is not running yet; it ends when the process `owner` does."""
    with locked(home):
        if not (home / "data" / "postmaster.pid").exists():
            _start(home, binaries)
            _guard(home, binaries, owner)
    return Server(home)


def stop(home: Path, binaries: Path | None) -> None:
    """Stop the server, if there is one, and remove its folder."""
    if binaries and (home / "data" / "postmaster.pid").exists():
        _run(home, binaries / "pg_ctl", "stop", "-D", home / "data", "-m", "immediate", "-s")
    shutil.rmtree(home, ignore_errors=True)


def _start(home: Path, binaries: Path) -> None:
    account = _account()
    if account:
        os.chown(home, account["user"], account["group"])
    shutil.rmtree(home / "data", ignore_errors=True)  # a start that failed half-way
    making = ("--no-sync", "--no-instructions", "-A", "trust", "-U", "huiyin", "-E", "UTF8", "--locale", "C")
    _run(home, binaries / "initdb", "-D", home / "data", *making)
    with (home / "data" / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
        file.write(f"unix_socket_directories = '{home}'\n")
    _run(home, binaries / "pg_ctl", "start", "-D", home / "data", "-l", home / "log", "-w", "-s")


def _guard(home: Path, binaries: Path, owner: int) -> None:
    if hasattr(os, "pidfd_open"):
        command = [sys.executable, __file__, str(home), str(binaries), str(owner)]
        subprocess.Popen(command, stdin=-3, stdout=-3, stderr=-3, start_new_session=True).returncode = 0


def _run(home: Path, *command: object) -> None:
    """Run one of PostgreSQL's programs; what it said goes into the error, since its log is removed with the folder."""
    with (home / "said").open("w+") as said:  # a file, since a server would keep a pipe open for ever
        done = subprocess.run(list(map(str, command)), stdin=-3, stdout=said, stderr=said, cwd=home, **_account())
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{command[0]} failed: {said.read()}")


def _account() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = names.get("postgres") or names["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


class locked:
    """Hold the lock of a server's folder."""

    def __init__(self, home: Path) -> None:
        self.file = (home / "lock").open("w")

    def __enter__(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        self.file.close()


def _main(home: str, binaries: str, owner: str) -> None:
    with contextlib.suppress(ProcessLookupError):  # it is gone already
        select.select([os.pidfd_open(int(owner))], [], [])
    stop(Path(home), Path(binaries))


if __name__ == "__main__":
    _main(*sys.argv[1:])
