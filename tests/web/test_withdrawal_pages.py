"""Withdrawing on the page of a case and on the status page: offered, refused in words, shown while it is checked."""

from __future__ import annotations

from engine.clock import ZONE


def withdraw(bank, browser, number, **changes):
    at = bank.clock.now().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    data = {"via": "recording", "proof": "REC-9", "reason": "问题已经解决", "received_at": at}
    return browser.send(f"/cases/{number}/withdrawal", data | changes)


def test_staff_take_a_withdrawal_with_its_evidence_and_the_banner_says_who_checks(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.get(f"/cases/{number}").html.find(id="withdrawal-via")
    refused = withdraw(bank, browser, number, proof="")
    assert "没有客户本人凭证不得撤诉" in refused.text
    page = withdraw(bank, browser, number)
    for text in ("撤诉核实中", "核实中", "REC-9", "客户收回撤诉"):
        assert text in page.text
    assert page.html.find(id="withdrawal-via") is None
    assert "撤诉核实中" in browser.get(f"/cases/{number}/history").text
    again = withdraw(bank, browser, number)
    assert again.status == 409
    page = browser.send(f"/cases/{number}/withdrawal/take-back", {"proof": "REC-10"})
    assert "撤诉核实中" not in page.text
    assert "客户已收回" in page.text


def test_while_it_is_checked_nothing_else_is_offered_and_each_step_says_that_the_case_rests(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    review = browser.task(number)
    assert browser.get(f"/cases/{number}").html.find(id="new-kind")
    page = withdraw(bank, browser, number)
    assert "因撤诉停止" in page.html.find(id="clocks").text
    assert page.html.find(id="new-kind") is None
    assert page.html.find("form", action=f"/cases/{number}/extensions") is None
    assert "案件暂停办理" in browser.get(review).text
    page = browser.send(f"/cases/{number}/withdrawal/take-back", {"proof": "REC-10"})
    assert page.html.find(id="new-kind")
    assert "案件暂停办理" not in browser.get(review).text


def test_a_task_that_rests_is_shown_as_such_and_not_offered(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()

    def row():
        return browser.get("/inbox/groups").html.find("a", string=number).find_parent("tr")

    assert row().find("form")
    page = withdraw(bank, browser, number)
    assert "已挂起" in page.html.find(id="tasks").get_text()
    assert "已挂起" in row().get_text()
    assert row().find("form") is None
    browser.send(f"/cases/{number}/withdrawal/take-back", {"proof": "REC-10"})
    assert "已挂起" not in row().get_text()
    assert row().find("form")


def test_times_that_were_filled_in_are_read_as_times(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    [entry] = browser.get(f"/cases/{number}").html.select("details dl.mt-2")
    assert "2026-03-02 09:40" in entry.text
    assert "T09:40" not in entry.text
