"""A complex complaint: joint investigation, the departments' opinions, the target and the limit (R20, R26, R57)."""

from datetime import datetime

import pytest

from complaints import accounts, archive, clocks, improvements, kinds, notices, passwords, slips
from engine import messages
from engine.clock import ZONE
from engine.environment import SYSTEM
from engine.errors import Forbidden, Invalid

FACTS = "经核对账务流水、费用公示和通话录音,客户反映的主要情况属实,有关收费的提示不够明确。"
ANSWER = "您反映的费用已退还,我行将在申请页面写明免年费的条件,感谢您的监督。"
PRODUCT = {
    "product": "credit-card",
    "verbatim": "信用卡年费收取规则不透明,首年免年费的说明与实际扣费不一致,要求说明并退费。",
}
DONE = {"investigation_result": "done", "verified_facts": FACTS, "justified": "yes", "evidence_list": "流水、录音"}
SOLUTION = {"solution": "退还年费,修改首年免年费的说明并重新公示。", "reply_text": ANSWER}
NATURE = {"violation_nature": "general", "violation_basis": FACTS, "violation_advice": "批评教育并扣减绩效"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(bank, number):
    """The limits of the receipt; silence has a story of its own."""
    with bank.environment.read() as connection:
        running = clocks.of(connection, number, bank.now)
    return {clock.name: clock.due_at.astimezone(ZONE) for clock in running if clock.name != "silence"}


def classified(bank, subcategory="SQ.PROD", **changes):
    number = bank.register(**(PRODUCT | changes)).number
    bank.to_distribution(number, subcategory)
    return number


def investigated(bank, number, user, cause="product-quality"):
    bank.do(user, number, "Accept", accept_result="accept", handler=user)
    bank.do(user, number, "Investigate", root_cause=cause, **DONE)


def distribute(bank, number, **units):
    bank.do("mei", number, "Distribute", handling_requirement="查明事实,按期办结", **({"lead_unit": "west"} | units))


def hired(bank, user, unit, group):
    """Somebody of a department that the small bank has no people in yet."""

    def hire(tx):
        accounts.create(
            tx,
            user,
            user,
            passwords.hashed("a password of theirs"),
            unit=unit,
            phone="1",
            roles=("handler",),
            groups=(group,),
            must_change=False,
        )

    bank.environment.run(SYSTEM, hire)


def send(bank, name, number):
    """What a command sends to all that live in the case."""
    bank.environment.run(SYSTEM, lambda tx: messages.publish(tx, name, business_key=number, everywhere=True))


@pytest.mark.proves("R57")
def test_two_units_conclude_together_and_the_product_department_says_what_to_improve(bank):
    number = classified(bank)
    bank.first_contact(number)
    assert bank.case(number).process == "complex"
    assert due(bank, number) == {
        "first-response": at("2026-03-03T10:00:00"),
        "target": at("2026-03-12T00:00:00"),
        "internal": at("2026-03-17T00:00:00"),
        "statutory": at("2026-03-18T00:00:00"),
    }
    distribute(bank, number)
    assert sorted(slip.unit for slip in _slips(bank, number)) == ["cards", "west"], "R57: though nobody chose it"

    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    assert bank.task(number, "Investigate").due_at == at("2026-03-10T00:00:00"), "five working days for the lead"
    bank.do("wang", number, "Investigate", root_cause="communication", **DONE)
    assert "JointConclusion" not in bank.steps(number)
    investigated(bank, number, "li")
    bank.do("zhao", number, "JointConclusion", joint_conclusion=FACTS)
    assert bank.steps(number) == ["Improve"]
    bank.do(
        "li",
        number,
        "Improve",
        improvement_kind="product",
        improvement_opinion="首年免年费的条件应在申请页面写明,并短信提示。",
    )
    (proposal,) = bank.ask("gao", improvements.listed, "proposed").rows
    assert (proposal.number, proposal.unit, proposal.kind) == (number, "cards", "product")

    bank.do("zhao", number, "Propose", **SOLUTION)
    bank.do("sun", number, "ApproveReply", reply_approval="approve")
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    bank.archive(number)
    assert bank.case(number).archive_no == "DA-2026-000001"
    assert bank.steps(number) == ["CarryOut"], "what the report promised to mend"
    assert bank.incidents() == []
    events = bank.events(number)
    assert [kind for kind in events if kind in ("handed-over", "taken-up", "case-closed")] == [
        "handed-over",
        "taken-up",
        "case-closed",
    ]
    assert bank.verified()


def _slips(bank, number):
    with bank.environment.read() as connection:
        return slips.listed(connection, number)


def test_the_statutory_day_governs_when_it_comes_first(bank):
    """R26, D2: ten working days from 13 February 2026 end after the fifteenth day."""
    number = classified(bank, received_at=at("2026-02-13T10:00:00"))
    assert due(bank, number) == {
        "first-response": at("2026-02-14T10:00:00"),
        "target": at("2026-03-03T00:00:00"),
        "internal": at("2026-03-06T00:00:00"),
        "statutory": at("2026-03-01T00:00:00"),
    }
    assert bank.case(number).due_at == at("2026-03-01T00:00:00")


def test_when_the_target_has_passed_the_unit_says_why(bank):
    """D3: seven working days are the target; going on needs a reason, and without it nothing is archived."""
    number = classified(bank)
    bank.first_contact(number)
    distribute(bank, number)
    bank.travel(to=at("2026-03-11T23:59:59"))
    assert "ExplainTarget" not in bank.steps(number)
    bank.travel(seconds=1)
    task = bank.task(number, "ExplainTarget")
    assert task.created_at == at("2026-03-12T00:00:00")
    with pytest.raises(Invalid):
        bank.do("wang", number, "ExplainTarget", target_expected="2026-03-16")
    bank.do("wang", number, "ExplainTarget", target_reason="需调取外部机构的扣费记录。", target_expected="2026-03-16")
    assert bank.now < bank.case(number).due_at, "amber, not red"
    assert "ExplainTarget" not in bank.steps(number)


def test_a_unit_that_is_late_is_backed_by_its_deputy(bank):
    number = classified(bank)
    distribute(bank, number)
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    bank.do("li", number, "Accept", accept_result="accept", handler="li")
    before = bank.events(number).count("slip-not-accepted")
    bank.travel(to=at("2026-03-06T23:59:59"))
    assert bank.events(number).count("slip-not-accepted") == before
    bank.travel(seconds=1)
    assert bank.events(number).count("slip-not-accepted") == before + 1, "the assisting unit had four working days"
    bank.travel(to=at("2026-03-10T00:00:00"))
    assert bank.events(number).count("slip-not-accepted") == before + 2, "the lead had five"
    heard = [notice.template for notice in bank.ask("zhao", notices.unread)]
    assert "second-contact" in heard, "contact B of the lead"
    assert bank.steps(number).count("Investigate") == 2, "nobody's work was interrupted"


@pytest.mark.proves("R20")
def test_a_violation_is_not_closed_before_its_nature_is_determined(bank):
    """R20: the competent department decides before the reply."""
    hired(bank, "ji", "discipline", "discipline")
    number = classified(bank, "OP.VIOL", product="counter", complained_person="柜员甲")
    distribute(bank, number)
    investigated(bank, number, "wang", "work-error")
    assert bank.steps(number) == ["ContactCustomer", "DetermineNature"]
    assert "nature" in _missing(bank, number)
    bank.do("ji", number, "DetermineNature", **NATURE)
    assert "nature" not in _missing(bank, number)
    assert bank.steps(number) == ["ContactCustomer", "Propose"]


def _missing(bank, number, **options):
    with bank.environment.read() as connection:
        return [item.code for item in archive.missing(bank.environment, connection, number, bank.now, **options)]


def test_an_ordinary_complaint_has_no_nature_to_determine(bank):
    number = bank.register().number
    bank.to_reply(number)
    assert "nature" not in _missing(bank, number)


def test_the_author_does_not_approve_his_own_proposal(bank):
    number = bank.register().number
    bank.to_distribution(number)
    distribute(bank, number)
    investigated(bank, number, "wang", "work-error")
    bank.do("wang", number, "Propose", **SOLUTION)
    with pytest.raises(Invalid):
        bank.do("sun", number, "ApproveReply", reply_approval="return")
    bank.do("sun", number, "ApproveReply", reply_approval="return", reply_approval_reason="应写明退费的到账时间。")
    assert "Propose" in bank.steps(number)
    bank.do("sun", number, "Propose", **SOLUTION)
    assert bank.task(number, "ApproveReply").assignee == "boss", "the leader wrote it himself: the next above decides"
    bank.do("boss", number, "ApproveReply", reply_approval="approve")
    assert "Reply" in bank.steps(number)


def test_who_proposed_or_replied_does_not_ask_whether_the_customer_is_satisfied(bank):
    number = bank.register().number
    bank.to_reply(number)
    bank.reply(number)
    assert bank.steps(number) == ["CallBack", "ContactCustomer"]
    with pytest.raises(Forbidden):
        bank.do("zhao", number, "CallBack", call_result="declined", called_at=bank.now, call_evidence="REC-9")


@pytest.mark.parametrize(
    ("done", "complex", "ordinary"),
    [
        ("classified", ["Distribute"], ["Distribute"]),
        ("distributed", ["Accept"], ["Accept"]),
        ("accepted", ["Investigate"], ["Investigate"]),
        ("concluded", ["Improve"], ["Propose"]),
    ],
)
def test_a_change_of_kind_goes_on_at_the_next_step(bank, done, complex, ordinary):
    number = bank.register(product="credit-card").number
    bank.first_contact(number)
    bank.to_distribution(number)
    if done != "classified":
        distribute(bank, number)
    if done == "accepted":
        bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    if done == "concluded":
        investigated(bank, number, "wang", "work-error")
    assert due(bank, number)["internal"] == at("2026-03-06T00:00:00")
    bank.act("mei", kinds.change, number, "complex", "客户反映的是产品本身的问题", "SQ.PROD")
    case = bank.case(number)
    assert (case.process, case.time_class) == ("complex", "complex")
    assert bank.steps(number) == complex, "nothing is registered, contacted or issued again"
    assert len(_slips(bank, number)) == (done != "classified")
    assert due(bank, number)["internal"] == at("2026-03-17T00:00:00"), "still from the receipt"
    if done == "accepted":
        assert bank.task(number, "Investigate").assignee == "wang"

    if done == "concluded":
        bank.do(
            "li",
            number,
            "Improve",
            improvement_kind="none",
            improvement_opinion="产品说明与实际一致,系柜面解释不清所致。",
        )
    bank.act("mei", kinds.change, number, "ordinary", "核实后系柜面解释不清", "OP.ERR")
    case = bank.case(number)
    assert (case.process, case.time_class) == ("ordinary", "ordinary")
    assert bank.steps(number) == ordinary
    assert due(bank, number)["internal"] == at("2026-03-06T00:00:00")
    assert bank.incidents() == []


def test_with_the_media_the_office_approves_and_the_archive_is_left_to_it(bank):
    hired(bank, "bai", "office", "office")
    number = bank.register().number
    bank.first_contact(number)
    bank.to_distribution(number)
    distribute(bank, number)
    send(bank, "media", number)
    assert "Accept" in bank.steps(number), "nothing is interrupted"
    investigated(bank, number, "wang", "work-error")
    bank.do("zhao", number, "Propose", **SOLUTION)
    bank.do("sun", number, "ApproveReply", reply_approval="approve")
    assert bank.steps(number) == ["ApproveForMedia"]
    bank.do("bai", number, "ApproveForMedia", reply_approval="approve")
    bank.reply(number)
    bank.call_back(number, 8, 8)
    bank.report(number)
    bank.review_report(number)
    assert bank.steps(number) == ["CarryOut"]
    assert bank.case(number).closed_at is None, "the media complaint archives"


def test_a_withdrawal_ends_the_handling_at_once(bank):
    number = classified(bank)
    distribute(bank, number)
    assert len(bank.steps(number)) == 3
    send(bank, "withdrawn", number)
    assert bank.steps(number) == []
    bank.travel(days=40)
    assert bank.steps(number) == []
    assert bank.incidents() == []


def test_a_violation_is_investigated_though_the_customer_has_withdrawn(bank):
    hired(bank, "ji", "discipline", "discipline")
    number = classified(bank, "OP.VIOL", product="counter")
    distribute(bank, number)
    bank.do("wang", number, "Accept", accept_result="accept", handler="zhao")
    send(bank, "withdrawn", number)
    assert bank.steps(number) == ["Investigate"], "the customer is not contacted any more"
    assert bank.task(number, "Investigate").assignee == "zhao"
    bank.do("zhao", number, "Investigate", root_cause="work-error", **DONE)
    bank.do("ji", number, "DetermineNature", **NATURE)
    bank.report(number)
    bank.review_report(number)
    assert "reply" in _missing(bank, number)
    assert _missing(bank, number, internal=True) == []
    bank.archive(number)
    assert bank.case(number).closed_at == bank.now
    bank.travel(days=100)
    assert bank.steps(number) == ["CarryOut"], "nobody visits the customer"
    assert bank.incidents() == []
