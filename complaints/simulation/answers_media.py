"""What the Office and its leaders write into the forms of a media complaint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from complaints.simulation.page import Answer, Page

REACHES = ("local", "regional", "national")


def media_record(page: Page) -> Answer:
    """The report with which it began; some journalists set a deadline."""
    reach = page.chance.choices(REACHES, (7, 2, 1))[0]
    asked = {"answer_asked_by": page.now + timedelta(hours=6)} if page.happens("journalist_waits") else {}
    return {"outlet": page.text("outlet"), "published_at": page.now, "reach": reach, **asked}


def media_article(page: Page) -> Answer:
    """A report that the Office finds itself; no customer has complained."""
    known = ("channel", "received_at", "branch", "verbatim")
    found = {name: page.case.arrival.data[name] for name in known if page.case.arrival.data.get(name)}
    return found | media_record(page) | {"published_at": found["received_at"]}


def media_facts(page: Page) -> Answer:
    """What is verified after two hours."""
    return {"media_facts": page.text("facts"), "media_risk": page.chance.choice(("low", "medium"))}


def media_statement(page: Page) -> Answer:
    """A statement, or the decision to say nothing yet."""
    if page.always("says_nothing"):
        return {"statement_kind": "none", "no_statement_reason": page.text("no_statement")}
    return {"statement_kind": "statement", "statement_text": page.text("statement"), "spokesperson": "办公室"}


def media_approval(page: Page) -> Answer:
    """Now and then a statement comes back, once."""
    if page.case.rounds["statement_returned"] == 0 and page.happens("statement_returned"):
        page.case.rounds["statement_returned"] += 1
        return {"statement_decision": "return", "statement_comment": page.text("statement_comment")}
    return {"statement_decision": "approve"}


def media_release(page: Page) -> Answer:
    """Where the statement went."""
    return {"released_at": page.now, "released_where": page.text("released_where")}


def media_situation(page: Page) -> Answer:
    """Mostly nothing new after the first days."""
    if not page.happens("reported_again"):
        return {"assessment": "calm", "situation": page.text("situation_calm")}
    found = {"found_outlet": page.text("outlet"), "found_published_at": page.now}
    found |= {"found_tone": page.chance.choice(("negative", "neutral")), "found_reach": "local"}
    return {"reports_found": [found], "assessment": "steady", "situation": page.text("situation_reported")}


FORMS: Mapping[str, Callable[[Page], Answer]] = {
    "media-article": media_article,
    "media-record": media_record,
    "media-facts": media_facts,
    "media-statement": media_statement,
    "media-approval": media_approval,
    "media-release": media_release,
    "media-situation": media_situation,
}
