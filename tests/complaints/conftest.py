"""A small bank with people in it, and the words in which the stories are told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import engine.tables
from complaints import accounts, casework, evidence, house, passwords, people, register, sessions, tables
from complaints.viewer import SignedIn
from engine import calendar, definitions, messages, queries, timers, verify
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM, Environment, Transaction

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
PASSWORD = passwords.hashed("correct horse battery")
UNITS = (
    ("95566", "客户服务中心", "hotline", ()),
    ("gonghui", "工会(消保)", "supervision", ()),
    ("office", "办公室", "office", ()),
    ("discipline", "纪检监察", "discipline", ()),
    ("west", "城西支行", "branch", ()),
    ("east", "城东支行", "branch", ()),
    ("cards", "银行卡部", "department", ("credit-card",)),
)
PEOPLE = (
    ("lin", "林晓", "95566", ("handler",), ()),
    ("mei", "梅芳", "95566", ("handler",), ("callback",)),
    ("gao", "高远", "gonghui", ("supervisor", "handler"), ()),
    ("wang", "王磊", "west", ("handler",), ()),
    ("zhao", "赵倩", "west", ("handler",), ()),
    ("sun", "孙涛", "west", ("leader",), ()),
    ("qian", "钱立", "east", ("handler",), ()),
    ("li", "李敏", "cards", ("handler",), ()),
    ("boss", "周行长", "head", ("leader",), ()),
    ("he", "何律", "head", ("compliance",), ()),
    ("admin", "管理员", None, ("administrator",), ()),
    ("owner", "刘流程", "head", ("owner",), ()),
)
WORDS = "柜员态度很差,办业务等了两个小时,还说我填错单子,非常不满意。"
COMPLAINT: dict[str, Any] = {
    "channel": "PHONE",
    "matter_kind": "complaint",
    "urgency": "normal",
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": WORDS,
    "expected": "礼貌、快捷",
    "demand": "道歉并改进",
    "product": "counter",
    "branch": "west",
}

FACTS = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
ANSWER = "我行已对柜员批评教育,并增设弹性窗口,向您诚恳道歉,感谢您的监督。"
REPORT = {
    "verified_facts": FACTS,
    "justified": "yes",
    "responsibility": "none",
    "no_responsibility_reason": "系高峰期排班不足,非个人责任所致。",
    "lessons": "高峰期排班应与客流预测挂钩,解释应当耐心。",
    "cause_tags": ["SVC_BELOW_STD"],
    "bank_outcome": "yes",
    "actions": [
        {
            "action": "按客流预测调整午间排班",
            "action_owner": "孙涛",
            "action_due": "2026-03-31",
            "action_check": "四月抽查等候时间",
        }
    ],
}
MARKS = {f"mark_{n}": "pass" for n in range(1, 7)}


class Bank:
    """The environment and the people, and what they do."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        self.environment = environment
        self.vault = evidence.Vault(folder)

    @property
    def clock(self) -> TravelClock:
        clock = self.environment.clock
        assert isinstance(clock, TravelClock)
        return clock

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def who(self, user: str) -> SignedIn:
        with self.environment.read() as connection:
            return sessions.person_at_work(connection, user, self.now)

    def register(self, user: str = "lin", **changes: Any) -> register.Receipt:
        person = self.who(user)
        data = {"received_at": self.now, **COMPLAINT, **changes}
        return self.environment.run(person.actor(), lambda tx: register.register(tx, person, data))

    def do(self, user: str, number: str, step: str, *uploads: evidence.Upload, **data: Any) -> None:
        """Complete the open task `step` of a case."""
        person, task = self.who(user), self.task(number, step, user)
        self.environment.run(
            person.actor(), lambda tx: casework.complete_task(tx, person, task.id, data, list(uploads))
        )

    def act(self, user: str, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Run a command `work(tx, person, …)` as a person."""
        person = self.who(user)
        return self.environment.run(person.actor(), lambda tx: work(tx, person, *arguments, **options))

    def ask(self, user: str, query: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Ask `query(connection, person, …)` as a person."""
        person = self.who(user)
        with self.environment.read() as connection:
            return query(connection, person, *arguments, **options)

    def task(self, number: str, step: str, user: str = "") -> queries.TaskView:
        """The open task `step` of a case; of several that of `user`."""
        with self.environment.read() as connection:
            found = [task for task in queries.tasks_of(connection, number) if task.element_id == step]
        assert found, f"{step} is not open, but {self.steps(number)}"
        return next((task for task in found if task.assignee == user), found[0])

    def steps(self, number: str) -> list[str]:
        """The open steps of a case, in order of their names."""
        with self.environment.read() as connection:
            return sorted(task.element_id for task in queries.tasks_of(connection, number))

    def case(self, number: str) -> Any:
        with self.environment.read() as connection:
            return connection.execute(select(tables.complaint).where(tables.complaint.c.number == number)).one()

    def events(self, number: str) -> list[str]:
        table = engine.tables.event
        with self.environment.read() as connection:
            query = select(table.c.kind).where(table.c.stream == f"case:{number}").order_by(table.c.seq)
            return list(connection.scalars(query))

    def travel(self, *, to: datetime | None = None, **delta: float) -> None:
        """Let time pass, firing what becomes due on the way at its own instant."""
        target = to or self.now + timedelta(**delta)
        while (due := timers.next_due(self.environment)) is not None and due <= target:
            self.clock.travel_to(max(due, self.now))
            timers.fire_due(self.environment)
        self.clock.travel_to(target)
        messages.deliver_due(self.environment)

    def first_contact(self, number: str, user: str = "lin", **changes: Any) -> None:
        data = {
            "contact_method": "call",
            "contacted_at": self.now,
            "contact_result": "reached",
            "told_handler": "城西支行",
            "told_until": "2026-03-05",
            "contact_evidence": "REC-1",
        }
        self.do(user, number, "ContactCustomer", **(data | changes))

    def to_distribution(self, number, subcategory="SQ.ATT") -> None:
        self.do("mei", number, "Review", review_checks=["complete", "verbatim"], review_result="ok")
        self.do("mei", number, "Classify", subcategory=subcategory, deviation_reason="按客户原话判断")

    def to_reply(self, number: str, **found: Any) -> None:
        self.to_distribution(number)
        self.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
        self.do("wang", number, "Accept", accept_result="accept", handler="wang")
        self.do(
            "wang",
            number,
            "Investigate",
            investigation_result="done",
            verified_facts=FACTS,
            justified="yes",
            root_cause="service-manner",
            evidence_list="监控录像、询问笔录",
            **found,
        )
        self.do("zhao", number, "Propose", solution="当面道歉,增设弹性窗口,对柜员批评教育。", reply_text=ANSWER)
        self.do("sun", number, "ApproveReply", reply_approval="approve")

    def answered(self) -> str:
        """A complaint of this moment whose customer has his reply; returns its number."""
        number = self.register().number
        self.first_contact(number)
        self.to_reply(number)
        self.reply(number)
        return number

    def reply(self, number: str, **changes: Any) -> None:
        data = {
            "reply_text": ANSWER,
            "reply_contents": ["facts", "basis", "remedies"],
            "reply_channel": "call",
            "replied_at": self.now,
            "reply_evidence": "REC-2",
            "resolved": True,
        }
        self.do("zhao", number, "Reply", **(data | changes))

    def call_back(self, number: str, expectation: int, perception: int, user: str = "mei", **changes: Any) -> None:
        data = {"called_at": self.now, "call_evidence": "REC-3", "expectation": expectation, "perception": perception}
        self.do(user, number, "CallBack", **({"call_result": "answered"} | data | changes))

    def not_reached(self, number: str, user: str = "mei") -> None:
        self.do(user, number, "CallBack", call_result="not-reached", called_at=self.now, call_evidence="REC-4")

    def report(self, number: str, user: str = "wang", **changes: Any) -> None:
        self.do(user, number, "Report", **(REPORT | changes))

    def review_report(self, number: str, **changes: Any) -> None:
        self.do("gao", number, "ReviewReport", **(MARKS | {"report_result": "ok"} | changes))

    def archive(self, number: str) -> None:
        self.do("mei", number, "FileDossier", archive_checks=["register", "reply"])

    def upload(self, name: str, content: bytes, field: str = "") -> evidence.Upload:
        return evidence.receive(self.vault, name, io.BytesIO(content), field)

    def incidents(self) -> list[Any]:
        with self.environment.read() as connection:
            return [(row.element_id, row.message) for row in queries.incidents(connection)]

    def verified(self) -> bool:
        return verify.verify(self.environment).ok


def set_up(tx: Transaction) -> None:
    """Units, people, contacts, calendar and the shipped processes."""
    calendar.seed(tx, 2025, 2027)
    people.create_unit(tx, "head", "总行", "head-office")
    for code, name, kind, products in UNITS:
        people.create_unit(tx, code, name, kind, parent="head", products=products)
    for user, name, unit, roles, groups in PEOPLE:
        accounts.create(
            tx, user, name, PASSWORD, unit=unit, phone=f"010-{user}", roles=roles, groups=groups, must_change=False
        )
    since = datetime(2026, 1, 1, tzinfo=UTC)
    for unit, kind, user in (
        ("west", "contact_a", "wang"),
        ("west", "contact_b", "zhao"),
        ("west", "leader", "sun"),
        ("east", "contact_a", "qian"),
        ("cards", "contact_a", "li"),
        ("head", "leader", "boss"),
    ):
        people.appoint(tx, unit, kind, user, since)
    definitions.deploy(tx, "huiyin", house.bundle())


def _prepare(url: str) -> None:
    environment = house.environment(url, clock=TravelClock(MONDAY))
    tables.metadata.create_all(environment.store.database)
    environment.run(SYSTEM, set_up)
    environment.store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bank(request: pytest.FixtureRequest, new_database: Callable[..., str], tmp_path: Path) -> Iterator[Bank]:
    """The bank, on both databases."""
    url = new_database(request.param, "complaints-bank", _prepare)
    environment = house.environment(url, clock=TravelClock(MONDAY))
    yield Bank(environment, tmp_path)
    environment.store.close()


@pytest.fixture
def new_bank(new_database: Callable[..., str], tmp_path: Path) -> Callable[[], AbstractContextManager[Bank]]:
    """A fresh bank as often as a test wants one, on SQLite."""

    @contextmanager
    def made() -> Iterator[Bank]:
        environment = house.environment(new_database("sqlite", "complaints-bank", _prepare), clock=TravelClock(MONDAY))
        try:
            yield Bank(environment, tmp_path)
        finally:
            environment.store.close()

    return made
