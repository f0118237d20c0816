"""The supervisor's board and 督办, the leader's alerts, settling on the spot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine import scheduler

REVIEW = {"review_checks": ["complete", "verbatim"], "review_result": "ok"}
SETTLED = {
    "channel": "VISIT",
    "received_at": "2026-03-02T09:30",
    "subcategory": "SQ.ATT",
    "settled_amount": "100",
    "customer_name": "王小明",
    "customer_phone": "13812345678",
    "verbatim": "叫号机坏了，排队两小时，柜员态度差。",
    "settlement": "当场道歉，赠送停车券，客户表示接受。",
    "branch": "west",
    "settled_at": "2026-03-02T09:50",
    "customer_agrees": "true",
    "settle_evidence": "录音 20260302-0001",
}


@pytest.mark.proves("R47")
def test_the_board_shows_all_open_cases_the_most_urgent_first(bank) -> None:
    first = bank.as_("lin").register()
    bank.clock.travel(timedelta(hours=2))
    second = bank.as_("lin").register(received_at="2026-03-02T11:50")
    board = bank.as_("gao").get("/board")
    numbers = [link.get_text() for link in board.html.select("a.inbox-number")]
    assert numbers == [first, second]
    assert "电话(95566)" in board.text
    assert "没有符合条件的在办案件" in bank.as_("gao").get("/board?overdue=1").text


def test_a_case_is_put_under_supervision_with_a_reason(bank) -> None:
    number = bank.as_("lin").register()
    supervisor = bank.as_("gao")
    supervisor.get("/board")
    refused = supervisor.send(f"/cases/{number}/supervisions", {"level": "2", "reason": ""})
    assert refused.status == 422
    supervisor.get("/board")
    done = supervisor.send(
        f"/cases/{number}/supervisions", {"level": "3", "reason": "领导批示，请当日办结", "next": "/board"}
    )
    assert f"案件 {number} 已督办" in done.text
    assert done.html.select_one(".badge.level-supervise").get_text() == "督办"
    history = supervisor.get(f"/cases/{number}/history")
    assert "领导批示，请当日办结" in history.text


def test_a_handler_cannot_supervise(bank) -> None:
    clerk = bank.as_("lin")
    number = clerk.register()
    page = clerk.send(f"/cases/{number}/supervisions", {"level": "3", "reason": "自己督办自己不行"})
    assert page.status == 403


def test_notices_are_read_one_by_one(bank) -> None:
    number = bank.as_("lin").register()
    supervisor = bank.as_("gao")
    supervisor.get("/board")
    supervisor.send(f"/cases/{number}/supervisions", {"level": "2", "reason": "客户再次来电催办"})
    scheduler.work(bank.environment)
    readers = [bank.as_(user) for user in ("lin", "mei", "sun", "gao")]
    told = [reader for reader in readers if number in reader.get("/notices").text]
    assert told, "somebody was told"
    reader = told[0]
    page = reader.get("/notices")
    address = page.html.select_one("form[hx-delete]")["hx-delete"]
    assert reader.htmx("DELETE", address).response.get_data() == b""
    assert address not in reader.get("/notices").response.get_data(as_text=True)


def test_a_small_matter_is_settled_on_the_spot_in_one_screen(bank) -> None:
    clerk = bank.as_("wang")
    clerk.get("/register/on-the-spot")
    page = clerk.send("/register/on-the-spot", SETTLED)
    assert page.html.h1.get_text(strip=True) == "已登记", page.text
    assert clerk.get("/inbox").text
    number = page.html.find(string=re.compile(r"TS-\d{4}-\d{6}"))
    row = bank.as_("gao").get("/board").html.find("a", string=number.strip()).find_parent("tr").get_text(" ")
    assert "已答复" in row
    assert "尚未分发" not in row, "nobody will distribute it"


def test_what_was_typed_moves_to_the_other_screen(bank) -> None:
    clerk = bank.as_("wang")
    clerk.get("/register/")
    page = clerk.send("/register/on-the-spot/form", {"verbatim": "叫号机坏了", "customer_name": "王小明"})
    assert page.html.h1.get_text(strip=True) == "当场化解"
    assert page.html.find(id="verbatim").get_text().strip() == "叫号机坏了"
    assert page.html.find(id="customer_name")["value"] == "王小明"


def test_the_inbox_is_filtered_sorted_and_says_when_it_is_empty(bank) -> None:
    clerk = bank.as_("lin")
    number = clerk.register()
    reviewer = bank.as_("mei")
    assert "没有符合条件的任务" in reviewer.get("/inbox/groups?channel=LETTER").text
    assert number in reviewer.get("/inbox/groups?channel=PHONE&sort=created").text
    assert number in reviewer.get("/inbox/groups?element=Review&sort=priority").text
    assert number not in reviewer.get("/inbox/groups?due=overdue").html.find("main").get_text()
    assert number in reviewer.get("/inbox/groups?due=today").text
    assert "您名下没有任务" in reviewer.get("/inbox").text
    assert number in reviewer.get("/inbox/groups?level=nonsense&sort=nonsense&due=nonsense&after=").text
    assert reviewer.get("/inbox/groups?after=forged").status == 422


def test_a_task_is_delegated_given_back_assigned_and_followed_up(bank) -> None:
    number = bank.as_("lin").register()
    reviewer = bank.as_("mei")
    address = reviewer.task(number)
    reviewer.get(address)
    reviewer.send(f"{address}/claim?_method=PUT")
    page = reviewer.send(f"{address}/follow-up?_method=PUT", {"day": "2026-03-04"})
    assert "03-04" in page.text
    assert reviewer.send(f"{address}/follow-up?_method=PUT", {"day": "soon"}).status == 422
    reviewer.get(address)
    assert reviewer.send(f"{address}/delegation?_method=PUT", {"user": ""}).status == 422
    released = reviewer.send(f"{address}/claim?_method=DELETE")
    assert "任务已退回组内" in released.text
    supervisor = bank.as_("gao")
    supervisor.get(address)
    assigned = supervisor.send(f"{address}/assignee?_method=PUT", {"user": "mei", "reason": "由梅芳复核"})
    assert "任务已指派" in assigned.text
    assert number in reviewer.get("/inbox").text
