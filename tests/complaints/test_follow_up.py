"""Visits after closure: planned by class, escalated when missed, given up after three attempts (R56)."""

from datetime import datetime

import pytest
from sqlalchemy import select

from complaints import aftercare, casework, tables
from engine.clock import ZONE
from engine.errors import Forbidden

DAY_30 = datetime(2026, 4, 1, 9, 0, tzinfo=ZONE)
MISSED = datetime(2026, 4, 8, tzinfo=ZONE)
"""The end of the third working day after 1 April; 6 April is a holiday."""
SAID = {"promise_kept": "none", "visit_note": "客户表示满意"}


@pytest.fixture
def closed(bank):
    number = bank.register(complained_person="王磊").number
    bank.first_contact(number)
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("zhao", number, "Accept", accept_result="accept", handler="zhao")
    facts = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
    found = {"justified": "yes", "root_cause": "service-manner", "evidence_list": "监控录像、询问笔录"}
    bank.do("zhao", number, "Investigate", investigation_result="done", verified_facts=facts, **found)
    bank.do("zhao", number, "Propose", solution="当面道歉,增设弹性窗口,对柜员批评教育。", reply_text="您好" * 20)
    bank.do("sun", number, "ApproveReply", reply_approval="approve")
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number, user="zhao")
    bank.review_report(number)
    bank.archive(number)
    return number


def visits(bank, number):
    with bank.environment.read() as connection:
        shown = aftercare.of(bank.environment, connection, bank.who("gao"), number, bank.now)
    return [(visit.days, visit.result, visit.findings) for visit in shown.visits]


def told(bank):
    table = tables.notice
    with bank.environment.read() as connection:
        rows = connection.execute(select(table.c.value, table.c.at).where(table.c.template == "visit-missed"))
        return sorted((row.value, row.at) for row in rows)


@pytest.mark.proves("R56")
def test_not_by_the_person_complained_of_and_escalated_when_missed(bank, closed):
    bank.travel(to=DAY_30)
    task = bank.task(closed, "Visit")
    assert (task.assignee, task.due_at) == ("zhao", MISSED)
    with pytest.raises(Forbidden):
        bank.act("zhao", casework.assign, task.id, "wang")
    bank.travel(to=datetime(2026, 4, 7, 23, 59, 59, tzinfo=ZONE))
    assert told(bank) == []
    bank.travel(seconds=1)
    assert told(bank) == [("sun", MISSED), ("supervision", MISSED)]
    assert "visit-missed" in bank.events(closed)
    bank.travel(hours=9)
    bank.do("zhao", closed, "Visit", visit_result="content", visited_at=bank.now, visit_findings="等候明显缩短", **SAID)
    assert visits(bank, closed) == [(30, "content", "等候明显缩短")]
    assert bank.incidents() == []


def test_three_attempts_then_unreachable(bank, closed):
    bank.travel(to=DAY_30)
    for _ in range(3):
        bank.do("zhao", closed, "Visit", visit_result="not-reached", visited_at=bank.now, **SAID)
    note = "客户表示满意"
    assert visits(bank, closed) == [*[(30, "not-reached", note)] * 3, (30, "unreachable", "")]
    assert "Visit" not in bank.steps(closed)
    assert bank.incidents() == []
