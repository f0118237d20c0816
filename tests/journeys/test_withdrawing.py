"""Journey 7: a customer withdraws: once it was not his wish, once it was; then he complains again."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import now

JOURNEY = 7
pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLER = "hua"
FORM = "form[action$='/withdrawal']"
PRESSED = {"own_wish": "no", "pressure": "asked", "pressed_by": "柜台人员", "withdrawal_reason": "none"}
WISHED = {"own_wish": "yes", "pressure": "none", "withdrawal_reason": "settled"}
CLOCKS = "SELECT name, due_at, stopped_at, outcome FROM clock WHERE number = ? ORDER BY name"
RECEIVED = "SELECT received_at FROM withdrawal WHERE number = ? ORDER BY at DESC"
OUTCOMES = "SELECT outcome FROM withdrawal WHERE number = ? ORDER BY at"
SUSPENDED = (
    "SELECT d.key FROM instance i JOIN definition d ON d.id = i.definition_id"
    " WHERE i.business_key = ? AND i.suspended_at IS NOT NULL AND i.ended_at IS NULL"
)
CASE = "SELECT stage, withdrawn_at, closed_at FROM complaint WHERE number = ?"


def test_only_what_the_customer_wishes_himself(desk, browser, server, cast):
    desk.register()
    running = server.ask(CLOCKS, desk.number)
    withdraw(desk, browser, "REC-20261101-007")
    the_case_rests(desk, browser, server, cast)
    call(desk, "not-reached")
    call(desk, "reached", **PRESSED)
    void(desk, browser, server, cast, running)
    withdraw(desk, browser, "REC-20261101-008")
    call(desk, "reached", **WISHED)
    confirmed(desk, browser, server, cast)
    complained_again(desk, browser, cast)


def withdraw(desk, browser, proof) -> None:
    """Who has the customer on the telephone takes it down."""
    browser.become(desk.cast.receiver, f"/cases/{desk.number}")
    browser.click(browser.find(f"details:has({FORM}) summary"))
    browser.fill(FORM, via="recording", proof=proof, reason="柜台已经当面道歉,不再投诉")
    browser.confirm(f"{FORM} button")
    browser.sees("撤诉已登记", "撤诉核实中")


def the_case_rests(desk, browser, server, cast) -> None:
    """The customer's clocks stop as of the receipt; nobody can take a step until somebody else has called."""
    browser.sees("因撤诉停止", within="#clocks")
    browser.sees("核实撤诉意愿", within="#tasks")
    assert not browser.all("form[action$='/kind'], form[action$='/extensions']"), "no other change meanwhile"
    browser.shot("01-being-checked", full=True)
    [(received,)] = server.ask(RECEIVED, desk.number)
    stopped = {name: (at, outcome) for name, _, at, outcome in server.ask(CLOCKS, desk.number)}
    assert stopped["first-response"] == stopped["statutory"] == (received, "withdrawn")
    assert ("ordinary",) in server.ask(SUSPENDED, desk.number)
    assert ("withdrawal",) not in server.ask(SUSPENDED, desk.number)
    browser.become(cast.reviewer, f"/inbox/groups?text={desk.number}")
    offered = desk.offers()["复核"]
    assert "已挂起" in offered.text
    assert not offered.find_elements("css selector", "form button"), "nobody can take it"


def call(desk, result, **said) -> None:
    """Somebody who has not handled the case asks the customer."""
    proof = {"checked_at": now(), "check_evidence": "REC-20261101-009"}
    desk.do("核实撤诉意愿", CALLER, check_result=result, **proof, **said)


def void(desk, browser, server, cast, running) -> None:
    """Work and clocks go on as if nothing had been; who pressed is for supervision only."""
    assert server.ask(CLOCKS, desk.number) == running
    assert server.ask(SUSPENDED, desk.number) == []
    browser.become(cast.reviewer, f"/cases/{desk.number}")
    browser.sees("不成立", "已联系上", within="#withdrawals")
    browser.misses("被员工要求撤诉", "柜台人员", within="#withdrawals")
    browser.misses("因撤诉停止", within="#clocks")
    assert server.ask(OUTCOMES, desk.number) == [("void",)]
    browser.become(cast.supervisor, "/notices")
    browser.sees(f"投诉 {desk.number}:撤诉不成立", "期限视同未曾停止", "可能受到压力")
    desk.look()
    browser.sees("未联系上", "被员工要求撤诉, 柜台人员", within="#withdrawals")


def confirmed(desk, browser, server, cast) -> None:
    """The case ends with the receipt of the withdrawal, whenever the file is put away."""
    received = server.ask(RECEIVED, desk.number)[0][0]
    desk.do("整理撤诉卷宗", cast.reviewer, withdrawal_checks=["register", "evidence", "check", "letter"])
    desk.look()
    browser.sees("已办结", "DA-20", "撤诉确认", "因撤诉停止")
    browser.misses("六要素报告及审核", "核实撤诉意愿\n待认领")
    assert server.ask(CASE, desk.number) == [("closed", received, received)]
    assert server.ask(OUTCOMES, desk.number) == [("void",), ("confirmed",)]
    assert server.ask("SELECT name FROM task WHERE business_key = ?", desk.number) == []


def complained_again(desk, browser, cast) -> None:
    """Coming back is a new case that knows of the withdrawn one."""
    earlier = desk.number
    desk.register()
    desk.take("复核", cast.reviewer)
    browser.fill(review_result="ok")
    assert browser.find("[name=resubmission_of]").get_attribute("value") == earlier
    desk.complete(review_checks=["complete", "verbatim"])
    desk.look()
    browser.sees("撤诉后重新提出", earlier, "已办结")
