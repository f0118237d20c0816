"""How the bank's people speak of their work: take a task of a case, fill it in, complete it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from selenium.webdriver.remote.webelement import WebElement
from support.browser import Browser

from engine.clock import ZONE


@dataclass(frozen=True)
class Cast:
    """Who of the demo bank plays in the journeys."""

    receiver: str = "lin"
    reviewer: str = "mei"
    caller: str = "mei"
    contact_a: str = "wang"
    contact_b: str = "zhao"
    supervisor: str = "gao"
    compliance: str = "compliance"
    owner: str = "owner"
    administrator: str = "admin"
    branch: str = "chengnan"


@pytest.fixture(scope="session")
def cast() -> Cast:
    return Cast()


FACTS = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
ANSWER = "我行已对柜员批评教育,并增设弹性窗口,向您诚恳道歉,感谢您的监督。"


def now() -> str:
    """This minute as a field for date and time takes it."""
    return datetime.now(ZONE).strftime("%Y-%m-%dT%H:%M")


@dataclass
class Desk:
    """The work on one case at one screen."""

    browser: Browser
    number: str

    def take(self, step: str, *users: str) -> None:
        """Open the task called `step` as the first of the users who has it or may claim it."""
        for user in users:
            self.browser.become(user)
            if self._take(step):
                self.browser.sees(step, within="h1")
                return
        pytest.fail(f"no task “{step}” of {self.number} waits for {' or '.join(users)}; there are {self.offers()}")

    def _take(self, step: str) -> bool:
        """From one's own list, else claimed from the list of one's groups."""
        self.browser.open(f"/inbox?text={self.number}")
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

    def do(self, step: str, user: str, **values: Any) -> None:
        self.take(step, user)
        self.complete(**values)

    def answer(self, cast: Cast) -> None:
        """From the review to the reply, by the people whose turn it is."""
        self.do("复核", cast.reviewer, review_checks=["complete", "verbatim"], review_result="ok")
        self.do("分类", cast.reviewer)
        self.do("分发", cast.reviewer, lead_unit=cast.branch, handling_requirement="三日内办结并回复客户")
        self.do("接收", cast.contact_a, accept_result="accept", handler=cast.contact_a)
        self.do(
            "调查核实",
            cast.contact_a,
            investigation_result="done",
            verified_facts=FACTS,
            justified="yes",
            root_cause="service-manner",
            evidence_list="监控录像、询问笔录",
        )
        solution = "当面道歉,增设弹性窗口,对柜员批评教育。"
        self.do("拟定处理方案", cast.contact_b, solution=solution, reply_text=ANSWER)
        self.do(
            "答复客户",
            cast.contact_b,
            reply_contents=["facts", "basis", "remedies"],
            reply_channel="call",
            replied_at=now(),
            reply_evidence="REC-20260303-002",
            resolved=True,
        )

    def look(self, part: str = "") -> None:
        """Open a page of the case."""
        self.browser.open(f"/cases/{self.number}{part}")


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser, "")
