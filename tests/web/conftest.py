"""A small bank with its pages, and people who use them as a browser does: with cookies and the tokens of the forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from complaints import accounts, house, passwords, people, schema
from engine import calendar, definitions
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM, Environment, Transaction
from web.app import create_app
from web.settings import Settings

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
SECRET = "correct horse battery"
HASH = passwords.hashed(SECRET)
UNITS = (
    ("95566", "客户服务中心", "hotline"),
    ("gonghui", "工会(消保)", "supervision"),
    ("west", "城西支行", "branch"),
    ("east", "城东支行", "branch"),
)
PEOPLE = (
    ("lin", "林晓", "95566", ("handler",), ()),
    ("mei", "梅芳", "95566", ("handler",), ("callback",)),
    ("gao", "高远", "gonghui", ("supervisor",), ()),
    ("wang", "王磊", "west", ("handler",), ()),
    ("zhao", "赵倩", "west", ("handler",), ()),
    ("sun", "孙涛", "west", ("leader",), ()),
    ("qian", "钱立", "east", ("handler",), ()),
    ("he", "何律", "head", ("compliance",), ()),
    ("owner", "刘流程", "head", ("owner",), ()),
    ("admin", "管理员", None, ("administrator",), ()),
)
BY_ROLE = {
    "handler": "lin",
    "supervisor": "gao",
    "leader": "sun",
    "compliance": "he",
    "owner": "owner",
    "administrator": "admin",
}
WORDS = "柜员态度很差,办业务等了两个小时,还说我填错单子,非常不满意。"
COMPLAINT = {
    "channel": "PHONE",
    "received_at": "2026-03-02T09:40",
    "matter_kind": "complaint",
    "urgency": "normal",
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": WORDS,
    "demand": "道歉并改进",
    "branch": "west",
}


def set_up(tx: Transaction) -> None:
    """Units, people, contacts, calendar and the shipped processes."""
    calendar.seed(tx, 2025, 2027)
    people.create_unit(tx, "head", "总行", "head-office")
    for code, name, kind in UNITS:
        people.create_unit(tx, code, name, kind, parent="head")
    for user, name, unit, roles, groups in PEOPLE:
        accounts.create(
            tx, user, name, HASH, unit=unit, phone=f"010-{user}", roles=roles, groups=groups, must_change=False
        )
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for unit, kind, user in (("west", "contact_a", "wang"), ("west", "contact_b", "zhao"), ("west", "leader", "sun")):
        people.appoint(tx, unit, kind, user, since)
    definitions.deploy(tx, "huiyin", house.bundle())


def _prepare(url: str) -> None:
    schema.upgrade(url)
    environment = house.environment(url, clock=TravelClock(MONDAY))
    environment.run(SYSTEM, set_up)
    environment.store.close()


@dataclass
class Page:
    """An answer, and the document in it."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.get_data(as_text=True), "html.parser")

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.html.get_text(" "))

    def shows(self, identity: str) -> bool:
        """Whether the page has the element and does not hide it."""
        return sees(self.html, identity)

    def link(self, text: str) -> str:
        found = [link["href"] for link in self.html.find_all("a", href=True) if text in link.get_text()]
        assert found, f"no link “{text}” on: {self.text[:400]}"
        return str(found[0])


def sees(html: BeautifulSoup, identity: str) -> bool:
    """Whether the document has the element, and nothing around it is hidden."""
    found = html.find(id=identity)
    return found is not None and found.find_parent(attrs={"hidden": True}) is None


@dataclass
class Browser:
    """One person's browser: follows redirects, sends what the forms of a page hold."""

    client: FlaskClient
    page: Page = field(init=False)

    def get(self, path: str, **options: Any) -> Page:
        self.page = Page(self.client.get(path, follow_redirects=True, **options))
        return self.page

    def token(self) -> str:
        """The CSRF token, as any page of this browser carries it."""
        meta = self.page.html.find("meta", attrs={"name": "csrf-token"})
        assert meta is not None, self.page.text[:300]
        return str(meta["content"])

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
        """Post as a plain form does."""
        fields = {"csrf_token": self.token(), **(data or {})}
        self.page = Page(self.client.post(path, data=fields, follow_redirects=True, **options))
        return self.page

    def htmx(self, method: str, path: str, data: dict[str, Any] | None = None) -> Page:
        """What htmx sends: the method itself, the token in a header; the browser stays on its page."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.token()}
        return Page(self.client.open(path, method=method, data=data, headers=headers))

    def sign_in(self, user: str, secret: str = SECRET) -> Page:
        self.get("/sign-in")
        return self.send("/sign-in", {"user": user, "password": secret})

    def register(self, **changes: Any) -> str:
        """Register a complaint on the one screen; its number."""
        self.get("/register/")
        page = self.send("/register/ordinary", {**COMPLAINT, **changes})
        found = re.search(r"TS-\d{4}-\d{6}", page.text)
        assert found, page.text[:800]
        return found.group()

    def task(self, number: str, tab: str = "/inbox/groups") -> str:
        """The address of the first task of a case in a list of the inbox."""
        page = self.get(f"{tab}?text={number}")
        return page.link(number)


@dataclass
class Bank:
    """The application over a fresh database, and its people."""

    app: Flask
    environment: Environment

    @property
    def clock(self) -> TravelClock:
        clock = self.environment.clock
        assert isinstance(clock, TravelClock)
        return clock

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def as_(self, user: str) -> Browser:
        """The browser of somebody who has signed in."""
        browser = self.browser()
        assert browser.sign_in(user).status == 200
        return browser


@pytest.fixture
def bank(new_database: Callable[..., str], tmp_path: Path) -> Iterator[Bank]:
    """The pages over SQLite, the clock at Monday 2026-03-02 10:00 in Shanghai."""
    url = new_database("sqlite", "web-bank", _prepare)
    settings = Settings.load({"HUIYIN_DATA_DIR": str(tmp_path), "HUIYIN_DATABASE_URL": url})
    environment = house.environment(url, clock=TravelClock(MONDAY), seal_key=b"test")
    app = create_app(environment, settings)
    app.testing = True
    yield Bank(app, environment)
    environment.store.close()
