"""Journey 1: handlers take a complaint from registration to the archive."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from engine.clock import ZONE

JOURNEY = 1
pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPLAINT = {
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": "柜员态度很差,办业务等了两个小时,还说我填错单子,非常不满意。",
    "expected": "礼貌、快捷",
    "demand": "道歉并改进",
    "product": "counter",
}
CONTACT = {
    "contact_method": "call",
    "contact_result": "reached",
    "told_handler": "城南支行",
    "contact_evidence": "REC-20260302-001",
    "contact_note": "已告知客户由支行办理",
}
REPORT = {
    "responsibility": "none",
    "no_responsibility_reason": "系高峰期排班不足,非个人责任所致。",
    "lessons": "高峰期排班应与客流预测挂钩,解释应当耐心。",
    "actions-0-action": "按客流预测调整午间排班",
    "actions-0-action_owner": "孙行长",
    "actions-0-action_check": "下月抽查等候时间",
}
MARKS = {f"mark_{n}": "pass" for n in range(1, 7)}


@pytest.fixture
def now() -> str:
    """This minute as a field for date and time takes it."""
    return datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")


def test_from_registration_to_the_archive(desk, browser, cast, now):
    browser.become(cast.receiver)
    browser.shot("1-inbox")
    desk.number = register(browser, cast, now)
    browser.shot("3-registered")

    # at night and at weekends the customer is called by who is on duty
    desk.take("联系客户", cast.receiver, cast.reviewer)
    browser.shot("4-first-contact")
    desk.complete(**CONTACT, contacted_at=now, told_until=now[:10])

    refuse_the_recorder(desk, browser, cast)
    desk.answer(cast)
    desk.look("/process")
    browser.sees("满意度回访")
    browser.find(".djs-container .djs-element")
    browser.shot("6-diagram")

    rating = {"expectation": 8, "perception": 8}
    desk.do(
        "满意度回访", cast.caller, call_result="answered", called_at=now, call_evidence="REC-20260304-003", **rating
    )
    desk.take("六要素报告", cast.contact_a)
    browser.sees("满意(回访")
    browser.shot("7-report", full=True)
    desk.complete(**REPORT, **{"actions-0-action_due": now[:10]})
    desk.do("审核报告", cast.supervisor, **MARKS, report_result="ok")
    desk.do("整理卷宗", cast.reviewer, archive_checks=["register", "reply"])

    desk.look()
    browser.sees("已办结", "DA-2026-", within=".page-wrapper")
    browser.shot("8-archived", full=True)
    desk.look("/report")
    browser.shot("9-signed-report", full=True)
    desk.look("/history")
    browser.sees("已登记", "完成任务 · 登记")
    browser.shot("10-history")


def register(browser, cast, now) -> str:
    """One screen; what is missing is named, and nothing that was typed is lost."""
    browser.follow("登记投诉")
    browser.fill(channel="PHONE", matter_kind="complaint", urgency="normal", matter_scope=["attitude"])
    browser.press("form[action='/register/ordinary'] .btn-primary")
    browser.sees("处需要修改")
    browser.forgive("422")
    browser.shot("2-refused")
    browser.fill(received_at=now, **COMPLAINT, branch=cast.branch)
    browser.press("form[action='/register/ordinary'] .btn-primary")
    browser.sees("查询码", "首次联系")
    found = re.search(r"TS-\d{4}-\d{6}", browser.text)
    assert found
    return found.group()


def refuse_the_recorder(desk, browser, cast) -> None:
    """Who registered may not review; who may is told apart from who may not in words."""
    browser.become(cast.receiver)
    browser.open(f"/inbox/groups?text={desk.number}")
    browser.click(desk.offers()["复核"].find_element("css selector", "form button"))
    browser.sees("双人复核", within="#messages")
    browser.shot("5-not-the-same-person")
    browser.forgive("403")
