"""Satisfaction by call or survey, never by a handler; three evidenced attempts in different slots (R64, R85–R88)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

import engine.tables
from complaints import accounts, dossier, portal, satisfaction, submission, survey, tables
from engine import queries
from engine.errors import Forbidden, NotFound


@pytest.mark.proves("R88")
@pytest.mark.parametrize(
    ("expectation", "perception", "ratio", "outcome"),
    [
        (8, 8, "1.0000", "satisfied"),
        (9, 6, "1.5000", "dissatisfied"),
        (6, 9, "0.6667", "very-satisfied"),
        (10, 10, "1.0000", "satisfied"),
        (1, 10, "0.1000", "very-satisfied"),
        (8, 0, None, "dissatisfied"),
    ],
)
def test_expectation_over_perception(expectation, perception, ratio, outcome):
    value = satisfaction.ratio(expectation, perception)
    assert value == (Decimal(ratio) if ratio else None)
    assert satisfaction.classify(value) == outcome


@pytest.mark.parametrize(
    ("ratio", "outcome"),
    [("0.9499", "very-satisfied"), ("0.95", "satisfied"), ("1.05", "satisfied"), ("1.0501", "dissatisfied")],
)
def test_one_has_a_tolerance(ratio, outcome):
    assert satisfaction.classify(Decimal(ratio)) == outcome


@pytest.fixture
def replied(bank):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.reply(number, resolved=False)
    return number


def rows(bank, number):
    with bank.environment.read() as connection:
        return satisfaction.listed(connection, number)


@pytest.mark.proves("R64", "R85")
def test_no_handler_takes_it(bank, replied):
    bank.environment.run(bank.who("admin").actor(), lambda tx: accounts.join(tx, "wang", "callback"))
    with pytest.raises(Forbidden):
        bank.call_back(replied, 8, 8, user="wang")
    bank.call_back(replied, 8, 8)
    assert bank.case(replied).satisfaction == "satisfied"


@pytest.mark.proves("R85")
def test_the_call_is_never_offered_to_who_has_handled_the_case(bank, replied):
    task = bank.task(replied, "CallBack")
    with bank.environment.read() as connection:
        never = {user for kind, user in queries.candidates(connection, task.id) if kind == "never"}
        assert never >= {"wang", "zhao"} == dossier.authors(connection, replied, *submission.HANDLING)


def test_not_contested_counts_as_solved(bank, replied):
    assert bank.case(replied).resolved_at is None
    bank.call_back(replied, 6, 9)
    case = bank.case(replied)
    assert case.satisfaction == "very-satisfied"
    assert case.resolved_at == case.replied_at == case.first_resolved_at


@pytest.mark.proves("R85")
def test_three_slots_without_an_answer(bank, replied):
    for hours in (0, 4, 20):  # Monday morning twice counts once, then afternoon, then Tuesday
        bank.travel(hours=hours)
        bank.not_reached(replied)
        if hours == 0:
            bank.not_reached(replied)
    assert bank.case(replied).satisfaction == "unreachable"
    slots = sorted(row.slot or "" for row in rows(bank, replied))
    assert slots == ["", "2026-03-02 afternoon", "2026-03-02 morning", "2026-03-03 morning"]
    assert "CallBack" not in bank.steps(replied)
    assert "customer-unreachable" in bank.events(replied)


def test_the_next_attempt_waits_for_the_next_slot(bank, replied):
    bank.not_reached(replied)
    assert bank.task(replied, "CallBack").follow_up_at.isoformat() == "2026-03-02T05:00:00+00:00"


@pytest.mark.proves("R30", "R87")
def test_dissatisfied_goes_to_a_review_and_may_be_handled_again(bank, replied):
    bank.call_back(replied, 9, 6)
    assert bank.case(replied).satisfaction == "dissatisfied"
    decision = {"dissatisfaction_decision": "rework", "dissatisfaction_reason": "答复未回应客户的主要诉求,重新办理。"}
    bank.do("gao", replied, "ReviewDissatisfaction", **decision)
    case = bank.case(replied)
    assert (case.stage, case.resolved_at) == ("handling", None)
    assert "Propose" in bank.steps(replied)
    assert "reopened" in bank.events(replied)
    assert "clock-restarted" in bank.events(replied)
    bank.do("zhao", replied, "Propose", solution="再次登门致歉并给予合理补偿,并逐条回应诉求。", reply_text="您好" * 10)
    bank.do("sun", replied, "ApproveReply", reply_approval="approve")
    bank.travel(hours=1)
    bank.reply(replied)
    bank.call_back(replied, 8, 8)
    case = bank.case(replied)
    assert (case.reply_round, case.satisfaction) == (2, "satisfied")
    assert case.resolved_at == case.replied_at
    assert bank.incidents() == []


def survey_token(bank):
    outbox = engine.tables.outbox
    with bank.environment.read() as connection:
        body = connection.scalar(select(outbox.c.body).where(outbox.c.body.contains("/survey/")))
    return body.split("/survey/")[1].split(" ")[0].strip("(")


@pytest.mark.proves("R86")
def test_a_survey_answers_once(bank, replied):
    token = survey_token(bank)
    table = tables.letter
    with bank.environment.read() as connection:
        assert survey.find(connection, token, bank.now) == replied
        kept = connection.scalar(select(table.c.body).where(table.c.template == "survey"))
        assert survey.find(connection, token, bank.now + timedelta(days=31)) is None
        with pytest.raises(NotFound):
            portal.survey_form(bank.environment, connection, "guessed")
    assert token not in kept
    portal.answer(bank.environment, token, 6, 9, "满意")
    assert bank.case(replied).satisfaction == "very-satisfied"
    (row,) = rows(bank, replied)
    assert (row.source, row.by, row.comment) == ("survey", "customer", "满意")
    assert "CallBack" not in bank.steps(replied)
    with pytest.raises(NotFound):
        portal.answer(bank.environment, token, 1, 9, "")


@pytest.mark.proves("R86")
def test_a_survey_after_the_call_back_is_kept_too(bank, replied):
    token = survey_token(bank)
    bank.call_back(replied, 8, 8)
    bank.travel(hours=1)
    portal.answer(bank.environment, token, 9, 8, "")
    assert [row.source for row in rows(bank, replied)] == ["call", "survey"]
