"""Process owners: look at versions, draft a bundle file by file, let it be checked, propose it."""

from __future__ import annotations

import io
import json
import re

from lxml import etree

from web import control_words, i18n


def begin(browser, name: str = "两天办结") -> str:
    """Begin a draft from the current deployment; the path of its page."""
    page = browser.get("/studio")
    deployment = page.html.select_one("#draft-base option[selected]")["value"]
    page = browser.send("/studio/drafts", {"name": name, "deployment": deployment})
    assert page.status == 200, page.text[:500]
    return page.response.request.path


def save(browser, draft: str, name: str, content: str | bytes, **place: object) -> object:
    """What the editor's page sends when something was changed."""
    page = browser.get(f"{draft}/files/{name}/edit")
    address = page.html.select_one("[data-draft-url]")["data-draft-url"]
    return browser.client.put(
        place.get("address", address),
        data=content,
        headers={"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"},
    )


def shorten(browser, draft: str) -> str:
    """The decision table with 2 instead of 3 working days, saved; its new text."""
    text = browser.get(f"{draft}/files/time-limits.dmn").response.get_data(as_text=True)
    changed = re.sub(r"(Rule_1_out_target_days\"><text>)3", r"\g<1>2", text)
    assert changed != text
    assert save(browser, draft, "time-limits.dmn", changed.encode()).status_code == 200
    return changed


def test_an_owner_sees_processes_versions_and_a_diagram(bank) -> None:
    browser = bank.as_("owner")
    page = browser.get("/studio")
    assert page.status == 200
    assert "ordinary" in page.text
    version = page.html.select_one("a[href^='/studio/versions/']")["href"]
    page = browser.get(version)
    diagram = page.html.select_one("[data-bpmn]")["data-xml-url"]
    assert page.html.select("[data-element-row]")
    answer = browser.client.get(diagram)
    assert answer.mimetype == "application/xml"
    assert b"definitions" in answer.data
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    file = page.html.select_one("a[href*='download=1']")["href"]
    assert "attachment" in browser.client.get(file).headers["Content-Disposition"]
    assert browser.get("/studio/versions/none").status == 404


def test_a_draft_is_a_copy_that_is_changed_and_taken_back(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    page = browser.get(draft)
    assert "尚未修改任何内容" in page.text
    shorten(browser, draft)
    page = browser.get(draft)
    assert len(page.html.select(".bg-yellow-lt:not(.list-group-item *)")) >= 1
    page = browser.get(f"{draft}/changes")
    assert page.html.select_one(".diff-old").text == "3"
    assert page.html.select_one(".diff-new").text == "2"
    browser.send(f"{draft}/restored/time-limits.dmn")
    assert "没有差异" in browser.get(f"{draft}/changes").text


def test_two_windows_never_overwrite_each_other_in_silence(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    first, second = (
        browser.get(f"{draft}/files/accept.form/edit").html.select_one("[data-draft-url]")["data-draft-url"]
        for _ in range(2)
    )
    form = browser.get(f"{draft}/files/accept.form").response.get_data(as_text=True)
    browser.get(draft)
    headers = {"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"}
    revisions = [browser.client.put(first, data=form.encode(), headers=headers).json["revision"] for _ in range(2)]
    assert revisions == [2, 3]
    refused = browser.client.put(second, data=form.encode(), headers=headers)
    assert refused.status_code == 409
    assert "另一窗口" in refused.json["message"]


def test_nothing_dangerous_or_unreadable_gets_into_a_draft(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>'
    assert save(browser, draft, "ordinary.bpmn", bomb).status_code == 422
    assert save(browser, draft, "accept.form", b"[]").status_code == 422
    assert save(browser, draft, "ordinary.bpmn", b"x" * 2_000_001).status_code == 422
    browser.get(draft)
    for name in ("evil.html", "../up.bpmn", ".form", "a b.dmn"):
        upload = {"files": (io.BytesIO(b"<x/>"), name), "csrf_token": browser.token()}
        answer = browser.client.post(f"{draft}/files", data=upload, content_type="multipart/form-data")
        assert answer.status_code == 422, name


def test_files_are_added_uploaded_renamed_removed_and_downloaded(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    for kind in ("bpmn", "dmn", "form"):
        page = browser.send(f"{draft}/new", {"kind": kind, "stem": f"legal-{kind}", "title": "法律意见"})
        assert page.status == 200, page.text[:400]
        assert page.html.select_one("[data-source-url]")
    assert browser.send(f"{draft}/new", {"kind": "form", "stem": "accept"}).status == 422
    assert browser.send(f"{draft}/new", {"kind": "form", "stem": "9 lives"}).status == 422
    browser.get(draft)
    content = browser.client.get(f"{draft}/files/legal-form.form").data
    upload = {"files": [(io.BytesIO(content), "other.form")], "csrf_token": browser.token()}
    browser.client.post(f"{draft}/files", data=upload, content_type="multipart/form-data")
    browser.send(f"{draft}/files/other.form?_method=PATCH", {"name": "third.form"})
    browser.send(f"{draft}/files/legal-dmn.dmn?_method=DELETE")
    page = browser.get(draft)
    names = [link.text for link in page.html.select("td a[href$='/edit']")]
    assert "third.form" in names
    assert "other.form" not in names
    assert "legal-dmn.dmn" not in names
    answer = browser.client.get(f"{draft}/files/third.form?download=1")
    assert answer.data == content
    assert "attachment" in answer.headers["Content-Disposition"]


def test_lint_answers_beside_the_canvas_in_the_readers_language(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    xml = browser.get(f"{draft}/files/ordinary.bpmn").response.get_data(as_text=True)
    broken = re.sub(r'camunda:formRef="[a-z-]+"', 'camunda:formRef="no-such-form"', xml, count=1)
    browser.get(draft)
    headers = {"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"}
    good = browser.client.post(f"{draft}/files/ordinary.bpmn/lint", data=xml.encode(), headers=headers).json
    assert [finding for finding in good["findings"] if finding["severity"] == "error"] == []
    bad = browser.client.post(f"{draft}/files/ordinary.bpmn/lint", data=broken.encode(), headers=headers).json
    found = next(finding for finding in bad["findings"] if "no-such-form" in finding["message"])
    assert found["severity"] == "error"
    assert found["element"]
    assert re.search("[\u4e00-\u9fff]", found["message"])
    assert found["advice"]
    assert found["advice"] not in found["message"], "what is wrong and what to do are told apart"
    assert browser.client.get(f"{draft}/files/ordinary.bpmn").data == xml.encode(), "lint saves nothing"


def test_processes_are_called_by_their_english_names(bank) -> None:
    browser = bank.as_("owner")
    names = {strong.text for strong in browser.get("/studio").html.select("[data-row] strong")}
    assert any("投诉" in name for name in names)
    page = browser.send("/language", {"locale": "en", "next": "/studio"})
    english = {strong.text for strong in page.html.select("[data-row] strong")}
    assert "Ordinary complaint" in english
    assert not any(re.search("[\u4e00-\u9fff]", name) for name in english)
    version = next(a["href"] for a in page.html.select("[data-row] a") if "/versions/" in a["href"])
    assert not re.search("[\u4e00-\u9fff]", browser.get(version).html.select_one("h1, .page-title").text)


def read(browser, address: str) -> str:
    return str(browser.client.get(address).get_data(as_text=True))


def test_what_is_wrong_in_other_files_comes_last_and_leads_there(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    xml = read(browser, f"{draft}/files/ordinary.bpmn")
    headers = {"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"}
    broken = re.sub(r'camunda:formRef="[a-z-]+"', 'camunda:formRef="no-such-form"', xml, count=1)
    address = browser.get(f"{draft}/files/ordinary.bpmn/edit").html.select_one("[data-draft-url]")["data-draft-url"]
    assert browser.client.put(address, data=broken.encode(), headers=headers).status_code == 200
    undrawn = re.sub(
        "<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", read(browser, f"{draft}/files/archive.bpmn"), flags=re.DOTALL
    )
    found = browser.client.post(f"{draft}/files/archive.bpmn/lint", data=undrawn.encode(), headers=headers).json[
        "findings"
    ]
    assert [(finding["severity"], bool(finding["href"])) for finding in found] == [("warning", False), ("error", True)]
    assert found[1]["name"].startswith("ordinary.bpmn#")
    assert f"{draft}/files/ordinary.bpmn/edit#" in found[1]["href"]
    assert browser.get(found[1]["href"].partition("#")[0]).html.select_one("[data-designer]")


def test_the_panel_offers_groups_forms_decisions_operations_processes(bank) -> None:
    browser = bank.as_("owner")
    options = browser.client.get(f"{begin(browser)}/options.json").json
    assert {"value": "unit:west", "label": "城西支行", "label_en": "城西支行"} in options["groups"]
    assert "gonghui" in [option["value"] for option in options["groups"]]
    assert "time-limits" in [option["value"] for option in options["decisions"]]
    assert "ordinary" in [option["value"] for option in options["processes"]]
    accept = next(option for option in options["forms"] if option["value"] == "accept")
    assert accept["label_en"] == "Accept the slip"
    assert all({"value", "label", "description", "inputs"} <= option.keys() for option in options["operations"])


def test_a_proposal_is_frozen_and_waits(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    browser.get(draft)
    assert browser.send(f"{draft}/proposal", {"comment": "x"}).status == 422, "nothing changed"
    shorten(browser, draft)
    browser.get(draft)
    assert browser.send(f"{draft}/proposal", {"comment": " "}).status == 422, "no comment"
    browser.get(draft)
    page = browser.send(f"{draft}/proposal", {"comment": "目标由3天改为2天"})
    assert "待决定" in page.text
    assert "目标由3天改为2天" in page.text
    browser.send(f"{draft}/restored/time-limits.dmn")
    page = browser.get(page.response.request.path)
    assert page.html.select_one(".diff-new").text == "2", "what is proposed does not follow the draft"
    browser.send(f"{page.response.request.path}?_method=DELETE")
    assert "已撤回" in browser.get("/studio").text


def test_a_proposal_with_errors_is_refused_with_all_of_them(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    browser.get(draft)
    browser.send(f"{draft}/files/accept.form?_method=DELETE")
    page = browser.get(draft)
    assert page.html.select_one("button[disabled]")
    page = browser.send(f"{draft}/proposal", {"comment": "without the form"})
    assert page.status == 422
    assert "accept" in page.text


def test_a_draft_of_somebody_else_does_not_exist(bank) -> None:
    from complaints import accounts
    from engine.environment import SYSTEM

    draft = begin(bank.as_("owner"))
    bank.environment.run(SYSTEM, lambda tx: accounts.grant(tx, "he", "owner"))
    other = bank.as_("he")
    for path in ("", "/changes", "/options.json", "/files/accept.form", "/files/accept.form/edit"):
        assert other.get(draft + path).status == 404, path
    other.get("/studio")
    assert other.send(f"{draft}?_method=DELETE").status == 404
    other.get("/studio")
    assert other.send(f"{draft}/proposal", {"comment": "mine"}).status == 404


def test_a_draft_is_renamed_and_thrown_away(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    browser.get(draft)
    assert "新名称" in browser.send(f"{draft}?_method=PUT", {"name": "新名称"}).text
    page = browser.send(f"{draft}?_method=DELETE")
    assert "草稿已删除" in page.text
    assert browser.get(draft).status == 404


def test_the_editors_alone_may_set_styles(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    for name, kind in (("ordinary.bpmn", "designer"), ("time-limits.dmn", "decisions"), ("accept.form", "form-editor")):
        page = browser.get(f"{draft}/files/{name}/edit")
        assert page.html.select_one(f"[data-{kind}]"), name
        assert "'unsafe-inline'" in page.response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in browser.get(draft).response.headers["Content-Security-Policy"]


def test_every_term_has_its_chinese() -> None:
    words = [text for kind in control_words.TERMS.values() for text in kind.values()]
    words += [*control_words.KINDS.values(), *control_words.ATTRIBUTES.values(), *control_words.PREFIXES.values()]
    assert [word for word in words if word not in i18n.catalogue("zh")] == []


def test_a_new_form_is_a_form(bank) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    browser.get(draft)
    browser.send(f"{draft}/new", {"kind": "form", "stem": "legal", "title": '法律 "意见" & <x>'})
    assert json.loads(browser.client.get(f"{draft}/files/legal.form").data)["title"] == '法律 "意见" & <x>'
    browser.get(draft)
    browser.send(f"{draft}/new", {"kind": "bpmn", "stem": "legal", "title": '法律 "意见" & <x>'})
    root = etree.fromstring(browser.client.get(f"{draft}/files/legal.bpmn").data)
    assert root.find("{*}process").get("name") == '法律 "意见" & <x>'
