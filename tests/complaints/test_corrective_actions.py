"""Corrective actions are reminded of, escalated, done with evidence, and checked by somebody else (R39, R63)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from complaints import actions, clocks, tables
from engine.clock import ZONE
from engine.errors import Forbidden, Invalid

DUE = datetime(2026, 4, 1, tzinfo=ZONE)
"""The end of 31 March, the date in the report."""


@pytest.fixture
def signed(bank):
    number = bank.answered()
    bank.call_back(number, 8, 8)
    bank.report(number)
    return number


def of(bank, number):
    with bank.environment.read() as connection:
        return actions.of(connection, number)


def told(bank, template):
    table = tables.notice
    with bank.environment.read() as connection:
        query = select(table.c.value, table.c.at).where(table.c.template == template).order_by(table.c.value)
        return [(row.value, row.at) for row in connection.execute(query)]


def carry_out(bank, number, user="sun"):
    bank.do(user, number, "CarryOut", action_done="已按客流预测调整午间排班表。", action_proof="排班表 2026-04")


@pytest.mark.proves("R39", "R63")
def test_reminded_escalated_done_and_found_effective(bank, signed):
    (action,) = of(bank, signed)
    assert (action.user, action.unit, action.state, action.due) == ("sun", "west", "open", date(2026, 3, 31))
    assert bank.task(signed, "CarryOut").assignee == "sun"
    bank.travel(to=DUE - timedelta(days=3, seconds=1))
    assert told(bank, "action-due") == []
    bank.travel(seconds=1)
    assert told(bank, "action-due") == [("sun", DUE - timedelta(days=3))]
    bank.travel(to=DUE - timedelta(seconds=1))
    assert told(bank, "action-overdue") == []
    bank.travel(seconds=1)
    assert told(bank, "action-overdue") == [("sun", DUE), ("supervision", DUE)]

    bank.travel(hours=10)
    done = bank.now
    carry_out(bank, signed)
    assert of(bank, signed)[0].proof == "排班表 2026-04"
    bank.travel(to=done + timedelta(days=30, seconds=-1))
    assert "CheckEffect" not in bank.steps(signed)
    bank.travel(seconds=1)
    with pytest.raises(Forbidden):
        bank.do("sun", signed, "CheckEffect", effect_result="effective", effect_finding="抽查等候时间明显缩短。")
    bank.do("gao", signed, "CheckEffect", effect_result="effective", effect_finding="抽查等候时间明显缩短。")
    (action,) = of(bank, signed)
    assert (action.state, action.checked_by, action.rounds) == ("effective", "gao", 1)
    assert [kind for kind in bank.events(signed) if kind.startswith("action-")] == [
        "action-begun",
        "action-done",
        "action-checked",
    ]
    assert bank.incidents() == []


def test_one_that_does_not_work_begins_again(bank, signed):
    bank.travel(days=7)
    carry_out(bank, signed)
    bank.travel(days=30)
    finding = {"effect_finding": "午间等候时间没有变化,须增加窗口。", "effect_due": date(2026, 5, 15)}
    bank.do("gao", signed, "CheckEffect", effect_result="not-effective", **finding)
    (action,) = of(bank, signed)
    assert (action.state, action.due, action.rounds) == ("open", date(2026, 5, 15), 2)
    again = datetime(2026, 5, 16, tzinfo=ZONE)
    assert bank.task(signed, "CarryOut").due_at == again
    bank.travel(to=again)
    assert ("sun", again) in told(bank, "action-overdue")


def test_a_new_report_takes_the_place_of_what_was_promised(bank, signed):
    bank.review_report(signed, mark_3="insufficient", report_result="return", report_comment="措施不具体")
    bank.report(signed)
    assert sorted(action.state for action in of(bank, signed)) == ["open", "withdrawn"]
    assert bank.steps(signed).count("CarryOut") == 1
    assert bank.incidents() == []


def test_a_supervisor_orders_one_by_hand(bank, signed):
    with pytest.raises(Forbidden):
        bank.act("wang", actions.order, signed, "培训柜员服务用语", "zhao", date(2026, 4, 30), "抽查录音")
    with pytest.raises(Invalid):
        bank.act("gao", actions.order, signed, "培训柜员服务用语", "zhao", date(2026, 3, 2), "抽查录音")
    bank.act("gao", actions.order, signed, "培训柜员服务用语", "zhao", date(2026, 4, 30), "抽查录音")
    mine = bank.ask("zhao", actions.listed, "mine", date(2026, 3, 2)).rows
    assert [row.text for row in mine] == ["培训柜员服务用语"]
    overdue = bank.ask("gao", actions.listed, "overdue", date(2026, 4, 1)).rows
    assert [row.text for row in overdue] == ["按客流预测调整午间排班"]
    assert len(bank.ask("sun", actions.listed, "unit", date(2026, 4, 1)).rows) == 2
    assert bank.ask("qian", actions.listed, "all", date(2026, 4, 1)).rows == ()


@pytest.mark.proves("R39")
def test_a_justified_case_is_not_closed_without_an_action(bank):
    number = bank.answered()
    bank.call_back(number, 8, 8)
    bank.report(number, justified="no", actions=[])
    bank.review_report(number)
    assert bank.case(number).justified == "yes", "as the investigation found"
    bank.archive(number)
    assert bank.steps(number) == ["FileDossier"]
    assert bank.case(number).closed_at is None
    with pytest.raises(Forbidden):
        bank.act("wang", actions.waive, number, "本单为偶发事件,无需整改。")
    with pytest.raises(Invalid):
        bank.act("gao", actions.waive, number, "无需")
    bank.act("gao", actions.waive, number, "本单为偶发事件,柜员已离岗,无需整改。")
    bank.archive(number)
    assert bank.case(number).closed_at is not None
    assert bank.events(number).count("action-waived") == 1
    with bank.environment.read() as connection:
        assert clocks.due(connection, number, "silence") is None
