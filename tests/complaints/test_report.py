"""The six elements, their review, the dossier and the archive (R38, R49, R60–R66)."""

import pytest
from sqlalchemy import select

from complaints import accounts, casefile, elements, people, tables
from engine.environment import SYSTEM
from engine.errors import Forbidden, Invalid


@pytest.fixture
def answered(bank):
    number = bank.answered()
    bank.call_back(number, 8, 9)
    return number


def newest(bank, number):
    with bank.environment.read() as connection:
        return elements.report(connection, number)


@pytest.mark.proves("R60", "R61", "R62", "R63")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verified_facts": "太短"}, "verified_facts"),
        ({"verified_facts": None}, "verified_facts"),
        ({"justified": None}, "justified"),
        ({"responsibility": None}, "responsibility"),
        ({"responsibility": "found", "no_responsibility_reason": None}, "responsible_persons"),
        ({"no_responsibility_reason": None}, "no_responsibility_reason"),
        ({"lessons": None}, "lessons"),
        ({"actions": []}, "actions"),
    ],
)
def test_each_written_element_is_required(bank, answered, changes, field):
    with pytest.raises(Invalid) as error:
        bank.report(answered, **changes)
    assert field in [problem.where for problem in error.value.problems]


@pytest.mark.proves("R60", "R64", "R65", "R66")
def test_elements_four_to_six_are_never_typed(bank, answered):
    bank.report(answered, element_satisfaction="客户十分满意", element_handler="别人")
    report = newest(bank, answered)
    assert report.body["element_satisfaction"].startswith("非常满意(回访,2026年3月2日 10:00,预期/感知比 0.8889")
    assert "历时 0 个工作日、0 个自然日" in report.body["element_times"]
    assert report.body["element_handler"] == "王磊 010-wang"
    bank.environment.run(SYSTEM, lambda tx: accounts.amend(tx, "wang", phone="010-new"))
    assert newest(bank, answered).body["element_handler"] == "王磊 010-wang"  # as it was when he signed
    assert [element.returned for element in report.elements] == [False] * 6


def test_a_reviewer_returns_an_insufficient_element(bank, answered):
    bank.report(answered)
    with pytest.raises(Invalid) as error:
        bank.review_report(answered, mark_3="insufficient", report_comment="整改措施不具体")
    assert [problem.where for problem in error.value.problems] == ["report_result"]
    returned = {"mark_3": "insufficient", "report_result": "return", "report_comment": "整改措施不具体"}
    bank.review_report(answered, **returned)
    assert [element.remark for element in newest(bank, answered).elements][2] == "整改措施不具体"
    bank.report(answered)
    bank.review_report(answered)
    report = newest(bank, answered)
    assert (report.version, report.reviewed_by) == (2, "gao")


def test_the_author_does_not_review_his_report(bank, answered):
    bank.environment.run(SYSTEM, lambda tx: people.appoint(tx, "west", "contact_a", "gao", bank.now))
    bank.environment.run(SYSTEM, lambda tx: accounts.amend(tx, "gao", unit="west"))
    bank.report(answered, user="gao")
    with pytest.raises(Forbidden):
        bank.review_report(answered)


@pytest.mark.proves("R62")
def test_who_is_responsible_is_for_supervisors_only(bank, answered):
    person = {"person": "柜员甲", "degree": "main", "measure": "批评教育", "measure_basis": "员工手册"}
    bank.report(answered, responsibility="found", no_responsibility_reason=None, responsible_persons=[person])
    page = bank.ask("wang", casefile.case, answered, bank.now)
    assert "柜员甲" not in repr(page)
    page = bank.ask("gao", casefile.case, answered, bank.now)
    assert "柜员甲" in repr(page)
    table = tables.letter
    with bank.environment.read() as connection:
        assert all("柜员甲" not in body for body in connection.scalars(select(table.c.body)))


@pytest.mark.proves("R38", "R49")
def test_the_archive_refuses_while_something_is_missing(bank, answered):
    bank.report(answered)
    bank.review_report(answered)
    table = tables.complaint
    lost = table.update().where(table.c.number == answered).values(first_response=None)
    bank.environment.store.write(lambda connection: connection.execute(lost))
    bank.archive(answered)
    assert bank.case(answered).closed_at is None
    assert "FileDossier" in bank.steps(answered)
    assert "dossier-incomplete" in bank.events(answered)


@pytest.mark.proves("R56")
def test_closing_starts_the_follow_up(bank, answered):
    bank.report(answered)
    bank.review_report(answered)
    bank.archive(answered)
    page = bank.ask("lin", casefile.case, answered, bank.now)
    assert {row.key for row in page.instances if row.ended_at is None} == {"corrective-action", "follow-up"}
    bank.travel(days=100)
    assert bank.steps(answered) == ["CarryOut", "Visit"]
    visitor = bank.task(answered, "Visit").assignee
    assert visitor == "wang"
    visit = {"visit_result": "content", "visited_at": bank.now, "promise_kept": "yes", "visit_note": "客户表示满意"}
    bank.do(visitor, answered, "Visit", **visit)
    assert bank.incidents() == []
