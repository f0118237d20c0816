"""A demo bank: units, people, and cases in every stage, made by the commands that the pages use.

The cases run with a clock of their own through the last week up to the present, so that limits, reminders and histories
look as they would.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from complaints import accounts, catalogue, demo_cases, demo_turns, house, passwords, people, teams
from engine import calendar, definitions
from engine.clock import ZONE, TravelClock
from engine.environment import SYSTEM, Environment, Transaction

Progress = Callable[[int, int], None]
SPAN = timedelta(days=7)

UNITS = (
    ("head", None, "总行", "Head office", "head-office", ""),
    ("95566", "head", "客户服务中心(95566)", "Contact centre (95566)", "hotline", ""),
    ("gonghui", "head", "工会(消费者权益保护)", "Union (consumer protection)", "supervision", ""),
    ("office", "head", "办公室", "Office", "office", ""),
    ("discipline", "head", "纪检监察室", "Discipline inspection", "discipline", ""),
    (
        "retail",
        "head",
        "个人金融部",
        "Retail banking",
        "department",
        "debit-card,credit-card,personal-loan,mortgage,wealth,fund,insurance,precious-metal,mobile-bank,net-bank,"
        "self-service,payment,foreign-exchange,credit-report,collection,personal-data,cash,counter",
    ),
    ("chengnan", "head", "城南支行", "Chengnan branch", "branch", ""),
    ("binjiang", "head", "滨江支行", "Binjiang branch", "branch", ""),
)
PEOPLE = (
    ("admin", "管理员", None, ("administrator",), ()),
    ("owner", "刘流程", "head", ("owner",), ()),
    ("compliance", "何合规", "head", ("compliance",), ()),
    ("president", "周分管", "head", ("leader",), ()),
    ("lin", "林晓", "95566", ("handler",), ()),
    ("mei", "梅芳", "95566", ("handler",), ("callback",)),
    ("luo", "罗组长", "95566", ("handler", "leader"), ()),
    ("gao", "高督办", "gonghui", ("supervisor", "handler"), ()),
    ("hua", "华敏", "gonghui", ("handler", "supervisor"), ("callback",)),
    ("tan", "谭主席", "gonghui", ("leader",), ()),
    ("bai", "白宣", "office", ("handler",), ()),
    ("ma", "马主任", "office", ("handler", "leader"), ()),
    ("ji", "纪正", "discipline", ("handler",), ()),
    ("yan", "严书记", "discipline", ("handler", "leader"), ()),
    ("li", "李敏", "retail", ("handler",), ()),
    ("shen", "沈佳", "retail", ("handler",), ()),
    ("tang", "唐总", "retail", ("leader",), ()),
    ("wang", "王磊", "chengnan", ("handler",), ()),
    ("zhao", "赵倩", "chengnan", ("handler",), ()),
    ("sun", "孙行长", "chengnan", ("leader",), ()),
    ("qian", "钱立", "binjiang", ("handler",), ()),
    ("feng", "冯雪", "binjiang", ("handler",), ()),
    ("shi", "石行长", "binjiang", ("leader",), ()),
)
RESPONSIBLE = {  # unit → contact A, contact B, leader
    "head": ("president", "compliance", "president"),
    "95566": ("lin", "mei", "luo"),
    "gonghui": ("hua", "gao", "tan"),
    "office": ("bai", "ma", "ma"),
    "discipline": ("ji", "yan", "yan"),
    "retail": ("li", "shen", "tang"),
    "chengnan": ("wang", "zhao", "sun"),
    "binjiang": ("qian", "feng", "shi"),
}

TEAMS = (  # code, name, unit, members, channels, who stands in for the channel
    ("hotline", "热线受理组", "95566", ("lin", "mei"), ("PHONE", "EMAIL", "WEB", "CHAT", "SOCIAL"), "luo"),
    ("visits", "信访受理组", "gonghui", ("gao", "hua"), ("VISIT", "LETTER", "BOOK", "FORWARDED"), "tan"),
    ("media", "媒体受理组", "office", ("bai", "ma"), ("MEDIA",), "ma"),
)
SKILLS = ("review", "classify", "distribute")


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo bank; all share one password."""

    user: str
    name: str
    unit: str
    roles: tuple[str, ...]


def load(
    environment: Environment, password: str, *, cases: bool = True, progress: Progress | None = None
) -> list[DemoAccount]:
    """Fill an empty database and return the accounts. Raises Invalid for a weak password, Conflict when filled."""
    password_hash = passwords.hash_password(password)
    now = environment.clock.now()
    environment.run(SYSTEM, lambda tx: _bank(tx, password_hash, now))
    if cases:
        past = replace(environment, clock=TravelClock(now - SPAN))
        demo_cases.play(past, _texts(), until=now, progress=progress)
        demo_turns.play(past)
    names = {unit[0]: unit[2] for unit in UNITS}
    return [DemoAccount(user, name, names.get(unit or "", ""), roles) for user, name, unit, roles, _ in PEOPLE]


def _bank(tx: Transaction, password_hash: str, now: datetime) -> None:
    calendar.seed(tx)
    for code, parent, name, name_en, kind, products in UNITS:
        people.create_unit(tx, code, name, kind, parent=parent, name_en=name_en, products=products.split(","))
    for n, (user, name, unit, roles, groups) in enumerate(PEOPLE):
        phone = f"010-6659-{1000 + n}"
        accounts.create(
            tx, user, name, password_hash, unit=unit, phone=phone, roles=roles, groups=groups, must_change=False
        )
    for code, users in RESPONSIBLE.items():
        for kind, user in zip(("contact_a", "contact_b", "leader"), users, strict=True):
            people.appoint(tx, code, kind, user, now - SPAN - timedelta(days=1))
    _teams(tx)
    _roster(tx, calendar.local_day(now - SPAN))
    definitions.deploy(tx, "huiyin", house.bundle(), "产品自带流程 (shipped with the product)")


def _teams(tx: Transaction) -> None:
    for code, name, unit, members, channels, deputy in TEAMS:
        teams.create(tx, code, name, unit=unit)
        for n, user in enumerate(members):
            teams.put_member(tx, code, user, skills=SKILLS, capacity=30, deputy=members[n - 1])
        for channel in channels:
            teams.assign_channel(tx, channel, code, deputy)


def _roster(tx: Transaction, first: date) -> None:
    """Somebody is on duty in the evenings and at weekends for the next weeks (R28)."""
    for week in range(6):
        monday = first - timedelta(days=first.weekday()) + timedelta(weeks=week)
        begin = datetime.combine(monday + timedelta(days=4), time(18), ZONE)
        people.roster(tx, ("lin", "mei")[week % 2], begin, begin + timedelta(days=2, hours=15))


def _texts() -> list[dict[str, str]]:
    with (catalogue.FOLDER / "demo" / "complaints.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
