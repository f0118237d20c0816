"""Journey 1: handlers take a complaint from registration to the archive."""

from __future__ import annotations

import pytest

JOURNEY = 1
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_registration_to_the_archive(desk, browser, cast):
    browser.become(cast.receiver)
    browser.open("/inbox/groups")
    browser.shot("01-inbox")
    refuse_the_empty_form(browser)
    desk.register()
    browser.shot("03-registered")

    desk.pictures = {"联系客户": "04-first-contact", "分类": "06-classify", "六要素报告": "08-report"}
    desk.contact()
    refuse_the_recorder(desk, browser, cast)
    desk.distribute()
    desk.answer()
    desk.look("/process")
    browser.find(".djs-element.active[data-element-id=Satisfaction]")
    browser.shot("07-diagram")
    desk.close()

    desk.look()
    browser.sees("已办结", "DA-20", within=".page-wrapper")
    browser.shot("09-archived", full=True)
    desk.look("/report")
    browser.sees("满意(回访", "按时")
    browser.shot("10-signed-report", full=True)
    desk.look("/history")
    browser.sees("已登记", "完成任务 · 登记")
    browser.shot("11-history")


def refuse_the_empty_form(browser) -> None:
    """What is missing is named, and nothing that was chosen is lost."""
    browser.follow("登记投诉")
    browser.fill(channel="PHONE", matter_scope=["attitude"])
    browser.press("form[action='/register/ordinary'] .btn-primary")
    browser.sees("处需要修改")
    assert browser.find("main [name=matter_scope][value=attitude]").is_selected()
    browser.forgive("422")
    browser.shot("02-refused")


def refuse_the_recorder(desk, browser, cast) -> None:
    """Who registered may not review, and is told why."""
    browser.become(cast.receiver)
    browser.open(f"/inbox/groups?text={desk.number}")
    browser.click(desk.offers()["复核"].find_element("css selector", "form button"))
    browser.sees("双人复核", within="#messages")
    browser.shot("05-not-the-same-person")
    browser.forgive("403")
