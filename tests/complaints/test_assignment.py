"""Who gets a task: skills, shifts, capacity, absence and load (R32), the first owner (R34), contacts A and B (R42)."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from complaints import assignment, intake_csv, people, slips, tables, teams
from engine.environment import SYSTEM
from engine.errors import Conflict, Invalid

ASK = {"handling_requirement": "三日内办结并回复客户"}


def run(bank, work):
    return bank.environment.run(SYSTEM, work)


def team(bank, *users, channel="PHONE", deputy=None, **member):
    def work(tx):
        teams.create(tx, "desk", "热线一组")
        for user in users:
            teams.put_member(tx, "desk", user, **member)
        teams.assign_channel(tx, channel, "desk", deputy)

    run(bank, work)


def picked(bank, number, skill=None):
    with bank.environment.read() as connection:
        return assignment.pick(connection, "desk", skill, number, bank.now)


def numbers(count):
    return [f"TS-2026-{n:06}" for n in range(1, count + 1)]


@pytest.mark.proves("R32")
def test_over_200_assignments_nobody_has_more_than_one_task_more(bank):
    team(bank, "lin", "mei", "gao")
    shares = Counter(picked(bank, number) for number in numbers(200))
    assert sorted(shares.values()) == [66, 67, 67]


@pytest.mark.proves("R32")
@pytest.mark.parametrize("bank", ["sqlite"], indirect=True)
def test_200_tasks_that_pile_up_are_shared_within_one(bank, tmp_path):
    """Complaints from a file have nobody who was asked first, so that the members of the team take turns."""
    team(bank, "lin", "mei", "gao")
    bank.register("mei")  # and one of them has a task already
    file, mapping = tmp_path / "letters.csv", tmp_path / "letters.json"
    file.write_text("no,words\n" + "".join(f"{n},柜台排队两个小时、无人解释、请处理。\n" for n in range(200)))
    fields = {
        "channel": {"constant": "PHONE"},
        "matter_kind": {"constant": "complaint"},
        "urgency": {"constant": "normal"},
        "received_at": {"spread": {"from": "2026-03-02T09:00", "minutes": 0}},
        "customer_name": {"constant": "王小明"},
        "customer_phone": {"constant": "13812345678"},
        "verbatim": {"column": "words"},
        "demand": {"constant": "请处理"},
    }
    mapping.write_text(json.dumps({"external": {"columns": ["no"]}, "fields": fields}))
    result = intake_csv.load(bank.environment, file, mapping=mapping)
    assert (result.registered, result.wrong) == (200, 0)
    with bank.environment.read() as connection:
        held = assignment.loads(connection, ["gao", "lin", "mei"])
    assert sorted(held.values()) == [67, 67, 67]


def test_the_least_loaded_comes_first(bank):
    team(bank, "lin", "mei")
    for _ in range(3):
        bank.register("lin")  # the first contact is lin's (R34)
    assert {picked(bank, number) for number in numbers(4)} == {"mei"}


def test_capacity_skill_shift_and_absence_narrow_the_choice(bank):
    team(bank, "lin", "mei", "gao", capacity=2)
    run(bank, lambda tx: teams.put_member(tx, "desk", "mei", skills=["letters"], capacity=2))
    assert {picked(bank, number, "first-contact") for number in numbers(6)} == {"gao", "lin"}
    bank.register("lin")
    bank.register("lin")
    assert {picked(bank, number, "first-contact") for number in numbers(6)} == {"gao"}
    evening = [teams.Hours(0, 18 * 60, 22 * 60)]
    run(bank, lambda tx: teams.set_shifts(tx, "gao", evening))
    assert picked(bank, numbers(1)[0], "first-contact") is None  # gao works evenings, lin is full
    run(bank, lambda tx: people.absent(tx, "mei", bank.now, bank.now + timedelta(days=1)))
    assert picked(bank, numbers(1)[0]) is None
    bank.travel(hours=9)
    assert picked(bank, numbers(1)[0]) == "gao"


def test_shifts_do_not_overlap_and_end_after_they_begin(bank):
    for hours in ([(0, 600, 540)], [(0, 540, 720), (0, 700, 800)], [(7, 540, 720)]):
        with pytest.raises(Invalid):
            run(bank, lambda tx, hours=hours: teams.set_shifts(tx, "lin", [teams.Hours(*one) for one in hours]))


def test_a_holiday_suspends_the_pattern_but_not_the_roster(bank):
    run(bank, lambda tx: teams.set_shifts(tx, "lin", [teams.Hours(day, 540, 1080) for day in range(5)]))
    day = bank.now.replace(month=10, day=1, hour=10)  # national day, a Thursday
    with bank.environment.read() as connection:
        assert teams.on_shift(connection, "lin", bank.now)
        assert not teams.on_shift(connection, "lin", day)
    run(bank, lambda tx: people.roster(tx, "lin", day - timedelta(hours=1), day + timedelta(hours=1)))
    with bank.environment.read() as connection:
        assert teams.on_shift(connection, "lin", day)


@pytest.mark.proves("R32")
def test_the_absent_members_tasks_go_to_the_deputy_when_it_is_entered(bank):
    first = bank.register("lin").number
    assert bank.task(first, "ContactCustomer").assignee == "lin"
    ends = bank.now + timedelta(days=3)
    assert run(bank, lambda tx: assignment.absent(tx, "lin", bank.now, ends, "mei")) == 1
    assert bank.task(first, "ContactCustomer").assignee == "mei"
    assert "task-assigned" in bank.events(first)
    assert bank.case(first).first_owner == "lin"  # R34: he stays the first owner


def test_a_later_absence_moves_nothing_yet(bank):
    number = bank.register("lin").number
    later = bank.now + timedelta(days=2)
    assert run(bank, lambda tx: assignment.absent(tx, "lin", later, later + timedelta(days=1), "mei")) == 0
    assert bank.task(number, "ContactCustomer").assignee == "lin"


def test_a_deputy_who_may_not_leaves_the_task_to_the_group(bank):
    number = bank.register("lin", complained_person="梅芳").number
    run(bank, lambda tx: assignment.absent(tx, "lin", bank.now, bank.now + timedelta(days=3), "mei"))
    assert bank.task(number, "ContactCustomer").assignee is None


def test_a_task_made_while_the_first_owner_is_away_is_the_deputys(bank):
    run(bank, lambda tx: people.absent(tx, "lin", bank.now, bank.now + timedelta(days=3), "mei"))
    number = bank.register("lin").number
    assert bank.task(number, "ContactCustomer").assignee == "mei"


def test_the_standing_deputy_counts_where_the_absence_names_none(bank):
    team(bank, "lin", deputy="mei")
    run(bank, lambda tx: teams.put_member(tx, "desk", "lin", deputy="gao"))
    run(bank, lambda tx: people.absent(tx, "lin", bank.now, bank.now + timedelta(days=3)))
    assert picked(bank, numbers(1)[0]) == "gao"


@pytest.mark.proves("R32")
def test_who_is_complained_of_is_not_picked(bank):
    team(bank, "lin", "mei")
    number = bank.register("gao", complained_person="梅芳").number
    assert {picked(bank, number) for _ in range(3)} == {"lin"}


def test_neither_a_nor_b_is_red_and_the_leader_is_asked(bank):
    def away(tx):
        people.absent(tx, "wang", bank.now, bank.now + timedelta(days=9))
        people.absent(tx, "zhao", bank.now, bank.now + timedelta(days=9))

    run(bank, away)
    number = bank.register().number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", **ASK)
    assert bank.task(number, "Accept").assignee == "sun"
    with bank.environment.read() as connection:
        assert ("east", "contact_b") in people.gaps(connection, bank.now)


def test_after_three_transfers_the_first_owner_is_still_set_and_told(bank):
    number = bank.register().number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", **ASK)
    for holder, unit in (("wang", "east"), ("qian", "cards"), ("li", "west")):
        bank.do(holder, number, "Accept", accept_result="accept", handler=holder)
        why = {"investigation_result": "transfer", "transfer_reason": "不属于本单位职责范围,请转办。"}
        bank.do(holder, number, "Investigate", **why, next_unit=unit)
    assert bank.case(number).first_owner == "lin"
    assert [slip.unit for slip in _slips(bank, number)] == ["west"]
    assert _told(bank, number, "lin") >= 3


def _slips(bank, number):
    with bank.environment.read() as connection:
        return slips.listed(connection, number)


def _told(bank, number, user):
    with bank.environment.read() as connection:
        query = select(func.count()).where(tables.notice.c.number == number, tables.notice.c.value == user)
        return connection.scalar(query)


def test_a_team_with_a_channel_is_not_closed(bank):
    team(bank, "lin")
    with pytest.raises(Conflict):
        run(bank, lambda tx: teams.close(tx, "desk"))
