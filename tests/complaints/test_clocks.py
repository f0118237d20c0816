"""The three kinds of clock side by side, exact to the second, and what moves with them."""

import csv
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

import engine.tables
from complaints import casework, clocks, clockwork, extension, tables
from engine import calendar
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Conflict, Invalid

GOLDEN = Path(__file__).parents[1] / "engine" / "golden_deadlines.csv"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(bank, number, name):
    with bank.environment.read() as connection:
        return clocks.due(connection, number, name)


def moment(bank, number, name, share):
    with bank.environment.read() as connection:
        return clocks.at(connection, number, name, Decimal(share))


def limits(bank, number, target, limit, statutory=15):
    return bank.environment.run(SYSTEM, lambda tx: clockwork.set_limits(tx, number, target, limit, statutory))


def last_day(instant):
    return calendar.local_day(instant - timedelta(seconds=1))


@pytest.mark.proves("R27", "R28")
def test_the_law_and_24_hours_run_from_receipt_not_from_registration(bank):
    number = bank.register(received_at=at("2026-02-27T17:00")).number
    assert due(bank, number, "first-response") == at("2026-02-28T17:00")
    assert due(bank, number, "statutory") == at("2026-03-15T00:00")
    assert due(bank, number, "governing") == due(bank, number, "statutory")
    assert due(bank, number, "internal") is None


@pytest.mark.proves("R25", "R26")
@pytest.mark.parametrize(
    "row",
    [
        row
        for row in csv.DictReader(GOLDEN.read_text("utf-8").splitlines())
        if "2026-02" <= row["received"] < "2026-10-01"
    ],
)
def test_golden_dates(bank, row):
    received = datetime.combine(date.fromisoformat(row["received"]), time(9, 30), ZONE)
    if received > bank.now:
        bank.clock.travel_to(received)
    number = bank.register(received_at=received).number
    limits(bank, number, 7, 10)
    found = {name: last_day(due(bank, number, name)).isoformat() for name in ("target", "internal", "statutory")}
    assert found == {"target": row["due_7wd"], "internal": row["due_10wd"], "statutory": row["due_15d"]}
    assert due(bank, number, "governing") == min(due(bank, number, "internal"), due(bank, number, "statutory"))


@pytest.mark.proves("R26")
def test_spring_festival_makes_the_law_govern(bank):
    """D2: received on 13 February 2026 the tenth working day is 5 March, but day 15 is 28 February."""
    number = bank.register(received_at=at("2026-02-13T10:00")).number
    assert limits(bank, number, 7, 10) == at("2026-03-01T00:00")
    assert bank.case(number).due_at == at("2026-03-01T00:00")


def test_shares_are_of_working_minutes_to_the_second(bank):
    """Monday 10:00, three working days: 7 h today, 8 h on each of three days, so 31 hours until Thursday's close."""
    number = bank.register().number
    limits(bank, number, 3, 3)
    assert due(bank, number, "internal") == at("2026-03-06T00:00")
    assert moment(bank, number, "governing", "0.5") == at("2026-03-04T09:30")
    assert moment(bank, number, "governing", "0.8") == at("2026-03-05T10:48")
    assert moment(bank, number, "governing", "1") == at("2026-03-06T00:00")
    assert moment(bank, number, "first-response", "0.5") == bank.now + timedelta(hours=12)
    assert moment(bank, number, "target", "0.001") == bank.now + timedelta(seconds=111, milliseconds=600)


def test_a_second_opening_recomputes_and_never_doubles(bank):
    number = bank.register().number
    limits(bank, number, 3, 3)
    limits(bank, number, 7, 10)
    assert bank.events(number).count("clock-opened") == 5
    assert bank.events(number).count("clock-recomputed") == 2, "the statutory one has not changed"
    assert last_day(due(bank, number, "internal")) == date(2026, 3, 16)


def test_a_stopped_clock_is_met_or_late_and_stays_so(bank):
    number = bank.register().number
    limits(bank, number, 3, 3)
    bank.environment.run(SYSTEM, lambda tx: clockwork.stop(tx, number, bank.now, "target"))
    late = at("2026-03-06T00:00:01")
    bank.clock.travel_to(late)
    bank.environment.run(SYSTEM, lambda tx: clockwork.stop(tx, number, late, "target", "internal"))
    with bank.environment.read() as connection:
        found = {clock.name: clock for clock in clocks.of(connection, number, bank.now)}
    assert found["target"].outcome == "met"
    assert found["internal"].outcome == "late"
    assert found["internal"].remaining == timedelta(seconds=-1)
    assert found["statutory"].state == "running"
    assert due(bank, number, "governing") == due(bank, number, "statutory")


def test_states_go_from_running_over_amber_to_red(bank):
    number = bank.register().number
    limits(bank, number, 3, 3)
    seen = []
    for instant in ("2026-03-05T10:47:59", "2026-03-05T10:48:00", "2026-03-06T00:00:01"):
        bank.clock.travel_to(at(instant))
        with bank.environment.read() as connection:
            seen += [clock.state for clock in clocks.of(connection, number, bank.now) if clock.name == "internal"]
    assert seen == ["running", "amber", "red"]


def test_an_unannounced_year_is_provisional(bank):
    bank.clock.travel_to(at("2026-12-28T10:00"))
    number = bank.register().number
    limits(bank, number, 7, 10)
    with bank.environment.read() as connection:
        assert {clock.name: clock.provisional for clock in clocks.of(connection, number, bank.now)} == {
            "first-response": False,
            "target": True,
            "internal": True,
            "statutory": False,
            "silence": True,
        }


def to_classified(bank):
    number = bank.register().number
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    bank.do("mei", number, "Classify", subcategory="SQ.ATT")
    return number


@pytest.mark.proves("G1")
def test_an_extension_moves_limits_timers_and_due_dates(bank):
    number = to_classified(bank)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    assert bank.task(number, "Investigate").due_at == at("2026-03-06T00:00")
    bank.act("wang", extension.begin, number, "west")
    with pytest.raises(Conflict):
        bank.act("wang", extension.begin, number, "west")
    task = bank.task(number, "RequestExtension")
    sheet = bank.ask(
        "wang", lambda connection, person: casework.task_view(bank.environment, connection, person, task.id)
    )
    assert [sheet.initial[name] for name in ("latest_30", "latest_60")] == ["2026-04-01", "2026-05-01"]
    request = {"stage": "30", "extension_reason": "需向总行调取三年前的历史凭证,预计时间较长。"}
    with pytest.raises(Invalid) as error:
        bank.do("wang", number, "RequestExtension", **request, new_limit="2026-04-20")
    assert [problem.where for problem in error.value.problems] == ["new_limit"]
    bank.do("wang", number, "RequestExtension", **request, new_limit="2026-03-20")
    bank.do("sun", number, "ApproveExtension", approval="approve", approval_reason="情况属实,同意延期。")
    with pytest.raises(Invalid):
        bank.do("wang", number, "NotifyCustomer", told_method="call", told_at=bank.now)
    assert due(bank, number, "governing") == at("2026-03-06T00:00")
    proof = bank.upload("通话录音.txt", "已告知客户".encode(), "told_proof")
    bank.do("wang", number, "NotifyCustomer", proof, told_method="call", told_at=bank.now)
    assert due(bank, number, "internal") == due(bank, number, "statutory") == at("2026-03-21T00:00")
    assert bank.task(number, "Investigate").due_at == at("2026-03-21T00:00")
    timer = engine.tables.timer
    with bank.environment.read() as connection:
        found = connection.execute(
            select(timer.c.key, timer.c.due_at).where(timer.c.key.startswith("clock:governing"))
        ).all()
    assert [(row.key, row.due_at) for row in found] == [
        ("clock:governing:0.5", moment(bank, number, "governing", "0.5"))
    ]
    assert found[0].due_at > at("2026-03-06T00:00")
    assert "timer-moved" in bank.events(number)
    table = tables.letter
    with bank.environment.read() as connection:
        told = connection.scalar(select(table.c.body).where(table.c.template == "extension"))
    assert "不能在2026年3月5日前办结" in told
    assert "延至2026年3月20日" in told
    assert "clock-extended" in bank.events(number)
    assert bank.incidents() == []


@pytest.mark.proves("G1", "R36")
def test_a_refused_extension_changes_nothing(bank):
    number = to_classified(bank)
    bank.act("gao", extension.begin, number, "west")
    bank.do(
        "wang",
        number,
        "RequestExtension",
        stage="30",
        new_limit="2026-03-20",
        extension_reason="需向总行调取三年前的历史凭证,预计时间较长。",
    )
    bank.do("sun", number, "ApproveExtension", approval="refuse", approval_reason="应先行答复客户。")
    assert due(bank, number, "governing") == at("2026-03-06T00:00")
    assert "notice-sent" in bank.events(number)


@pytest.mark.proves("R25", "R48")
def test_reminders_fire_at_their_instants(bank):
    """R25, R48: 50, 80 and 100 % of the working minutes raise the level on the same form and tell the right people."""
    number = to_classified(bank)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.travel(to=at("2026-03-06T09:00"))
    event = engine.tables.event
    with bank.environment.read() as connection:
        query = select(event.c.at, event.c.body).where(
            event.c.stream == f"case:{number}", event.c.kind == "supervision-raised"
        )
        raised = connection.execute(query.order_by(event.c.seq)).all()
    assert [row.at for row in raised] == [at("2026-03-04T09:30"), at("2026-03-05T10:48"), at("2026-03-06T00:00")]
    assert [row.body.count('"sun"') for row in raised] == [0, 0, 1]
    assert bank.case(number).level == 3
    assert bank.incidents() == []
