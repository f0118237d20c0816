"""Journey 4: a customer files on a phone, follows by number and code, and sees the reply."""

from __future__ import annotations

import re

import pytest
from support.browser import DESKTOP, PHONE

JOURNEY = 4
pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMPLAINT = {
    "customer_name": "李梅",
    "customer_phone": "13912345678",
    "verbatim": "在城南支行取号后等了两个小时,柜员还说我填错单子,态度很差。",
    "expected": "半小时内办好",
    "demand": "道歉,并且多开窗口",
}


def test_file_follow_and_read_the_reply(desk, browser, cast):
    browser.be_nobody()
    browser.resize(PHONE)
    browser.open("/")
    fits(browser)
    browser.shot("01-welcome")
    desk.number, code = file(browser)

    # a wrong code is answered like an unknown number
    browser.follow("回到首页")
    follow(browser, desk.number, "AAAA-BBBB-CCCC")
    refused = browser.find("#problem").text
    follow(browser, "TS-2020-000001", code)
    assert browser.find("#problem").text == refused
    browser.forgive("/portal/status")
    follow(browser, desk.number, code)
    browser.sees(desk.number, "下一步")
    fits(browser)
    browser.shot("04-status", full=True)

    browser.fill(material_text="补充:当时是上午十点,三号窗口。")
    browser.press("form[action='/portal/status/material'] .btn-primary")
    browser.sees("当时是上午十点")

    browser.resize(DESKTOP)
    desk.do("登记", cast.receiver)
    desk.distribute()
    desk.answer()

    browser.be_nobody()
    browser.resize(PHONE)
    browser.open("/")
    follow(browser, desk.number, code)
    browser.sees("我们的答复", "增设弹性窗口")
    fits(browser)
    browser.shot("05-reply", full=True)


def file(browser) -> tuple[str, str]:
    """The form on the phone; number and code."""
    browser.follow("我要投诉")
    fits(browser)
    browser.press("form .btn-primary")
    browser.sees("处需要修改")
    browser.forgive("422")
    browser.shot("02-form", full=True)
    browser.fill(**COMPLAINT, branch="chengnan", consent=True)
    browser.press("form .btn-primary")
    browser.sees("您的投诉已收到")
    fits(browser)
    browser.shot("03-receipt")
    return found(r"TS-\d{4}-\d{6}", browser.text), found(r"\w{4}-\w{4}-\w{4}", browser.text)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match.group()


def follow(browser, number: str, code: str) -> None:
    browser.fill(number=number, code=code)
    browser.press("form[action='/portal/status'] button")


def fits(browser) -> None:
    """Nothing has to be pushed sideways on a phone."""
    wide = "return document.documentElement.scrollWidth > innerWidth"
    assert not browser.driver.execute_script(wide), browser.driver.current_url
