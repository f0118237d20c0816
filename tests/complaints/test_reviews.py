"""核查: asked for in writing within 30 natural days, decided by somebody else within 30, kept or changed (G5)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

import engine.tables
from complaints import accounts, clocks, letters, passwords, portal, reviews, tables
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound

PASSWORD = passwords.hashed("correct horse battery")
WHY = "答复没有说明等候两小时的原因,请核查。"
BASIS = "经核查,办理程序和时限符合规定,处理结果与事实相符。"


@pytest.fixture
def decided(bank):
    """A complaint answered on Monday at noon, and closed."""
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.travel(hours=2)
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    return number


def asked(bank, number, user="lin", **changes):
    paper = bank.upload("request.pdf", b"%PDF-1.4 request", "request_file")
    said = {"way": "letter", "received_at": bank.now, "request": WHY, "upload": paper} | changes
    bank.act(user, reviews.ask, number, **said)


def decide(bank, number, outcome, finding="ok", user="gao"):
    checks = {"review_process": "ok", "review_limits": "ok", "review_finding": finding}
    bank.do(user, number, "Decide", review_outcome=outcome, review_basis=BASIS, **checks)


def clock(bank, number, name):
    with bank.environment.read() as connection:
        return next(one for one in clocks.of(connection, number, bank.now) if one.name == name)


def letters_of(bank, number):
    table = tables.letter
    with bank.environment.read() as connection:
        rows = connection.execute(select(table.c.template, table.c.body).where(table.c.number == number))
        return {row.template: row.body for row in rows}


@pytest.mark.proves("G5")
def test_a_review_keeps_the_decision(bank, decided):
    assert "30日内向我行书面申请核查" in letters.template("reply").body
    bank.travel(to=datetime(2026, 3, 20, 9, 30, tzinfo=ZONE))
    asked(bank, decided)
    running = clock(bank, decided, "review:1")
    assert (running.measure, running.limit) == ("natural-days", 30)
    assert running.due_at.astimezone(ZONE) == datetime(2026, 4, 20, tzinfo=ZONE)
    assert bank.steps(decided) == ["CarryOut", "Decide"]
    table, task = engine.tables.candidate, bank.task(decided, "Decide")
    with bank.environment.read() as connection:
        kept = set(connection.scalars(select(table.c.value).where(table.c.task_id == task.id, table.c.kind == "never")))
    assert kept == {"wang", "zhao", "sun"}
    with pytest.raises((Forbidden, NotFound)):
        decide(bank, decided, "kept", user="zhao")
    bank.travel(to=datetime(2026, 4, 1, 11, tzinfo=ZONE))
    decide(bank, decided, "kept")
    assert clock(bank, decided, "review:1").outcome == "met"
    assert bank.steps(decided) == ["CarryOut", "Visit"]
    sent = letters_of(bank, decided)
    assert "维持原处理决定" in sent["review-kept"]
    assert BASIS in sent["review-kept"]
    case = bank.case(decided)
    assert (case.stage, case.archive_no) == ("closed", "DA-2026-000001")
    with bank.environment.read() as connection:
        row = reviews.listed(connection, decided)[0]
    assert (row.outcome, row.decided_by, row.way) == ("kept", "gao", "letter")
    assert {"review-asked", "review-decided", "clock-opened", "clock-stopped"} <= set(bank.events(decided))
    with pytest.raises(Conflict, match="reviewed already"):
        asked(bank, decided)
    assert bank.incidents() == []
    assert bank.verified()


@pytest.mark.proves("G5")
def test_thirty_days_and_not_a_second_longer(bank, decided):
    replied = bank.case(decided).replied_at
    last = datetime(2026, 4, 1, 23, 59, 59, tzinfo=ZONE)
    assert replied.astimezone(ZONE).date().isoformat() == "2026-03-02"
    with bank.environment.read() as connection:
        right = reviews.right(connection, decided, last)
        assert right is not None
        assert right.last_day.isoformat() == "2026-04-01"
        assert reviews.right(connection, decided, last + timedelta(seconds=1)) is None
    bank.travel(to=last + timedelta(seconds=1))
    with pytest.raises(Invalid, match="article 20"):
        asked(bank, decided)
    asked(bank, decided, received_at=last)
    assert clock(bank, decided, "review:1").due_at.astimezone(ZONE) == datetime(2026, 5, 2, tzinfo=ZONE)


def test_what_is_no_request(bank, decided):
    with pytest.raises(Invalid, match="Some fields"):
        asked(bank, decided, upload=None)
    with pytest.raises(Invalid, match="Some fields"):
        asked(bank, decided, request="太慢")
    with pytest.raises(Invalid, match="Some fields"):
        asked(bank, decided, received_at=bank.now - timedelta(days=1))
    with pytest.raises(Invalid, match="Some fields"):
        asked(bank, decided, way="portal")
    with pytest.raises(NotFound):
        asked(bank, decided, user="qian")
    open_case = bank.register(customer_phone="13900001111").number
    with pytest.raises(Conflict, match="no answer yet"):
        asked(bank, open_case)
    asked(bank, decided)
    with pytest.raises(Conflict, match="under way"):
        asked(bank, decided)


@pytest.mark.proves("G5")
def test_a_changed_decision_is_handled_again_on_a_clock_of_its_own_and_may_be_reviewed_again(bank, decided):
    bank.travel(to=datetime(2026, 3, 5, 9, tzinfo=ZONE))
    asked(bank, decided)
    bank.travel(to=datetime(2026, 3, 9, 9, tzinfo=ZONE))
    decide(bank, decided, "changed", finding="flawed")
    correction = clock(bank, decided, "task:review-1")
    assert (correction.measure, correction.limit, correction.state) == ("working-days", 3, "running")
    assert correction.due_at.astimezone(ZONE) == datetime(2026, 3, 13, tzinfo=ZONE)
    with pytest.raises(Conflict, match="under way"):
        asked(bank, decided)
    bank.travel(to=datetime(2026, 3, 10, 16, tzinfo=ZONE))
    new = "经核查,首次答复遗漏了等候原因:当日系统故障。现向您说明并致歉。"
    told = {"correction_channel": "call", "corrected_at": bank.now, "correction_evidence": "REC-12"}
    bank.do("gao", decided, "Correct", correction="补充核实系统故障记录,重新作出答复。", reply_text=new, **told)
    assert clock(bank, decided, "task:review-1").outcome == "met"
    assert new in letters_of(bank, decided)["review-corrected"]
    assert bank.case(decided).stage == "closed"
    with bank.environment.read() as connection:
        assert reviews.right(connection, decided, bank.now).last_day.isoformat() == "2026-04-09"
    bank.environment.run(
        SYSTEM,
        lambda tx: accounts.create(
            tx, "tan", "谭敏", PASSWORD, unit="gonghui", roles=("supervisor",), must_change=False
        ),
    )
    asked(bank, decided)
    assert clock(bank, decided, "review:2").state == "running"
    with pytest.raises((Forbidden, NotFound)):
        decide(bank, decided, "kept")
    decide(bank, decided, "kept", user="tan")
    assert bank.incidents() == []


def test_the_reviewer_is_reminded_when_four_fifths_have_passed(bank, decided):
    asked(bank, decided)
    bank.travel(days=31)
    with bank.environment.read() as connection:
        kinds = select(tables.notice.c.value).where(tables.notice.c.template == "review-due")
        assert set(connection.scalars(kinds)) == {"unit:gonghui", "supervision"}
    decide(bank, decided, "kept")
    assert clock(bank, decided, "review:1").outcome == "late"


def test_the_customer_asks_on_his_own_page(bank):
    receipt = bank.register()
    number = receipt.number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.reply(number)
    page = portal.look_up(bank.environment, number, receipt.query_code, remote="127.0.0.1")
    assert page.review.last_day.isoformat() == "2026-04-01"
    with pytest.raises(portal.WrongCode):
        portal.ask_review(bank.environment, number, "AAAA-AAAA-AAAA", WHY, remote="127.0.0.1")
    portal.ask_review(bank.environment, number, receipt.query_code, WHY, remote="127.0.0.1")
    page = portal.look_up(bank.environment, number, receipt.query_code, remote="127.0.0.1")
    assert page.review is None
    assert [(row.way, row.request, row.outcome) for row in page.reviews] == [("portal", WHY, None)]
    assert "Decide" in bank.steps(number)
    bank.travel(days=1)
    decide(bank, number, "kept")
    page = portal.look_up(bank.environment, number, receipt.query_code, remote="127.0.0.1")
    assert page.reviews[0].outcome == "kept"
