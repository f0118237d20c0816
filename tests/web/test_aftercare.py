"""Actions, promises, notices and the dossier on the page of a case; the lists of actions and of what customers say."""

from __future__ import annotations


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
