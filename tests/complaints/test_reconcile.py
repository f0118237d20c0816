"""The invariant of R5: it holds after whatever people do, and each fault that is put into the tables is told, alone."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis
import pytest
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from support import properties

import engine.tables
from complaints import (
    extension,
    holding,
    notices,
    owners,
    reconcile,
    reconciliation,
    silence,
    streams,
    tables,
    withdrawal,
)
from complaints.reconcile import Finding
from engine import instances
from engine.environment import SYSTEM
from engine.errors import EngineError

FACTS = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
REASON = "经核对应当如此办理"
PROMISE = {"promise_text": "三月十日前退还手续费", "promise_due": date(2026, 3, 10)}
case, clock = tables.complaint, tables.clock
task, timer, instance = engine.tables.task, engine.tables.timer, engine.tables.instance


def found(bank):
    with bank.environment.read() as connection:
        return [one for bounds in reconcile.ranges(connection, 2) for one in reconcile.check(connection, *bounds)]


# after whatever people do ------------------------------------------------------------------------------------------

STEPS = {
    "ContactCustomer": lambda b, n, odd: b.first_contact(n, **({"contact_result": "not-reached"} if odd else {})),
    "Review": lambda b, n, odd: b.do("mei", n, "Review", **review(odd)),
    "AmendRecord": lambda b, n, odd: b.do("lin", n, "AmendRecord", addendum="客户补充:当时还有两位证人在场。"),
    "Classify": lambda b, n, odd: classify(b, n, "SQ.PROD" if odd else "SQ.ATT"),
    "Distribute": lambda b, n, odd: distribute(b, n, ["east"] if odd else []),
    "Accept": lambda b, n, odd: accept(b, n, "Accept", odd),
    "AcceptSecond": lambda b, n, odd: accept(b, n, "AcceptSecond", odd),
    "Redistribute": lambda b, n, odd: b.do("mei", n, "Redistribute", next_unit="west", redistribution_reason=REASON),
    "Arbitrate": lambda b, n, odd: b.do("gao", n, "Arbitrate", next_unit="west", ruling=REASON),
    "Investigate": lambda b, n, odd: investigate(b, n),
    "Propose": lambda b, n, odd: b.do("zhao", n, "Propose", solution=REASON * 3, reply_text=REASON * 3),
    "ApproveReply": lambda b, n, odd: b.do(approver(b, n), n, "ApproveReply", **approve(odd)),
    "Reply": lambda b, n, odd: b.reply(n, resolved=not odd, **(PROMISE if odd else {})),
    "CallBack": lambda b, n, odd: b.call_back(n, 9, 3) if odd else b.call_back(n, 8, 8),
    "ReviewDissatisfaction": lambda b, n, odd: again(b, n, odd),
    "Report": lambda b, n, odd: b.report(n),
    "ReviewReport": lambda b, n, odd: b.review_report(n),
    "FileDossier": lambda b, n, odd: b.archive(n),
    "RequestExtension": lambda b, n, odd: extend(b, n),
    "CallCustomer": lambda b, n, odd: check(b, n, "no" if odd else "yes"),
    "FileWithdrawal": lambda b, n, odd: b.do("mei", n, "FileWithdrawal", withdrawal_checks=["register"]),
    "CarryOut": lambda b, n, odd: b.do("sun", n, "CarryOut", action_done=REASON * 2, action_proof="排班表"),
    "KeepPromise": lambda b, n, odd: b.do("zhao", n, "KeepPromise", kept_at=b.now, kept_proof="REC-7"),
    "MakeGood": lambda b, n, odd: make_good(b, n),
}
"""Step → how it is done, plainly or oddly."""


def review(odd):
    result = {"review_result": "return", "return_reason": REASON} if odd else {"review_result": "ok"}
    return {"review_checks": ["complete", "verbatim"], **result}


def classify(bank, number, subcategory):
    bank.do("mei", number, "Classify", subcategory=subcategory, deviation_reason=REASON)


def distribute(bank, number, assisting):
    data = {"lead_unit": "west", "assist_units": assisting, "handling_requirement": REASON}
    bank.do("mei", number, "Distribute", **data)


def accept(bank, number, step, odd):
    user = bank.task(number, step).assignee or "wang"
    data = {"accept_result": "return", "return_reason": REASON} if odd else {"accept_result": "accept", "handler": user}
    bank.do(user, number, step, **data)


def investigate(bank, number):
    user = bank.task(number, "Investigate").assignee or "wang"
    data = {"verified_facts": FACTS, "justified": "yes", "root_cause": "service-manner", "evidence_list": "监控录像"}
    bank.do(user, number, "Investigate", investigation_result="done", **data)


def approver(bank, number):
    return bank.task(number, "ApproveReply").assignee or "sun"


def approve(odd):
    return {"reply_approval": "return", "reply_approval_reason": REASON} if odd else {"reply_approval": "approve"}


def check(bank, number, own_wish):
    said = {"own_wish": own_wish, "pressure": "none", "withdrawal_reason": "settled"}
    bank.do("mei", number, "CallCustomer", check_result="reached", checked_at=bank.now, check_evidence="REC-8", **said)


def make_good(bank, number):
    mend = {"breach_reason": REASON, "breach_remedy": REASON, "breach_proof": "REC-9", "breach_told_at": bank.now}
    bank.do(bank.task(number, "MakeGood").assignee or "wang", number, "MakeGood", **mend)


def again(bank, number, odd):
    data = {"dissatisfaction_decision": "rework" if odd else "keep", "dissatisfaction_reason": REASON}
    bank.do("gao", number, "ReviewDissatisfaction", **data)


def extend(bank, number):
    day = (bank.case(number).received_at + timedelta(days=25)).date().isoformat()
    bank.do("zhao", number, "RequestExtension", stage="30", new_limit=day, extension_reason=REASON)


def play(bank, number, move):
    """One thing that may happen: a step is done, a case handed over or withdrawn, time asked for, or it passes."""
    odd, choice = move % 5 == 0, move // 5
    if move % 11 == 0:
        return bank.travel(hours=1 + choice % 30)
    if move % 13 == 0:
        return bank.act("gao", owners.hand_over, number, ("lin", "wang", "zhao")[choice % 3], REASON)
    if move % 29 == 0:
        return bank.act("zhao", extension.begin, number, "west")
    if move % 37 == 0:
        told = {"via": "recording", "proof": "REC-6", "reason": REASON, "received_at": bank.now}
        return bank.act("lin", withdrawal.begin, number, **told)
    open_steps = [step for step in bank.steps(number) if step in STEPS]
    if not open_steps:
        return bank.travel(hours=4)
    return STEPS[open_steps[choice % len(open_steps)]](bank, number, odd)


@pytest.mark.proves("R5")
def test_the_invariant_holds_after_every_step(new_bank):
    reached = set()

    @hypothesis.settings(max_examples=properties.examples(12))
    @hypothesis.given(st.lists(st.integers(1, 10_000), min_size=20, max_size=45))
    def story(moves):
        with new_bank() as bank:
            number = bank.register().number
            done = [f"registered {number}"]
            for move in moves:
                reached.update(bank.steps(number))
                try:
                    play(bank, number, move)
                    done.append(str(move))
                except EngineError as error:  # refused: that, too, must leave the case whole
                    done.append(f"{move}: {error}")
                assert found(bank) == [], done
                if bank.case(number).closed_at is not None:
                    reached.add("closed")
                    return

    story()
    assert {"Classify", "Accept", "Investigate", "Reply"} <= reached, "the stories must go far enough to mean something"


# what is wrong is told --------------------------------------------------------------------------------------------


@pytest.fixture
def cases(bank):
    """Cases at every stage of the way, all as they must be."""
    numbers = {"registered": bank.register().number, "classified": bank.register().number}
    bank.to_distribution(numbers["classified"])
    for name in ("handled", "replied", "closed"):
        numbers[name] = bank.register().number
        bank.first_contact(numbers[name])
        bank.to_reply(numbers[name])
    for name in ("replied", "closed"):
        bank.reply(numbers[name])
    number = numbers["closed"]
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    assert bank.case(number).closed_at is not None
    assert found(bank) == []
    return numbers


def no_owner(tx, number):
    tx.connection.execute(update(case).where(case.c.number == number).values(owner=None))


def unknown_owner(tx, number):
    tx.connection.execute(update(case).where(case.c.number == number).values(owner="nobody"))


def disabled_owner(tx, number):
    unknown = update(tables.account).where(tables.account.c.user == "qian").values(disabled_at=tx.now)
    tx.connection.execute(unknown)
    tx.connection.execute(update(case).where(case.c.number == number).values(owner="qian"))


def no_process(tx, number):
    tx.connection.execute(update(instance).where(instance.c.business_key == number).values(ended_at=tx.now))
    for table in (task, timer):
        tx.connection.execute(delete(table).where(table.c.business_key == number))


def nothing_waits(tx, number):
    for table in (task, timer):
        tx.connection.execute(delete(table).where(table.c.business_key == number))


def stopped_timers_only(tx, number):
    tx.connection.execute(delete(task).where(task.c.business_key == number))
    tx.connection.execute(update(timer).where(timer.c.business_key == number).values(stopped_at=tx.now))


def suspended(tx, number):
    roots = select(instance.c.id).where(instance.c.business_key == number, instance.c.parent_id.is_(None))
    for root in tx.connection.scalars(roots).all():
        instances.suspend(tx, root)


def without_clock(name):
    def work(tx, number):
        tx.connection.execute(delete(clock).where(clock.c.number == number, clock.c.name == name))

    return work


def stopped_clock(tx, number):
    of_clock = clock.c.number == number, clock.c.name == "internal"
    tx.connection.execute(update(clock).where(*of_clock).values(stopped_at=tx.now, outcome="met"))


def sender_forgotten(tx, number):
    row = (
        tx.connection.execute(select(clock).where(clock.c.number == number, clock.c.name == "statutory"))
        .mappings()
        .one()
    )
    tx.connection.execute(clock.insert(), dict(row) | {"name": "sender", "stopped_at": tx.now, "outcome": "met"})


def task_for_nobody(tx, number):
    ids = select(task.c.id).where(task.c.business_key == number, task.c.element_id == "Distribute")
    tx.connection.execute(delete(engine.tables.candidate).where(engine.tables.candidate.c.task_id.in_(ids)))


def everybody_barred(tx, number):
    """As when all of a group have handled the case that it reviews."""
    candidate = engine.tables.candidate
    rows = tx.connection.execute(
        select(candidate.c.task_id, candidate.c.due_at)
        .join(task, task.c.id == candidate.c.task_id)
        .where(task.c.business_key == number, task.c.element_id == "Distribute")
    )
    offered = {row.task_id: row.due_at for row in rows}
    for user in tx.connection.scalars(select(tables.account.c.user)).all():
        for task_id, due in offered.items():
            tx.connection.execute(
                candidate.insert(), {"task_id": task_id, "kind": "never", "value": user, "due_at": due}
            )


def group_without_people(tx, number):
    """As when the only colleague has left."""
    candidate, ids = engine.tables.candidate, select(task.c.id).where(task.c.business_key == number)
    tx.connection.execute(update(candidate).where(candidate.c.task_id.in_(ids)).values(kind="group", value="unit:moon"))


def watched(tx, number):
    instances.start(tx, silence.PROCESS, business_key=number, stream=streams.of(number))


def closed(tx, number):
    tx.connection.execute(update(case).where(case.c.number == number).values(closed_at=tx.now))


FAULTS = [
    ("registered", no_owner, "owner-missing", ""),
    ("classified", unknown_owner, "owner-gone", "nobody"),
    ("classified", disabled_owner, "owner-gone", "qian"),
    ("handled", no_process, "process-missing", "ordinary"),
    ("handled", nothing_waits, "nothing-waits", "ordinary"),
    ("replied", stopped_timers_only, "nothing-waits", "ordinary"),
    ("handled", suspended, "nothing-waits", "ordinary"),
    ("registered", without_clock("first-response"), "clock-missing", "first-response"),
    ("registered", without_clock("statutory"), "clock-missing", "statutory"),
    ("handled", stopped_clock, "clock-missing", "internal"),
    ("handled", sender_forgotten, "clock-missing", "sender"),
    ("classified", task_for_nobody, "task-for-nobody", "Distribute"),
    ("classified", everybody_barred, "task-for-nobody", "Distribute"),
    ("classified", group_without_people, "task-for-nobody", "Distribute"),
    ("replied", closed, "closed-but-live", "ordinary"),
    ("closed", watched, "closed-but-live", "ordinary"),
]


@pytest.mark.proves("R5")
@pytest.mark.parametrize(
    ("name", "inject", "code", "detail"), FAULTS, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_fault_is_told_exactly(bank, cases, name, inject, code, detail):
    number = cases[name]
    bank.environment.run(SYSTEM, lambda tx: inject(tx, number))
    assert found(bank) == [Finding(number, code, detail)]
    with bank.environment.read() as connection:
        assert reconcile.of(connection, number) == [Finding(number, code, detail)]
        assert all(reconcile.of(connection, other) == [] for other in cases.values() if other != number)


def test_a_case_that_is_open_again_waits_for_its_promise(bank):
    number = bank.register().number
    bank.first_contact(number)
    bank.to_reply(number)
    bank.reply(number, **PROMISE)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    bank.travel(to=bank.now + timedelta(days=9))
    assert bank.case(number).closed_at is None
    assert found(bank) == []
    bank.environment.run(SYSTEM, lambda tx: nothing_waits(tx, number))
    assert found(bank) == [Finding(number, "nothing-waits", "ordinary")]
    bank.environment.run(SYSTEM, lambda tx: no_process(tx, number))
    assert found(bank) == [Finding(number, "process-missing", "ordinary")]


def test_a_request_for_more_time_ends_with_the_case(bank, cases):
    """Like the watch on silence: one that was suspended still has to hear of it, one that never hears is a finding."""
    number = cases["handled"]
    begin = {"business_key": number, "stream": streams.of(number), "variables": {"unit": "west"}}
    ended, waits = (
        bank.environment.run(SYSTEM, lambda tx: instances.start(tx, extension.PROCESS, **begin)) for _ in "ab"
    )
    bank.environment.run(SYSTEM, lambda tx: instances.suspend(tx, waits))
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    live = [row.id for row in ask(bank, holding.roots, number)]
    assert ended not in live
    assert waits in live
    assert found(bank) == []
    delivery = engine.tables.delivery
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(delete(delivery).where(delivery.c.root_id == waits)))
    assert found(bank) == [Finding(number, "closed-but-live", "ordinary")]


def test_the_watch_on_silence_may_still_have_to_hear_of_the_end(bank, cases):
    """An administrator had suspended it: the message waits for it, and ends it as soon as it goes on."""
    number = cases["replied"]
    root = next(row.id for row in ask(bank, holding.roots, number) if row.process == silence.PROCESS)
    bank.environment.run(SYSTEM, lambda tx: instances.suspend(tx, root))
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    assert root in [row.id for row in ask(bank, holding.roots, number)]
    assert found(bank) == []
    bank.environment.run(SYSTEM, lambda tx: instances.activate(tx, root))
    bank.travel(minutes=5)
    assert root not in [row.id for row in ask(bank, holding.roots, number)]
    assert found(bank) == []


def ask(bank, question, *arguments):
    with bank.environment.read() as connection:
        return question(connection, *arguments)


def test_a_paused_clock_and_a_stopped_one_of_an_answered_customer_are_lawful(bank, cases):
    of_clock = clock.c.number == cases["handled"], clock.c.name == "internal"
    paused = update(clock).where(*of_clock).values(stopped_at=bank.now, outcome="paused")
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(paused))
    assert found(bank) == []


# runs -------------------------------------------------------------------------------------------------------------


def listed(bank, user="he"):
    return bank.ask(user, reconciliation.runs)


def told(bank, user):
    return [row.subject for row in bank.ask(user, notices.unread) if row.template == "reconciliation"]


def test_every_night_once_and_what_is_new_is_told_once(bank, cases):
    assert reconciliation.nightly(bank.environment) == 1
    assert reconciliation.nightly(bank.environment) == 0, "another node looks again"
    (first,) = listed(bank)
    assert (first.cases, first.findings, first.ended_at) == (5, 0, bank.now)
    assert told(bank, "admin") == told(bank, "gao") == []

    bank.environment.run(SYSTEM, lambda tx: no_owner(tx, cases["registered"]))
    for days in (1, 2, 3):
        if days == 3:
            bank.environment.run(SYSTEM, lambda tx: closed(tx, cases["replied"]))
        bank.clock.travel_to(first.started_at.replace(hour=17) + timedelta(days=days - 1))  # 01:00 in Shanghai
        assert reconciliation.nightly(bank.environment) == 0, "it is not 2 o'clock yet"
        bank.clock.travel_to(bank.now + timedelta(hours=1))
        assert reconciliation.nightly(bank.environment) == 1
    runs = listed(bank, "admin")
    assert [run.findings for run in runs] == [2, 1, 1, 0]
    assert told(bank, "gao") == told(bank, "admin") == ["投诉核对发现 1 项新问题"] * 2
    rows = bank.ask("admin", reconciliation.findings, runs[0].id).rows
    assert [(row.number, row.code, row.new, row.visible) for row in rows] == [
        (cases["registered"], "owner-missing", False, False),
        (cases["replied"], "closed-but-live", True, False),
    ]
    assert all(row.visible for row in bank.ask("he", reconciliation.findings, runs[0].id).rows)
    assert bank.verified()


def test_a_run_that_was_broken_off_is_made_again(bank, cases):
    bank.environment.run(SYSTEM, lambda tx: reconciliation._begin(tx, bank.now.date()))
    assert reconciliation.nightly(bank.environment) == 0
    bank.clock.travel_to(bank.now + timedelta(hours=4))
    assert reconciliation.nightly(bank.environment) == 1
    assert [run.ended_at is None for run in listed(bank)] == [False, True]


def test_cases_are_looked_at_in_ranges(bank, cases):
    with bank.environment.read() as connection:
        bounds = list(reconcile.ranges(connection, 2))
        numbers = list(connection.scalars(select(case.c.number).order_by(case.c.number)))
    assert bounds == [("", numbers[1]), (numbers[1], numbers[3]), (numbers[3], numbers[4])]
