"""Settled on the spot within a limit; reviewed afterwards; not for everything (R91)."""

from datetime import timedelta

import pytest

from complaints import casework, clocks, register

SETTLE = {
    "channel": "PHONE",
    "subcategory": "SQ.ATT",
    "customer_name": "李梅",
    "customer_phone": "13712345678",
    "verbatim": "大堂经理说话不客气,让我重新排队。",
    "settlement": "大堂经理当面道歉,优先办理业务,客户表示接受。",
    "branch": "west",
    "customer_agrees": True,
    "settle_evidence": "SIGN-1",
}


def settle(bank, **changes):
    data = {"received_at": bank.now - timedelta(minutes=10), "settled_at": bank.now, **SETTLE, **changes}
    receipt = bank.act("lin", register.register, data, key="on-the-spot", task_element="Settle")
    return receipt.number


@pytest.mark.proves("R91")
def test_settled_reviewed_called_back_archived(bank):
    number = settle(bank, settled_amount=50)
    case = bank.case(number)
    assert (case.stage, case.first_response, case.resolved_at) == ("replied", "settled", bank.now)
    with bank.environment.read() as connection:
        states = {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}
    assert states.pop("silence") == "running"  # until the case is closed
    assert set(states.values()) == {"met"}
    assert bank.steps(number) == ["ReviewSettlement"]
    bank.do("gao", number, "ReviewSettlement", settlement_result="ok", settlement_reason="符合权限,客户认可")
    bank.call_back(number, 8, 8)
    bank.archive(number)
    assert bank.case(number).archive_no == "DA-2026-000001"
    assert bank.incidents() == []
    assert bank.verified()


def test_objected_to_it_runs_as_an_ordinary_case(bank):
    number = settle(bank)
    bank.do("gao", number, "ReviewSettlement", settlement_result="object", settlement_reason="客户并未真正认可")
    case = bank.case(number)
    assert (case.resolved_at, case.first_resolved_at, case.stage) == (None, bank.now, "handling")
    assert bank.steps(number) == ["Register"]
    assert "clock-restarted" in bank.events(number)


@pytest.mark.proves("R91")
def test_a_violation_is_not_settled_on_the_spot(bank):
    number = settle(bank, subcategory="OP.VIOL")
    assert bank.steps(number) == ["Register"]
    assert bank.case(number).resolved_at is None


def test_nor_is_a_repeated_complaint(bank):
    bank.register(customer_phone="13712345678", product="debit-card")
    number = settle(bank, product="debit-card")
    assert bank.steps(number) == ["Register"]


def test_the_ordinary_path_goes_on_with_what_is_known(bank):
    number = settle(bank)
    bank.do("gao", number, "ReviewSettlement", settlement_result="object", settlement_reason="客户并未真正认可")
    lin, task = bank.who("lin"), bank.task(number, "Register")
    with bank.environment.read() as connection:
        known = casework.task_view(bank.environment, connection, lin, task.id).initial
    fields = ("channel", "received_at", "matter_kind", "customer_name", "customer_phone", "verbatim", "branch")
    data = {name: known[name] for name in fields}
    assert data["verbatim"] == SETTLE["verbatim"]
    bank.do("lin", number, "Register", **data, urgency="normal", demand="正式道歉")
    assert bank.steps(number) == ["Review"]  # the customer was reached when it was settled
    bank.to_distribution(number)
    with bank.environment.read() as connection:
        states = {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}
    running = dict.fromkeys(("target", "internal", "statutory", "silence"), "running")
    assert states == {"first-response": "met", **running}
    assert bank.incidents() == []
