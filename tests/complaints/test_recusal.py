"""Recusal: whom a complaint concerns sees no task of it and gets none from anybody (R32, R55, G7)."""

from datetime import timedelta

import pytest

from complaints import accounts, assignment, casework, declarations, inbox, people, recusal
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.functions import Host

ASK = {"handling_requirement": "三日内办结并回复客户"}


def distributed(bank, **changes):
    number = bank.register(**changes).number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", **ASK)
    return number


def grounds(bank, number):
    with bank.environment.read() as connection:
        return [(one.user, one.kind, one.detail) for one in recusal.of(connection, number, bank.now)]


def test_a_field_may_name_several_people():
    assert recusal.named("王磊、赵倩;柜员甲") == {"王磊、赵倩;柜员甲", "王磊", "赵倩", "柜员甲"}
    assert recusal.named(" John Smith ") == {"John Smith"}
    assert recusal.named(None) == frozenset()


@pytest.mark.proves("G7")
def test_whoever_is_named_sees_no_task_and_gets_none_from_anybody(bank):
    number = distributed(bank, complained_person="王磊、qian")
    assert grounds(bank, number) == [("qian", "named", ""), ("wang", "named", "")]
    assert bank.events(number).count("recused") == 2
    task = bank.task(number, "Accept")
    assert task.assignee == "zhao"  # contact A is named: contact B
    with pytest.raises(NotFound):
        bank.ask("wang", lambda connection, who: casework.task_view(bank.environment, connection, who, task.id))
    for user, command in (
        ("zhao", lambda tx, who: casework.assign(tx, who, task.id, "wang")),
        ("sun", lambda tx, who: casework.assign(tx, who, task.id, "wang")),
        ("zhao", lambda tx, who: casework.delegate(tx, who, task.id, "wang")),
        ("wang", lambda tx, who: casework.claim(tx, who, task.id)),
        ("wang", lambda tx, who: casework.save_draft(tx, who, task.id, {"accept_result": "accept"})),
    ):
        with pytest.raises(Forbidden):
            bank.act(user, command)
    with pytest.raises(Invalid) as error:
        bank.do("zhao", number, "Accept", accept_result="accept", handler="wang")
    assert [problem.where for problem in error.value.problems] == ["handler"]
    assert bank.task(number, "Accept").assignee == "zhao"
    assert [row.number for row in bank.ask("wang", inbox.groups).rows] == []
    assert bank.ask("wang", inbox.counts).groups == 0


def test_a_deputy_who_is_named_does_not_act_for_the_absent(bank):
    bank.environment.run(SYSTEM, lambda tx: people.absent(tx, "lin", bank.now, bank.now + timedelta(days=3), "mei"))
    number = bank.register("gao", complained_person="梅芳").number
    review = bank.task(number, "Review")
    assert [row.number for row in bank.ask("mei", inbox.mine).rows] == []
    with pytest.raises(Forbidden):
        bank.act("mei", casework.claim, review.id)


def test_the_leader_who_is_named_approves_nothing_in_the_case(bank):
    number = distributed(bank, complained_person="孙涛")
    with bank.environment.read() as connection:
        host = bank.environment.functions.bind(Host(connection, bank.now, number, None))
        assert host["leader"]("west") == "boss"
        assert host["extension approver"]("west", "30") == "boss"


@pytest.mark.proves("R5")
def test_where_everybody_of_a_group_is_excluded_the_head_office_decides(bank):
    number = distributed(bank)
    with bank.environment.read() as connection:
        host = bank.environment.functions.bind(Host(connection, bank.now, number, None))
        assert host["last resort"](["supervision"], ["gao"]) == ["boss"]
        assert host["last resort"](["supervision", "callback"], ["gao"]) == []
        assert host["last resort"](["unit:west", "gonghui"], ["gao", "wang", "zhao"]) == []
        assert host["last resort"](["unit:west", "gonghui"], ["gao", "wang", "zhao", "sun"]) == ["boss"]


@pytest.mark.proves("G7")
def test_a_standing_relation_recuses_as_long_as_it_is_valid(bank):
    bank.act("zhao", declarations.relate, "柜员甲", "spouse")
    bank.act("admin", declarations.relate, "wang", "family", whom="qian", valid_to=bank.now + timedelta(days=1))
    number = distributed(bank, complained_person="柜员甲")
    assert grounds(bank, number) == [("zhao", "relation", "柜员甲")]
    other = distributed(bank, complained_person="钱立")  # by the name of the one, from the side of the other
    assert grounds(bank, other) == [("qian", "named", ""), ("wang", "relation", "qian")]
    assert bank.task(other, "Accept").assignee == "zhao"
    bank.travel(days=2)
    assert grounds(bank, other) == [("qian", "named", "")]


@pytest.mark.proves("G7")
def test_the_person_declares_and_his_task_goes_away_at_once(bank):
    number = distributed(bank)
    assert bank.task(number, "Accept").assignee == "wang"

    def work(tx, who):
        declarations.declare(tx, who, number, "kinship", "客户是我的表弟")
        assert assignment.withdraw(tx, number, "wang") == 1

    bank.act("wang", work)
    assert bank.task(number, "Accept").assignee is None
    assert bank.ask("wang", inbox.groups).rows == ()
    assert [row.number for row in bank.ask("zhao", inbox.groups).rows] == [number]
    with pytest.raises(Conflict):
        bank.act("wang", declarations.declare, number, "kinship", "客户是我的表弟")
    bank.do("zhao", number, "Accept", accept_result="accept", handler="zhao")
    assert [event for event in bank.events(number) if event.startswith(("recus", "task-rel"))] == [
        "recused",
        "task-released",
    ]


def test_a_supervisor_records_and_another_takes_it_back(bank):
    number = distributed(bank)
    with pytest.raises(Forbidden):
        bank.act("zhao", declarations.declare, number, "interest", "与客户有生意往来", whom="wang")
    flag = bank.act("gao", declarations.declare, number, "interest", "与客户有生意往来", whom="wang")
    assert grounds(bank, number) == [("wang", "interest", "与客户有生意往来")]
    with pytest.raises(Forbidden):
        bank.act("wang", declarations.lift, flag, "没有这回事")
    with pytest.raises(Invalid):
        bank.act("gao", declarations.lift, flag, " ")
    bank.act("gao", declarations.lift, flag, "经核实并无往来")
    assert grounds(bank, number) == []
    assert bank.events(number)[-2:] == ["recusal-ended", "recusal-lifted"]
    (row,) = bank.ask("he", declarations.all_flags).rows
    assert (row.user, row.lifted_by, row.lifted_why) == ("wang", "gao", "经核实并无往来")
    with pytest.raises(Forbidden):
        bank.ask("wang", declarations.all_flags)


def test_a_new_name_of_a_person_counts_at_once(bank):
    number = distributed(bank, complained_person="赵茜")
    assert grounds(bank, number) == []
    bank.environment.run(SYSTEM, lambda tx: accounts.amend(tx, "zhao", name="赵茜"))
    assert grounds(bank, number) == [("zhao", "named", "")]
    with pytest.raises(Forbidden):
        bank.act("sun", casework.assign, bank.task(number, "Accept").id, "zhao")
    assert bank.verified()
