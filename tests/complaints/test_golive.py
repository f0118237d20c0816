"""The tree of units, what must stand before a unit or channel takes cases, bodies with the bank's names (R41, D8)."""

from datetime import timedelta

import pytest

from complaints import accounts, bodies, golive, people, register, sessions, teams, units
from engine.environment import SYSTEM, Actor
from engine.errors import Conflict, Invalid

COMPLAINT = {
    "channel": "PHONE",
    "matter_kind": "complaint",
    "urgency": "normal",
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": "柜员态度很差,办业务等了两个小时,非常不满意。",
    "demand": "道歉并改进",
}
ASK = {"handling_requirement": "三日内办结并回复客户"}


def run(bank, work, reason=None):
    return bank.environment.run(Actor("system", system=True, reason=reason), work)


def ask(bank, query, *arguments):
    with bank.environment.read() as connection:
        return query(connection, *arguments)


def ready(rows, code):
    return next(row for row in rows if row.code == code)


def appoint(tx, code, **holders):
    for kind, user in holders.items():
        people.appoint(tx, code, kind, user, tx.now)


def test_a_unit_moves_with_all_below_and_never_below_itself(bank):
    def work(tx):
        people.create_unit(tx, "west-1", "城西一所", "branch", parent="west")
        units.move(tx, "west", "east")

    run(bank, work)
    tree = [(node.unit.code, node.depth, node.unit.level) for node in ask(bank, units.tree, bank.now)]
    assert [one for one in tree if "e" in one[0] and "st" in one[0]] == [
        ("east", 1, 2),
        ("west", 2, 3),
        ("west-1", 3, 4),
    ]
    with pytest.raises(Conflict):
        run(bank, lambda tx: units.move(tx, "east", "west-1"))
    kinds = [change.kind for change in ask(bank, units.history, "west")]
    assert kinds[0] == "unit-moved"
    assert kinds.count("appointed") == 3


def test_the_tree_tells_who_holds_what_since_when_and_the_gaps(bank):
    node = next(one for one in ask(bank, units.tree, bank.now) if one.unit.code == "east")
    assert node.held["contact_a"][0] == "qian"
    assert node.gaps == ["leader", "contact_b"]
    run(bank, lambda tx: accounts.disable(tx, "qian"))
    node = next(one for one in ask(bank, units.tree, bank.now) if one.unit.code == "east")
    assert "contact_a" in node.gaps


def test_what_comes_for_a_closed_unit_goes_to_its_successor(bank):
    with pytest.raises(Invalid):
        run(bank, lambda tx: units.close(tx, "west", "west"))
    run(bank, lambda tx: units.close(tx, "west", "east"))
    assert ask(bank, units.in_force, "west") == "east"
    run(bank, lambda tx: units.close(tx, "east", "cards"))
    assert ask(bank, units.in_force, "west") == "cards"
    with pytest.raises(Conflict):
        run(bank, lambda tx: units.close(tx, "head"))  # others are below it
    with pytest.raises(Conflict):
        run(bank, lambda tx: units.close(tx, "west"))
    run(bank, lambda tx: units.reopen(tx, "west"))
    assert ask(bank, units.in_force, "west") == "west"


@pytest.mark.proves("R41")
def test_a_unit_in_preparation_gets_no_case_until_it_is_complete(bank):
    run(bank, lambda tx: golive.prepare_unit(tx, "east"))
    number = bank.register().number
    bank.to_distribution(number)
    with pytest.raises(Invalid) as error:
        bank.do("mei", number, "Distribute", lead_unit="east", **ASK)
    (problem,) = error.value.problems
    assert (problem.where, problem.parameters["missing"]) == ("lead_unit", ("Accountable leader", "Contact B"))
    with pytest.raises(Conflict) as refused:
        run(bank, lambda tx: golive.open_unit(tx, "east"))
    assert refused.value.parameters["missing"] == ("Accountable leader", "Contact B")
    run(bank, lambda tx: appoint(tx, "east", leader="boss", contact_b="li"))
    run(bank, lambda tx: golive.open_unit(tx, "east"))
    bank.do("mei", number, "Distribute", lead_unit="east", **ASK)
    assert bank.task(number, "Accept").assignee == "qian"


@pytest.mark.proves("R41")
def test_an_appointment_that_ends_shows_red_but_stops_no_case(bank):
    run(bank, lambda tx: people.appoint(tx, "west", "leader", "sun", tx.now, tx.now + timedelta(days=1)))
    assert ready(ask(bank, golive.units, bank.now), "west").missing == ()
    bank.travel(days=1)
    assert ready(ask(bank, golive.units, bank.now), "west").missing == ("leader",)
    number = bank.register().number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", **ASK)


def test_a_channel_without_deputy_on_duty_does_not_go_live(bank):
    assert ready(ask(bank, golive.channels, bank.now), "PHONE").missing == ("team", "deputy")

    def team(tx):
        teams.create(tx, "desk", "热线一组", unit="95566")
        teams.put_member(tx, "desk", "lin")
        teams.assign_channel(tx, "PHONE", "desk", "mei")
        golive.prepare_channel(tx, "PHONE")
        people.absent(tx, "mei", tx.now, tx.now + timedelta(days=1))

    run(bank, team)
    with pytest.raises(Conflict) as refused:
        run(bank, lambda tx: golive.open_channel(tx, "PHONE"))
    assert refused.value.parameters["missing"] == ("Deputy at work",)
    with pytest.raises(Conflict) as closed:
        bank.register()
    assert closed.value.parameters["name"] == "电话(95566)"
    bank.travel(days=2)
    run(bank, lambda tx: golive.open_channel(tx, "PHONE"))
    assert bank.register().number


def test_an_emergency_with_a_reason_is_registered_all_the_same(bank):
    run(bank, lambda tx: golive.prepare_channel(tx, "PHONE"))
    lin, data = bank.who("lin"), {"received_at": bank.now, **COMPLAINT}
    actor = lin.actor("客户有自伤倾向,须立即受理")
    number = bank.environment.run(actor, lambda tx: register.register(tx, lin, data)).number
    assert "registered-in-emergency" in bank.events(number)


def test_renaming_the_supervision_body_needs_no_code(bank):
    """D8, R52: 工会 becomes 消费者权益保护部, formed by the people of another unit."""

    def work(tx):
        people.create_unit(tx, "cp", "消费者权益保护部", "supervision", parent="head")
        accounts.create(tx, "xiao", "肖保", "x", unit="cp", roles=["handler"])
        bodies.rename(tx, "gonghui", "消费者权益保护部", "Consumer protection", "cp")

    run(bank, work)
    body = next(one for one in ask(bank, bodies.listed) if one.group == "gonghui")
    assert (body.name, body.name_en, body.unit) == ("消费者权益保护部", "Consumer protection", "cp")
    assert "gonghui" in ask(bank, sessions.person_at_work, "xiao", bank.now).groups
    assert "gonghui" not in ask(bank, sessions.person_at_work, "gao", bank.now).groups
    number = bank.register("xiao", channel="VISIT").number
    bank.environment.run(SYSTEM, lambda tx: accounts.create(tx, "yue", "岳保", "x", unit="cp", roles=["handler"]))
    bank.do("yue", number, "Review", review_checks=["complete", "verbatim"], review_result="ok")
    run(bank, lambda tx: bodies.reset(tx, "gonghui"))
    assert "gonghui" in ask(bank, sessions.person_at_work, "gao", bank.now).groups
