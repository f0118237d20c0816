"""The page of the reconciliation: empty, clean, with findings; who may open it and what each may follow."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from complaints import tables
from engine.environment import SYSTEM


@pytest.mark.parametrize("user", ["he", "admin"])
def test_nothing_yet_then_clean_then_a_finding(bank, user) -> None:
    browser = bank.as_(user)
    page = browser.get("/compliance/reconciliations")
    assert "尚未核对" in page.text
    here = page.html.find_all("a", class_="nav-link", attrs={"aria-current": "page"})
    assert [link["href"] for link in here] == ["/compliance/reconciliations"], "the menu leads here"
    page = browser.send("/compliance/reconciliations")
    assert "全部投诉状态正常" in page.text
    number = bank.as_("lin").register()
    lost = update(tables.complaint).where(tables.complaint.c.number == number).values(owner=None)
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(lost))
    page = browser.send("/compliance/reconciliations")
    assert "无责任人" in page.text
    assert number in page.text
    assert (page.html.find("a", string=number) is not None) == (user == "he"), "an administrator sees no case"
    assert "投诉核对发现 1 项新问题" in bank.as_("admin").get("/notices").text


@pytest.mark.parametrize("user", ["lin", "gao", "sun", "owner"])
def test_it_is_nobody_elses(bank, user) -> None:
    assert bank.as_(user).get("/compliance/reconciliations").status in (403, 404)
