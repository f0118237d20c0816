"""Exactly one person answers for a case: at first who registered it, then who took it, or whom a supervisor names."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select, update

import engine.tables
from complaints import casework, notices, owners, people, portal, scope, tables
from engine import queries
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound

FILED = {
    "matter_kind": "complaint",
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": "柜员态度很差,办业务等了两个小时,还说我填错单子。",
    "demand": "道歉并改进",
    "consent": True,
}


def changes(bank, number):
    table = engine.tables.event
    query = select(table.c.body).where(table.c.stream == f"case:{number}", table.c.kind == "owner-changed")
    with bank.environment.read() as connection:
        facts = [orjson.loads(body) for body in connection.scalars(query.order_by(table.c.seq))]
    return [(fact["old"], fact["new"], fact["how"], fact.get("why")) for fact in facts]


def test_from_the_registrar_to_whoever_takes_the_lead_slip_to_whom_the_supervisor_names(bank):
    number = bank.register().number
    assert bank.case(number).owner == "lin"
    bank.to_distribution(number)
    bank.do(
        "mei", number, "Distribute", lead_unit="west", assist_units=["east"], handling_requirement="三日内办结并回复"
    )
    with bank.environment.read() as connection:
        slips = dict(connection.execute(select(tables.slip.c.unit, tables.slip.c.id)).all())
    assert set(slips) == {"west", "east"}
    assert bank.case(number).owner == "lin", "nobody has taken it yet"

    accept(bank, number, "east", "qian")
    assert bank.case(number).owner == "lin", "an assisting unit does not answer for the case"
    accept(bank, number, "west", "wang", handler="zhao")
    assert bank.case(number).owner == "zhao"

    bank.act("gao", owners.hand_over, number, "wang", "赵倩休产假,由王磊接手")
    case = bank.case(number)
    assert (case.owner, case.first_owner) == ("wang", "lin")
    assert changes(bank, number) == [
        (None, "lin", "registered", None),
        ("lin", "zhao", "accepted", None),
        ("zhao", "wang", "handed-over", "赵倩休产假,由王磊接手"),
    ]
    told = [
        row for user in ("lin", "zhao", "wang") for row in bank.ask(user, notices.unread) if row.template == "owner"
    ]
    assert sorted(row.subject for row in told) == sorted(
        [f"投诉 {number} 由赵倩负责"] * 2 + [f"投诉 {number} 由王磊负责"] * 3
    ), "who has it, who had it and who heard it first (R34)"
    assert bank.verified()


def accept(bank, number, unit, user, **more):
    """Take the slip of a unit, of several that wait."""
    with bank.environment.read() as connection:
        slip = connection.scalar(
            select(tables.slip.c.id).where(tables.slip.c.number == number, tables.slip.c.unit == unit)
        )
        waiting = [task for task in queries.tasks_of(connection, number) if task.element_id == "Accept"]
        variable = engine.tables.variable
        of = dict(
            connection.execute(select(variable.c.instance_id, variable.c.text).where(variable.c.name == "slip")).all()
        )
    task = next(task for task in waiting if of[task.instance_id] == slip)
    person = bank.who(user)
    data = {"accept_result": "accept", "handler": user, **more}
    bank.environment.run(person.actor(), lambda tx: casework.complete_task(tx, person, task.id, data))


def test_what_nobody_has_registered_goes_to_the_member_of_its_group_with_the_fewest(bank):
    for _ in range(2):
        bank.register("lin", channel="PHONE")
    group = bank.case("TS-2026-000001").intake_group
    members = {"lin": 2, "mei": 0}
    for n in range(6):
        receipt = portal.file(bank.environment, FILED, remote=f"10.0.0.{n}")
        case = bank.case(receipt.number)
        assert case.first_owner is None
        if case.intake_group == group:
            fewest = [user for user, load in members.items() if load == min(members.values())]
            assert case.owner in fewest
            members[case.owner] += 1
    assert max(members.values()) - min(members.values()) <= 1


def test_who_is_away_or_gone_is_passed_over(bank):
    def chosen(number="TS-2026-000009", group="95566"):
        with bank.environment.read() as connection:
            return owners.choose(connection, group, number, bank.now)

    def away(tx):
        people.absent(tx, "lin", bank.now, bank.now + timedelta(days=1))

    bank.environment.run(SYSTEM, away)
    assert {chosen(f"TS-2026-{n:06}") for n in range(20)} == {"mei"}
    bank.environment.run(SYSTEM, lambda tx: people.absent(tx, "mei", bank.now, bank.now + timedelta(days=1)))
    assert {chosen(f"TS-2026-{n:06}") for n in range(20)} == {"lin", "mei"}, "better one who is away than nobody"
    assert chosen(group="no-such-group") == "gao", "else a supervisor"
    gone = update(tables.account).values(disabled_at=bank.now)
    bank.environment.run(SYSTEM, lambda tx: tx.connection.execute(gone))
    assert chosen() is None


@pytest.mark.parametrize(
    ("by", "user", "reason", "error"),
    [
        ("wang", "zhao", "赵倩更熟悉此案", Forbidden),
        ("gao", "zhao", "短", Invalid),
        ("gao", "nobody", "赵倩更熟悉此案", NotFound),
        ("gao", "admin", "请管理员处理此案", Invalid),
        ("gao", "lin", "请林晓处理此案", Conflict),
        ("gao", "wang", "王磊是被投诉人本人", Invalid),
    ],
)
def test_a_hand_over_that_cannot_be(bank, by, user, reason, error):
    number = bank.register(complained_person="王磊").number
    before = bank.events(number)
    with pytest.raises(error):
        bank.act(by, owners.hand_over, number, user, reason)
    assert bank.case(number).owner == "lin"
    assert bank.events(number) == before


def test_whoever_gets_a_case_sees_it(bank):
    number = bank.register().number
    assert not bank.ask("qian", scope.sees, number)
    bank.act("gao", owners.hand_over, number, "qian", "城东支行更了解该客户")
    assert bank.ask("qian", scope.sees, number)
    assert ("qian", "钱立") not in bank.ask("gao", lambda connection, person: owners.candidates(connection, number))
