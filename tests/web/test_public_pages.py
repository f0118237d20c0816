"""A customer, without an account: files, keeps number and code, follows, adds, rates."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import update

from complaints import casework, materials, sessions, streams, tables
from engine import instances, queries
from engine.environment import SYSTEM

COMPLAINT = {
    "matter_kind": "complaint",
    "customer_name": "赵一",
    "customer_phone": "13900001111",
    "verbatim": "我在柜台等了两个小时还被训斥，没有人道歉。",
    "demand": "请道歉并改进服务",
    "consent": "true",
}


def file(browser, **changes: str) -> tuple[str, str]:
    """File a complaint; number and code of the receipt."""
    browser.get("/portal/complaint")
    page = browser.send("/portal/complaint", {**COMPLAINT, **changes})
    assert page.html.h1.get_text(strip=True) == "您的投诉已收到", page.text
    return (
        re.search(r"TS-\d{4}-\d{6}", page.text).group(),
        re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", page.text).group(),
    )


def test_a_visitor_comes_to_the_public_page(bank) -> None:
    page = bank.browser().get("/")
    assert "您的声音，必有回音" in page.text
    assert page.link("员工登录") == "/sign-in"


def test_a_complaint_is_filed_and_followed(bank) -> None:
    browser = bank.browser()
    number, code = file(browser)
    assert "2026-03-03 10:00" in browser.page.text, "a person answers within 24 hours"
    browser.get("/portal/")
    page = browser.send("/portal/status", {"number": number.lower(), "code": code.lower()})
    assert number in page.html.h1.get_text()
    assert page.html.select_one("li[aria-current=step]").get_text(strip=True).startswith("已受理")
    assert "下一步" in page.text
    assert code not in page.response.request.full_path
    clerk = bank.as_("lin")
    assert number in clerk.get("/inbox/groups").text, "it waits at the contact centre"


def test_without_consent_or_words_it_is_not_taken(bank) -> None:
    browser = bank.browser()
    browser.get("/portal/complaint")
    page = browser.send("/portal/complaint", {**COMPLAINT, "consent": "", "verbatim": "短"})
    assert page.status == 422
    assert page.html.find(id="flaws").get_text().count("：") == 2
    assert page.html.find(id="customer_name")["value"] == "赵一"


def test_an_anonymous_complaint_asks_for_no_name(bank) -> None:
    browser = bank.browser()
    browser.get("/portal/complaint")
    fragment = browser.htmx("POST", "/portal/complaint/form", {"anonymous": "true", "customer_name": "赵一"})
    assert fragment.html.find(id="customer_name") is None
    assert "赵一" not in fragment.response.get_data(as_text=True), "the name that was typed before is not sent again"
    number, _ = file(browser, anonymous="true", customer_name="", customer_phone="")
    page = bank.as_("lin").get(f"/cases/{number}")
    assert "匿名" in page.text


def test_unknown_numbers_and_wrong_codes_are_answered_alike_and_then_locked(bank) -> None:
    browser = bank.browser()
    number, code = file(browser)
    visitor = bank.browser()
    visitor.get("/portal/")
    wrong = visitor.send("/portal/status", {"number": number, "code": "AAAA-BBBB-CCCC"})
    unknown = visitor.send("/portal/status", {"number": "TS-2026-999999", "code": "AAAA-BBBB-CCCC"})
    assert wrong.status == unknown.status == 404
    assert wrong.html.find(id="problem").get_text() == unknown.html.find(id="problem").get_text()
    for _ in range(4):
        visitor.send("/portal/status", {"number": number, "code": "AAAA-BBBB-CCCC"})
    locked = visitor.send("/portal/status", {"number": number, "code": code})
    assert locked.status == 429
    assert "失败次数过多" in locked.text


def test_material_is_added_and_seen_by_the_handler(bank) -> None:
    browser = bank.browser()
    number, code = file(browser)
    browser.get("/portal/")
    browser.send("/portal/status", {"number": number, "code": code})
    photo = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 64), "取号单.png")
    page = browser.send(
        "/portal/status/material",
        {"material_text": "补充取号单照片。", "material_files": photo},
        content_type="multipart/form-data",
    )
    assert "补充取号单照片。" in page.text
    clerk = bank.as_("lin")
    assert "补充取号单照片。" in clerk.get(f"/cases/{number}").text
    assert "取号单.png" in clerk.get(f"/cases/{number}/files").text
    browser.send("/portal/status?_method=DELETE")
    assert "查询进度" in browser.get("/portal/status").text, "the device has forgotten it"


@pytest.mark.parametrize("path", ["/portal/survey/guessed", "/portal/receipt", "/portal/status"])
def test_pages_that_need_something_show_nothing_without_it(bank, path: str) -> None:
    page = bank.browser().get(path)
    assert "TS-2026-000" not in page.text.replace("TS-2026-000123", "")
    assert page.status == (404 if "survey" in path else 200)


def test_the_public_pages_speak_english_too(bank) -> None:
    browser = bank.browser()
    browser.get("/portal/complaint")
    page = browser.send("/language", {"locale": "en", "next": "/portal/complaint"})
    assert page.html.h1.get_text(strip=True) == "Make a complaint"
    labels = [label.get_text(strip=True) for label in page.html.find_all(["label", "legend"])]
    assert not [label for label in labels if re.search(r"[\u4e00-\u9fff]", label)]


def test_the_page_says_what_the_bank_needs_from_the_customer(bank) -> None:
    browser = bank.browser()
    number, code = file(browser)
    browser.send("/portal/status", {"number": number, "code": code})
    assert "请您补充材料" not in browser.get("/portal/status").text
    stream, about = streams.of(number), {"unit": "west", "handler": "wang", "lead": True, "urgency": "normal"}
    started = {"business_key": number, "stream": stream, "variables": about}
    bank.environment.run(SYSTEM, lambda tx: instances.start(tx, "material-request", **started))
    with bank.environment.read() as connection:
        handler = sessions.person_at_work(connection, "wang", bank.environment.clock.now())
        (task,) = [task for task in queries.tasks_of(connection, number) if task.element_id == materials.ASKED]
    said = {"material_request": "ask", "material_not_held": True, "material_day": "2026-03-04"}
    said |= {"material_wanted": "当日的取款凭条", "material_reason": "凭条上的时间可以证明等候了多久。"}
    bank.environment.run(handler.actor(), lambda tx: casework.complete_task(tx, handler, task.id, said))
    page = browser.get("/portal/status")
    assert all(text in page.text for text in ("请您补充材料", "当日的取款凭条", "可以证明等候了多久", "2026-03-04"))


def test_strangers_cannot_fill_the_disk(bank, tmp_path) -> None:
    browser = bank.browser()
    browser.get("/portal/complaint")
    statuses = []
    for n in range(32):
        photo = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 64), f"{n}.png")
        page = browser.send("/portal/complaint", {"customer_files": photo}, content_type="multipart/form-data")
        statuses.append(page.status)
        if page.status == 429:
            break
    assert statuses == [422] * 30 + [429]
    assert len([path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]) == 30


def test_a_customer_asks_for_a_review_of_the_decision(bank) -> None:
    browser = bank.browser()
    number, code = file(browser)
    browser.send("/portal/status", {"number": number, "code": code})
    assert "申请核查处理决定" not in browser.get("/portal/status").text, "there is no decision yet"
    case, now = tables.complaint, bank.environment.clock.now()
    bank.environment.run(
        SYSTEM,
        lambda tx: tx.connection.execute(update(case).where(case.c.number == number).values(replied_at=now)),
    )
    assert "申请核查处理决定" in browser.get("/portal/status").text
    page = browser.send("/portal/status/review", {"request": "请核查等候原因"})
    assert "您的核查申请已收到" in page.text
    assert "请核查等候原因" in page.text
    assert "申请核查处理决定" not in page.text
