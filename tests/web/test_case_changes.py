"""On the page of a case: who answers for it, how it is handed over, of which kind it is and becomes."""

from __future__ import annotations

from sqlalchemy import select, update

from complaints import links, tables
from engine.environment import SYSTEM


def owner(bank, number):
    with bank.environment.read() as connection:
        return connection.scalar(select(tables.complaint.c.owner).where(tables.complaint.c.number == number))


def test_a_supervisor_hands_a_case_over(bank) -> None:
    number = bank.as_("lin").register()
    handler = bank.as_("mei").get(f"/cases/{number}")
    assert handler.html.find(id="new-owner") is None, "not a handler's to do"
    browser = bank.as_("gao")
    page = browser.get(f"/cases/{number}")
    assert "责任人 林晓" in page.text
    offered = [option.get_text() for option in page.html.find(id="new-owner").find_all("option")]
    assert offered == ["请选择", "梅芳", "高远"], "who is near: its group and the supervisors, not its owner"
    short = browser.send(f"/cases/{number}/owner", {"user": "mei", "reason": "短"})
    assert "应填写不少于五个字的原因" in short.text
    page = browser.send(f"/cases/{number}/owner", {"user": "mei", "reason": "林晓外出培训"})
    assert "责任人 梅芳" in page.text
    assert owner(bank, number) == "mei"
    history = browser.get(f"/cases/{number}/history")
    assert "责任人变更" in history.text
    assert "林晓外出培训" in history.text
    assert "梅芳" in bank.as_("gao").get("/board").text
    assert "本人负责" in bank.as_("mei").get(f"/inbox/groups?text={number}").text
    assert "本人负责" not in bank.as_("lin").get(f"/inbox/groups?text={number}").text


def test_a_handler_may_not_hand_over(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.send(f"/cases/{number}/owner", {"user": "mei", "reason": "林晓外出培训"}).status in (403, 404)
    assert owner(bank, number) == "lin"


def test_a_change_of_kind_is_asked_for_and_refused_in_words(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    page = browser.get(f"/cases/{number}")
    offered = [option["value"] for option in page.html.find(id="new-kind").find_all("option")]
    assert offered == ["", "complex", "media"]
    refused = browser.send(
        f"/cases/{number}/kind", {"kind": "complex", "reason": "涉及两个部门", "subcategory": "SQ.PROD"}
    )
    assert refused.status == 409
    assert f"投诉 {number} 应先完成分类" in refused.text
    close = update(tables.complaint).where(tables.complaint.c.number == number).values(closed_at=bank.clock.now())
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(close))
    assert browser.get(f"/cases/{number}").html.find(id="new-kind") is None
    late = browser.send(
        f"/cases/{number}/kind", {"kind": "complex", "reason": "涉及两个部门", "subcategory": "SQ.PROD"}
    )
    assert f"应为未办结的投诉，但 {number} 已办结" in late.text


def test_links_stand_on_the_page(bank) -> None:
    browser = bank.as_("lin")
    first, second = browser.register(), browser.register()
    bank.environment.run(SYSTEM, lambda tx: links.add(tx, second, first, "re-complaint"))
    for number, words, other in ((second, "再次投诉，前一件为", first), (first, "客户再次投诉，后一件为", second)):
        page = browser.get(f"/cases/{number}")
        assert words in page.text
        assert page.html.find("a", href=f"/cases/{other}")
    assert "关联其他投诉" in browser.get(f"/cases/{first}/history").text
