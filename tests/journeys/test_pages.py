"""Everybody's pages, in both languages: they open, the console is clean, and the words are of one language."""

from __future__ import annotations

import re

import pytest

JOURNEY = 0
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PEOPLE = ("lin", "gao", "sun", "owner", "admin", "compliance")
CHINESE = re.compile("[\u4e00-\u9fff]")
WORDS_OF_OURS = "nav a.nav-link, .navbar a.nav-link, button, th, label.form-label, legend, .subheader, .page-pretitle"
LINKS = "main .nav-tabs a.nav-link, aside a.nav-link"


@pytest.mark.parametrize("user", PEOPLE)
def test_every_page_of_the_menu_in_english(browser, user):
    browser.become(user)
    if browser.find("html").get_attribute("lang") != "en":
        browser.press("header form[action='/language'] button")
    seen: set[str] = set()
    waiting = addresses(browser)
    while waiting:
        path = waiting.pop()
        seen.add(path)
        browser.open(path)
        assert left_in_chinese(browser) == [], path
        waiting |= addresses(browser) - seen
    assert len(seen) >= 2


def addresses(browser) -> set[str]:
    found = {link.get_dom_attribute("href").split("?")[0] for link in browser.all(LINKS)}
    return {path for path in found if path.startswith("/")}


def left_in_chinese(browser) -> list[str]:
    """Our own words that were not translated; the bank's data may be Chinese."""
    texts = [element.text for element in browser.all(WORDS_OF_OURS)]
    return [text for text in texts if CHINESE.search(text.replace("中文", ""))]


def test_the_demo_bank_has_a_case_of_each_kind(server):
    live = "SELECT d.key FROM instance i JOIN definition d ON d.id = i.definition_id WHERE i.ended_at IS NULL"
    assert {"ordinary", "complex", "media", "withdrawal", "review"} <= {key for (key,) in server.ask(live)}
    again = "SELECT c.stage FROM case_link l JOIN complaint c ON c.number = l.number WHERE l.relation = 're-complaint'"
    assert ("registered",) in server.ask(again)


def test_pictures_of_the_front_page(browser, server):
    query = "SELECT number FROM complaint WHERE stage = 'handling' AND process = 'ordinary' ORDER BY number"
    [number] = server.ask(query)[0]
    browser.become("gao")
    browser.open("/inbox/groups")
    browser.sees("剩余时限")
    browser.shot("inbox")
    browser.open(f"/cases/{number}/process")
    browser.find(".djs-element.done")
    browser.shot("case")
