"""Compliance: read what happened, narrow it, see it on the diagram, take it along, prove that nobody changed it."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from engine import seal
from engine.environment import SYSTEM
from web import compliance


@pytest.fixture
def number(bank) -> str:
    """A case with a little history."""
    found = str(bank.as_("lin").register())
    bank.clock.travel(timedelta(days=1))
    gao = bank.as_("gao")
    gao.get(f"/cases/{found}")
    gao.send(f"/cases/{found}/notes", {"text": "=HYPERLINK(1)"})
    seal.seal(bank.environment)
    return found


def rows(page: Any) -> list[str]:
    return [re.sub(r"\s+", " ", row.get_text(" ")).strip() for row in page.html.select("#history tbody tr")]


def verified(bank: Any, browser: Any, **data: str) -> Any:
    """Press the button and wait until the thread is done."""
    browser.get("/compliance")
    page = browser.send("/compliance/verifications", data)
    for run in bank.app.extensions["verifications"].values():
        run.thread.join()
    return browser.get(page.response.request.path)


def change(bank: Any, number: str, kind: str, body: str) -> int:
    """Somebody changes a row behind the system's back; the number of the event."""
    query = "UPDATE event SET body = :body WHERE stream = :stream AND kind = :kind RETURNING seq"

    def work(tx: Any) -> int:
        tx.connection.execute(text("DROP TRIGGER event_no_update"))  # whoever does this owns the database
        found = tx.connection.execute(text(query), {"body": body, "stream": f"case:{number}", "kind": kind})
        return int(found.scalars().first())

    return bank.environment.run(SYSTEM, work)


def test_the_history_of_a_case_says_who_when_what_why(bank, number) -> None:
    browser = bank.as_("he")
    page = browser.get("/compliance")
    page = browser.get(page.link(number))
    found = rows(page)
    assert len(found) > 5
    assert "林晓" in found[0]
    assert "2026-03-02 10:00" in found[0]
    assert any("版本" in row for row in found)
    assert page.html.select_one("[data-bpmn]")["data-state-url"]
    assert page.html.select("[data-element-row] a[data-element-link]")


def test_what_changed_is_told_in_words(bank, number) -> None:
    browser = bank.as_("he")
    told = rows(browser.get(f"/compliance/cases/{number}?kind=variable-changed"))
    assert any("事项性质: 投诉" in row for row in told), told
    assert not any("matter_kind:" in row for row in told)
    extended = SimpleNamespace(kind="clock-extended", facts={"clock": "first-response", "old": "3", "new": "4"})
    with bank.app.test_request_context("/"):
        assert compliance.change(extended) == compliance.Change("首次联系", "3", "4")
    cell = browser.get(f"/compliance/cases/{number}").html.select_one("#history tbody td:has(.diff-new)")
    assert cell["data-label"] == "原 → 新", "on a phone the cell has no heading above it"


def test_it_is_narrowed_by_kind_person_step_and_days(bank, number) -> None:
    browser = bank.as_("he")
    path = f"/compliance/cases/{number}"
    everything = rows(browser.get(path))
    by_person = rows(browser.get(f"{path}?actor=gao"))
    assert 0 < len(by_person) < len(everything)
    assert all("高远" in row for row in by_person)
    by_step = rows(browser.get(f"{path}?element=Register"))
    assert 0 < len(by_step) < len(everything)
    by_kind = rows(browser.get(f"{path}?kind=instance-started"))
    assert 0 < len(by_kind) < len(everything)
    first = rows(browser.get(f"{path}?since=2026-03-02&until=2026-03-02"))
    second = rows(browser.get(f"{path}?since=2026-03-03"))
    assert len(first) + len(second) == len(everything)
    assert browser.get(f"{path}?since=yesterday").status == 422
    assert "没有" in browser.get(f"{path}?actor=nobody").text


def test_a_link_of_an_element_narrows_to_it(bank, number) -> None:
    browser = bank.as_("he")
    page = browser.get(f"/compliance/cases/{number}")
    link = page.html.select_one('[data-element-row="Register"] a[data-element-link]')["href"]
    page = browser.get(link)
    assert page.html.select_one('select[name="element"] option[selected]')["value"] == "Register"
    assert rows(page)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_exported_is_narrowed_too_and_recorded(bank, number, form) -> None:
    browser = bank.as_("he")
    page = browser.get(f"/compliance/cases/{number}?actor=gao")
    shown = rows(page)
    answer = browser.client.get(page.html.select_one(f"a[href*='form={form}']")["href"])
    assert "attachment" in answer.headers["Content-Disposition"]
    body = answer.get_data(as_text=True)
    if form == "csv":
        lines = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
        assert len(lines) - 1 == len(shown)
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@", "-"))]
    else:
        assert len(json.loads(body)) == len(shown)
    with bank.environment.read() as connection:
        query = text("SELECT actor, body FROM event WHERE stream = 'export'")
        actor, facts = connection.execute(query).one()
    assert actor == "he"
    told = json.loads(facts)
    assert (told["number"], told["form"], told["rows"]) == (number, form, len(shown))
    assert told["filters"] == {"actor": "gao"}
    assert browser.get(f"/compliance/cases/{number}/export?form=exe").status == 404


def test_histories_without_a_case_are_there_too(bank, number) -> None:
    browser = bank.as_("he")
    page = browser.get("/compliance")
    for link in page.html.select("a[href^='/compliance/streams/']"):
        assert browser.get(link["href"]).status == 200, link["href"]
    assert "何律" in browser.get("/compliance/streams/identity?actor=he").text
    assert browser.get("/compliance/streams/case:TS-2026-000001").status == 404


def test_an_untouched_history_verifies(bank, number) -> None:
    browser = bank.as_("he")
    assert "没有任何改动" in verified(bank, browser).text
    assert "没有任何改动" in verified(bank, browser, number=number).text
    assert "未被改动" in browser.get("/compliance").text
    with bank.environment.read() as connection:
        query = text("SELECT body FROM event WHERE stream = 'verification' ORDER BY seq")
        facts = [json.loads(body) for body in connection.execute(query).scalars()]
    assert [(each["scope"], each["ok"]) for each in facts] == [("everything", True), (number, True)]


def test_a_changed_row_is_named_with_what_differs(bank, number) -> None:
    seq = change(bank, number, "note-written", '{"text": "never happened"}')
    page = verified(bank, bank.as_("he"))
    assert "1 处被改动" in page.text
    assert number in page.text
    assert f"第 {seq} 条" in page.text
    assert "高远" in page.text
    assert "never happened" in page.text


def test_a_row_that_is_no_json_any_more_is_still_named(bank, number) -> None:
    seq = change(bank, number, "note-written", "not json")
    assert f"第 {seq} 条" in verified(bank, bank.as_("he")).text


def test_while_it_runs_the_page_asks_again(bank, number) -> None:
    browser = bank.as_("he")
    page = verified(bank, browser)
    run = next(iter(bank.app.extensions["verifications"].values()))
    run.report, run.done, run.total = None, 5, 10
    page = browser.get(page.response.request.path)
    assert page.html.select_one("#verification[hx-get]")
    assert page.html.select_one("progress")["value"] == "5"
    browser.send("/compliance/verifications")
    assert len(bank.app.extensions["verifications"]) == 1, "the one that runs is shown instead of a second one"
    run.failed = True
    assert "未能完成" in browser.get(page.response.request.path).text


def test_a_verification_that_breaks_says_so(bank, number, monkeypatch, caplog) -> None:
    def broken(*arguments: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr("engine.verify.verify", broken)
    assert "未能完成" in verified(bank, bank.as_("he")).text
    assert "disk" in caplog.text


def test_only_compliance_comes_in(bank, number) -> None:
    for user in ("lin", "gao", "sun", "owner", "admin"):
        browser = bank.as_(user)
        for path in ("", f"/cases/{number}", f"/cases/{number}/export?form=csv", "/streams/rights"):
            assert browser.get(f"/compliance{path}").status == 403, (user, path)
    assert bank.as_("he").get("/compliance/cases/TS-2026-999999").status == 404
    assert bank.as_("he").get("/compliance/verifications/none").status == 404
