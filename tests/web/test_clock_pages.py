"""Clocks on the pages: bars and pauses on the case, and a calendar that shows what it moves before it moves it."""

from __future__ import annotations

import io
import json


def test_a_leader_pauses_and_resumes_on_the_page_of_the_case(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("gao")
    page = browser.get(f"/cases/{number}")
    assert len(page.html.select(".case-clock progress")) >= 2
    assert "暂停时限" in page.text
    told = {"reason": "mediation", "told_method": "call", "told_at": "2026-03-02T10:00", "note": "双方同意"}
    files = {"basis": (io.BytesIO("同意".encode()), "同意书.txt")}
    assert browser.send(f"/cases/{number}/pauses", told | files).status == 422
    browser.get(f"/cases/{number}")
    both = {"basis": (io.BytesIO("同意".encode()), "a.txt"), "told_proof": (io.BytesIO("告知".encode()), "b.txt")}
    page = browser.send(f"/cases/{number}/pauses", told | both)
    assert "时限已暂停" in page.text
    assert "经客户同意的调解" in page.text
    assert "如现在恢复" in page.text
    page = browser.send(f"/cases/{number}/pauses/end", {"note": "调解成功"})
    assert "时限已恢复" in page.text
    assert "调解成功" in page.text


def test_a_handler_cannot_pause(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("lin")
    assert "暂停时限" not in browser.get(f"/cases/{number}").text
    assert browser.send(f"/cases/{number}/pauses", {"reason": "mediation"}).status == 403


def test_a_day_is_shown_with_what_it_moves_before_it_is_changed(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("admin")
    browser.get("/control/calendar")
    change = {"day": "2026-03-04", "unit": "", "working": "no", "reason": "暴雪停业"}
    page = browser.send("/control/calendar/preview", change)
    assert number in page.text
    assert "未联系客户" in page.text
    assert "2026-03-04" not in browser.get("/control/calendar/2026").text, "nothing has changed yet"
    browser.get("/control/calendar")
    page = browser.send("/control/calendar/changes", change)
    assert "个时限随之变动" in page.text
    assert "2026-03-04" in browser.get("/control/calendar/2026").text


def test_a_notice_is_read_whole_or_refused(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/calendar")
    days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]
    page = browser.send(
        "/control/calendar/preview", {"notice": json.dumps({"year": 2027, "papers": ["x"], "days": days})}
    )
    assert "有变化的日子" in page.text
    for wrong in (
        "{",
        "[]",
        '{"year": 2026, "papers": ["x"], "days": [{"name": "", "date": "2027-01-01", "isOffDay": 1}]}',
    ):
        browser.get("/control/calendar")
        assert browser.send("/control/calendar/preview", {"notice": wrong}).status == 422, wrong
    browser.get("/control/calendar")
    assert browser.send("/control/calendar/preview", {"day": "2026-03-04"}).status == 422


def test_a_units_own_day_stands_on_the_page(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/calendar")
    own = {"day": "2026-03-04", "unit": "west", "working": "no", "reason": "营业场所搬迁"}
    assert browser.send("/control/calendar/preview", own).status == 200
    browser.get("/control/calendar")
    assert "营业场所搬迁" in browser.send("/control/calendar/changes", own).text
