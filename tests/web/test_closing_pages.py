"""The page of closing assessments, the outcome on the report, and what a survey asks about."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import insert, update

from complaints import survey, tables

ANSWERS = (
    {"cause_tags": ["SVC_BELOW_STD"], "bank_outcome": "yes", "customer_outcome": "yes"},
    {"cause_tags": ["NONE"], "bank_outcome": "yes", "customer_outcome": "no"},
    {"cause_tags": ["INFO_OPAQUE"], "bank_outcome": "no", "customer_outcome": None},
)
RATED = {"dimensions": ["service"], "expected_service": 9, "perceived_service": 6}


def know(bank, number: str, facts: dict[str, object], signed: bool = True) -> None:
    """What the file of a case says, and that its report is signed."""
    now = bank.environment.clock.now()

    def work(connection) -> None:
        for name, value in facts.items():
            row = {"number": number, "scope": "", "name": name, "value": orjson.dumps(value).decode()}
            connection.execute(insert(tables.field).values(**row))
        if signed:
            body = {"verified_facts": "属实", "cause_tags": facts.get("cause_tags"), "responsible_persons": []}
            said = {"justified": "yes", "no_responsibility_reason": "", "lessons": "", "actions": []}
            computed = dict.fromkeys(("element_satisfaction", "element_times", "element_handler"), "")
            text = orjson.dumps(body | said | computed).decode()
            row = {"number": number, "version": 1, "body": text, "signed_at": now, "signed_by": "wang"}
            connection.execute(insert(tables.report).values(**row))

    bank.environment.store.write(work)


@pytest.fixture
def cases(bank) -> list[str]:
    browser = bank.as_("lin")
    numbers = [browser.register() for _ in ANSWERS]
    for number, answers in zip(numbers, ANSWERS, strict=True):
        know(bank, number, answers)
    table = tables.field
    with_ratings = [
        {"number": numbers[0], "scope": "", "name": name, "value": orjson.dumps(value).decode()}
        for name, value in RATED.items()
    ]
    bank.environment.store.write(lambda connection: connection.execute(insert(table), with_ratings))
    case = tables.complaint
    change = update(case).where(case.c.number == numbers[0]).values(category="SQ", root_cause="work-error")
    bank.environment.store.write(lambda connection: connection.execute(change))
    return numbers


def rows(page, name: str) -> list[list[str]]:
    return [
        [cell.get_text(" ", strip=True) for cell in row("th") + row("td")] for row in page.html.select(f"#{name} tr")
    ]


@pytest.mark.proves("R24", "R101")
@pytest.mark.parametrize("user", ["gao", "he"])
def test_supervision_and_compliance_see_the_quarters(bank, cases, user: str) -> None:
    page = bank.as_(user).get("/closing/")
    quarters = rows(page, "quarters")
    assert quarters[1] == ["2026-Q1", "3", "33.3 %", "33.3 %", "0.0 %", "50.0 %", "1"]
    assert quarters[2] == ["2025-Q4", "0", "—", "—", "—", "—", "0"]
    assert len(quarters) == 9
    assert rows(page, "outcomes")[1:] == [
        ["本行:站得住脚", "1 双赢:双方都能接受", "1 我赢你输:客户受损"],
        ["本行:站不住脚", "0 我输你赢:本行受损", "0 两败俱伤"],
    ]
    assert ["服务质量", "0", "1", "0", "0", "0", "0"] in rows(page, "crossed")
    assert "暂无" in bank.as_(user).get("/closing/?quarter=2025-Q3").text


def test_the_trend_is_in_percentage_points(bank, cases) -> None:
    """A case moved into the quarter before: 1 of 1 then, 0 of 2 now."""
    case = tables.complaint
    earlier = bank.environment.clock.now() - timedelta(days=80)
    change = update(case).where(case.c.number == cases[0]).values(received_at=earlier)
    bank.environment.store.write(lambda connection: connection.execute(change))
    quarters = rows(bank.as_("he").get("/closing/"), "quarters")
    assert quarters[1][2:4] == ["0.0 % -100.0", "50.0 % +50.0"]
    assert quarters[2][2:4] == ["100.0 %", "0.0 %"]


@pytest.mark.proves("R89")
def test_the_chart_says_what_the_table_says(bank, cases) -> None:
    """Service is the sixth row: 9 at 80 + 42 · 9 = 458, 6 at 332; the bank fell short by 3."""
    page = bank.as_("gao").get("/closing/")
    assert ["服务", "1", "1", "9.00", "6.00", "+3.00"] in rows(page, "gaps")
    chart = page.html.find("svg", class_="huiyin-gaps")
    assert chart["role"] == "img"
    assert page.html.find(id=chart["aria-labelledby"]).get_text(strip=True)
    drawn = [(mark["class"][0], float(mark["cx"]), mark["cy"]) for mark in chart("circle")]
    assert drawn == [("expected", 458.0, "178"), ("perceived", 332.0, "178")]
    assert len(chart("line", class_="short")) == 1


def test_others_do_not_see_the_page(bank) -> None:
    assert [bank.as_(user).get("/closing/").status for user in ("lin", "sun", "admin", "owner")] == [403] * 4


@pytest.mark.proves("R101")
def test_the_report_shows_the_outcome_and_the_causes(bank, cases) -> None:
    pages = [bank.as_("gao").get(f"/cases/{number}/report").text for number in cases]
    assert "双赢:双方都能接受" in pages[0]
    assert "本行:是 · 客户:是" in pages[0]
    assert "服务质量不达标" in pages[0]
    assert "本行:否 · 客户:—" in pages[2]


@pytest.mark.proves("R89")
def test_a_survey_fits_a_phone(bank) -> None:
    """Two numbers for each dimension of the case, none for the others; all but the two questions may stay open."""
    number = bank.as_("lin").register()
    know(bank, number, {"dimensions": ["safety", "value"]}, signed=False)
    now = bank.environment.clock.now()
    sent = {"number": number, "round": 0, "sent_at": now, "ends_at": now + timedelta(days=1)}
    links = [{"hash": survey.hashed(token), **sent} for token in ("one", "two")]
    bank.environment.store.write(lambda connection: connection.execute(insert(tables.survey), links))
    browser = bank.browser()
    page = browser.get("/portal/survey/one")
    names = [field["name"] for field in page.html.select("main input") if page.shows(field.get("id", ""))]
    asked = [name for name in names if name.startswith(("expected_", "perceived_"))]
    assert sorted(set(asked)) == ["expected_safety", "expected_value", "perceived_safety", "perceived_value"]
    given = {"expectation": "8", "perception": "8", "customer_outcome": "no", "expected_value": "9"}
    assert "谢谢" in browser.send("/portal/survey/one", given).text
    known = {name: value for name, value in fields(bank, number) if name in given}
    assert known == {"expectation": "8", "perception": "8", "customer_outcome": '"no"', "expected_value": "9"}
    assert browser.client.get("/portal/survey/one").status_code == 404
    browser.get("/portal/survey/two")
    assert "谢谢" in browser.send("/portal/survey/two", {"expectation": "8", "perception": "8"}).text
    assert ("customer_outcome", '"no"') in fields(bank, number)


def fields(bank, number: str) -> list[tuple[str, str]]:
    table = tables.field
    with bank.environment.read() as connection:
        query = table.select().where(table.c.number == number, table.c.scope == "")
        return [(row.name, row.value) for row in connection.execute(query)]
