"""Journey 6: a complex complaint: two units investigate together, more time is asked for, the reply is approved."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE
from tests.journeys.conftest import ANSWER, FACTS, REPLY, now

JOURNEY = 6
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PRODUCT = {
    "product": "credit-card",
    "verbatim": "信用卡年费收取规则不透明,首年免年费的说明与实际扣费不一致。",
    "expected": "按办卡时的说明免年费",
    "demand": "说明并退还年费",
}
DEPARTMENT = "li"
FINDINGS = FACTS | {
    "verified_facts": "经核对账务流水、费用公示和通话录音,客户反映的主要情况属实,有关收费的提示不够明确。",
    "root_cause": "product-quality",
    "evidence_list": "账务流水、通话录音",
}
CONCLUSION = "两个单位一致认为:扣费符合公示,但首年免年费的条件在申请页面没有写明,应当退还。"
REASON = "需向卡组织调取首年优惠的历史规则,预计两周内回复。"
TIMES = 'SELECT name, measure, "limit", outcome, extended_to IS NOT NULL FROM clock WHERE number = ? ORDER BY name'
LIMIT = "SELECT due_at FROM complaint WHERE number = ?"
INTERNAL = "SELECT due_at FROM clock WHERE name = 'internal' AND number = ?"
SLIPS = "SELECT count(*) FROM slip WHERE number = ?"
YOUNGEST = "SELECT number FROM complaint WHERE stage = 'handling' AND process = 'ordinary' ORDER BY number DESC LIMIT 1"
KIND = "form[action$='/kind']"
CASE = "SELECT process, stage, owner, time_class, justified, satisfaction, archive_no FROM complaint WHERE number = ?"


def test_two_units_one_reply(desk, browser, server, cast):
    desk.register(**PRODUCT)
    desk.contact()
    desk.classify()
    limits_of_a_complex_case(desk, browser, server)
    desk.do("分发", cast.reviewer, lead_unit=cast.branch, handling_requirement="查明扣费依据,按期答复客户")
    two_units_with_clocks_of_their_own(desk, browser, server, cast)
    desk.do("调查核实", cast.contact_a, **FINDINGS)
    desk.do("调查核实", DEPARTMENT, **FINDINGS)
    desk.do("共同结论", cast.contact_b, joint_conclusion=CONCLUSION)
    more_time(desk, browser, server, cast)
    desk.do(
        "改进意见",
        DEPARTMENT,
        improvement_kind="product",
        improvement_opinion="首年免年费的条件写入申请页面,并短信提示。",
    )
    desk.do("拟定处理方案", cast.contact_b, **ANSWER)
    desk.do("审批答复", cast.leader, reply_approval="approve")
    desk.do("答复客户", cast.contact_b, **REPLY, replied_at=now())
    desk.close(customer_outcome="yes")
    closed(desk, browser, server)


def limits_of_a_complex_case(desk, browser, server) -> None:
    desk.look()
    browser.sees("目标时限 · 7个工作日", "内部时限 · 10个工作日", "法定时限 · 15天", within="#clocks")
    browser.sees("首问责任人\n林晓", "已分类")
    limits = {name: (measure, limit) for name, measure, limit, *_ in server.ask(TIMES, desk.number)}
    assert limits["target"] == ("working-days", 7)
    assert limits["internal"] == ("working-days", 10)
    assert limits["statutory"] == ("natural-days", 15)
    assert server.ask(CASE, desk.number)[0][:4] == ("complex", "classified", desk.cast.receiver, "complex")


def two_units_with_clocks_of_their_own(desk, browser, server, cast) -> None:
    """The product department takes part though nobody has chosen it."""
    desk.do("接收", cast.contact_a, accept_result="accept", handler=cast.contact_a)
    desk.do("接收", DEPARTMENT, accept_result="accept", handler=DEPARTMENT)
    desk.look()
    browser.sees("城南支行", "主办", "个人金融部", "责任人\n王磊", "调查处理中")
    waiting = [task.text.split("\n") for task in browser.all("#tasks .list-group-item")]
    assert [task[:2] for task in waiting] == [["调查核实", "王磊"], ["调查核实", "李敏"]]
    assert all(re.match(r"剩 \d+天", task[2]) for task in waiting)
    due = dict(server.ask("SELECT assignee, due_at FROM task WHERE business_key = ?", desk.number))
    [(internal,)] = server.ask(INTERNAL, desk.number)
    assert due[DEPARTMENT] < due[cast.contact_a] < internal, "four working days, five, and the rest is for the reply"
    browser.shot("01-two-units", full=True)


def more_time(desk, browser, server, cast) -> None:
    """Asked for by the unit, granted by its leader, and valid only with the proof that the customer knows."""
    [(before,)] = server.ask(LIMIT, desk.number)
    browser.become(cast.contact_a, f"/cases/{desk.number}")
    browser.confirm("form[action$='/extensions'] button")
    last = datetime.now(ZONE).date() + timedelta(days=25)
    desk.do("申请延期", cast.contact_a, stage="30", new_limit=last.isoformat(), extension_reason=REASON)
    desk.do("审批", cast.leader, approval="approve", approval_reason="情况属实,同意")
    assert server.ask(LIMIT, desk.number) == [(before,)], "nothing has moved until the customer knows"
    proof = browser.folder / "told.png"
    browser.driver.save_screenshot(str(proof))
    desk.do("告知客户", cast.contact_b, told_method="call", told_at=now(), told_proof=proof)
    desk.look()
    browser.sees(f"{last.isoformat()} 24:00 · 已延期", within="#clocks")
    browser.sees(f"时限延长至 {last.isoformat()}")
    browser.shot("02-extended", full=True)
    [(after,)] = server.ask(LIMIT, desk.number)
    assert datetime.fromisoformat(after).astimezone(ZONE).date() == last + timedelta(days=1), "the end of that day"
    assert {row[0] for row in server.ask(TIMES, desk.number) if row[4]} == {"internal", "statutory"}


def closed(desk, browser, server) -> None:
    """Everything in time, both sides content, and the department's opinion in the file."""
    desk.look()
    browser.sees("已办结", "满意", "DA-20", "改进意见", "共同结论", "10 / 10", "落实整改")
    desk.look("/report")
    browser.sees("双赢", "服务质量不达标", "目标时限按时;内部时限按时;法定时限按时")
    outcomes = {row[0]: row[3] for row in server.ask(TIMES, desk.number)}
    assert {outcomes[name] for name in ("first-response", "target", "internal", "statutory")} == {"met"}
    [(*facts, archived)] = server.ask(CASE, desk.number)
    assert facts == ["complex", "closed", desk.cast.contact_a, "complex", "yes", "satisfied"]
    assert archived.startswith("DA-")


def test_an_ordinary_case_becomes_complex_where_it_stands(desk, browser, server, cast):
    """Who handles it says so on its page; nothing is registered or issued again."""
    [desk.number] = server.ask(YOUNGEST)[0]
    [slips] = server.ask(SLIPS, desk.number)
    browser.become(cast.reviewer, f"/cases/{desk.number}")
    browser.click(browser.find(f"details:has({KIND}) summary"))
    browser.fill(KIND, kind="complex", subcategory="SQ.PROD", reason="客户反映的是产品本身的问题")
    browser.confirm(f"{KIND} button")
    browser.sees("投诉类型已变更", "调查核实")
    browser.sees("目标时限 · 7个工作日", "内部时限 · 10个工作日", within="#clocks")
    assert server.ask(CASE, desk.number)[0][0] == "complex"
    assert server.ask(SLIPS, desk.number) == [slips]
    desk.look("/history")
    browser.sees("登记", "变更")
