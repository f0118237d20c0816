"""The product as a new user starts it: `huiyin serve --demo` in a folder of its own, asked only through its address."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "huiyin-demo-1"
PATIENCE = 120
"""Seconds that a start may take on a busy machine; the demo bank is loaded meanwhile."""
FIRST_PORT, LAST_PORT = 20000, 32000
"""Below the range that the system gives to outgoing connections, so that nobody takes the port before the server."""


@dataclass(frozen=True)
class Server:
    """A running server, the folder of its data, and what it has printed so far."""

    port: int
    folder: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "huiyin.db"

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database, read beside the server."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            return list(database.execute(query, values))

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")


def huiyin(*arguments: str, folder: Path, log: Path, **settings: object) -> subprocess.Popen[bytes]:
    """Start the command with its data in `folder`; what it prints goes into `log`."""
    ours = {f"HUIYIN_{name.upper()}": str(value) for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUIYIN_")}
    with log.open("wb") as sink:
        return subprocess.Popen(
            [Path(sys.executable).with_name("huiyin"), *arguments],
            env={**kept, **ours, "HUIYIN_DATA_DIR": str(folder), "HUIYIN_DEMO_PASSWORD": PASSWORD},
            stdout=sink,
            stderr=subprocess.STDOUT,
        )


def free_port() -> int:
    """A port that nobody listens on now."""
    for port in random.sample(range(FIRST_PORT, LAST_PORT), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no free port was found")


def answering(process: subprocess.Popen[bytes], server: Server) -> Server:
    """Wait until the page is served. Fails with what was printed when the process ends before."""
    for _ in range(PATIENCE * 5):
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            if _serves(server.port):
                return server
        else:
            break
    pytest.fail(f"the server did not start:\n{server.printed}", pytrace=False)


def _serves(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it as Ctrl+C does; by force when it does not listen."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo bank, served for all journeys of this run."""
    home = tmp_path_factory.mktemp("huiyin")
    made = Server(free_port(), home / "var", home / "log.txt")
    process = huiyin("serve", "--demo", folder=made.folder, log=made.log, port=made.port)
    try:
        yield answering(process, made)
    finally:
        stop(process)
