"""The media page of a case: its record, its countdowns, and the flag wherever the case is listed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints import accounts, people
from engine.environment import SYSTEM
from tests.web.conftest import HASH

ARTICLE = {
    "channel": "MEDIA",
    "received_at": "2026-03-02T09:50",
    "branch": "west",
    "verbatim": "某网站报道我行网点排长队,没有提到客户。",
    "outlet": "江城晚报",
    "reach": "local",
}


@pytest.fixture
def office(bank):
    def work(tx):
        people.create_unit(tx, "office", "办公室", "office", parent="head")
        accounts.create(tx, "bai", "白宣", HASH, unit="office", roles=("handler",), must_change=False)

    bank.environment.run(SYSTEM, work)
    return bank.as_("bai")


def test_a_press_report_without_a_customer(bank, office) -> None:
    office.get("/register/media")
    page = office.send("/register/media", ARTICLE)
    assert "报道已登记,办公室和负责人已得到通知" in page.text.replace("，", ",")
    number = page.html.find(class_="case-number").get_text()
    page = office.get(f"/cases/{number}/media")
    assert "两小时核实单" in page.text
    assert page.html.find(attrs={"data-due": (bank.clock.now() + timedelta(hours=2)).isoformat()}) is not None
    assert "江城晚报" in page.text
    assert "尚未起草;在此之前任何人不得对外发声" in page.text.replace("；", ";")
    page = office.get(f"/cases/{number}")
    assert "报道摘录" in page.text
    for text in ("客户原话", "投诉受理回执", "联系记录", "对客户的承诺", "进度告知", "撤诉", "延期"):
        assert text not in page.html.main.get_text(), "there is no customer"
    withdrawn = {"via": "recording", "proof": "REC-1", "reason": "不再追究", "received_at": "2026-03-02T10:00"}
    refused = office.send(f"/cases/{number}/withdrawal", withdrawn)
    assert refused.status == 409
    assert "没有投诉人" in refused.text
    flag = office.get(f"/inbox/groups?text={number}").html.find(class_="level-supervise")
    assert flag.get_text(strip=True) == "媒体"
    assert bank.as_("gao").get("/board").html.find(class_="level-supervise").get_text(strip=True) == "媒体"


def test_only_the_office_asks_for_another_statement(bank, office) -> None:
    office.get("/register/media")
    number = office.send("/register/media", ARTICLE).html.find(class_="case-number").get_text()
    reader = bank.as_("sun")
    page = reader.get(f"/cases/{number}/media")
    assert page.html.find("form", action=f"/cases/{number}/media/statements") is None
    assert reader.send(f"/cases/{number}/media/statements").status == 403
    office.get(f"/cases/{number}/media")
    assert "可以起草追加声明" in office.send(f"/cases/{number}/media/statements").text


def test_a_case_without_media_has_no_such_page(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.get(f"/cases/{number}/media").status == 404
    page = browser.get(f"/cases/{number}")
    assert page.html.find("a", href=f"/cases/{number}/media") is None
