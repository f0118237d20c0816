"""Clocks that stand still, run again, start anew and move: asserted at the second, with what hangs on them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

import engine.tables
from complaints import clocks, clockwork, evidence, extension, pauses, tables
from complaints.pauses import Told
from engine import calendar
from engine.clock import ZONE
from engine.columns import FAR
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(bank, number, name):
    with bank.environment.read() as connection:
        return clocks.due(connection, number, name)


def view(bank, number, name):
    with bank.environment.read() as connection:
        return next(clock for clock in clocks.of(connection, number, bank.now) if clock.name == name)


def raised(bank, number):
    event = engine.tables.event
    with bank.environment.read() as connection:
        query = select(event.c.at).where(event.c.stream == f"case:{number}", event.c.kind == "supervision-raised")
        return list(connection.scalars(query.order_by(event.c.seq)))


def facts(bank, number, kind):
    event = engine.tables.event
    with bank.environment.read() as connection:
        query = select(event.c.body).where(event.c.stream == f"case:{number}", event.c.kind == kind)
        return list(connection.scalars(query.order_by(event.c.seq)))


def pause(bank, number, reason="mediation", user="sun"):
    basis = bank.upload("同意书.txt", "同意调解".encode(), "basis")
    told = Told("call", bank.now, bank.upload("录音.txt", "已告知".encode(), "proof"))
    bank.act(user, pauses.begin, number, reason, basis, told, "双方同意调解")


def to_investigate(bank, **changes):
    number = bank.register(**changes).number
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    bank.do("mei", number, "Classify", subcategory="SQ.ATT")
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    return number


@pytest.mark.proves("G2")
def test_mediation_at_79_percent_stops_the_reminder_and_resuming_brings_it_back(bank):
    """31 hours: 79 % have passed on Thursday 10:29:24, 80 % would have been at 10:48."""
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-05T10:29:24"))
    assert view(bank, number, "internal").share == Decimal("0.79")
    pause(bank, number)
    paused = view(bank, number, "internal")
    assert (paused.state, paused.paused_at) == ("paused", at("2026-03-05T10:29:24"))
    assert due(bank, number, "governing") is None
    assert bank.case(number).due_at == FAR
    assert bank.task(number, "Investigate").due_at is None
    bank.travel(to=at("2026-03-09T10:29:24"))
    assert len(raised(bank, number)) == 1, "no second reminder while the parties talk"
    bank.act("sun", pauses.end, number, "调解未成")
    assert due(bank, number, "internal") == at("2026-03-10T00:00"), "two working days later: Friday and Monday"
    assert due(bank, number, "statutory") == at("2026-03-22T00:00"), "four natural days later"
    assert bank.task(number, "Investigate").due_at == at("2026-03-10T00:00")
    assert (view(bank, number, "internal").state, view(bank, number, "internal").share) == ("running", Decimal("0.79"))
    bank.travel(to=at("2026-03-10T00:00"))
    assert raised(bank, number)[1:] == [at("2026-03-09T10:48:00"), at("2026-03-10T00:00")]
    assert bank.incidents() == []


def test_each_change_is_one_event_with_old_and_new(bank):
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-03T10:00"))
    pause(bank, number)
    bank.travel(to=at("2026-03-04T10:00"))
    bank.act("sun", pauses.end, number, "调解成功")
    kinds = bank.events(number)
    assert kinds.count("clock-paused") == kinds.count("clock-resumed") == 3
    assert kinds.count("case-paused") == kinds.count("case-resumed") == 1
    assert all('"old"' in body and '"new"' in body for body in facts(bank, number, "clock-resumed"))


@pytest.mark.proves("G2")
def test_only_lawful_reasons_with_evidence_by_those_who_answer(bank):
    number = to_investigate(bank)
    with pytest.raises(Invalid, match="mediation or appraisal"):
        pause(bank, number, reason="holiday")
    with pytest.raises(Forbidden):
        pause(bank, number, user="wang")
    told = Told("call", bank.now, bank.upload("a.txt", b"told", "proof"))
    with pytest.raises(Invalid, match="as evidence"):
        bank.act("sun", pauses.begin, number, "mediation", None, told, "")
    later = Told("call", bank.now + timedelta(hours=1), told.proof)
    with pytest.raises(Invalid, match="was told"):
        bank.act("sun", pauses.begin, number, "mediation", told.proof, later, "")
    with pytest.raises(Conflict, match="not paused"):
        bank.act("sun", pauses.end, number, "x")
    pause(bank, number)
    with pytest.raises(Conflict, match="paused already"):
        pause(bank, number)
    assert "clock-resumed" not in bank.events(number)


def test_a_pause_after_the_limit_does_not_make_late_what_is_late(bank):
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-06T09:00"))
    pause(bank, number)
    assert (view(bank, number, "internal").state, view(bank, number, "statutory").state) == ("red", "paused")
    bank.travel(days=2)
    bank.act("sun", pauses.end, number, "调解未成")
    assert due(bank, number, "internal") == at("2026-03-06T00:00")
    assert due(bank, number, "statutory") == at("2026-03-20T00:00")


@pytest.mark.proves("G2")
def test_an_appraisal_over_a_holiday_shifts_by_working_days_only_what_counts_them(bank):
    """Qingming, 4 to 6 April 2026: from Friday 3 to Tuesday 7 April there is one working day, but four natural ones."""
    bank.clock.travel_to(at("2026-04-01T10:00"))
    number = to_investigate(bank)
    assert due(bank, number, "internal") == at("2026-04-08T00:00")
    bank.travel(to=at("2026-04-03T16:00"))
    pause(bank, number, reason="appraisal", user="gao")
    bank.travel(to=at("2026-04-07T09:00"))
    bank.act("gao", pauses.end, number, "鉴定意见已收到")
    assert due(bank, number, "internal") == at("2026-04-09T00:00")
    assert due(bank, number, "statutory") == at("2026-04-21T00:00")


def test_a_pause_leaves_the_sender_and_the_first_response_alone(bank):
    number = bank.register(
        channel="FORWARDED", forwarder="监管分局", forwarder_document="转〔2026〕1号", forwarder_deadline="2026-03-04"
    ).number
    assert due(bank, number, "sender") == at("2026-03-05T00:00") == due(bank, number, "governing")
    pause(bank, number, user="gao")
    assert due(bank, number, "governing") == at("2026-03-05T00:00")
    assert due(bank, number, "first-response") == at("2026-03-03T10:00")
    assert due(bank, number, "statutory") is None


@pytest.mark.proves("G19")
def test_a_credit_report_objection_has_twenty_natural_days(bank):
    number = bank.register(product="credit-report").number
    found = view(bank, number, "credit-report")
    assert (found.due_at, found.mark, found.limit) == (at("2026-03-23T00:00"), "异议", 20)
    assert due(bank, number, "governing") == due(bank, number, "statutory")
    assert "credit-report" not in {row.name for row in views(bank, bank.register().number)}


def views(bank, number):
    with bank.environment.read() as connection:
        return clocks.of(connection, number, bank.now)


def test_a_registration_after_80_percent_has_passed_reminds_at_once(bank):
    """Received on Monday at 10:00, registered on Thursday: half and four fifths of the limit have passed."""
    bank.clock.travel_to(at("2026-03-05T15:00"))
    number = to_investigate(bank, received_at=at("2026-03-02T10:00"))
    assert due(bank, number, "internal") == at("2026-03-06T00:00")
    bank.travel(seconds=1)
    assert raised(bank, number) == [at("2026-03-05T15:00:00")] * 2
    assert bank.case(number).level == 2


def test_new_facts_start_the_period_again_from_the_new_material(bank):
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-04T11:00"))
    assert len(raised(bank, number)) == 1
    new = bank.environment.run(SYSTEM, lambda tx: clockwork.new_facts(tx, number, at("2026-03-04T10:00"), "补充材料"))
    assert new == due(bank, number, "internal") == at("2026-03-10T00:00")
    assert due(bank, number, "statutory") == at("2026-03-20T00:00")
    assert due(bank, number, "first-response") == at("2026-03-03T10:00"), "the first answer is not owed again"
    assert bank.events(number).count("clock-renewed") == 3
    assert bank.task(number, "Investigate").due_at == at("2026-03-10T00:00")
    with pytest.raises(Invalid, match="new material"):
        bank.environment.run(SYSTEM, lambda tx: clockwork.new_facts(tx, number, at("2026-03-04T09:00"), "旧材料"))


def test_a_void_stop_counts_as_if_it_had_never_been(bank):
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-03T10:00"))
    stopped = ("target", "internal", "statutory")
    bank.environment.run(SYSTEM, lambda tx: clockwork.stop(tx, number, at("2026-03-03T09:00"), *stopped))
    assert view(bank, number, "internal").stopped_at == at("2026-03-03T09:00"), "as of the receipt of the wish"
    bank.travel(to=at("2026-03-05T12:00"))
    assert raised(bank, number) == []
    bank.environment.run(SYSTEM, lambda tx: clockwork.unstop(tx, number, *stopped, why="非客户意愿"))
    assert due(bank, number, "internal") == at("2026-03-06T00:00")
    bank.travel(seconds=1)
    assert len(raised(bank, number)) == 2, "what is late fires at once"
    assert bank.events(number).count("clock-unstopped") == 3


def extend(bank, number, last_day, stage="30"):
    bank.environment.run(SYSTEM, lambda tx: keep_proof(bank, tx, number))
    return bank.environment.run(SYSTEM, lambda tx: extension.grant(tx, number, stage, date.fromisoformat(last_day)))


def keep_proof(bank, tx, number):
    evidence.keep(tx, number, [bank.upload("告知.txt", b"told", extension.PROOF)])


def test_an_extension_at_99_percent_is_in_time_and_after_the_limit_it_is_refused(bank):
    number = to_investigate(bank)
    bank.travel(to=at("2026-03-05T17:41:24"))
    assert view(bank, number, "internal").share == Decimal("0.99")
    extend(bank, number, "2026-03-13")
    assert due(bank, number, "internal") == at("2026-03-14T00:00")
    assert due(bank, number, "statutory") == at("2026-03-18T00:00"), "a day before the law's leaves the law alone"
    bank.travel(to=at("2026-03-14T00:00:01"))
    with pytest.raises(Invalid, match="before the limit ends"):
        extend(bank, number, "2026-03-20")
    assert due(bank, number, "internal") == at("2026-03-14T00:00")


def test_an_extension_needs_a_proof_newer_than_the_last_one(bank):
    number = to_investigate(bank)
    with pytest.raises(Invalid, match="proof"):
        bank.environment.run(SYSTEM, lambda tx: extension.grant(tx, number, "30", date(2026, 3, 20)))
    extend(bank, number, "2026-03-20")
    assert due(bank, number, "internal") == due(bank, number, "statutory") == at("2026-03-21T00:00")
    bank.travel(seconds=1)
    with pytest.raises(Invalid, match="proof"):
        bank.environment.run(SYSTEM, lambda tx: extension.grant(tx, number, "60", date(2026, 4, 20)))
    with pytest.raises(Invalid, match="2026-05-01"):
        extend(bank, number, "2026-05-02", stage="60")
    extend(bank, number, "2026-05-01", stage="60")


def test_a_pause_after_an_extension_moves_both_limits_by_the_same_days(bank):
    number = to_investigate(bank)
    extend(bank, number, "2026-03-20")
    bank.travel(to=at("2026-03-16T10:00"))
    pause(bank, number)
    bank.travel(to=at("2026-03-20T10:00"))
    bank.act("sun", pauses.end, number, "调解未成")
    assert due(bank, number, "internal") == due(bank, number, "statutory") == at("2026-03-25T00:00")


def test_a_unit_with_days_of_its_own_moves_the_limits_of_its_cases(bank):
    """The branch is closed on Wednesday 4 March: its cases end a day later, those of the others do not."""
    number, other = to_investigate(bank), bank.register().number
    admin = bank.who("admin").actor()
    bank.environment.run(admin, lambda tx: calendar.override(tx, "west", date(2026, 3, 4), False, "营业场所搬迁"))
    moved = bank.environment.run(admin, lambda tx: clockwork.recompute(tx, number, "calendar"))
    assert moved == ["internal", "silence", "target"]
    assert due(bank, number, "internal") == at("2026-03-07T00:00")
    assert bank.environment.run(admin, lambda tx: clockwork.recompute(tx, other, "calendar")) == []
    bank.environment.run(admin, lambda tx: calendar.override(tx, "west", date(2026, 3, 4), None, "更正"))
    bank.environment.run(admin, lambda tx: clockwork.recompute(tx, number, "calendar"))
    assert due(bank, number, "internal") == at("2026-03-06T00:00")


def test_silence_starts_anew_with_every_contact_and_ends_with_the_case(bank):
    number = bank.register().number
    assert due(bank, number, "silence") == at("2026-03-10T00:00")
    bank.travel(to=at("2026-03-03T09:00"))
    bank.environment.run(SYSTEM, lambda tx: clockwork.heard(tx, number, bank.now))
    assert due(bank, number, "silence") == at("2026-03-11T00:00")
    bank.environment.run(SYSTEM, lambda tx: clockwork.close(tx, number))
    assert view(bank, number, "silence").outcome == "ended"


def test_a_clock_of_a_slip_counts_the_days_of_its_unit(bank):
    number = bank.register().number
    admin = bank.who("admin").actor()
    bank.environment.run(admin, lambda tx: calendar.override(tx, "east", date(2026, 3, 3), False, "停电"))
    name = f"slip:{number}-1"
    run = bank.environment.run
    run(SYSTEM, lambda tx: clockwork.open_clock(tx, number, name, "working-days", 2, unit="east"))
    run(SYSTEM, lambda tx: clockwork.open_clock(tx, number, "task:legal", "working-days", 2))
    assert (due(bank, number, name), due(bank, number, "task:legal")) == (
        at("2026-03-06T00:00"),
        at("2026-03-05T00:00"),
    )
    with pytest.raises(Invalid):
        run(SYSTEM, lambda tx: clockwork.open_clock(tx, number, "governing", "working-days", 2))
    run(SYSTEM, lambda tx: clockwork.stop(tx, number, bank.now, name))
    assert view(bank, number, name).outcome == "met"


def test_the_pause_in_the_file_says_why_and_with_what(bank):
    number = to_investigate(bank)
    pause(bank, number)
    bank.travel(days=1)
    bank.act("sun", pauses.end, number, "调解成功")
    with bank.environment.read() as connection:
        (row,) = pauses.listed(connection, number)
        files = list(connection.scalars(select(tables.evidence.c.id).where(tables.evidence.c.number == number)))
    assert (row.reason, row.by_name, row.ended_by, row.ended_note) == ("mediation", "孙涛", "sun", "调解成功")
    assert {row.evidence_id, row.told_evidence_id} <= set(files)
