"""An ordinary complaint from registration to the archive, step by step."""

from datetime import timedelta

from complaints import clocks
from engine.clock import ZONE

FACTS = "经调阅监控和询问当事柜员,客户等候约一百分钟,柜员解释时语气生硬,情况基本属实,特此说明。"
ANSWER = "我行已对柜员批评教育,并增设弹性窗口,向您诚恳道歉,感谢您的监督。"
REPORT = {
    "verified_facts": FACTS,
    "justified": "yes",
    "responsibility": "none",
    "no_responsibility_reason": "系高峰期排班不足,非个人责任所致。",
    "lessons": "高峰期排班应与客流预测挂钩,解释应当耐心。",
    "actions": [
        {
            "action": "按客流预测调整午间排班",
            "action_owner": "孙涛",
            "action_due": "2026-03-31",
            "action_check": "四月抽查等候时间",
        }
    ],
}
MARKS = {f"mark_{n}": "pass" for n in range(1, 7)}


def first_contact(bank, number, user="lin", **changes):
    data = {
        "contact_method": "call",
        "contacted_at": bank.now,
        "contact_result": "reached",
        "told_handler": "城西支行",
        "told_until": "2026-03-05",
        "contact_evidence": "REC-1",
    }
    bank.do(user, number, "ContactCustomer", **(data | changes))


def to_distribution(bank, number, subcategory="SQ.ATT"):
    bank.do("mei", number, "Review", review_checks=["complete", "verbatim"], review_result="ok")
    changed = {"deviation_reason": "按客户原话判断"} if subcategory != "SQ.ATT" else {}
    bank.do("mei", number, "Classify", subcategory=subcategory, **changed)


def to_reply(bank, number):
    to_distribution(bank, number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    bank.do(
        "wang",
        number,
        "Investigate",
        investigation_result="done",
        verified_facts=FACTS,
        justified="yes",
        root_cause="service-manner",
        evidence_list="监控录像、询问笔录",
    )
    bank.do("zhao", number, "Propose", solution="当面道歉,增设弹性窗口,对柜员批评教育。", reply_text=ANSWER)


def reply(bank, number, **changes):
    data = {
        "reply_text": ANSWER,
        "reply_contents": ["facts", "basis", "remedies"],
        "reply_channel": "call",
        "replied_at": bank.now,
        "reply_evidence": "REC-2",
        "resolved": True,
    }
    bank.do("zhao", number, "Reply", **(data | changes))


def test_from_registration_to_archive(bank):
    receipt = bank.register()
    number = receipt.number
    assert number == "TS-2026-000001"
    assert receipt.first_response_due == bank.now + timedelta(hours=24)
    assert bank.steps(number) == ["ContactCustomer", "Review"]
    assert bank.case(number).first_owner == "lin"

    bank.travel(minutes=30)
    first_contact(bank, number)
    assert bank.case(number).first_response == "reached"
    to_reply(bank, number)
    case = bank.case(number)
    assert (case.time_class, case.unit, case.stage) == ("ordinary", "west", "handling")
    assert case.due_at.astimezone(ZONE).isoformat() == "2026-03-06T00:00:00+08:00"

    bank.travel(hours=2)
    reply(bank, number)
    case = bank.case(number)
    assert case.stage == "replied"
    assert case.resolved_at == case.replied_at
    with bank.environment.read() as connection:
        states = {clock.name: clock.state for clock in clocks.of(connection, number, bank.now)}
    assert states == {"first-response": "met", "target": "met", "internal": "met", "statutory": "met"}
    assert "Reply" not in bank.steps(number)

    bank.do(
        "mei",
        number,
        "CallBack",
        call_result="answered",
        called_at=bank.now,
        call_evidence="REC-3",
        expectation=8,
        perception=8,
    )
    assert bank.case(number).satisfaction == "satisfied"
    bank.do("wang", number, "Report", **REPORT)
    bank.do("gao", number, "ReviewReport", **MARKS, report_result="ok")
    bank.do("mei", number, "FileDossier", archive_checks=["register", "reply"])

    case = bank.case(number)
    assert case.archive_no == "DA-2026-000001"
    assert case.stage == "closed"
    assert case.retain_until.year == 2029
    assert bank.incidents() == []
    assert "case-closed" in bank.events(number)
    assert bank.verified()
