"""The standard table of R50: what it counts is what the register holds, however it is narrowed."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from complaints import metrics, statistics, tables
from complaints.statistics import Count, Month
from engine.columns import FAR
from engine.errors import Invalid

# 31 January 23:30 and 1 February 00:30 in Shanghai are the same day in UTC
TIMES = [datetime(2026, 1, 31, 15, 30, tzinfo=UTC), datetime(2026, 1, 31, 16, 30, tzinfo=UTC)]
TIMES += [datetime(2025, 12, 3, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)]
CASES = [
    {
        "number": f"TS-{n:04d}",
        "received_at": TIMES[n % 4],
        "category": ("SQ", "PROD", None)[n % 3],
        "unit": ("west", "east", None)[n // 3 % 3],
        "channel": ("PHONE", "WEB")[n // 2 % 2],
    }
    for n in range(120)
]
OVER = statistics.months(Month(2025, 12), Month(2026, 2))
REGISTER = [case for case in CASES if case["received_at"] != TIMES[3]]


@pytest.fixture
def connection(bank):
    def fill(connection):
        for case in CASES:
            rest = {"kind": "complaint", "process": "ordinary", "registered_by": "lin", "subject": "", "query_hash": ""}
            more = {"registered_at": case["received_at"], "intake_group": "95566", "stage": "received", "due_at": FAR}
            connection.execute(insert(tables.complaint).values(**case, **rest, **more))

    bank.environment.store.write(fill)
    with bank.environment.read() as found:
        yield found


@pytest.mark.proves("R50")
@pytest.mark.parametrize("category", ["", "SQ"])
@pytest.mark.parametrize("unit", [None, "west"])
@pytest.mark.parametrize("channel", [None, "WEB"])
def test_totals_are_those_of_the_register_for_any_filter(connection, category, unit, channel):
    asked = {"category": category or None, "unit": unit, "channel": channel}
    held = [case for case in REGISTER if all(wanted in (None, case[name]) for name, wanted in asked.items())]
    counts = statistics.counted(connection, OVER, metrics.Scope(unit=unit, channel=channel, category=category or None))
    assert 0 < len(held) == sum(count.complaints for count in counts)
    for by in statistics.DIMENSIONS:
        found = {code: sum(of.values()) for code, of in statistics.crossed(counts, by).items()}
        assert found == Counter(case[by] for case in held)
    assert len({(one.month, one.category, one.unit, one.channel) for one in counts}) == len(counts)


def test_a_month_is_that_of_the_bank(connection):
    """Half an hour before and after midnight in Shanghai: January and February."""
    months = Counter(count.month for count in statistics.counted(connection, OVER) for _ in range(count.complaints))
    assert months == {"2025-12": 30, "2026-01": 30, "2026-02": 30}


def test_months_are_checked():
    assert [str(month) for month in OVER] == ["2025-12", "2026-01", "2026-02"]
    assert Month(2026, 1).later(-1) == Month(2025, 12)
    assert Month.read("2026-03") == Month(2026, 3)
    for text in ("2026-13", "März", ""):
        with pytest.raises(Invalid, match="2026-03"):
            Month.read(text)
    for first, last in ((Month(2026, 2), Month(2026, 1)), (Month(2023, 1), Month(2026, 1))):
        with pytest.raises(Invalid, match="36"):
            statistics.months(first, last)


def test_the_sheet_names_the_codes_and_runs_no_formula():
    counts = [Count("2026-01", "SQ", None, "PHONE", 3), Count("2026-02", "=1+1", "west", "WEB", 1)]
    headings = ["月份", "类别", "单位", "渠道", "件数"]
    names = {"SQ": "服务质量", "PHONE": "电话"}
    text = statistics.sheet(counts, lambda _, code: names.get(code, code or ""), headings)
    assert text.removeprefix("\ufeff").splitlines() == [
        "月份,类别,单位,渠道,件数",
        "2026-01,服务质量,,电话,3",
        "2026-02,'=1+1,west,WEB,1",
    ]
