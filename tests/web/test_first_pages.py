"""Signing in and out, the first page of each role, the language."""

from __future__ import annotations

import pytest

FIRST = {
    "lin": "待办",
    "gao": "在办案件（按剩余时限）",
    "sun": "待办",
    "he": "案件查询",
    "owner": "流程设计",
    "admin": "发布与维护",
}


@pytest.mark.parametrize(("user", "title"), FIRST.items())
def test_each_role_starts_where_its_work_is(bank, user: str, title: str) -> None:
    page = bank.as_(user).page
    assert page.html.h1.get_text(strip=True) == title


def test_the_menu_shows_only_what_the_role_may_open(bank) -> None:
    for user in ("lin", "gao", "sun", "he", "owner", "admin"):
        browser = bank.as_(user)
        links = [link["href"] for link in browser.page.html.select("#menu a.nav-link")]
        assert links
        assert {browser.get(link).status for link in links} == {200}


def test_the_menu_marks_the_one_entry_of_the_page(bank) -> None:
    for user in ("lin", "gao", "sun", "he", "owner", "admin"):
        browser = bank.as_(user)
        for link in [link["href"] for link in browser.page.html.select("#menu a.nav-link")]:
            marked = browser.get(link).html.select('#menu a[aria-current="page"]')
            assert [entry["href"] for entry in marked] == [link]


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(bank) -> None:
    browser = bank.browser()
    known = browser.sign_in("lin", "not the password")
    unknown = browser.sign_in("nobody", "not the password")
    assert (known.status, unknown.status) == (401, 401)
    alert = "账号或密码不正确。"
    assert alert in known.text
    assert alert in unknown.text


def test_five_failures_lock_the_account_for_a_while(bank) -> None:
    browser = bank.browser()
    for _ in range(5):
        browser.sign_in("lin", "wrong wrong wrong")
    page = browser.sign_in("lin")
    assert page.status == 429
    assert "失败次数过多" in page.text


def test_signing_out_ends_the_session_on_the_server(bank) -> None:
    browser = bank.as_("lin")
    with browser.client.session_transaction() as session:
        token = session["token"]
    browser.send("/session?_method=DELETE")
    with browser.client.session_transaction() as session:
        session["token"] = token  # a cookie that somebody kept
    assert browser.get("/inbox").html.h1.get_text(strip=True) == "登录"


def test_the_session_gets_a_new_id_at_sign_in_and_forgets_the_visitor(bank) -> None:
    browser = bank.browser()
    browser.get("/sign-in")
    with browser.client.session_transaction() as session:
        before = session["csrf_token"]
        session["follow"] = ["TS-2026-000001", "code"]
    browser.sign_in("lin")
    with browser.client.session_transaction() as session:
        assert "follow" not in session
        assert session.get("csrf_token") != before


def test_one_returns_to_the_page_one_wanted_but_never_to_another_site(bank) -> None:
    browser = bank.browser()
    page = browser.get("/board?level=2")
    assert page.html.h1.get_text(strip=True) == "登录"
    wanted = page.html.select_one("form[action='/sign-in'] input[name=next]")["value"]
    assert wanted == "/board?level=2"
    browser.send("/sign-in", {"user": "gao", "password": "correct horse battery", "next": wanted})
    assert browser.page.response.request.full_path == "/board?level=2"
    for evil in ("//evil.example", "https://evil.example", "/\\evil.example", "/\n/evil.example"):
        other = bank.browser()
        other.get("/sign-in")
        answer = other.client.post(
            "/sign-in",
            data={"csrf_token": other.token(), "user": "gao", "password": "correct horse battery", "next": evil},
        )
        assert answer.headers["Location"] == "/"


def test_the_own_password_is_changed_and_the_old_one_works_no_more(bank) -> None:
    browser = bank.as_("lin")
    browser.get("/password")
    new = "another horse 42 stable"
    refused = browser.send("/password?_method=PUT", {"old": "correct horse battery", "new": new, "again": new + "x"})
    assert refused.status == 422
    assert "两次输入的新密码不一致" in refused.text
    changed = browser.send("/password?_method=PUT", {"old": "correct horse battery", "new": new, "again": new})
    assert "密码已修改" in changed.text
    assert bank.browser().sign_in("lin").status == 401
    assert bank.browser().sign_in("lin", new).status == 200


def test_the_language_is_switched_on_any_page_and_kept(bank) -> None:
    browser = bank.as_("lin")
    page = browser.send("/language", {"locale": "en", "next": "/inbox/groups"})
    assert page.html.html["lang"] == "en"
    assert page.html.h1.get_text(strip=True) == "Inbox"
    browser.send("/session?_method=DELETE")
    assert browser.get("/sign-in").html.h1.get_text(strip=True) == "Sign in"
