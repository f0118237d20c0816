"""The page of figures: the goals, the table by month, what narrows it, and the sheet."""

from __future__ import annotations

import csv

import pytest


@pytest.fixture
def numbers(bank) -> list[str]:
    browser = bank.as_("lin")
    return [browser.register(), browser.register(channel="EMAIL"), browser.register()]


def rows(page) -> list[list[str]]:
    return [[cell.get_text(strip=True) for cell in row("th") + row("td")] for row in page.html.select("#figures tr")]


@pytest.mark.proves("R50")
def test_supervision_sees_goals_and_the_table_by_month(bank, numbers) -> None:
    page = bank.as_("gao").get("/figures/?by=channel")
    found = rows(page)
    months = page.html.select("#figures thead th")
    assert [month.get_text() for month in months][-2:] == ["2026-03", "合计"]
    assert len(months) == 13
    assert [row[0] for row in found[1:-1]] == ["电话(95566)", "电子邮件"]
    assert [row[-1] for row in found[1:]] == ["2", "1", "3"]
    goals = page.html.find(id="goals").get_text(" ", strip=True)
    assert "24 小时内首次响应率" in goals
    assert "目标 95%" in goals
    assert "尚未分类" in bank.as_("gao").get("/figures/").text


def test_it_is_narrowed_and_given_to_a_spreadsheet(bank, numbers) -> None:
    browser = bank.as_("gao")
    assert [row[-1] for row in rows(browser.get("/figures/?channel=EMAIL"))[1:]] == ["1", "1"]
    assert "这些月份没有投诉" in browser.get("/figures/?first=2020-01&last=2020-03").text
    sheet = browser.client.get("/figures/?form=csv")
    assert sheet.mimetype == "text/csv"
    lines = list(csv.reader(sheet.get_data(as_text=True).removeprefix("\ufeff").splitlines()))
    assert lines[0] == ["月份", "类别", "责任单位", "受理渠道", "投诉件数"]
    assert sum(int(line[-1]) for line in lines[1:]) == len(numbers)


def test_a_wrong_month_is_told_and_others_see_no_figures(bank) -> None:
    answer = bank.as_("gao").get("/figures/?first=soon")
    assert (answer.status, "2026-03" in answer.text) == (422, True)
    assert bank.as_("wang").get("/figures/").status == 403
