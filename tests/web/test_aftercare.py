"""Actions, promises, notices and the dossier on the page of a case; the lists of actions and of what customers say."""

from __future__ import annotations

from sqlalchemy import select, update

from complaints import improvements, tables
from engine.environment import Actor


def test_a_case_shows_what_is_owed(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("gao")
    page = browser.get(f"/cases/{number}")
    assert "首次联系记录" in page.html.find(id="dossier").get_text()
    browser.send(f"/cases/{number}/promises", {"text": "三日内回电说明", "due": "2026-03-06"})
    facts = {"text": "培训柜员服务用语", "owner": "zhao", "due": "2026-03-31", "check": "抽查录音"}
    browser.send(f"/cases/{number}/actions", facts)
    page = browser.get(f"/cases/{number}")
    assert "三日内回电说明" in page.html.find(id="promises").get_text()
    assert "培训柜员服务用语" in page.html.find(id="actions").get_text()
    listed = bank.as_("zhao").get("/actions")
    assert number in listed.text


def test_the_voice_of_the_customer_is_masked_and_for_managers(bank) -> None:
    bank.as_("lin").register()
    page = bank.as_("gao").get("/voice")
    assert "柜员态度很差" in page.text
    assert "13812345678" not in page.response.get_data(as_text=True)
    assert bank.as_("lin").get("/voice").status == 403


def test_a_proposal_is_decided_on_its_page(bank) -> None:
    number = bank.as_("lin").register(product="credit-card")
    case, author = tables.complaint, Actor("li")
    classified = update(case).where(case.c.number == number).values(subcategory="SQ.PROD")
    bank.environment.run(author, lambda tx: tx.connection.execute(classified))
    said = {"improvement_kind": "process", "improvement_opinion": "在申请页面写明首年免年费的条件。"}
    bank.environment.run(author, lambda tx: improvements.propose(tx, number, said))
    browser = bank.as_("gao")
    page = browser.get("/improvements")
    row = page.html.select_one("#proposals tbody tr").get_text(" ", strip=True)
    assert all(text in row for text in (number, "在申请页面写明", "流程", "信用卡", "服务产品", "待决定"))
    assert "–" in page.html.find(id="rate").get_text()
    form = page.html.select_one("#proposals form")
    assert [button["value"] for button in form.find_all("button")] == ["accepted", "declined"]
    page = browser.send(form["action"], {"state": "accepted", "reason": "下一版本上线"})
    assert "100.0 %" in page.html.find(id="rate").get_text()
    row = page.html.select_one("#proposals tbody tr").get_text(" ", strip=True)
    assert "1 → 0 90 日中已过 0 日" in row
    assert "下一版本上线" in row
    assert number in browser.get("/improvements?state=accepted").text
    assert number not in browser.get("/improvements?state=declined").text
    assert browser.get("/actions").link("改进建议") == "/improvements"


def test_handlers_see_proposals_and_do_not_decide(bank) -> None:
    number = bank.as_("lin").register()
    said = {"improvement_kind": "product", "improvement_opinion": "在申请页面写明首年免年费的条件。"}
    bank.environment.run(Actor("li"), lambda tx: improvements.propose(tx, number, said))
    browser = bank.as_("lin")
    page = browser.get("/improvements")
    assert number in page.text
    assert page.html.select_one("#proposals form") is None
    with bank.environment.read() as connection:
        identity = connection.scalar(select(tables.improvement.c.id))
    assert browser.send(f"/improvements/{identity}", {"state": "accepted", "reason": "下一版本上线"}).status == 403
