"""A group has at most five representatives; twenty face to face are a major case (R12, G9)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import engine.tables
from complaints import archive, groups, tables

PLAN = {
    "site_leader": "孙涛",
    "speaker": "周行长",
    "plan_steps": ["reception", "safety"],
    "plan_note": "客户已分流至二楼会议室。",
}
REPORT = {
    "regulator": "国家金融监督管理总局某某监管分局",
    "report_reference": "报〔2026〕3号",
    "report_summary": "二十人上门投诉理财损失。",
}


def come(bank, heads, spokesmen=3):
    people = [{"representative_name": f"张三{n}", "representative_phone": f"1380000000{n}"} for n in range(spokesmen)]
    return bank.register(channel="VISIT", head_count=heads, representatives=people).number


def told(bank):
    table = tables.notice
    with bank.environment.read() as connection:
        rows = connection.execute(select(table.c.value, table.c.at).where(table.c.template == "major-case"))
        return sorted((row.value, row.at) for row in rows)


@pytest.mark.proves("R12")
def test_the_sixth_representative_is_refused_but_the_complaint_registered(bank):
    number = come(bank, 6, spokesmen=6)
    assert bank.case(number).head_count == 6
    with bank.environment.read() as connection:
        shown = groups.of(connection, number)
        event = engine.tables.event
        facts = connection.scalar(select(event.c.body).where(event.c.kind == "representative-refused"))
        kept = connection.scalars(select(tables.entry.c.data).where(tables.entry.c.number == number)).all()
    assert [row.admitted for row in shown] == [True] * 5 + [False]
    assert (shown[0].name, shown[0].phone) == ("张**", "138****0000")
    assert "第十二条" in facts
    assert "张三" not in "".join(kept), "personal data stay out of the entry"
    assert bank.case(number).major is False
    assert "Review" in bank.steps(number)


@pytest.mark.proves("R12", "G9")
@pytest.mark.parametrize(("heads", "major"), [(19, False), (20, True)])
def test_twenty_are_a_major_case(bank, heads, major):
    number = come(bank, heads)
    assert bank.case(number).major is major
    assert ("EmergencyPlan" in bank.steps(number)) is major
    heard = [("boss", bank.now), ("office", bank.now), ("sun", bank.now), ("supervision", bank.now)]
    assert told(bank) == (heard if major else [])


def test_twenty_who_write_are_not_face_to_face(bank):
    number = bank.register(channel="LETTER", head_count=20).number
    assert bank.case(number).major is False


def test_plan_and_report_have_their_time(bank):
    number = come(bank, 25)
    begun = bank.now
    assert bank.task(number, "EmergencyPlan").due_at == begun + timedelta(hours=2)
    assert bank.task(number, "RegulatorReport").due_at == begun + timedelta(hours=24)
    table = tables.notice
    late = select(table.c.value, table.c.at).where(table.c.template == "report-overdue").order_by(table.c.value)
    bank.travel(to=begun + timedelta(hours=24, seconds=-1))
    with bank.environment.read() as connection:
        assert connection.execute(late).all() == []
    bank.travel(seconds=1)
    with bank.environment.read() as connection:
        at = begun + timedelta(hours=24)
        assert [tuple(row) for row in connection.execute(late)] == [("boss", at), ("supervision", at)]
        missing = [item.code for item in archive.missing(bank.environment, connection, number, bank.now)]
    assert {"emergency-plan", "regulator-report"} <= set(missing)
    bank.do("gao", number, "EmergencyPlan", **PLAN)
    bank.do("gao", number, "RegulatorReport", **REPORT, reported_at=bank.now)
    with bank.environment.read() as connection:
        missing = [item.code for item in archive.missing(bank.environment, connection, number, bank.now)]
    assert not {"emergency-plan", "regulator-report"} & set(missing)
    assert "EmergencyPlan" not in bank.steps(number)
    assert bank.incidents() == []
