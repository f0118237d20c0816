"""What was promised to the customer is kept with evidence; an unkept promise reopens the case (R108)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from complaints import clocks, promises, tables
from engine.clock import ZONE
from engine.errors import Invalid

DUE = datetime(2026, 3, 11, tzinfo=ZONE)
"""The end of 10 March."""
PROMISE = {"promise_text": "三月十日前退还手续费五十元", "promise_due": date(2026, 3, 10)}
MEND = {
    "breach_reason": "退费申请漏交会计部门。",
    "breach_remedy": "当日退费并致电客户道歉。",
    "breach_proof": "REC-9",
}


def closed(bank, **promise):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.reply(number, **promise)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    assert bank.case(number).closed_at == bank.now
    return number


def of(bank, number):
    with bank.environment.read() as connection:
        return promises.of(connection, number)


def told(bank, template):
    table = tables.notice
    with bank.environment.read() as connection:
        rows = connection.execute(select(table.c.value, table.c.at).where(table.c.template == template))
        return sorted((row.value, row.at) for row in rows)


def test_kept_in_time_with_evidence(bank):
    number = closed(bank, **PROMISE)
    (promise,) = of(bank, number)
    assert (promise.user, promise.source, promise.due_at) == ("zhao", "reply", DUE)
    bank.travel(to=DUE - timedelta(days=1, seconds=1))
    assert told(bank, "promise-due") == []
    bank.travel(seconds=1)
    assert told(bank, "promise-due") == [("zhao", DUE - timedelta(days=1))]
    bank.do("zhao", number, "KeepPromise", kept_at=bank.now, kept_proof="退费凭证 77", kept_note="已退还手续费。")
    (promise,) = of(bank, number)
    assert (promise.state, promise.kept_by, promise.proof) == ("kept", "zhao", "退费凭证 77")
    bank.travel(to=DUE + timedelta(days=1))
    assert bank.case(number).stage == "closed"
    assert bank.incidents() == []


@pytest.mark.proves("R108")
def test_an_unkept_promise_reopens_a_closed_case(bank):
    number = closed(bank, **PROMISE)
    before = bank.case(number)
    bank.travel(to=DUE - timedelta(seconds=1))
    assert bank.case(number).stage == "closed"
    bank.travel(seconds=1)
    case = bank.case(number)
    assert (case.stage, case.closed_at, case.resolved_at) == ("handling", None, None)
    assert (case.archive_no, case.first_resolved_at) == (before.archive_no, before.first_resolved_at)
    assert "MakeGood" in bank.steps(number)
    assert "KeepPromise" not in bank.steps(number)
    task = bank.task(number, "MakeGood")
    assert (task.assignee, task.due_at) == ("wang", datetime(2026, 3, 13, tzinfo=ZONE))
    owner = before.owner
    assert owner not in ("lin", "zhao"), "he answers for the case that is open again"
    assert told(bank, "promise-broken") == sorted((one, DUE) for one in ("lin", owner, "supervision", "zhao"))
    with bank.environment.read() as connection:
        running = {clock.name for clock in clocks.of(connection, number, bank.now) if clock.stopped_at is None}
    assert {"target", "internal", "statutory"} <= running

    bank.travel(hours=10)
    bank.do("wang", number, "MakeGood", **MEND, breach_told_at=bank.now)
    case = bank.case(number)
    assert (case.stage, case.closed_at, case.resolved_at) == ("closed", bank.now, bank.now)
    assert of(bank, number)[0].state == "mended"
    events = bank.events(number)
    assert [events.count(kind) for kind in ("promise-broken", "reopened", "promise-mended", "closed-again")] == [1] * 4
    with bank.environment.read() as connection:
        late = {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}
    assert late["internal"] == "late"
    assert bank.incidents() == []
    assert bank.verified()


def test_on_an_open_case_it_is_made_good_before_the_archive(bank):
    number = bank.register().number
    bank.first_contact(number, promise_text="三月三日回电说明进展", promise_due=date(2026, 3, 3))
    bank.to_reply(number)
    bank.travel(to=datetime(2026, 3, 4, 9, 0, tzinfo=ZONE))
    assert of(bank, number)[0].state == "broken"
    assert bank.case(number).replied_at is None
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    assert "FileDossier" in bank.steps(number), "the broken promise is missing in the dossier"
    bank.do("lin", number, "MakeGood", **MEND, breach_told_at=bank.now)
    assert bank.case(number).stage == "replied"
    bank.archive(number)
    assert bank.case(number).stage == "closed"
    assert bank.incidents() == []


def test_a_promise_has_a_text_and_a_date_to_come(bank):
    number = bank.register().number
    with pytest.raises(Invalid):
        bank.first_contact(number, promise_text="尽快回电说明")
    with pytest.raises(Invalid):
        bank.first_contact(number, promise_text="尽快回电说明", promise_due=date(2026, 3, 1))
    with pytest.raises(Invalid):
        bank.act("lin", promises.by_hand, number, "回电", date(2026, 3, 9))
    bank.act("lin", promises.by_hand, number, "三日内回电", date(2026, 3, 5))
    assert [promise.source for promise in of(bank, number)] == ["hand"]
