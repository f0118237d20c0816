"""kill -9 of the server while people register complaints in it: whatever was acknowledged is there once, and verifies.

Three kills by default; `HUIYIN_KILLS=50` for the full storm.
"""

from __future__ import annotations

import http.cookiejar
import os
import random
import signal
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from support.server import PASSWORD, Server, answering, free_port, huiyin, stop

from complaints import house, tables
from engine import clock, scheduler, verify
from engine import tables as engine_tables
from engine.environment import Environment

KILLS = int(os.environ.get("HUIYIN_KILLS", "3"))


@dataclass
class Clerk:
    """Signs in once, then registers one complaint after the other, through every restart, until told to stop."""

    server: Server
    user: str
    acknowledged: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def page(self, path: str, data: dict[str, str] | None = None) -> BeautifulSoup:
        body = urllib.parse.urlencode(data).encode() if data else None
        request = urllib.request.Request(self.server.url + path, body, {"Origin": self.server.url})
        with self.opener.open(request, timeout=10) as answer:
            return BeautifulSoup(answer.read(), "html.parser")

    def token(self, path: str) -> str:
        return str(self.page(path).find("meta", attrs={"name": "csrf-token"})["content"])  # type: ignore[index]

    def sign_in(self) -> None:
        token = self.token("/sign-in")
        self.page("/sign-in", {"csrf_token": token, "user": self.user, "password": PASSWORD})

    def work(self) -> None:
        while not self.stopped.is_set():
            try:
                self.register(f"{self.user} {len(self.acknowledged)} {random.random()}")
            except (urllib.error.URLError, HTTPException, OSError):
                self.stopped.wait(0.05)  # the server is being killed or started

    def register(self, demand: str) -> None:
        received = clock.SystemClock().now().astimezone(clock.ZONE) - timedelta(minutes=2)
        fields = {
            "csrf_token": self.token("/register/"),
            "channel": "PHONE",
            "received_at": received.strftime("%Y-%m-%dT%H:%M"),
            "matter_kind": "complaint",
            "urgency": "normal",
            "customer_name": "王小明",
            "customer_phone": "13812345678",
            "verbatim": "柜员态度很差,办业务等了两个小时,还说我填错单子。",
            "demand": demand,
        }
        self.page("/register/ordinary", fields)
        self.acknowledged.append(demand)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def served(request: pytest.FixtureRequest, tmp_path: Path, new_database):
    """A demo bank without a running server, and how to start one."""
    server = Server(free_port(), tmp_path / "var", tmp_path / "log.txt")
    settings = {"port": server.port}
    if request.param == "postgresql":
        settings["database_url"] = new_database("postgresql")

    def start():
        process = huiyin("serve", "--demo", folder=server.folder, log=server.log, **settings)
        answering(process, server)
        return process

    return server, settings.get("database_url", f"sqlite:///{server.database}"), start


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once(served) -> None:
    server, url, start = served
    process = start()
    clerks = [Clerk(server, "lin"), Clerk(server, "mei")]
    for clerk in clerks:
        clerk.sign_in()
    threads = [threading.Thread(target=clerk.work) for clerk in clerks]
    for thread in threads:
        thread.start()
    chance = random.Random(7)
    pause = threading.Event()
    for number in range(KILLS):
        registered(clerks, number + 1, pause)
        pause.wait(chance.uniform(0.1, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start()
    for clerk in clerks:
        clerk.stopped.set()
    for thread in threads:
        thread.join()
    stop(process)
    check(server, url, clerks)


def registered(clerks: list[Clerk], count: int, pause: threading.Event) -> None:
    """Let so many complaints be acknowledged before the next kill, however slow the machine is."""
    for _ in range(600):
        if sum(len(clerk.acknowledged) for clerk in clerks) >= count:
            return
        pause.wait(0.1)
    raise AssertionError(f"expected {count} acknowledged complaints within a minute")


def check(server: Server, url: str, clerks: list[Clerk]) -> None:
    """Each acknowledged complaint is one case with one process that runs; nothing is half there; history verifies."""
    environment = house.environment(url, seal_key=(server.folder / "seal.key").read_bytes())
    with closing(environment.store):
        examine(environment, [demand for clerk in clerks for demand in clerk.acknowledged])


def examine(environment: Environment, acknowledged: list[str]) -> None:
    scheduler.work(environment)
    with environment.read() as connection:
        query = select(tables.field.c.number, tables.field.c.value).where(tables.field.c.name == "demand").distinct()
        told = Counter(row.value.strip('"') for row in connection.execute(query))
        numbers = connection.execute(select(tables.complaint.c.number)).scalars().all()
        root = engine_tables.instance.c
        running = Counter(
            connection.execute(select(root.business_key).where(root.parent_id.is_(None), root.depth == 0)).scalars()
        )
        incidents = connection.execute(select(engine_tables.incident)).all()
    assert len(acknowledged) >= KILLS
    assert [demand for demand in acknowledged if told[demand] != 1] == []
    assert [number for number in numbers if running[number] < 1] == []
    assert incidents == []
    report = verify.verify(environment)
    assert list(map(str, report.breaks)) == []
