"""Journey 5: a complaint comes through the media; the Office speaks with one voice beside the handling."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE
from tests.journeys.conftest import now

JOURNEY = 5
pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFICER, LEADER = "bai", "ma"
RECORD = {
    "outlet": "江城晚报",
    "journalist": "陈记者",
    "report_url": "https://news.example/20260302",
    "reach": "regional",
}
FACTS = {"media_facts": "经核实,客户当日等候约一百分钟,情况属实。", "media_risk": "medium"}
DRAFT = {"statement_kind": "statement", "statement_text": "我行正在核实有关情况。", "spokesperson": "马主任"}
BETTER = DRAFT | {"statement_text": "我行已受理客户诉求,正在核实,将及时公布结果。"}


def test_one_voice_beside_the_customer(desk, browser, cast):
    desk.register(OFFICER, channel="MEDIA", urgency="urgent")
    told_at_once(desk, browser, cast)
    asked = datetime.now(ZONE) + timedelta(hours=3)
    desk.do("登记媒体信息", OFFICER, **RECORD, answer_asked_by=asked.strftime("%Y-%m-%dT%H:%M"))
    desk.do("两小时核实单", OFFICER, **FACTS)
    desk.do("起草声明", OFFICER, **DRAFT)
    desk.do("审批声明", LEADER, statement_decision="return", statement_comment="请写明客户诉求已受理")
    desk.do("起草声明", OFFICER, **BETTER)
    desk.do("审批声明", LEADER, statement_decision="approve")
    desk.look("/media")
    browser.sees("第 1 份声明，第 2 稿", "已批准，待发布", "记者要求答复时间", "江城晚报", "并行办理")
    desk.do("发布声明", OFFICER, released_at=now(), released_where="官方网站")
    desk.look("/media")
    browser.sees("已发布", "请写明客户诉求已受理", "按时")
    browser.shot("media", full=True)
    browser.press("#statements form button")
    browser.sees("可以起草追加声明", "起草声明")
    desk.look()
    browser.sees("联系客户", "复核", "媒体")


def told_at_once(desk, browser, cast) -> None:
    """The Office, the leader of the branch and of the head office; the lists carry the flag."""
    for user in (OFFICER, "sun", "president"):
        browser.become(user)
        browser.open("/notices")
        browser.sees(f"媒体关注：投诉 {desk.number}".replace("：", ":"))
    browser.become(OFFICER)
    browser.open(f"/inbox/groups?text={desk.number}")
    browser.sees("两小时核实单", "登记媒体信息")
    browser.become(cast.supervisor)
    browser.open(f"/board?text={desk.number}")
    assert "媒体" in browser.find("tr[data-row] .badge.level-supervise").text
