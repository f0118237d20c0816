"""A handler's day, page by page: register, find, claim, fill in, hand over, keep the file."""

from __future__ import annotations

import io
import json
import re

import pytest
from support import source

REVIEW = {"review_checks": ["complete", "verbatim"], "review_result": "ok"}


def test_a_complaint_is_registered_on_one_screen(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.page.html.h1.get_text(strip=True) == "已登记"
    assert re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", browser.page.text)
    assert "首次联系时限" in browser.page.text
    case = browser.get(f"/cases/{number}")
    assert "柜员态度很差" in case.text
    assert "138****5678" in case.text
    assert "13812345678" not in case.response.get_data(as_text=True)


def test_what_is_missing_is_named_and_what_was_typed_stays(bank) -> None:
    browser = bank.as_("lin")
    browser.get("/register/")
    page = browser.send(
        "/register/ordinary",
        {"channel": "PHONE", "received_at": "", "verbatim": "很短", "demand": "退费", "customer_phone": "12"},
    )
    assert page.status == 422
    flaws = page.html.find(id="flaws")
    named = {link.get_text() for link in flaws.find_all("a")}
    assert {"接到投诉时间", "客户姓名", "客户原话"} <= named
    for link in flaws.find_all("a"):
        assert page.html.find(id=link["href"].removeprefix("#")), "the summary links to the field"
    assert page.html.find(id="verbatim").get_text().strip() == "很短"
    assert page.html.find(id="verbatim")["aria-invalid"] == "true"
    assert page.html.find(id="demand").get_text().strip() == "退费"


def test_fields_appear_and_vanish_with_what_is_chosen(bank) -> None:
    browser = bank.as_("lin")
    browser.get("/register/")
    assert not browser.page.shows("forwarder")
    fragment = browser.htmx("POST", "/register/ordinary/form", {"channel": "FORWARDED", "verbatim": "内容照旧"})
    assert fragment.shows("forwarder")
    assert fragment.html.find("html") is None, "htmx gets the form alone"
    assert fragment.html.find(id="verbatim").get_text().strip() == "内容照旧"
    anonymous = browser.htmx("POST", "/register/ordinary/form", {"channel": "PHONE", "anonymous": "true"})
    assert not anonymous.shows("customer_name")
    whole = browser.send("/register/ordinary/form", {"channel": "FORWARDED"})
    assert whole.shows("forwarder"), "the same works with a plain button"
    assert whole.html.h1.get_text(strip=True) == "登记投诉"


def test_a_file_survives_a_form_with_mistakes_and_reaches_the_case(bank) -> None:
    browser = bank.as_("lin")
    browser.get("/register/")
    picture = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 64), "截图.png")
    page = browser.send(
        "/register/ordinary",
        {"channel": "PHONE", "received_at": "2026-03-02T09:00", "register_evidence": picture},
        content_type="multipart/form-data",
    )
    assert page.status == 422
    held = page.html.find("input", attrs={"name": "register_evidence-held"})
    assert "截图.png" in page.text
    number = browser.register(**{"register_evidence-held": held["value"]})
    files = browser.get(f"/cases/{number}/files")
    assert "截图.png" in files.text
    shown = browser.client.get(files.link("查看"), buffered=True)
    assert shown.data.startswith(b"\x89PNG")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_attaches_a_file_that_somebody_else_uploaded(bank) -> None:
    browser = bank.as_("lin")
    browser.get("/register/")
    picture = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 64), "截图.png")
    page = browser.send("/register/ordinary", {"register_evidence": picture}, content_type="multipart/form-data")
    held = page.html.find("input", attrs={"name": "register_evidence-held"})["value"]
    other = bank.as_("mei")
    number = other.register(**{"register_evidence-held": held})
    assert "还没有附件" in other.get(f"/cases/{number}/files").text


def test_a_dangerous_file_is_refused_with_a_sentence(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    browser.get(f"/cases/{number}/files")
    hostile = (io.BytesIO(b"<script>alert(1)</script>"), "photo.png")
    page = browser.send(f"/cases/{number}/files", {"files": hostile}, content_type="multipart/form-data")
    assert page.status == 422
    assert "photo.png" in page.text


def test_a_task_is_claimed_filled_in_and_gone(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("mei")
    assert "复核" in browser.get("/inbox/groups").text
    address = browser.task(number)
    page = browser.get(address)
    row = browser.htmx("PUT", f"{address}/claim")
    assert row.status == 200
    assert "退回组内" in row.text
    assert "HX-Trigger" in row.response.headers
    assert number in browser.get("/inbox").text
    page = browser.get(address)
    assert page.html.find("form", attrs={"data-draft-url": True}) is not None
    done = browser.send(f"{address}/completion", REVIEW)
    assert done.status == 200, done.text
    assert "已办结" in done.text
    assert number not in browser.get("/inbox").html.find("main").get_text()


def test_a_draft_is_kept_without_being_judged(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("mei")
    address = browser.task(number)
    browser.get(address)
    saved = browser.client.put(
        f"{address}/draft",
        data={"review_result": "return", "review_reason": "短"},
        headers={"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"},
    )
    assert saved.status_code == 204
    page = browser.get(address)
    assert page.html.find(id="review_reason").get_text().strip() == "短"
    assert "草稿保存于" in page.text


def test_the_second_of_two_people_is_told_who_was_faster(bank) -> None:
    number = bank.as_("lin").register()
    mei, third = bank.as_("mei"), bank.as_("mei")
    address = mei.task(number)
    third.get(address)
    mei.get(address)
    mei.send(f"{address}/completion", REVIEW)
    late = third.send(f"{address}/completion", REVIEW)
    assert late.status in (404, 409)
    fragment = third.htmx("PUT", f"{address}/claim")
    assert fragment.status == 409
    assert "梅芳" in fragment.text
    assert fragment.response.headers["HX-Retarget"] == "#messages"


def test_personal_data_are_shown_for_a_purpose_and_masked_again(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    browser.get(f"/cases/{number}")
    refused = browser.htmx("POST", f"/cases/{number}/party", {"purpose": ""})
    assert refused.status == 422
    shown = browser.htmx("POST", f"/cases/{number}/party", {"purpose": "回访客户核实情况"})
    assert "13812345678" in shown.text
    assert "本次查看已记录" in shown.text
    plain = browser.send(f"/cases/{number}/party", {"purpose": "回访客户核实情况"})
    assert "13812345678" in plain.text
    assert "13812345678" not in browser.get(f"/cases/{number}").text


def test_notes_contacts_and_history_keep_what_was_done(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    browser.get(f"/cases/{number}")
    browser.send(f"/cases/{number}/notes", {"text": "已调取监控<script>"})
    assert "已调取监控<script>" in browser.page.text
    assert "<script>" not in browser.page.html.find(id="notes").decode_contents().replace("&lt;script&gt;", "")
    browser.send(
        f"/cases/{number}/contacts",
        {"method": "call", "outcome": "not-reached", "at": "2026-03-02T09:50", "note": "无人接听"},
    )
    assert "未联系上" in browser.page.text
    history = browser.get(f"/cases/{number}/history")
    assert "写备注" in history.text
    assert "登记联系情况" in history.text
    narrowed = browser.get(f"/cases/{number}/history?kind=note-written")
    assert "登记联系情况" not in narrowed.html.select_one(".huiyin-timeline").get_text()


@pytest.mark.proves("R8")
def test_the_diagram_comes_with_its_state_and_as_a_table(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    page = browser.get(f"/cases/{number}/process")
    box = page.html.find(attrs={"data-bpmn": True})
    xml = browser.client.get(box["data-xml-url"])
    assert xml.mimetype == "application/xml"
    assert xml.data == (source.ROOT / "processes" / "ordinary.bpmn").read_bytes()  # of the version that is deployed
    state = json.loads(browser.client.get(box["data-state-url"]).data)
    assert state["elements"]["Register"]["state"] == "done"
    assert any(facts["state"] == "active" and facts["tokens"] for facts in state["elements"].values())
    assert state["flows"]
    assert page.html.find(attrs={"data-element-row": "Register"})


@pytest.mark.parametrize("tab", ["", "/history", "/process", "/files", "/report"])
def test_a_case_of_others_is_not_there(bank, tab: str) -> None:
    number = bank.as_("lin").register()
    stranger = bank.as_("qian")
    hidden = stranger.get(f"/cases/{number}{tab}")
    missing = stranger.get(f"/cases/TS-2026-999999{tab}")
    assert hidden.status == missing.status == 404
    assert hidden.text.replace(number, "") == missing.text.replace("TS-2026-999999", "")


def test_a_whole_number_in_the_search_leads_to_the_case(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.get(f"/cases?text={number.lower()}").html.h1.get_text().startswith(number)
    assert number in browser.get("/cases?text=态度").text
    assert "没有找到案件" in browser.get("/cases?text=没有这样的词").text
