"""Who may open which page of owners, administrators and compliance: every cell of role × page."""

from __future__ import annotations

import pytest

from web import access

ROOMS = ("studio", "control", "compliance")
NONE = "00000000-0000-0000-0000-000000000000"
ARGUMENTS = {"number": "TS-2026-999999", "name": "accept.form", "user": "nobody", "code": "nowhere", "key": "no-such"}
PEOPLE = {
    "lin": "handler",
    "gao": "supervisor",
    "sun": "leader",
    "he": "compliance",
    "owner": "owner",
    "admin": "administrator",
}


@pytest.mark.parametrize("user", PEOPLE)
def test_the_matrix_of_roles_and_pages(bank, user: str) -> None:
    """Allowed means: not refused for the role. What does not exist or lacks its data is another answer than 403."""
    browser = bank.as_(user)
    headers = {"X-CSRFToken": browser.token()}
    adapter = bank.app.url_map.bind("localhost")
    seen, wrong = 0, []
    for rule in bank.app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in ROOMS:
            continue
        values = {name: 1999 if "int:" in rule.rule else ARGUMENTS.get(name, NONE) for name in rule.arguments}
        path = adapter.build(rule.endpoint, values, append_unknown=False)
        declared = access.rule(bank.app.view_functions[rule.endpoint])
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status = browser.client.open(path, method=method, headers=headers).status_code
            seen += 1
            if (status == 403) == declared.allows(frozenset({PEOPLE[user]})) or status >= 500:
                wrong.append((method, rule.endpoint, status))
    assert wrong == []
    assert seen > 60


def test_owners_and_administrators_share_only_what_both_read(bank) -> None:
    shared = {
        endpoint
        for endpoint, view in bank.app.view_functions.items()
        if endpoint.split(".")[0] in ROOMS and access.rule(view).roles == {"owner", "administrator"}
    }
    assert shared == {"studio.version", "studio.diagram", "studio.deployed", "control.proposed", "control.difference"}
