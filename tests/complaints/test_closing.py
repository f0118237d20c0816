"""The closing assessment, counted by hand: causes, the outcome of both sides, dimensions (R23, R24, R89, R101)."""

from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import insert

import engine.tables
from complaints import closing, elements, metrics, portal, survey, tables
from engine.columns import FAR
from engine.environment import SYSTEM
from engine.errors import Invalid

FIRST, SECOND = closing.Quarter(2026, 1), closing.Quarter(2026, 2)
# received, reported, category, root cause, tags, bank, customer, dimensions, ratings
BELOW, OPAQUE, COMPLEX = ["SVC_BELOW_STD"], ["INFO_OPAQUE"], ["PROD_COMPLEX"]
TWO = {"service": (8, 8), "value": (10, 4)}
CASES = (
    ("2026-01-01T00:00+08:00", True, "SQ", "work-error", BELOW, "yes", "yes", ["service"], {"service": (9, 6)}),
    ("2026-02-10T12:00+08:00", True, "SQ", "work-error", BELOW + OPAQUE, "yes", "no", ["value", "service"], TWO),
    ("2026-03-15T12:00+08:00", True, "OP", "promise", ["NONE"], "no", "yes", ["value"], {"value": (5, None)}),
    ("2026-03-31T23:59+08:00", True, "OP", "work-error", ["NONE"], "yes", None, [], {}),
    ("2026-03-01T12:00+08:00", False, "OP", "promise", OPAQUE, None, "yes", ["safety"], {"safety": (7, 9)}),
    ("2026-04-01T00:00+08:00", True, "SQ", None, COMPLEX, "no", "no", None, {}),
    ("2026-05-01T12:00+08:00", True, None, None, [], "yes", "yes", None, {"service": (None, 3)}),
)


def fill(connection):
    for n, (at, reported, category, root, tags, bank, customer, dimensions, ratings) in enumerate(CASES):
        number, received = f"TS-{n:04d}", datetime.fromisoformat(at).astimezone(UTC)
        row = {"number": number, "received_at": received, "registered_at": received, "category": category}
        rest = {"kind": "complaint", "process": "ordinary", "registered_by": "lin", "subject": "", "query_hash": ""}
        more = {"root_cause": root, "channel": "PHONE", "intake_group": "95566", "stage": "closed", "due_at": FAR}
        connection.execute(insert(tables.complaint).values(**row, **rest, **more))
        known = {"cause_tags": tags, "bank_outcome": bank, "customer_outcome": customer, "dimensions": dimensions}
        for name, (expected, perceived) in ratings.items():
            known |= {f"expected_{name}": expected, f"perceived_{name}": perceived}
        for name, value in known.items():
            for scope in ("", "unit"):  # what a process keeps to itself is not counted again
                text = orjson.dumps(value).decode()
                connection.execute(insert(tables.field).values(number=number, scope=scope, name=name, value=text))
        if reported:
            signed = {"signed_at": received, "signed_by": "wang", "body": "{}"}
            connection.execute(insert(tables.report).values(number=number, version=1, **signed))
            connection.execute(insert(tables.report).values(number=number, version=2, **signed))


@pytest.fixture
def connection(bank):
    bank.environment.store.write(fill)
    with bank.environment.read() as found:
        yield found


@pytest.mark.proves("R24")
def test_the_shares_of_the_three_causes_by_quarter(connection):
    """Of 4 reported cases of the first quarter 2 were below standard, 1 opaque; 2 have none of the causes."""
    first, second = (closing.causes(connection, quarter.scope) for quarter in (FIRST, SECOND))
    assert first.assessed == 4
    assert [first.share(code) for code in ("SVC_BELOW_STD", "INFO_OPAQUE", "PROD_COMPLEX")] == [0.5, 0.25, 0.0]
    assert (second.assessed, second.share("PROD_COMPLEX"), second.share("SVC_BELOW_STD")) == (1, 1.0, 0.0)
    assert closing.causes(connection, closing.Quarter(2025, 4).scope).share("INFO_OPAQUE") is None


@pytest.mark.proves("R23")
def test_root_causes_by_category(connection):
    expected = {"OP": {"promise": 2, "work-error": 1}, "SQ": {"work-error": 2}}
    assert closing.crossed(connection, FIRST.scope) == expected
    assert closing.crossed(connection, SECOND.scope) == {}


@pytest.mark.proves("R101")
def test_the_share_of_win_win(connection):
    """First quarter: one each of win-win, win-lose and lose-win, one customer not reached: 1 of 3."""
    first, whole = closing.outcomes(connection, FIRST.scope), closing.outcomes(connection)
    assert first.counts == {"win-win": 1, "win-lose": 1, "lose-win": 1, "lose-lose": 0}
    assert (first.unknown, first.known, first.share) == (1, 3, 0.3333)
    assert whole.counts == {"win-win": 2, "win-lose": 1, "lose-win": 1, "lose-lose": 1}
    assert (whole.unknown, whole.share) == (1, 0.4)
    assert closing.outcomes(connection, metrics.Scope(channel="WEB")).share is None


@pytest.mark.proves("R101")
@pytest.mark.parametrize(
    ("bank_says", "customer_says", "outcome"),
    [
        ("yes", "yes", "win-win"),
        ("yes", "no", "win-lose"),
        ("no", "yes", "lose-win"),
        ("no", "no", "lose-lose"),
        ("yes", None, None),
        (None, "yes", None),
    ],
)
def test_the_matrix_of_both_answers(bank_says, customer_says, outcome):
    assert closing.Assessment(bank_says, customer_says).outcome == outcome


@pytest.mark.proves("R89")
def test_the_gap_of_each_dimension(connection):
    """Service: (9 + 8) / 2 − (6 + 8) / 2 = 1.5; value counts the one answer that rates both: 10 − 4; safety 7 − 9."""
    found = {gap.dimension: gap for gap in closing.gaps(connection, FIRST.scope)}
    assert [*found] == ["safety", "quality", "value", "culture", "feeling", "service", "product"]
    assert found["service"] == closing.Gap("service", 2, 2, 8.5, 7.0, 1.5)
    assert found["value"] == closing.Gap("value", 2, 1, 10.0, 4.0, 6.0)
    assert found["safety"] == closing.Gap("safety", 1, 1, 7.0, 9.0, -2.0)
    assert found["culture"] == closing.Gap("culture", 0, 0, None, None, None)


def test_quarters_begin_at_midnight_of_the_bank():
    """In UTC it is still March when the second quarter begins in Beijing."""
    found = closing.quarters(datetime(2026, 3, 31, 16, 30, tzinfo=UTC), 6)
    assert [quarter.name for quarter in found] == ["2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]
    scope = found[2].scope
    assert (scope.since.isoformat(), scope.until.isoformat()) == (
        "2025-10-01T00:00:00+08:00",
        "2026-01-01T00:00:00+08:00",
    )


@pytest.fixture
def replied(bank):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number, dimensions=["value", "service"])
    bank.reply(number)
    return number


def assessed(bank, number):
    with bank.environment.read() as connection:
        return closing.of(connection, number)


@pytest.mark.proves("R89", "R101")
def test_asked_of_both_sides_and_kept_in_the_case(bank, replied):
    rated = {"customer_outcome": "yes", "expected_service": 9, "perceived_service": 7, "expected_product": 3}
    bank.call_back(replied, 8, 8, **rated)
    assert assessed(bank, replied).outcome is None, "the bank has not answered yet"
    bank.report(replied, bank_outcome="no", cause_tags=OPAQUE + COMPLEX, dimensions=["value"])
    assert assessed(bank, replied) == closing.Assessment("no", "yes")
    assert assessed(bank, replied).outcome == "lose-win"
    with bank.environment.read() as connection:
        report = elements.report(connection, replied)
        gaps = {gap.dimension: gap for gap in closing.gaps(connection)}
    assert report.body["cause_tags"] == ["INFO_OPAQUE", "PROD_COMPLEX"]
    assert report.body["dimensions"] == ["value"]
    assert gaps["service"].gap == 2.0
    assert gaps["product"].answers == 0, "only what the case is about is asked"


@pytest.mark.proves("R24", "R89", "R101")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cause_tags": None}, "cause_tags"),
        ({"cause_tags": []}, "cause_tags"),
        ({"cause_tags": ["NONE", "INFO_OPAQUE"]}, "cause_tags"),
        ({"bank_outcome": None}, "bank_outcome"),
        ({"dimensions": ["safety", "quality", "value", "culture"]}, "dimensions"),
    ],
)
def test_the_report_asks_for_the_assessment(bank, replied, changes, field):
    bank.call_back(replied, 8, 8)
    with pytest.raises(Invalid) as error:
        bank.report(replied, **changes)
    assert [problem.where for problem in error.value.problems] == [field]
    bank.report(replied, cause_tags=["NONE"])


@pytest.mark.proves("R101")
def test_who_declines_leaves_the_outcome_unknown(bank, replied):
    bank.do("mei", replied, "CallBack", call_result="declined", called_at=bank.now, call_evidence="REC-3")
    bank.report(replied)
    assert assessed(bank, replied) == closing.Assessment("yes", None)


def token(bank):
    outbox = engine.tables.outbox
    with bank.environment.read() as connection:
        bodies = connection.scalars(outbox.select().with_only_columns(outbox.c.body)).all()
    return next(body for body in bodies if "/survey/" in body).split("/survey/")[1].split(" ")[0].strip("(")


@pytest.mark.proves("R89")
def test_a_survey_asks_only_about_what_the_case_is_about(bank, replied):
    link = token(bank)
    with bank.environment.read() as connection:
        assert survey.find(connection, link, bank.now) == replied
        sheet = portal.survey_form(bank.environment, connection, link)
        assert sheet.initial["case"] == {"dimensions": ["value", "service"]}
    more = {"customer_outcome": "no", "expected_value": 9, "perceived_value": 4, "expected_safety": 5}
    portal.answer(bank.environment, link, 9, 8, "", more)
    assert assessed(bank, replied).customer == "no"
    with bank.environment.read() as connection:
        gaps = {gap.dimension: (gap.answers, gap.gap) for gap in closing.gaps(connection)}
    assert (gaps["value"], gaps["safety"]) == ((1, 5.0), (0, None))


@pytest.mark.proves("R101")
def test_a_survey_takes_nothing_back_that_it_leaves_open(bank, replied):
    link = token(bank)
    bank.call_back(replied, 8, 8, customer_outcome="yes")
    portal.answer(bank.environment, link, 8, 8, "")
    assert assessed(bank, replied).customer == "yes"


def test_a_case_that_is_opened_again_is_assessed_anew(bank, replied):
    bank.call_back(replied, 8, 8, customer_outcome="yes", expected_value=9, perceived_value=9)
    bank.report(replied)
    assert assessed(bank, replied).outcome == "win-win"
    bank.environment.run(SYSTEM, lambda tx: closing.reopen(tx, replied))
    assert assessed(bank, replied) == closing.Assessment(None, None)
    with bank.environment.read() as connection:
        assert {gap.answers for gap in closing.gaps(connection)} == {0}
        assert closing.causes(connection).found["SVC_BELOW_STD"] == 1, "why it came to it stays"
