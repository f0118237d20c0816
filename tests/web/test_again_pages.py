"""The page of reviews: what is proposed and confirmed, what the customer asks for, what counts against whom."""

from __future__ import annotations

import io

from sqlalchemy import update

from complaints import earlier, reviews, scores, tables
from engine.environment import SYSTEM

PAPER = b"%PDF-1.4 request"


def answer(bank, number: str) -> None:
    """The customer has his answer, however that came about."""
    case = tables.complaint
    now = bank.environment.clock.now()
    bank.environment.run(
        SYSTEM,
        lambda tx: tx.connection.execute(update(case).where(case.c.number == number).values(replied_at=now)),
    )


def test_an_earlier_complaint_is_proposed_and_confirmed(bank) -> None:
    browser = bank.as_("lin")
    first, second = browser.register(), browser.register()
    assert "可能是再次投诉" in browser.get("/register/receipt").text
    page = browser.get(f"/cases/{second}/reviews")
    assert "是否就此前的投诉再次投诉?" in page.text
    assert first in page.text
    browser.send(f"/cases/{second}/reviews/earlier", {"other": first})
    with bank.environment.read() as connection:
        assert earlier.before(connection, second) == first
    assert "是否就此前的投诉再次投诉?" not in browser.get(f"/cases/{second}/reviews").text


def test_staff_take_in_a_written_request(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    assert browser.get(f"/cases/{number}/reviews").html.find(id="review-file") is None, "there is no decision yet"
    answer(bank, number)
    page = browser.get(f"/cases/{number}/reviews")
    assert page.html.find(id="review-file") is not None
    said = {"way": "letter", "received_at": "2026-03-02T10:00", "request": "请核查等候原因"}
    browser.send(f"/cases/{number}/reviews", said)
    with bank.environment.read() as connection:
        assert reviews.listed(connection, number) == [], "not without the paper"
    browser.send(f"/cases/{number}/reviews", said | {"request_file": (io.BytesIO(PAPER), "request.pdf")})
    page = browser.get(f"/cases/{number}/reviews")
    assert "第1次核查" in page.text
    assert "请核查等候原因" in page.text


def test_who_sees_what_counts(bank) -> None:
    browser = bank.as_("lin")
    first, second = browser.register(), browser.register()
    bank.environment.run(SYSTEM, lambda tx: scores.add(tx, first, "wang", "re-complaint", second))
    assert second in bank.as_("wang").get("/scores/").text
    assert second in bank.as_("gao").get("/scores/").text
    assert "没有记录。" in bank.as_("mei").get("/scores/").text
