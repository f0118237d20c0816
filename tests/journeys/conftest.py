"""How the bank's people speak of their work: register a case, take a task, fill it in, complete it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from selenium.webdriver.remote.webelement import WebElement
from support.browser import Browser

from engine.clock import ZONE

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
FACTS = {
    "investigation_result": "done",
    "verified_facts": "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。",
    "justified": "yes",
    "root_cause": "service-manner",
    "evidence_list": "监控录像、询问笔录",
}
ANSWER = {
    "solution": "当面道歉,增设弹性窗口,对柜员批评教育。",
    "reply_text": "我行已对柜员批评教育,并增设弹性窗口,向您诚恳道歉,感谢您的监督。",
}
REPLY = {
    "reply_contents": ["facts", "basis", "remedies"],
    "reply_channel": "call",
    "reply_evidence": "REC-20260303-002",
    "resolved": True,
}
RATING = {"call_result": "answered", "call_evidence": "REC-20260304-003", "expectation": 8, "perception": 8}
REPORT = {
    "responsibility": "none",
    "no_responsibility_reason": "系高峰期排班不足,非个人责任所致。",
    "lessons": "高峰期排班应与客流预测挂钩,解释应当耐心。",
    "cause_tags": ["SVC_BELOW_STD"],
    "bank_outcome": "yes",
    "actions-0-action": "按客流预测调整午间排班",
    "actions-0-action_owner": "孙行长",
    "actions-0-action_check": "下月抽查等候时间",
}
MARKS = {f"mark_{n}": "pass" for n in range(1, 7)}


@dataclass(frozen=True)
class Cast:
    """Who of the demo bank plays in the journeys."""

    receiver: str = "lin"
    reviewer: str = "mei"
    caller: str = "mei"
    contact_a: str = "wang"
    contact_b: str = "zhao"
    leader: str = "sun"
    supervisor: str = "gao"
    inspector: str = "ji"
    compliance: str = "compliance"
    owner: str = "owner"
    administrator: str = "admin"
    branch: str = "chengnan"


@pytest.fixture(scope="session")
def cast() -> Cast:
    return Cast()


def now() -> str:
    """This minute as a field for date and time takes it."""
    return datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")


@dataclass
class Desk:
    """The work on one case at one screen. `pictures` are steps to keep a picture of, with its name."""

    browser: Browser
    cast: Cast
    number: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)

    def register(self, by: str = "", **changes: str) -> None:
        """A new case, by the form on one screen."""
        self.browser.become(by or self.cast.receiver)
        self.browser.follow("登记投诉")
        told = {"channel": "PHONE", "matter_kind": "complaint", "urgency": "normal"} | COMPLAINT
        self.browser.fill(**(told | {"branch": self.cast.branch} | changes))
        self.browser.press("form[action='/register/ordinary'] .btn-primary")
        self.browser.sees("查询码", "首次联系")
        found = re.search(r"TS-\d{4}-\d{6}", self.browser.text)
        assert found
        self.number = found.group()

    def contact(self) -> None:
        """The customer is called; at night and at weekends by who is on duty."""
        self.take("联系客户", self.cast.receiver, self.cast.reviewer)
        self.complete(**CONTACT, contacted_at=now(), told_until=now()[:10])

    def classify(self, **values: Any) -> None:
        """The four eyes of the intake: the review and the subcategory, as suggested or as told."""
        self.do("复核", self.cast.reviewer, review_checks=["complete", "verbatim"], review_result="ok")
        self.do("分类", self.cast.reviewer, **values)

    def distribute(self) -> None:
        """From the review to the slip of the unit."""
        self.classify()
        self.do("分发", self.cast.reviewer, lead_unit=self.cast.branch, handling_requirement="三日内办结并回复客户")

    def answer(self) -> None:
        """The unit accepts, investigates, proposes and replies."""
        self.do("接收", self.cast.contact_a, accept_result="accept", handler=self.cast.contact_a)
        self.do("调查核实", self.cast.contact_a, **FACTS)
        self.do("拟定处理方案", self.cast.contact_b, **ANSWER)
        self.do("审批答复", self.cast.leader, reply_approval="approve")
        self.do("答复客户", self.cast.contact_b, **REPLY, replied_at=now())

    def close(self, **rating: Any) -> None:
        """From the call-back to the archive."""
        self.do("满意度回访", self.cast.caller, **RATING, **rating, called_at=now())
        self.do("六要素报告", self.cast.contact_a, **REPORT, **{"actions-0-action_due": now()[:10]})
        self.do("审核报告", self.cast.supervisor, **MARKS, report_result="ok")
        self.do("整理卷宗", self.cast.reviewer, archive_checks=["register", "reply"])

    def do(self, step: str, user: str, **values: Any) -> None:
        self.take(step, user)
        self.complete(**values)

    def take(self, step: str, *users: str) -> None:
        """Open the task called `step` as the first of the users who has it or may claim it."""
        for user in users:
            self.browser.become(user, f"/inbox?text={self.number}")
            if self._take(step):
                self.browser.sees(step, within="h1")
                if step in self.pictures:
                    self.browser.shot(self.pictures[step], full=True)
                return
        pytest.fail(f"no task “{step}” of {self.number} waits for {' or '.join(users)}; there are {self.offers()}")

    def _take(self, step: str) -> bool:
        """From one's own list, else claimed from the list of one's groups."""
        if step not in self.offers():
            self.browser.open(f"/inbox/groups?text={self.number}")
            if step not in self.offers():
                return False
            self.browser.click(self.offers()[step].find_element("css selector", "form button"))
            self.browser.sees("任务已归您办理")
        with self.browser.leaving():
            self.browser.click(self.offers()[step].find_element("css selector", "a.btn"))
        return True

    def offers(self) -> dict[str, WebElement]:
        """The rows of the open list by the names of their steps."""
        rows = self.browser.all("tr[data-row]")
        return {row.find_element("css selector", "td:nth-child(2) > div").text.split("\n")[0]: row for row in rows}

    def complete(self, **values: Any) -> None:
        """Fill in the open form and complete the task."""
        self.browser.fill(**values)
        self.browser.press("form[data-draft-url] .card-footer .btn-primary")
        self.browser.sees(f"案件 {self.number} 的", within="#toasts")

    def look(self, part: str = "") -> None:
        """Open a page of the case."""
        self.browser.open(f"/cases/{self.number}{part}")


@pytest.fixture
def desk(browser: Browser, cast: Cast) -> Desk:
    return Desk(browser, cast)
