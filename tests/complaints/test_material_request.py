"""Material that only the customer has: asked for, awaited by a named person, and the limits run on."""

from __future__ import annotations

from datetime import datetime

import orjson
import pytest
from sqlalchemy import select

import engine.tables
from complaints import clocks, kinds, materials, notices, portal, reconcile, tables, withdrawal
from engine.clock import ZONE
from engine.errors import Invalid

WANTED = {
    "material_request": "ask",
    "material_wanted": "当日的取款凭条和排队号",
    "material_reason": "凭条上的时间可以证明等候多久,我行没有留存。",
    "material_day": "2026-03-04",
    "material_not_held": True,
}
SUPPLIED = {
    "material_result": "received",
    "material_note": "取款凭条一张,时间为三月二日。",
    "material_evidence": "收件登记 2026-17",
}
CHECKED = {"check_result": "reached", "check_evidence": "REC-10", "withdrawal_reason": "settled"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def dues(bank, number):
    """The running clocks of a case, but the watch on silence."""
    with bank.environment.read() as connection:
        found = clocks.of(connection, number, bank.now)
        return {clock.name: clock.due_at for clock in found if clock.stopped_at is None and clock.name != "silence"}


def silence(bank, number):
    with bank.environment.read() as connection:
        return clocks.due(connection, number, "silence")


def letters(bank, number):
    table = tables.letter
    with bank.environment.read() as connection:
        query = select(table.c.template, table.c.at, table.c.body).where(table.c.number == number)
        return [row for row in connection.execute(query.order_by(table.c.at)) if row.template.startswith("material")]


def facts(bank, number, kind):
    """The events of a kind: when, by whom, and what they say."""
    table = engine.tables.event
    query = select(table.c.at, table.c.actor, table.c.body).where(
        table.c.stream == f"case:{number}", table.c.kind == kind
    )
    with bank.environment.read() as connection:
        return [(row.at, row.actor, orjson.loads(row.body)) for row in connection.execute(query)]


def findings(bank, number):
    with bank.environment.read() as connection:
        return reconcile.of(connection, number)


def wanted(bank, number):
    with bank.environment.read() as connection:
        return materials.wanted(connection, number)


def to_investigation(bank, number):
    bank.to_distribution(number)
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="三日内办结并回复客户")
    bank.do("wang", number, "Accept", accept_result="accept", handler="wang")
    return number


def investigated(bank, **changes):
    return to_investigation(bank, bank.register(**changes).number)


def asked(bank, **changes):
    number = investigated(bank, **changes)
    bank.do("wang", number, "Investigate", investigation_result="material")
    bank.do("wang", number, "RequestMaterial", **WANTED)
    return number


@pytest.mark.proves("R5")
def test_the_customer_is_asked_and_the_limits_run_on_until_the_material_is_there(bank):
    """Received on Monday: the limit is Thursday, 24:00, whatever is waited for."""
    number = investigated(bank)
    before = dues(bank, number)
    assert (before["internal"], before["statutory"]) == (at("2026-03-06T00:00"), at("2026-03-18T00:00"))
    bank.travel(to=at("2026-03-02T15:00"))
    bank.do("wang", number, "Investigate", investigation_result="material")
    bank.do("wang", number, "RequestMaterial", **WANTED)
    task = bank.task(number, "AwaitMaterial")
    assert (task.assignee, task.due_at) == ("wang", at("2026-03-05T00:00"))
    assert "Investigate" not in bank.steps(number)
    (letter,) = letters(bank, number)
    assert letter.at == at("2026-03-02T15:00")
    assert all(text in letter.body for text in ("取款凭条", "凭条上的时间", "2026年3月4日 24:00"))
    assert silence(bank, number) == at("2026-03-10T00:00"), "the letter is a word to the customer"
    assert [(one.what, one.until) for one in wanted(bank, number)] == [(WANTED["material_wanted"], task.due_at)]
    assert dues(bank, number) == before
    assert findings(bank, number) == []
    bank.travel(to=at("2026-03-03T11:20:07"))
    proof = bank.upload("凭条.txt", "取款凭条".encode(), "supplied_files")
    bank.do("wang", number, "AwaitMaterial", proof, **SUPPLIED, material_supplied_at=at("2026-03-03T11:05"))
    assert bank.task(number, "Investigate").assignee == "wang"
    assert bank.task(number, "Investigate").due_at == at("2026-03-06T00:00")
    assert (dues(bank, number), wanted(bank, number)) == (before, [])
    ((when, who, said),) = facts(bank, number, "material-received")
    assert (when, who, said["proof"]) == (at("2026-03-03T11:20:07"), "wang", "收件登记 2026-17")
    bank.travel(to=at("2026-03-05T19:00"))
    assert len(letters(bank, number)) == 1, "nobody is reminded of what is there"
    assert "case-paused" not in bank.events(number)
    assert (bank.incidents(), bank.verified()) == ([], True)


@pytest.mark.proves("R5")
def test_after_the_day_the_customer_is_reminded_once_and_then_the_work_goes_on(bank):
    """The day is Wednesday: reminded when service begins on Thursday, at 09:00, and given up at its end, at 18:00."""
    number = asked(bank)
    before = dues(bank, number)
    bank.travel(to=at("2026-03-05T08:59:59"))
    assert (len(letters(bank, number)), bank.task(number, "AwaitMaterial").assignee) == (1, "wang")
    bank.travel(seconds=1)
    assert [(row.template, row.at) for row in letters(bank, number)][1:] == [("material-reminder", bank.now)]
    assert "2026年3月5日 18:00" in letters(bank, number)[1].body
    assert bank.task(number, "AwaitMaterial").assignee == "wang", "who has asked still waits"
    assert findings(bank, number) == []
    bank.travel(to=at("2026-03-05T17:59:59"))
    assert "AwaitMaterial" in bank.steps(number)
    bank.travel(seconds=1)
    assert "AwaitMaterial" not in bank.steps(number)
    assert bank.task(number, "Investigate").assignee == "wang"
    ((when, _, said),) = facts(bank, number, "material-given-up")
    assert (when, said["why"]) == (bank.now, "the customer was reminded and has not supplied it")
    assert dues(bank, number) == before
    assert len(letters(bank, number)) == 2
    assert bank.incidents() == []


def test_who_waits_may_go_on_without_at_any_time_and_says_why(bank):
    number = asked(bank)
    bank.travel(to=at("2026-03-03T16:30"))
    with pytest.raises(Invalid, match="material_given_up_reason"):
        bank.do("wang", number, "AwaitMaterial", material_result="given-up")
    why = "监控录像已能确认等候时间,不再需要凭条。"
    bank.do("wang", number, "AwaitMaterial", material_result="given-up", material_given_up_reason=why)
    ((when, who, said),) = facts(bank, number, "material-given-up")
    assert (when, who, said["why"]) == (at("2026-03-03T16:30"), "wang", why)
    assert bank.task(number, "Investigate").due_at == at("2026-03-06T00:00")
    bank.travel(to=at("2026-03-05T19:00"))
    assert len(letters(bank, number)) == 1


def test_a_request_that_is_not_needed_after_all_is_not_sent(bank):
    number = investigated(bank)
    bank.do("wang", number, "Investigate", investigation_result="material")
    bank.do("wang", number, "RequestMaterial", material_request="none")
    assert (letters(bank, number), bank.task(number, "Investigate").assignee) == ([], "wang")
    assert "material-asked" not in bank.events(number)


def test_what_is_asked_for_is_named_with_a_reason_and_a_day_within_the_limit(bank):
    number = investigated(bank)
    bank.do("wang", number, "Investigate", investigation_result="material")

    def problems(**changes):
        with pytest.raises(Invalid) as raised:
            bank.do("wang", number, "RequestMaterial", **(WANTED | changes))
        return {problem.where: problem.template.format(**problem.parameters) for problem in raised.value.problems}

    assert problems(material_day="2026-03-02") == {"material_day": "Expected a day after today"}
    assert "before 2026-03-05, the last one" in problems(material_day="2026-03-05")["material_day"]
    assert set(problems(material_wanted=None, material_reason=None)) == {"material_wanted", "material_reason"}
    assert set(problems(material_not_held=False)) == {"material_not_held"}, "what the bank has is not asked for"
    bank.travel(to=at("2026-03-06T10:00"))
    bank.do("wang", number, "RequestMaterial", **(WANTED | {"material_day": "2026-03-09"}))
    assert bank.task(number, "AwaitMaterial").due_at == at("2026-03-10T00:00"), "what is late cannot be later"


def test_nobody_is_asked_who_cannot_be_reached(bank):
    number = investigated(bank, customer_phone=None)
    with pytest.raises(Invalid) as raised:
        bank.do("wang", number, "Investigate", investigation_result="material")
    assert [problem.where for problem in raised.value.problems] == ["investigation_result"]
    assert "Investigate" in bank.steps(number)


def test_what_the_customer_adds_at_the_portal_reaches_who_waits(bank):
    receipt = bank.register()
    number = to_investigation(bank, receipt.number)
    bank.do("wang", number, "Investigate", investigation_result="material")
    bank.do("wang", number, "RequestMaterial", **WANTED)
    seen = portal.look_up(bank.environment, number, receipt.query_code, remote="127.0.0.1")
    assert [(one.what, one.why) for one in seen.wanted] == [(WANTED["material_wanted"], WANTED["material_reason"])]
    portal.add_material(bank.environment, number, receipt.query_code, "凭条上写的是十点零五分。", remote="127.0.0.1")
    assert "material" in [notice.template for notice in bank.ask("wang", notices.unread)]
    assert "AwaitMaterial" in bank.steps(number), "the handler looks at it and says whether it is all"


@pytest.mark.proves("R71")
def test_a_withdrawal_holds_the_wait_up_and_a_void_one_lets_it_go_on(bank):
    """What should have been done meanwhile is done at once; nobody is reminded of a day that has passed."""
    number = asked(bank)
    before = dues(bank, number)
    bank.travel(to=at("2026-03-03T09:00"))
    bank.act("lin", withdrawal.begin, number, received_at=bank.now, via="recording", proof="REC-9", reason="已经解决")
    bank.travel(to=at("2026-03-05T18:30"))
    assert (len(letters(bank, number)), "AwaitMaterial" in bank.steps(number)) == (1, True)
    bank.do("mei", number, "CallCustomer", **CHECKED, checked_at=bank.now, own_wish="no", pressure="none")
    bank.travel(seconds=1)
    assert (len(letters(bank, number)), bank.task(number, "Investigate").assignee) == (1, "wang")
    assert (dues(bank, number), findings(bank, number), bank.incidents()) == (before, [], [])


@pytest.mark.proves("R71")
def test_a_confirmed_withdrawal_ends_the_wait(bank):
    number = asked(bank)
    bank.travel(to=at("2026-03-03T09:00"))
    bank.act("lin", withdrawal.begin, number, received_at=bank.now, via="recording", proof="REC-9", reason="已经解决")
    bank.do("mei", number, "CallCustomer", **CHECKED, checked_at=bank.now, own_wish="yes", pressure="none")
    bank.travel(to=at("2026-03-05T19:00"))
    assert (bank.steps(number), wanted(bank, number), len(letters(bank, number))) == (["FileWithdrawal"], [], 1)
    with bank.environment.read() as connection, pytest.raises(Invalid, match="withdrawn"):
        materials.check_customer(connection, number)
    assert (findings(bank, number), bank.incidents()) == ([], [])


def test_with_the_kind_of_the_case_the_wait_ends_and_the_investigation_begins_anew(bank):
    number = asked(bank)
    bank.act("mei", kinds.change, number, "complex", "客户反映的是产品本身的问题", "SQ.PROD")
    assert "AwaitMaterial" not in bank.steps(number)
    assert "Investigate" in bank.steps(number)
    bank.travel(to=at("2026-03-05T19:00"))
    assert (len(letters(bank, number)), findings(bank, number), bank.incidents()) == (1, [], [])


@pytest.mark.proves("R5")
def test_of_two_units_each_waits_for_its_own_and_keeps_its_limit(bank):
    """Complex: five working days for the leading unit, four for the other; each is asked for what it lacks."""
    number = bank.register(product="credit-card").number
    bank.to_distribution(number, "SQ.PROD")
    bank.do("mei", number, "Distribute", lead_unit="west", handling_requirement="查明事实,按期办结")
    for user in ("wang", "li"):
        bank.do(user, number, "Accept", accept_result="accept", handler=user)
    limit, before = bank.task(number, "Investigate", "li").due_at, dues(bank, number)
    assert (limit, before["internal"]) == (at("2026-03-07T00:00"), at("2026-03-17T00:00"))
    for user, what, day in (("li", "年费扣款短信截图", "2026-03-04"), ("wang", "申请表客户联", "2026-03-05")):
        bank.do(user, number, "Investigate", investigation_result="material")
        bank.do(user, number, "RequestMaterial", **(WANTED | {"material_wanted": what, "material_day": day}))
    assert [one.what for one in wanted(bank, number)] == ["年费扣款短信截图", "申请表客户联"]
    bank.travel(to=at("2026-03-05T09:00"))
    assert [(row.template, "截图" in row.body) for row in letters(bank, number)][2:] == [("material-reminder", True)]
    bank.do("wang", number, "AwaitMaterial", **SUPPLIED, material_supplied_at=bank.now)
    assert bank.task(number, "AwaitMaterial").assignee == "li", "the other one still waits"
    bank.travel(to=at("2026-03-05T18:00"))
    assert bank.task(number, "Investigate", "li").due_at == limit
    assert (dues(bank, number), findings(bank, number), bank.incidents()) == (before, [], [])
