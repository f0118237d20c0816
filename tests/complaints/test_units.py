"""From distribution to the findings: contacts A and B, returns, transfers, several units (R3, R34, R42, R55, R60)."""

import pytest
from sqlalchemy import select

from complaints import casework, inbox, people, slips, tables
from engine.environment import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid

ASK = {"handling_requirement": "三日内办结并回复客户"}
FINDINGS = {
    "investigation_result": "done",
    "justified": "no",
    "root_cause": "product-quality",
    "evidence_list": "系统流水",
    "verified_facts": "经核查银行卡系统流水,未发现异常扣款,收费标准公示齐全,协办意见如上。",
}
RETURN = {"accept_result": "return", "return_reason": "不属于我行业务范围,请转其他单位。"}


def listed(bank, number):
    with bank.environment.read() as connection:
        return slips.listed(connection, number)


def notices(bank, number, template):
    table = tables.notice
    with bank.environment.read() as connection:
        query = select(table.c.value).where(table.c.number == number, table.c.template == template)
        return sorted(connection.scalars(query))


def distributed(bank, lead="west", **changes):
    number = bank.register().number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit=lead, **ASK, **changes)
    return number


@pytest.mark.proves("R46")
def test_a_slip_names_both_contacts_and_tells_a(bank):
    number = distributed(bank)
    (slip,) = listed(bank, number)
    assert (slip.id, slip.unit, slip.lead, slip.contact_a, slip.contact_b) == (
        f"{number}-1",
        "west",
        True,
        "wang",
        "zhao",
    )
    assert (slip.contact_a_name, slip.contact_b_name) == ("王磊", "赵倩")
    assert notices(bank, number, "transfer-slip") == ["wang"]
    assert bank.task(number, "Accept").assignee == "wang"


@pytest.mark.proves("R42")
def test_a_absent_means_b_at_once(bank):
    bank.environment.run(SYSTEM, lambda tx: people.absent(tx, "wang", bank.now, bank.now.replace(year=2027)))
    number = distributed(bank)
    assert bank.task(number, "Accept").assignee == "zhao"


@pytest.mark.proves("R42")
def test_a_silent_for_four_working_hours_means_b_as_well(bank):
    number = distributed(bank)
    bank.travel(hours=4, minutes=59)
    assert bank.steps(number) == ["Accept", "ContactCustomer"]
    bank.travel(minutes=1)  # 10:00 and four hours with lunch between is 15:00
    assert bank.steps(number) == ["AcceptSecond", "ContactCustomer"]
    assert notices(bank, number, "second-contact") == ["wang", "zhao"]
    bank.do("zhao", number, "AcceptSecond", accept_result="accept", handler="zhao")
    (slip,) = listed(bank, number)
    assert slip.accepted_by == "zhao"
    assert bank.task(number, "Investigate").assignee == "zhao"


@pytest.mark.proves("R3")
def test_the_second_return_goes_to_the_supervisor(bank):
    number = distributed(bank)
    bank.do("wang", number, "Accept", **RETURN)
    assert bank.case(number).returns == 1
    bank.do("mei", number, "Redistribute", next_unit="east", redistribution_reason="柜员属城东支行")
    (slip,) = listed(bank, number)
    assert (slip.unit, slip.liable_unit, slip.lead) == ("east", "west", True)
    bank.do("qian", number, "Accept", **RETURN)
    assert bank.case(number).returns == 2
    assert "Arbitrate" in bank.steps(number)
    bank.do("gao", number, "Arbitrate", next_unit="west", ruling="事发地在城西支行,由其承办,不得再退回。")
    (slip,) = listed(bank, number)
    assert (slip.unit, slip.liable_unit, slip.accepted_at is not None) == ("west", None, True)
    assert bank.case(number).unit == "west"
    assert bank.case(number).first_owner == "lin"
    assert "Investigate" in bank.steps(number)


@pytest.mark.proves("R34")
def test_a_unit_transfers_what_belongs_elsewhere(bank):
    number = distributed(bank)
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    transfer = {"investigation_result": "transfer", "transfer_reason": "系银行卡部的产品规则问题,请其办理。"}
    with pytest.raises(Invalid):
        bank.do("wang", number, "Investigate", **transfer, next_unit="west")
    bank.do("wang", number, "Investigate", **transfer, next_unit="cards")
    (slip,) = listed(bank, number)
    assert (slip.unit, slip.liable_unit) == ("cards", "west")
    assert bank.task(number, "Accept").assignee == "li"
    assert bank.case(number).first_owner == "lin"
    assert "lin" in notices(bank, number, "transfer-slip")


@pytest.mark.proves("R55")
def test_two_units_work_side_by_side_and_the_lead_answers(bank):
    number = distributed(bank, assist_units=["cards", "west"])
    lead, assist = listed(bank, number)
    assert (lead.unit, lead.lead, assist.unit, assist.lead) == ("west", True, "cards", False)
    accept = bank.steps(number).count("Accept")
    assert accept == 2
    for _ in range(2):
        task = bank.task(number, "Accept")
        bank.do(task.assignee, number, "Accept", accept_result="accept", handler=task.assignee)
    for _ in range(2):
        task = bank.task(number, "Investigate")
        mine = FINDINGS if task.assignee == "li" else FINDINGS | {"justified": "yes", "verified_facts": "城西" * 20}
        bank.do(task.assignee, number, "Investigate", **mine)
    assert bank.case(number).justified == "yes"
    assert {slip.unit: slip.justified for slip in listed(bank, number)} == {"west": "yes", "cards": "no"}
    bank.do("zhao", number, "Propose", solution="当面道歉,增设弹性窗口,对柜员批评教育。", reply_text="您好" * 20)
    bank.do("sun", number, "ApproveReply", reply_approval="approve")
    bank.reply(number)
    view = bank.case(number)
    assert view.stage == "replied"
    assert bank.incidents() == []


@pytest.mark.proves("R55")
def test_who_is_complained_about_does_not_handle_it(bank):
    number = bank.register(complained_person="王磊").number
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", **ASK)
    assert bank.task(number, "Accept").assignee == "zhao"
    bank.do("zhao", number, "Accept", accept_result="accept")
    transfer = {"investigation_result": "transfer", "next_unit": "east", "transfer_reason": "不属于本单位职责范围。"}
    with pytest.raises(Forbidden):
        bank.do("wang", number, "Investigate", **transfer)
    bank.do("zhao", number, "Investigate", **FINDINGS)
    assert bank.task(number, "Propose").assignee is None
    assert [row.element for row in bank.ask("zhao", inbox.groups).rows if row.number == number] == ["Propose"]
    assert [row.element for row in bank.ask("wang", inbox.groups).rows if row.number == number] == []


@pytest.mark.proves("R44")
def test_the_clerk_does_not_review_his_own_record(bank):
    number = bank.register().number
    with pytest.raises(Forbidden):
        bank.do("lin", number, "Review", review_checks=["complete"], review_result="ok")


@pytest.mark.proves("R45")
def test_a_returned_record_is_amended_by_addendum(bank):
    number = bank.register().number
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="return", review_reason="缺少发生时间")
    bank.do(
        "lin",
        number,
        "AmendRecord",
        addendum="补充:发生于三月一日上午十点。",
        urgency="urgent",
        product="counter",
        branch="west",
        customer_phone="13900001111",
    )
    table = tables.wording
    with bank.environment.read() as connection:
        words = connection.execute(select(table.c.kind).where(table.c.number == number).order_by(table.c.seq)).all()
        phone = connection.scalar(select(tables.party.c.phone).where(tables.party.c.number == number))
    assert [row.kind for row in words] == ["original", "addendum"]
    assert phone == "13900001111"
    assert bank.case(number).urgency == "urgent"
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")


def test_of_two_people_the_second_is_told_who_was_first(bank):
    number = bank.register().number
    task = bank.task(number, "Review")
    bank.do("mei", number, "Review", review_checks=["complete"], review_result="ok")
    lin = bank.who("lin")
    with pytest.raises(Conflict) as error:
        bank.environment.run(lin.actor(), lambda tx: casework.complete_task(tx, lin, task.id, {}))
    assert error.value.parameters["user"] == "梅芳"
