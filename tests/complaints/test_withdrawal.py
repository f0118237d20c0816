"""A customer withdraws: whose wish it was is checked by somebody else, and each outcome is told to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from support.engine import chain, diagram, flow, process, user

import engine.tables
from complaints import (
    casefile,
    casework,
    clocks,
    clockwork,
    extension,
    holding,
    house,
    kinds,
    metrics,
    notices,
    portal,
    pressure,
    reconcile,
    register,
    stage_notices,
    tables,
    withdrawal,
)
from engine import definitions
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid

WITHDRAWS = {"via": "recording", "proof": "REC-9", "reason": "问题已经解决"}
REACHED = {"check_result": "reached", "check_evidence": "REC-10", "withdrawal_reason": "settled"}
FREE = {"own_wish": "yes", "pressure": "none"}
PRESSED = {"own_wish": "no", "pressure": "asked", "pressed_by": "柜员甲"}
NAMES = ("withdrawn", "media-begins", "complex-begins")


def withdraw(bank, number, by="lin", received_at=None, **changes):
    given_at = received_at or bank.now
    return bank.act(by, withdrawal.begin, number, received_at=given_at, **(WITHDRAWS | changes))


def check(bank, number, user="mei", **changes):
    bank.do(user, number, "CallCustomer", **({"checked_at": bank.now} | REACHED | changes))


def missed(bank, number, user="mei", **changes):
    data = {"check_result": "not-reached", "checked_at": bank.now, "check_evidence": "REC-11"}
    bank.do(user, number, "CallCustomer", **(data | changes))


def decide(bank, number, verdict, user="gao"):
    bank.do(user, number, "DecideWithdrawal", verdict=verdict, decision_reason="三次未能联系上客户,录音可查。")


def of(bank, number, user="gao"):
    return bank.ask(user, pressure.listed, number)


def running(bank, number):
    """Clocks, timers, due dates and the case itself: all that a void withdrawal must leave as it was.

    Only the watch on silence counts from the last word to the customer, which the check and its letters are.
    """
    clock, timer, task = tables.clock, engine.tables.timer, engine.tables.task
    queries = (
        select(clock).where(clock.c.number == number, clock.c.name != "silence").order_by(clock.c.name),
        select(timer).where(timer.c.business_key == number, ~timer.c.key.like("clock:silence:%")).order_by(timer.c.id),
        select(task).where(task.c.business_key == number).order_by(task.c.id),
        select(tables.complaint).where(tables.complaint.c.number == number),
    )
    with bank.environment.read() as connection:
        return [[row._asdict() for row in connection.execute(query)] for query in queries]


def stopped(bank, number):
    clock = tables.clock
    query = select(clock.c.name, clock.c.stopped_at, clock.c.outcome).where(clock.c.number == number)
    with bank.environment.read() as connection:
        rows = connection.execute(query).all()
        return {row.name: (row.stopped_at, row.outcome) for row in rows if row.stopped_at}


def live(bank, number):
    with bank.environment.read() as connection:
        return {row.process: row.suspended_at is not None for row in holding.roots(connection, number)}


def told(bank, user):
    return [notice.template for notice in bank.ask(user, notices.unread)]


def findings(bank, number):
    with bank.environment.read() as connection:
        return [finding.code for finding in reconcile.of(connection, number)]


@pytest.fixture
def number(bank):
    """A case that waits to be distributed."""
    number = bank.register().number
    bank.to_distribution(number)
    return number


@pytest.mark.proves("R71", "G6")
def test_a_withdrawal_that_is_confirmed_ends_the_case_with_the_day_of_its_receipt(bank, number):
    bank.travel(hours=2)
    received = bank.now
    bank.travel(minutes=30)
    withdraw(bank, number, received_at=received)

    limits = {"first-response", "target", "internal", "statutory"}
    assert stopped(bank, number) == dict.fromkeys(limits, (received, "withdrawn"))
    assert live(bank, number) == {"ordinary": True, "keep-informed": True, "withdrawal": False}
    assert findings(bank, number) == []
    task = bank.task(number, "CallCustomer")
    assert task.due_at == datetime(2026, 3, 4, tzinfo=ZONE), "until the end of the next working day"
    with pytest.raises(Conflict):
        bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")

    bank.travel(to=datetime(2026, 3, 3, 9, 30, tzinfo=ZONE))
    check(bank, number, **FREE)
    case = bank.case(number)
    assert (case.withdrawn_at, case.stage, case.closed_at) == (received, "withdrawn", None)
    assert live(bank, number) == {"withdrawal": False}
    assert bank.steps(number) == ["FileWithdrawal"]
    assert findings(bank, number) == []

    bank.travel(days=1)
    bank.do("mei", number, "FileWithdrawal", withdrawal_checks=["register", "evidence", "check", "letter"])
    case = bank.case(number)
    assert (case.closed_at, case.stage, case.archive_no) == (received, "closed", "DA-2026-000001")
    assert live(bank, number) == {}, "nobody visits a customer who has withdrawn"
    assert set(stopped(bank, number)) == limits | {"silence"}
    assert findings(bank, number) == []
    assert [row.outcome for row in of(bank, number)] == ["confirmed"]
    letters = [letter.template for letter in bank.ask("gao", casefile.case, number, bank.now).letters]
    assert sorted(letters) == ["acknowledgement", "stage", "withdrawal-confirmed", "withdrawal-received"]
    with bank.environment.read() as connection:
        told_of = {notice.stage: notice.reason for notice in stage_notices.of(connection, number)}
    assert told_of == {
        "registered": "in-receipt",
        "classified": "",
        "withdrawn": "withdrawn",
        "closed": "withdrawn",
    }, "the letter that confirms it is the last"
    kinds_told = [kind for kind in bank.events(number) if kind.startswith("withdrawal-")]
    assert kinds_told == ["withdrawal-received", "withdrawal-confirmed"]
    assert bank.incidents() == []
    assert bank.verified()


@pytest.mark.proves("R71")
def test_staff_cannot_withdraw_without_the_customers_own_evidence(bank, number):
    for changes, field in (
        ({"proof": " "}, "proof"),
        ({"via": "signature"}, "upload"),
        ({"via": "hearsay"}, "via"),
        ({"reason": ""}, "reason"),
        ({"received_at": bank.now + timedelta(minutes=1)}, "received_at"),
        ({"received_at": bank.now - timedelta(days=1)}, "received_at"),
    ):
        with pytest.raises(Invalid) as error:
            withdraw(bank, number, **changes)
        assert [problem.where for problem in error.value.problems] == [field]
    with pytest.raises(Forbidden):
        withdraw(bank, number, by="he")
    assert live(bank, number) == {"ordinary": False, "keep-informed": False}
    upload = bank.upload("撤诉书.pdf", b"%PDF-1.7 ...", "upload")
    withdraw(bank, number, via="signature", upload=upload)
    assert of(bank, number)[0].evidence_id is not None


@pytest.mark.proves("R71")
def test_the_checker_is_nobody_who_has_handled_the_case_or_taken_the_withdrawal(bank):
    number = bank.register().number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    withdraw(bank, number, by="gao")
    task = bank.task(number, "CallCustomer")
    candidate = engine.tables.candidate
    query = select(candidate.c.value).where(candidate.c.task_id == task.id, candidate.c.kind == "never")
    with bank.environment.read() as connection:
        assert set(connection.scalars(query)) == {"gao", "lin", "wang"}
    with pytest.raises(Forbidden):
        check(bank, number, user="gao", **FREE)
    check(bank, number, **FREE)


def test_what_was_not_the_customers_wish_never_was(bank, number):
    bank.travel(hours=1)
    before = running(bank, number)
    withdraw(bank, number)
    bank.travel(hours=5)
    check(bank, number, **PRESSED)

    assert running(bank, number) == before
    assert live(bank, number) == {"ordinary": False, "keep-informed": False}
    assert bank.case(number).withdrawn_at is None
    assert "withdrawal-void" in told(bank, "gao")
    assert "withdrawal-goes-on" in told(bank, "lin")
    assert "clock-unstopped" in bank.events(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    assert bank.incidents() == []
    assert bank.verified()


def test_pressure_is_for_supervision_and_compliance_only(bank, number):
    withdraw(bank, number)
    check(bank, number, **PRESSED)
    for reader, seen in (("gao", "柜员甲"), ("he", "柜员甲"), ("lin", None), ("mei", None)):
        (row,) = of(bank, number, reader)
        assert (row.checks[0].pressed_by, row.checks[0].result) == (seen, "reached")
        shown = bank.ask(reader, casefile.case, number, bank.now)
        assert ("柜员甲" in repr(shown)) is (seen is not None)
    assert not any("柜员甲" in notice.body for notice in bank.ask("lin", notices.unread))
    assert any("压力" in notice.body for notice in bank.ask("gao", notices.unread))
    assert not any("压力" in notice.body for notice in bank.ask("lin", notices.unread))


@pytest.mark.parametrize("verdict", ["confirmed", "void"])
@pytest.mark.proves("R71", "G6")
def test_after_three_calls_in_vain_in_different_time_slots_the_supervisor_decides(bank, number, verdict):
    before = running(bank, number)
    withdraw(bank, number)
    received = bank.now
    missed(bank, number)
    bank.travel(minutes=30)
    missed(bank, number)
    assert bank.task(number, "CallCustomer").follow_up_at == datetime(2026, 3, 2, 13, tzinfo=ZONE), "the same slot"
    bank.travel(to=datetime(2026, 3, 2, 14, tzinfo=ZONE))
    missed(bank, number)
    assert bank.task(number, "CallCustomer").follow_up_at == datetime(2026, 3, 2, 18, tzinfo=ZONE)
    bank.travel(to=datetime(2026, 3, 3, 9, 30, tzinfo=ZONE))
    missed(bank, number)
    assert bank.steps(number).count("DecideWithdrawal") == 1
    decide(bank, number, verdict)
    assert [row.outcome for row in of(bank, number)] == [verdict]
    assert [row.result for row in of(bank, number)[0].checks] == ["not-reached"] * 4
    if verdict == "void":
        assert running(bank, number) == before
    else:
        assert bank.case(number).withdrawn_at == received
        assert live(bank, number) == {"withdrawal": False}


def test_a_doubtful_wish_goes_to_the_supervisor(bank, number):
    withdraw(bank, number)
    check(bank, number, own_wish="yes", pressure="promised", pressed_by="客户经理")
    assert "DecideWithdrawal" in bank.steps(number)
    decide(bank, number, "void")
    assert live(bank, number) == {"ordinary": False, "keep-informed": False}
    assert [row.outcome for row in of(bank, number)] == ["void"]


@pytest.mark.proves("R71")
def test_the_customer_withdraws_on_the_status_page_and_may_take_it_back(bank):
    receipt = bank.register()
    number, code = receipt.number, receipt.query_code
    bank.to_distribution(number)
    bank.travel(hours=1)
    before = running(bank, number)
    with pytest.raises(portal.WrongCode):
        portal.withdraw(bank.environment, number, "AAAA-AAAA-AAAA", "问题已经解决", remote="10.0.0.1")
    assert page(bank, number, code) == ("classified", True, False)
    portal.withdraw(bank.environment, number, code, "问题已经解决", remote="10.0.0.1")
    assert page(bank, number, code) == ("classified", False, True)
    (row,) = of(bank, number)
    assert (row.via, row.by, row.received_at) == ("web", "customer", bank.now)
    with pytest.raises(Conflict, match="being checked already"):
        portal.withdraw(bank.environment, number, code, "问题已经解决", remote="10.0.0.1")

    bank.travel(hours=3)
    portal.take_back(bank.environment, number, code, remote="10.0.0.1")
    assert running(bank, number) == before
    assert live(bank, number) == {"ordinary": False, "keep-informed": False}
    assert [row.outcome for row in of(bank, number)] == ["taken-back"]
    assert "withdrawal-void" in told(bank, "gao")
    with pytest.raises(Conflict, match="No withdrawal"):
        portal.take_back(bank.environment, number, code, remote="10.0.0.1")

    withdraw(bank, number)
    with pytest.raises(Invalid):
        bank.act("lin", withdrawal.take_back, number, "")
    bank.act("lin", withdrawal.take_back, number, "REC-20")
    assert running(bank, number) == before
    withdraw(bank, number)
    check(bank, number, **FREE)
    assert page(bank, number, code) == ("withdrawn", False, False)
    assert [row.outcome for row in of(bank, number)] == ["taken-back", "taken-back", "confirmed"]
    assert bank.verified()


def page(bank, number, code):
    found = portal.look_up(bank.environment, number, code, remote="10.0.0.1")
    return found.stage, found.may_withdraw, found.being_checked


def test_what_is_over_cannot_be_withdrawn(bank):
    number = bank.answered()
    with pytest.raises(Conflict, match="has been answered"):
        withdraw(bank, number)
    other = bank.register().number
    withdraw(bank, other)
    check(bank, other, **FREE)
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw(bank, other)
    bank.do("mei", other, "FileWithdrawal", withdrawal_checks=["register"])
    with pytest.raises(Conflict, match="is closed"):
        withdraw(bank, other)


def test_the_kind_of_a_case_stays_while_its_withdrawal_is_checked(bank, number):
    withdraw(bank, number)
    with pytest.raises(Conflict, match="held up"):
        bank.act("gao", kinds.change, number, "complex", "事实比登记时复杂", "SQ.PROD")


def test_a_request_for_more_time_ends_with_the_complaint(bank, number):
    bank.act("lin", extension.begin, number, "west")
    withdraw(bank, number)
    assert live(bank, number) == {"ordinary": True, "keep-informed": True, "extension": True, "withdrawal": False}
    check(bank, number, **FREE)
    assert live(bank, number) == {"withdrawal": False}


def test_a_clock_that_was_late_at_the_receipt_stays_late(bank, number):
    bank.travel(hours=30)
    due = bank.now - timedelta(hours=6)
    withdraw(bank, number)
    assert stopped(bank, number)["first-response"] == (bank.now, "late")
    assert stopped(bank, number)["statutory"] == (bank.now, "withdrawn")
    before = bank.now
    bank.act("lin", withdrawal.take_back, number, "REC-20")
    with bank.environment.read() as connection:
        assert clocks.due(connection, number, "first-response") == due
    assert bank.now == before


@given(
    later=st.integers(0, 60 * 24 * 6),
    earlier=st.integers(0, 60 * 24 * 6),
    checked=st.integers(0, 60 * 24 * 4),
    contacted=st.booleans(),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_void_withdrawal_leaves_everything_as_it_was(new_bank, later, earlier, checked, contacted):
    """Whenever it is received, recorded and taken back: as long as no level falls due meanwhile, which then fires."""
    with new_bank() as bank:
        number = bank.register().number
        bank.to_distribution(number)
        if contacted:
            bank.first_contact(number)
        bank.travel(minutes=later)
        before, history = running(bank, number), bank.case(number).level
        received = max(bank.now - timedelta(minutes=earlier), bank.case(number).received_at)
        withdraw(bank, number, received_at=received)
        bank.travel(minutes=checked)
        bank.act("lin", withdrawal.take_back, number, "REC-20")
        assert running(bank, number) == before
        assert (bank.case(number).level, stopped(bank, number).keys() <= {"first-response"}) == (history, True)


HEARD = '<bpmn:messageEventDefinition messageRef="m-{}"/>'
MESSAGES = "".join(f'<bpmn:message id="m-{name}" name="{name}"/>' for name in NAMES)


def leading(key: str) -> str:
    """A process that leads a case and hears of a withdrawal: then somebody of the bank investigates alone."""
    inside = chain(("Inquiry", user("Inquiry", 'camunda:candidateGroups="supervision"'))).replace(
        '<bpmn:startEvent id="fs"/>', f'<bpmn:startEvent id="fs">{HEARD.format("withdrawn")}</bpmn:startEvent>'
    )
    ended = f'<bpmn:subProcess id="Ended" triggeredByEvent="true">{inside}</bpmn:subProcess>'
    work = chain(("Investigate", user("Investigate", 'camunda:candidateGroups="supervision"')), prefix="w")
    return process(work + ended, key)


def beside(key: str) -> str:
    return process(
        f'<bpmn:startEvent id="b">{HEARD.format(f"{key}-begins")}</bpmn:startEvent>'
        + user("Statement")
        + '<bpmn:endEvent id="e"/>'
        + flow("1", "b", "Statement")
        + flow("2", "Statement", "e"),
        key,
    )


@pytest.fixture
def drawn(bank):
    """The shipped withdrawal with small processes that lead and run beside; opens a case of a subcategory."""
    shipped = house.bundle()
    files = {name: content for name, content in shipped.items() if not name.endswith(".bpmn")}
    files["withdrawal.bpmn"] = shipped["withdrawal.bpmn"]
    for name, xml in (("ordinary", leading("ordinary")), ("media", beside("media"))):
        files[f"{name}.bpmn"] = diagram(xml, extra=MESSAGES)
    bank.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "huiyin", files))

    def opened(subcategory: str) -> str:
        data = {
            "channel": "PHONE",
            "received_at": bank.now,
            "verbatim": "柜员代客操作,未经我同意。",
            "customer_phone": "13812345678",
        }

        def work(tx):
            number = register.open_case(tx, data, "ordinary", owner="lin").number
            same = tables.complaint.c.number == number
            tx.connection.execute(
                update(tables.complaint).where(same).values(subcategory=subcategory, time_class="ordinary")
            )
            clockwork.set_limits(tx, number, 3, 3, 15)
            return number

        return bank.environment.run(bank.who("lin").actor(), work)

    return opened


@pytest.mark.proves("R71")
@pytest.mark.parametrize("subcategory", ["OP.VIOL", "FC.CRIME"])
def test_the_investigation_of_a_violation_or_crime_goes_on(bank, drawn, subcategory):
    number = drawn(subcategory)
    withdraw(bank, number)
    assert live(bank, number) == {"ordinary": False, "keep-informed": True, "withdrawal": False}, (
        "the investigation is not held up"
    )
    assert set(stopped(bank, number)) == {"first-response", "target", "internal", "statutory"}
    with bank.environment.read() as connection, pytest.raises(Conflict, match="until then this rests"):
        withdrawal.check_form(connection, number, "reply")
    assert findings(bank, number) == []
    check(bank, number, **FREE)
    assert live(bank, number) == {"ordinary": False}
    assert bank.steps(number) == ["Inquiry"], "without the customer, and archived by whoever investigates"
    case = bank.case(number)
    assert (case.withdrawn_at, case.closed_at, case.stage) == (bank.now, None, "withdrawn")
    assert findings(bank, number) == []


@pytest.mark.proves("R71")
def test_of_a_media_complaint_the_customers_side_ends(bank, drawn):
    number = drawn("SQ.ATT")
    bank.act("gao", kinds.change, number, "media", "本地媒体已经报道")
    withdraw(bank, number)
    assert live(bank, number) == {"ordinary": True, "keep-informed": True, "media": False, "withdrawal": False}
    check(bank, number, **FREE)
    assert live(bank, number)["media"] is False
    assert "keep-informed" not in live(bank, number)
    assert "Statement" in bank.steps(number)
    assert "FileWithdrawal" not in bank.steps(number), "the media complaint is archived when it is quiet"


def test_other_complaints_end_where_they_hear_of_it(bank, drawn):
    number = drawn("SQ.ATT")
    withdraw(bank, number)
    check(bank, number, **FREE)
    assert bank.steps(number) == ["FileWithdrawal", "Inquiry"], "what the diagram does then is the diagram's"


@pytest.mark.proves("R71")
def test_a_complaint_that_comes_back_is_linked_when_the_review_confirms_it(bank, number):
    withdraw(bank, number)
    check(bank, number, **FREE)
    bank.travel(days=3)
    again, third = bank.register().number, bank.register().number
    other = bank.register(customer_phone="13900000000").number
    for case, proposed in ((again, number), (other, None)):
        task = bank.task(case, "Review")
        with bank.environment.read() as connection:
            view = casework.task_view(bank.environment, connection, bank.who("mei"), task.id)
        assert view.initial.get("resubmission_of") == proposed
    review = {"review_checks": ["complete", "verbatim"], "review_result": "ok"}
    with pytest.raises(Invalid) as error:
        bank.do("mei", again, "Review", **review, resubmission_of=other)
    assert [problem.where for problem in error.value.problems] == ["resubmission_of"]
    bank.do("mei", again, "Review", **review, resubmission_of=number)
    bank.do("mei", third, "Review", **review)
    linked = bank.ask("gao", casefile.case, again, bank.now).links
    assert [(link.other, link.relation) for link in linked] == [(number, "resubmitted-after-withdrawal")]
    assert bank.ask("gao", casefile.case, third, bank.now).links == []


@pytest.mark.proves("R71", "G6")
def test_withdrawn_complaints_stay_in_the_figures(bank, number):
    withdraw(bank, number)
    check(bank, number, **PRESSED)
    withdraw(bank, number)
    check(bank, number, **FREE)
    bank.register()
    with bank.environment.read() as connection:
        (row,) = metrics.withdrawals(connection)
        assert row == metrics.Withdrawn("west", 2, 1, 1, 1)
        assert row.share == 0.5
        assert metrics.within_limit(connection, bank.now) == [metrics.Limit("ordinary", 0, 0, 0, 0)]
        assert metrics.solved(connection, bank.now + timedelta(days=3)).ended == 2
