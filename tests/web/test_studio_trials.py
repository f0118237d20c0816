"""Process owners play the scenarios against a draft: what breaks is told, what was executed is coloured."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

DIAGRAMS = list((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
OWN = """
scenarios:
  - name: 只看开始
    given: {variables: {channel: PHONE}}
    then: {open: [FileDossier]}
"""


def begin(browser: Any) -> str:
    """Begin a draft from the current deployment; the path of its page."""
    deployment = browser.get("/studio").html.select_one("#draft-base option[selected]")["value"]
    page = browser.send("/studio/drafts", {"name": "草稿", "deployment": deployment})
    return str(page.response.request.path)


def change(browser: Any, draft: str, old: str, new: str) -> str:
    """Change the diagram of the archive in the editor; its new text."""
    text = browser.get(f"{draft}/files/archive.bpmn").response.get_data(as_text=True)
    assert old in text
    address = browser.get(f"{draft}/files/archive.bpmn/edit").html.select_one("[data-draft-url]")["data-draft-url"]
    headers = {"X-CSRFToken": browser.token(), "X-Requested-With": "fetch"}
    changed = text.replace(old, new)
    assert browser.client.put(address, data=changed.encode(), headers=headers).status_code == 200
    return str(changed)


def play(bank: Any, browser: Any, draft: str, *files: tuple[str, str]) -> Any:
    """Play, wait until it is over and return the page."""
    browser.get(draft)
    data = {"csrf_token": browser.token()}
    sent = [(io.BytesIO(text.encode()), name) for name, text in files]
    answer = browser.client.post(
        f"{draft}/trials", data={**data, "scenarios": sent} if sent else data, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)[:400]
    for trial in bank.app.extensions["trials"].values():
        trial.thread.join()
    return browser.get(answer.headers["Location"])


def coverage(page: Any) -> dict[str, str]:
    cards = [card for card in page.html.select("details.card") if "%" in card.select_one(".card-actions").text]
    return {card.select_one("h2").text: card.select_one(".card-actions").text.strip() for card in cards}


def test_an_unchanged_draft_passes_everything_and_is_covered(bank: Any) -> None:
    browser = bank.as_("owner")
    page = play(bank, browser, begin(browser))
    assert page.html.select_one("#trial[hx-get]") is None
    assert not page.html.select(".bg-red-lt")
    assert set(coverage(page).values()) == {"100.0 %"}
    assert len(coverage(page)) == len(DIAGRAMS)
    assert len(page.html.select("details:not([open]) [data-bpmn]")) == len(DIAGRAMS), "folded where nothing was missed"


def test_a_change_that_breaks_a_scenario_is_told_and_coloured(bank: Any) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    changed = change(browser, draft, "count(missing) &gt; 0", "count(missing) &gt; 9")
    page = play(bank, browser, draft)
    failed = page.html.select_one(".list-group-item:has(.bg-red-lt)")
    assert "缺项退回,补齐后归档" in failed.text
    assert "“FileDossier”处应有未完成的任务" in failed.text or "未完成的任务应为 [FileDossier]" in failed.text
    box = page.html.select_one("[data-state-url]")
    state = browser.client.get(box["data-state-url"]).json
    assert state["elements"]["CloseCase"]["state"] == "done"
    assert "Flow_DossierOutcome_FileDossier" not in state["flows"]
    assert "Flow_DossierOutcome_CloseCase" in state["flows"]
    diagram = browser.client.get(box["data-xml-url"])
    assert diagram.get_data(as_text=True) == changed
    assert "sandbox" in diagram.headers["Content-Security-Policy"]


def test_own_scenarios_are_played_and_what_does_not_fit_is_told(bank: Any) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    wrong = OWN.replace("FileDossier", "FileDosier")
    page = play(bank, browser, draft, ("archive.scenario.yaml", OWN), ("extension.scenario.yaml", wrong))
    assert "只看开始" in page.text
    assert not page.html.select(".list-group-item .bg-red-lt")
    assert "extension.scenario.yaml:5 没有元素“FileDosier”" in page.text
    assert coverage(page)["延期 extension"] == "0.0 %"
    browser.get(draft)
    upload = {"csrf_token": browser.token(), "scenarios": (io.BytesIO(b"x"), "evil.html")}
    refused = browser.client.post(f"{draft}/trials", data=upload, content_type="multipart/form-data")
    assert refused.status_code == 422


def test_a_bundle_with_errors_is_not_played(bank: Any) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    change(browser, draft, 'camunda:formRef="archive"', 'camunda:formRef="nowhere"')
    page = play(bank, browser, draft)
    assert "archive.bpmn#FileDossier" in page.text
    assert "nowhere" in page.text
    assert coverage(page) == {}


def test_while_it_plays_the_page_asks_again_and_a_failure_is_told(bank: Any) -> None:
    browser = bank.as_("owner")
    draft = begin(browser)
    page = play(bank, browser, draft)
    trial = next(iter(bank.app.extensions["trials"].values()))
    trial.report, trial.done, trial.total = None, 5, 32
    address = page.response.request.path
    page = browser.get(address)
    assert page.html.select_one("#trial[hx-get]")
    assert page.html.select_one("progress")["value"] == "5"
    browser.send(f"{draft}/trials")
    assert len(bank.app.extensions["trials"]) == 1, "pressed twice, the same is shown"
    trial.failed = True
    assert "场景未能运行" in browser.get(address).text
    trial.draft = replace(trial.draft, owner="somebody")
    assert browser.get(address).status == 404
    assert browser.get("/studio/trials/none").status == 404


def test_a_trial_of_other_content_is_never_shown_in_its_place(bank: Any) -> None:
    browser = bank.as_("owner")
    draft, other = begin(browser), begin(browser)
    page = play(bank, browser, draft)
    trial = next(iter(bank.app.extensions["trials"].values()))
    report, trial.report = trial.report, None
    link = f'.alert a[href="{page.response.request.path}"]'

    for address, sent in (
        (f"{other}/trials", {}),
        (f"{draft}/trials", {"scenarios": (io.BytesIO(OWN.encode()), "a.scenario.yaml")}),
    ):
        browser.get(draft)
        data = {"csrf_token": browser.token(), **sent}
        answer = browser.client.post(address, data=data, content_type="multipart/form-data")
        assert answer.headers["Location"].endswith(address.removesuffix("/trials")), "back to one's own draft"
        told = browser.get(answer.headers["Location"])
        assert "没有开始运行" in told.text
        assert told.html.select_one(link), "the one that runs can be opened"
    assert len(bank.app.extensions["trials"]) == 1

    change(browser, draft, "count(missing) &gt; 0", "count(missing) &gt; 9")
    assert "没有开始运行" in browser.send(f"{draft}/trials").text, "the draft has changed since"
    trial.report = report
    assert not browser.get(draft).html.select_one(link)
    assert "草稿此后已修改" in browser.get(page.response.request.path).text
