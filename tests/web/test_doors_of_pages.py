"""Who may open what: every view says so, every cell of role × page is asserted, and nothing changes without a token."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import Rule

from web import access

OURS = ("home", "auth", "inbox", "tasks", "register", "case", "evidence", "search", "board", "notices", "portal")
ARGUMENTS = {
    "number": "TS-2026-999999",
    "task_id": "00000000-0000-0000-0000-000000000000",
    "instance_id": "00000000-0000-0000-0000-000000000000",
    "evidence_id": "00000000-0000-0000-0000-000000000000",
    "notice_id": "00000000-0000-0000-0000-000000000000",
    "slip": "00000000-0000-0000-0000-000000000000",
    "key": "ordinary",
    "token": "no-such-token",
}
ROLES = {
    "lin": "handler",
    "gao": "supervisor",
    "sun": "leader",
    "he": "compliance",
    "owner": "owner",
    "admin": "administrator",
}


def pages(app) -> list[tuple[Rule, str, str]]:
    """Rule, method and a path of each view of ours."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in OURS:
            path = adapter.build(
                rule.endpoint, {name: ARGUMENTS[name] for name in rule.arguments}, append_unknown=False
            )
            found += [(rule, method, path) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return found


def test_every_view_of_the_house_declares_who_may_enter(bank) -> None:
    silent = [endpoint for endpoint, view in bank.app.view_functions.items() if access.rule(view) is None]
    assert silent == []


def test_a_view_that_says_nothing_is_refused(bank) -> None:
    bank.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert bank.as_("admin").get("/forgotten").status == 403


def test_the_matrix_of_roles_and_pages(bank) -> None:
    """Allowed means: not refused for the role. What does not exist or lacks its data is another answer than 403."""
    for user, role in ROLES.items():
        browser = bank.as_(user)
        token = browser.token()
        wrong = []
        for rule, method, path in pages(bank.app):
            if rule.endpoint == "auth.sign_out":
                continue
            declared = access.rule(bank.app.view_functions[rule.endpoint])
            status = browser.client.open(path, method=method, headers={"X-CSRFToken": token}).status_code
            if (status == 403) == declared.allows(frozenset({role})) or status >= 500:
                wrong.append((role, method, rule.endpoint, status))
        assert wrong == []


def test_who_has_not_signed_in_is_sent_to_the_door(bank) -> None:
    browser = bank.browser()
    browser.get("/sign-in")
    token = browser.token()
    for rule, method, path in pages(bank.app):
        if access.rule(bank.app.view_functions[rule.endpoint]).public:
            continue
        answer = browser.client.open(path, method=method, headers={"X-CSRFToken": token})
        assert answer.status_code == 302, (rule.endpoint, method)
        assert answer.headers["Location"].startswith("/sign-in"), rule.endpoint
        fragment = browser.client.open(path, method=method, headers={"X-CSRFToken": token, "HX-Request": "true"})
        assert fragment.headers["HX-Redirect"].startswith("/sign-in")
        script = browser.client.open(path, method=method, headers={"X-Requested-With": "fetch", "X-CSRFToken": token})
        assert (script.status_code, script.is_json) == (401, True)


def test_nothing_changes_without_the_token_of_this_session(bank) -> None:
    ours, theirs = bank.as_("gao"), bank.as_("lin")
    for rule, method, path in pages(bank.app):
        if method == "GET":
            continue
        for headers in ({}, {"X-CSRFToken": theirs.token()}, {"X-CSRFToken": "forged"}):
            answer = ours.client.open(path, method=method, headers=headers)
            assert answer.status_code == 403, (rule.endpoint, method, headers)


def test_nothing_changes_when_another_site_asks(bank) -> None:
    browser = bank.as_("gao")
    headers = {"X-CSRFToken": browser.token(), "Origin": "https://evil.example"}
    for rule, method, path in pages(bank.app):
        if method != "GET":
            assert browser.client.open(path, method=method, headers=headers).status_code == 403, rule.endpoint
    own = {**headers, "Origin": "http://localhost"}
    assert browser.client.post("/language", headers=own, data={"locale": "en"}).status_code == 303
    assert browser.client.post("/language", headers={**headers, "Origin": "null"}).status_code == 403


def test_get_changes_nothing_and_pages_have_no_put_by_get(bank) -> None:
    browser = bank.as_("lin")
    assert browser.client.get("/session?_method=DELETE").status_code == 405
    assert browser.get("/inbox").status == 200


@pytest.mark.parametrize("path", ["/sign-in", "/portal/", "/inbox", "/nothing/here", "/static/css/app.css"])
def test_every_answer_carries_the_headers(bank, path: str) -> None:
    answer = bank.as_("lin").client.get(path, buffered=True)
    policy = answer.headers["Content-Security-Policy"]
    for part in (
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept_because_their_address_has_their_hash(bank) -> None:
    page = bank.browser().get("/sign-in")
    styles = [link["href"] for link in page.html.find_all("link", rel="stylesheet")]
    assert styles
    for address in styles:
        assert re.search(r"\?v=[0-9a-f]{10}$", address)
        with bank.app.test_client().get(address) as answer:
            assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(bank) -> None:
    answer = bank.browser().client.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "path", ["/inbox/", "/INBOX", "//inbox", "/inbox;x", "/./inbox", "/%2e/inbox", "/inbox/groups/.."]
)
def test_variants_of_a_path_are_no_way_in(bank, path: str) -> None:
    assert bank.browser().client.get(path).status_code in (302, 308, 404)
    answer = bank.browser().client.get(path, follow_redirects=True)
    assert "待认领" not in answer.get_data(as_text=True)


def test_too_large_a_body_is_refused_with_a_sentence(bank) -> None:
    browser = bank.as_("lin")
    bank.app.config["MAX_CONTENT_LENGTH"] = 2000
    page = browser.send("/register/ordinary", {"verbatim": "长" * 5000})
    assert page.status == 413
    assert "内容过大" in page.text


def test_our_own_mistake_gets_a_number_and_shows_nothing_else(bank, caplog) -> None:
    @access.public
    def broken() -> str:
        raise ValueError("password of the database")

    bank.app.add_url_rule("/broken", "broken", broken)
    page = bank.browser().get("/broken")
    assert page.status == 500
    number = re.search(r"故障编号 ([0-9a-f]{8})", page.text).group(1)
    assert "password" not in page.response.get_data(as_text=True)
    assert number in caplog.text
