"""The customer complains again: linked, others handle it one level higher, new facts or not (R70, G3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

import engine.tables
from complaints import (
    accounts,
    casefile,
    clocks,
    earlier,
    holding,
    links,
    metrics,
    notices,
    owners,
    passwords,
    recomplaints,
    reconcile,
    repeats,
    scores,
    settings,
    tables,
)
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Conflict, EngineError, Invalid, NotFound

PASSWORD = passwords.hashed("correct horse battery")
FACTS = "经重新调阅监控并询问当事柜员,客户等候约一百二十分钟,首次核实的时间有误,情况属实,特此说明。"
REASON = "客户补充了当日的监控时间和排队号,首次办理时未核对。"
AGAIN = "上次答复没有说明为什么让我等两个小时,办业务的柜员态度很差,我不满意。"


@pytest.fixture
def staffed(bank):
    """The supervision body with a second person, so that one writes the report and another reviews it."""
    bank.environment.run(
        SYSTEM,
        lambda tx: accounts.create(
            tx, "tan", "谭敏", PASSWORD, unit="gonghui", roles=("supervisor", "handler"), must_change=False
        ),
    )
    return bank


def again(bank, first, **changes) -> str:
    """The customer complains again; the clerk confirms what it is about, and it is classified."""
    number = bank.register(verbatim=AGAIN, **changes).number
    bank.act("lin", recomplaints.confirm, number, first)
    bank.first_contact(number)
    bank.to_distribution(number)
    return number


def never(bank, number, step) -> set[str]:
    task, candidate = bank.task(number, step), engine.tables.candidate
    with bank.environment.read() as connection:
        kept = select(candidate.c.value).where(candidate.c.task_id == task.id, candidate.c.kind == "never")
        return set(connection.scalars(kept))


def due(bank, number, name) -> str:
    with bank.environment.read() as connection:
        at = clocks.due(connection, number, name)
    return at.astimezone(ZONE).isoformat() if at else ""


def decide(bank, number, user="gao", **said):
    bank.do(user, number, "NewFacts", **({"new_facts": "no", "facts_reason": REASON} | said))


def handle(bank, number) -> None:
    """The supervision body handles the re-complaint to its end."""
    bank.do("gao", number, "Accept", accept_result="accept", handler="gao")
    found = {"verified_facts": FACTS, "justified": "yes", "root_cause": "service-manner", "evidence_list": "监控录像"}
    bank.do("gao", number, "Investigate", investigation_result="done", **found)
    bank.do(
        "tan",
        number,
        "Propose",
        solution="向客户当面道歉,说明等候原因,并增设弹性窗口。",
        reply_text="经重新核查,首次核实的时间有误,现向您说明等候原因并诚恳道歉。",
    )
    bank.do("boss", number, "ApproveReply", reply_approval="approve")
    answer = {"reply_contents": ["facts", "basis", "remedies"], "reply_channel": "call", "reply_evidence": "REC-9"}
    bank.do(
        "gao",
        number,
        "Reply",
        reply_text="经重新核查,首次核实的时间有误,现向您说明等候原因并诚恳道歉。",
        replied_at=bank.now,
        resolved=True,
        **answer,
    )
    bank.call_back(number, 8, 8)
    bank.report(number, user="gao")
    bank.do("tan", number, "ReviewReport", **{f"mark_{n}": "pass" for n in range(1, 7)}, report_result="ok")
    bank.archive(number)


@pytest.mark.proves("R70")
def test_same_person_and_similar_text_within_the_window_proposes_the_link(bank):
    first = bank.register().number
    same_words = bank.register(
        product="credit-card", verbatim="柜员的态度很差,办业务等了两个小时,还说我填错单子,非常不满意!"
    ).number
    other_words = bank.register(product="credit-card", verbatim="手机银行转账失败,客服一直占线。").number
    stranger = bank.register(customer_phone="13900001111").number
    by_mail = {"customer_phone": None, "customer_email": "wang@example.com"}
    written, once_more = bank.register(**by_mail).number, bank.register(**by_mail).number
    with bank.environment.read() as connection:
        found = repeats.proposals(connection, same_words)
        assert [(one.number, one.reasons) for one in found] == [(first, ("words",))]
        assert found[0].alike > 0.8
        assert [one.reasons for one in repeats.proposals(connection, other_words)] == [("product",)]
        assert repeats.proposals(connection, stranger) == []
        assert [one.number for one in repeats.proposals(connection, once_more)] == [written]
        assert repeats.proposals(connection, written) == []
    bank.environment.run(SYSTEM, lambda tx: settings.put(tx, "repeat-days", "10"))
    bank.travel(days=11)
    late = bank.register().number
    with bank.environment.read() as connection:
        assert repeats.proposals(connection, late) == []


def test_the_review_of_the_record_proposes_and_confirms(bank):
    first = bank.answered()
    number = bank.register(verbatim=AGAIN).number
    with bank.environment.read() as connection:
        proposed = {"earlier_case": first, "re_complaint": False, "withdrawn_before": None}
        assert repeats.suggested(connection, number) == proposed
    checks = {"review_checks": ["complete"], "review_result": "ok"}
    with pytest.raises(Invalid) as refused:
        bank.do("mei", number, "Review", earlier_case=number, re_complaint=True, **checks)
    assert [problem.where for problem in refused.value.problems] == ["earlier_case"]
    bank.do("mei", number, "Review", earlier_case=first, re_complaint=True, **checks)
    with bank.environment.read() as connection:
        assert earlier.before(connection, number) == first
    bank.do("mei", number, "Classify", subcategory="SQ.ATT", deviation_reason="按客户原话判断")
    assert bank.case(number).process == "re-complaint"


def test_what_cannot_be_the_earlier_case(bank):
    first, second = bank.register().number, bank.register().number
    with pytest.raises(Invalid):
        bank.act("lin", recomplaints.confirm, first, second)
    with pytest.raises(NotFound):
        bank.act("lin", recomplaints.confirm, second, "TS-2026-999999")
    bank.act("lin", recomplaints.confirm, second, first)
    third = bank.register().number
    with pytest.raises(Conflict):
        bank.act("lin", recomplaints.confirm, second, first)
    bank.to_distribution(third)
    with pytest.raises(Conflict):
        bank.act("lin", recomplaints.confirm, third, first)


@pytest.mark.proves("R70", "G3")
def test_new_facts_start_the_period_again_and_others_handle_it_one_level_higher(staffed):
    bank = staffed
    first = bank.answered()
    bank.travel(to=datetime(2026, 3, 9, 10, tzinfo=ZONE))
    number = again(bank, first)
    assert bank.case(number).process == "re-complaint"
    assert bank.steps(number) == ["NewFacts"]
    assert due(bank, number, "internal") == "2026-03-13T00:00:00+08:00"
    assert due(bank, number, "statutory") == "2026-03-25T00:00:00+08:00"
    assert {"wang", "zhao", "sun"} <= never(bank, number, "NewFacts")
    with pytest.raises(EngineError):
        bank.act("gao", owners.hand_over, number, "zhao", "不应交给首次办理的人")

    bank.travel(to=datetime(2026, 3, 11, 15, 30, tzinfo=ZONE))
    received = datetime(2026, 3, 10, 9, tzinfo=ZONE)
    decide(bank, number, new_facts="yes", new_material="客户提供了排队号和照片", material_received_at=received)
    assert due(bank, number, "internal") == "2026-03-14T00:00:00+08:00"
    assert due(bank, number, "statutory") == "2026-03-26T00:00:00+08:00"
    assert bank.case(number).unit == "gonghui"
    assert {"wang", "zhao", "sun"} <= never(bank, number, "Accept")

    counted = bank.ask("wang", scores.listed)
    assert [(row.user, row.number, row.source, row.kind) for row in counted] == [
        ("wang", first, number, "re-complaint")
    ]
    assert "complained-again" in [notice.template for notice in bank.ask("wang", notices.unread)]
    handle(bank, number)
    assert bank.case(number).stage == "closed"
    assert bank.incidents() == []
    assert {"file-attached", "clock-renewed", "case-closed"} <= set(bank.events(number))
    assert bank.verified()


@pytest.mark.proves("R70")
def test_without_new_facts_after_the_first_answer_it_is_handled_on_its_merits(staffed):
    bank = staffed
    first = bank.answered()
    bank.travel(to=datetime(2026, 3, 9, 10, tzinfo=ZONE))
    number = again(bank, first)
    before = due(bank, number, "internal")
    decide(bank, number)
    assert due(bank, number, "internal") == before == "2026-03-13T00:00:00+08:00"
    assert bank.steps(number) == ["Accept"]
    bank.do("gao", number, "Accept", accept_result="accept", handler="gao")
    with pytest.raises(Invalid) as refused:
        bank.do(
            "gao",
            number,
            "Investigate",
            investigation_result="transfer",
            next_unit="west",
            transfer_reason="应由首次办理的网点继续办理本案",
        )
    assert "next_unit" in [problem.where for problem in refused.value.problems]


@pytest.mark.proves("G3")
def test_without_new_facts_it_is_merged_while_the_first_period_runs(bank):
    first = bank.register().number
    bank.first_contact(first)
    bank.to_distribution(first)
    bank.do("mei", first, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    limit = due(bank, first, "limit")
    number = again(bank, first)
    counted = sum(_received(bank))
    decide(bank, number)
    case = bank.case(number)
    assert (case.stage, case.archive_no, case.closed_at) == ("closed", None, bank.now)
    assert bank.steps(number) == []
    assert due(bank, first, "limit") == limit
    with bank.environment.read() as connection:
        assert [tree.process for tree in holding.roots(connection, number)] == []
        assert reconcile.of(connection, number) == []
        assert links.others(connection, number, "merged") == [first]
        assert {clock.outcome for clock in clocks.of(connection, number, bank.now)} == {"met", "merged"}
        letter = select(tables.letter.c.body).where(
            tables.letter.c.number == number, tables.letter.c.template == "merged"
        )
        assert first in connection.scalar(letter)
        assert connection.scalar(select(tables.score.c.id)) is None
    assert sum(_received(bank)) == counted - 1
    page = bank.ask("wang", lambda connection, person: casefile.case(connection, person, number, bank.now))
    assert AGAIN in page.texts[0].text
    assert "case-took-in" in bank.events(first)
    assert bank.verified()


@pytest.mark.proves("G3")
def test_what_is_answered_before_the_decision_is_not_merged_with_any_more(staffed):
    bank = staffed
    first = bank.register().number
    bank.first_contact(first)
    number = again(bank, first)
    bank.to_reply(first)
    bank.reply(first)
    decide(bank, number)
    assert bank.case(number).closed_at is None
    assert "case-merged" not in bank.events(number)
    assert bank.ask("gao", scores.listed, first)


def _received(bank) -> list[int]:
    """The complaints that the figures count, each with its first response."""
    with bank.environment.read() as connection:
        found = metrics.response(connection, bank.now + timedelta(days=3))
    return [found.met, found.late, found.missing, found.attempted, found.unanswerable]


def test_the_earlier_file_is_attached_and_the_score_is_for_few_eyes(staffed):
    bank = staffed
    first = bank.answered()
    number = again(bank, first)
    decide(bank, number)
    bank.environment.run(
        SYSTEM,
        lambda tx: accounts.create(tx, "kong", "孔明", PASSWORD, unit="gonghui", roles=("handler",), must_change=False),
    )
    file = bank.ask("kong", lambda connection, person: casefile.case(connection, person, first, bank.now))
    assert any(entry.element == "Investigate" for entry in file.entries)
    seen = {user: [row.user for row in bank.ask(user, scores.listed, first)] for user in ("wang", "sun", "gao", "he")}
    assert seen == {user: ["wang"] for user in seen}
    assert [bank.ask(user, scores.listed, first) for user in ("zhao", "kong", "qian", "lin")] == [[], [], [], []]


def test_who_complains_a_third_time_meets_nobody_of_before(staffed):
    bank = staffed
    first = bank.answered()
    second = again(bank, first)
    decide(bank, second)
    handle(bank, second)
    third = again(bank, second)
    with bank.environment.read() as connection:
        assert earlier.chain(connection, third) == [second, first]
        assert {"wang", "zhao", "sun", "gao", "tan"} == earlier.kept_away(connection, third, bank.now) - {"lin", "mei"}
        assert "boss" in earlier.handlers(connection, [second])  # nobody stands above him: he may decide again
    assert {"wang", "gao", "tan"} <= never(bank, third, "NewFacts")
