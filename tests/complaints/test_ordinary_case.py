"""An ordinary complaint from registration to the archive, step by step."""

from datetime import timedelta

from complaints import clocks, notices
from engine.clock import ZONE

STEPS = ["已分类,待分发", "已转办,待接收", "调查处理中", "已答复", "已办结"]
"""What the first owner hears of (R34)."""


def test_from_registration_to_archive(bank):
    receipt = bank.register()
    number = receipt.number
    assert number == "TS-2026-000001"
    assert receipt.first_response_due == bank.now + timedelta(hours=24)
    assert bank.steps(number) == ["ContactCustomer", "Review"]
    assert bank.case(number).first_owner == "lin"

    bank.travel(minutes=30)
    bank.first_contact(number)
    assert bank.case(number).first_response == "reached"
    bank.to_reply(number)
    case = bank.case(number)
    assert (case.time_class, case.unit, case.stage) == ("ordinary", "west", "handling")
    assert case.due_at.astimezone(ZONE).isoformat() == "2026-03-06T00:00:00+08:00"

    bank.travel(hours=2)
    bank.reply(number)
    case = bank.case(number)
    assert case.stage == "replied"
    assert case.resolved_at == case.replied_at
    with bank.environment.read() as connection:
        states = {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}
    resolution = {"first-response": "met", "target": "met", "internal": "met", "statutory": "met"}
    assert states == resolution | {"silence": "running"}
    assert "Reply" not in bank.steps(number)

    bank.call_back(number, 8, 8)
    assert bank.case(number).satisfaction == "satisfied"
    bank.report(number)
    bank.review_report(number)
    bank.do("mei", number, "FileDossier", archive_checks=["register", "reply"])

    case = bank.case(number)
    assert case.archive_no == "DA-2026-000001"
    assert case.stage == "closed"
    assert case.retain_until.year == 2029
    heard = [notice.subject for notice in bank.ask("lin", notices.unread) if notice.template == "progress"]
    assert sorted(subject.partition("进度:")[2] for subject in heard) == sorted(STEPS)
    assert bank.incidents() == []
    assert "case-closed" in bank.events(number)
    assert bank.verified()
