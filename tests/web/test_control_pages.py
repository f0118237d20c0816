"""Administrators: decide on proposals, go back, repair, and keep people, units, calendar and settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from support import engine as kit

from complaints import accounts, people, settings
from engine import definitions, drafts, instances, outbox, proposals, queries
from engine.environment import SYSTEM, Actor

OWNER = Actor("owner")


def current(bank: Any) -> str:
    with bank.environment.read() as connection:
        return str(proposals.current_deployment(connection))


def propose(bank: Any, days: int = 2, task: bool = True) -> str:
    """The owner's proposal: another target in the table and, with `task`, another group of a task."""
    bank.clock.travel(timedelta(minutes=1))
    base = current(bank)
    with bank.environment.read() as connection:
        files = queries.files(connection, base)
    table = re.sub(rb"(Rule_1_out_target_days\"><text>)\d", rb"\g<1>%d" % days, files["time-limits.dmn"])
    diagram = re.sub(
        rb'(<bpmn:userTask id="Classify"[^>]*name=")[^"]*', "\\g<1>分类定级".encode(), files["ordinary.bpmn"]
    )

    def work(tx: Any) -> str:
        draft = drafts.create(tx, "两天办结", base)
        drafts.put(tx, draft, "time-limits.dmn", table)
        if task:
            drafts.put(tx, draft, "ordinary.bpmn", diagram)
        return proposals.propose(tx, draft, "目标由3天改为2天")

    return str(bank.environment.run(OWNER, work))


def test_a_proposal_is_seen_part_by_part_and_deployed(bank) -> None:
    proposal, before = propose(bank), current(bank)
    browser = bank.as_("admin")
    page = browser.get("/control")
    page = browser.get(page.link("两天办结"))
    assert "Classify" in page.text
    assert [page.html.select_one(".diff-old").text, page.html.select_one(".diff-new").text]
    assert page.html.select_one('[data-element-row="Rule_1"] .diff-new').text == "2"
    box = page.html.select_one("[data-diff-url]")
    marks = browser.client.get(box["data-diff-url"]).json
    assert marks["changed"][0]["id"] == "Classify"
    assert "分类定级" in marks["changed"][0]["what"]
    for address in (box["data-old-xml-url"], box["data-xml-url"]):
        assert browser.client.get(address).mimetype == "application/xml"
    seen = page.html.select_one("input[name=seen]")["value"]
    assert seen == before
    page = browser.send(f"/control/proposals/{proposal}/approval", {"seen": seen})
    assert "已发布" in page.text
    assert current(bank) != before
    assert "已发布" in browser.get(f"/control/proposals/{proposal}").text
    assert browser.send(f"/control/proposals/{proposal}/approval", {"seen": seen}).status == 409


def test_the_earlier_bundle_is_made_current_again(bank) -> None:
    before = current(bank)
    proposal = propose(bank)
    browser = bank.as_("admin")
    browser.get("/control")
    browser.send(f"/control/proposals/{proposal}/approval", {"seen": before})
    assert current(bank) != before
    page = browser.get("/control/versions")
    form = page.html.select_one(f'form[action="/control/deployments/{before}/current"]')
    assert form is not None
    page = browser.send(form["action"], {"reason": "疑有差错"})
    assert "重新成为当前版本" in page.text
    assert current(bank) == before


def test_a_proposal_is_rejected_with_a_reason_that_its_owner_reads(bank) -> None:
    proposal = propose(bank, task=False)
    browser = bank.as_("admin")
    browser.get("/control")
    assert browser.send(f"/control/proposals/{proposal}/rejection", {"reason": ""}).status == 422
    browser.get("/control")
    browser.send(f"/control/proposals/{proposal}/rejection", {"reason": "请先征求工会意见"})
    owner = bank.as_("owner")
    assert "请先征求工会意见" in owner.get("/studio").text
    assert "已驳回" in owner.get(f"/studio/proposals/{proposal}").text


def test_nobody_approves_his_own_proposal(bank) -> None:
    proposal = propose(bank)
    bank.environment.run(SYSTEM, lambda tx: accounts.grant(tx, "owner", "administrator"))
    browser = bank.as_("owner")
    page = browser.get(f"/control/proposals/{proposal}")
    assert not page.html.select(f'form[action$="{proposal}/approval"]')
    assert browser.send(f"/control/proposals/{proposal}/approval", {"seen": current(bank)}).status == 403


def test_a_proposal_that_would_take_back_another_says_so(bank) -> None:
    first, second = propose(bank, 2), propose(bank, 1)
    browser = bank.as_("admin")
    seen = browser.get(f"/control/proposals/{second}").html.select_one("input[name=seen]")["value"]
    browser.send(f"/control/proposals/{first}/approval", {"seen": seen})
    assert browser.send(f"/control/proposals/{second}/approval", {"seen": seen}).status == 409
    assert "已不是当前版本" in browser.get(f"/control/proposals/{second}").text


def test_a_version_is_suspended_and_goes_on(bank) -> None:
    browser = bank.as_("admin")
    page = browser.get("/control/versions")
    address = page.html.select_one("form[action$='/suspension']")["action"]
    assert "该版本已暂停" in browser.send(address).text
    assert "该版本已恢复" in browser.send(f"{address}?_method=DELETE").text


def fail(bank: Any) -> str:
    """A process whose operation fails; the id of its incident."""

    @bank.environment.operations.operation("fax")
    def fax(call: Any) -> None:
        raise OSError("the line is down")

    retries = "<camunda:failedJobRetryTimeCycle>R0/PT1M</camunda:failedJobRetryTimeCycle>"
    task = (
        f'<bpmn:serviceTask id="Fax" name="Fax" camunda:type="external" camunda:topic="fax"><bpmn:extensionElements>'
        f"{retries}</bpmn:extensionElements></bpmn:serviceTask>"
    )
    content = kit.diagram(kit.process(kit.chain(("Fax", task), ("After", kit.user("After"))), "faxing"))
    bank.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "faxing", {"faxing.bpmn": content}))
    bank.environment.run(SYSTEM, lambda tx: instances.start(tx, "faxing", business_key="K-1", stream="K-1"))
    return incident(bank)


def incident(bank: Any) -> str:
    """The id of the only open incident."""
    with bank.environment.read() as connection:
        (found,) = queries.incidents(connection)
    return str(found.id)


def test_an_incident_is_annotated_retried_and_resolved_by_hand(bank) -> None:
    first = fail(bank)
    browser = bank.as_("admin")
    page = browser.get("/control/incidents")
    page = browser.get(page.html.select_one(f"a[href$='{first}']")["href"])
    assert "K-1" in page.text
    assert "OSError" in page.html.select_one("pre").text
    browser.send(f"/control/incidents/{first}/note", {"note": "联系流程负责人"})
    assert "联系流程负责人" in browser.get("/control/incidents").text
    browser.send(f"/control/incidents/{first}/retry")
    second = incident(bank)
    assert second != first
    assert browser.get(f"/control/incidents/{first}").status == 404
    browser.get("/control")
    assert browser.send(f"/control/incidents/{second}/resolution", {"note": ""}).status == 422
    browser.get("/control")
    browser.send(f"/control/incidents/{second}/resolution", {"note": "改用邮件发送"})
    assert "没有未处理的故障" in browser.get("/control/incidents").text
    with bank.environment.read() as connection:
        assert [task.element_id for task in queries.tasks_of(connection, "K-1")] == ["After"]


def test_jobs_timers_and_messages_are_shown_without_what_they_say(bank) -> None:
    browser = bank.as_("lin")
    number = browser.register()
    bank.environment.run(
        SYSTEM,
        lambda tx: outbox.post(tx, "sms", "13812345678", "密", "您的投诉内容", key="k-1", stream=f"case:{number}"),
    )
    page = bank.as_("admin").get("/control/work")
    assert "短信" in page.text
    assert "13812345678" not in page.text
    assert "您的投诉内容" not in page.text


NIGHTLY = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="nightly" name="夜间整理" isExecutable="true">
    <extensionElements><camunda:properties>
      <camunda:property name="name_en" value="Night shift"/>
    </camunda:properties></extensionElements>
    <startEvent id="Begin" name="每小时">
      <timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition>
    </startEvent>
    <sequenceFlow id="f" sourceRef="Begin" targetRef="Done"/> <endEvent id="Done"/>
  </process>
</definitions>""".encode()


def test_timers_come_first_by_name_and_tell_what_they_start(bank) -> None:
    bank.as_("lin").register()
    bank.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "night", {"nightly.bpmn": NIGHTLY}))
    browser = bank.as_("admin")
    page = browser.get("/control/work")
    titles = [title.text for title in page.html.select(".card-header .card-title")]
    assert titles == ["定时", "作业", "未发出的对外消息"]
    messages = page.html.select_one("details.card")
    assert not messages.has_attr("open"), "the many do not push the few away"
    starting = next(row for row in page.html.select("tr") if "夜间整理 · 每小时" in row.text)
    assert "启动流程" in starting.select_one("[data-label=案件]").text
    assert not [row for row in page.html.select("td[data-label='流程与环节']") if re.search("[a-z]{3}", row.text)], (
        "names, no ids"
    )
    page = browser.send("/language", {"locale": "en", "next": "/control/work"})
    assert "Night shift · " in page.text


def test_administrators_see_no_case(bank) -> None:
    number = bank.as_("lin").register()
    browser = bank.as_("admin")
    for path in (f"/cases/{number}", f"/compliance/cases/{number}", "/compliance", "/cases", "/inbox"):
        assert browser.get(path).status == 403, path
    for path in ("", "/versions", "/incidents", "/work"):
        page = browser.get(f"/control{path}")
        assert page.status == 200
        assert "柜员态度很差" not in page.text
        assert "王小明" not in page.text


def test_an_account_is_made_with_a_password_that_is_shown_once(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/accounts/new")
    data = {"user": "deng", "name": "邓芳", "unit": "west", "phone": "010-1", "roles": ["handler"]}
    page = browser.send("/control/accounts", data)
    password = page.html.select_one("code.user-select-all").text
    assert password not in browser.get("/control/accounts/deng").text
    assert "修改密码" in bank.browser().sign_in("deng", password).text
    browser.get("/control/accounts/new")
    assert browser.send("/control/accounts", data).status == 409
    browser.get("/control/accounts/new")
    assert browser.send("/control/accounts", {**data, "user": "no spaces"}).status == 422
    assert "邓芳" in browser.get("/control/accounts?text=邓").text
    assert browser.get("/control/accounts/nobody").status == 404


def test_rights_are_changed_in_one_step_but_never_ones_own(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/accounts/lin")
    page = browser.send(
        "/control/accounts/lin/rights?_method=PUT",
        {"roles": ["leader"], "groups": ["95566", "duty"], "reason": "转岗"},
    )
    ticked = {box["value"] for box in page.html.select("input[type=checkbox][checked]")}
    assert ticked >= {"leader", "duty"}
    assert "handler" not in ticked
    assert browser.send("/control/accounts/admin/rights?_method=PUT", {"roles": ["leader"]}).status == 403
    page = bank.as_("he").get("/compliance/streams/rights")
    assert "转岗" in page.text


def test_an_account_is_amended_locked_unlocked_reset_closed_and_opened(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/accounts/lin")
    page = browser.send(
        "/control/accounts/lin?_method=PUT", {"name": "林晓红", "unit": "95566", "phone": "010-2", "email": ""}
    )
    assert "林晓红" in page.text
    for _ in range(5):
        bank.browser().sign_in("lin", "wrong password")
    assert "已锁定" in browser.get("/control/accounts?text=lin").text
    browser.get("/control/accounts/lin")
    browser.send("/control/accounts/lin/unlocking")
    assert bank.as_("lin").get("/inbox").status == 200
    browser.get("/control/accounts/lin")
    page = browser.send("/control/accounts/lin/password")
    password = page.html.select_one("code.user-select-all").text
    assert "修改密码" in bank.browser().sign_in("lin", password).text
    browser.get("/control/accounts/lin")
    assert "已停用" in browser.send("/control/accounts/lin?_method=DELETE").text
    assert bank.browser().sign_in("lin", password).status == 401
    browser.get("/control/accounts/lin")
    browser.send("/control/accounts/lin/opening")
    assert bank.browser().sign_in("lin", password).status == 200


def test_units_are_made_changed_and_given_people_with_dates(bank) -> None:
    browser = bank.as_("admin")
    page = browser.get("/control/units")
    assert "无人" in page.text
    page = browser.send(
        "/control/units", {"code": "north", "name": "城北支行", "kind": "branch", "parent": "head", "name_en": "North"}
    )
    assert "城北支行" in page.text
    appoint = {"kind": "leader", "user": "sun", "since": "2026-03-01", "until": "2026-03-31"}
    page = browser.send("/control/units/north/appointments", appoint)
    assert "2026-04-01 00:00" in page.text
    with bank.environment.read() as connection:
        assert people.responsible(connection, "north", "leader", bank.clock.now()) == "sun"
    browser.send("/control/units/north/appointments", {"kind": "leader", "user": "qian", "since": "2026-04-01"})
    page = browser.get("/control/units/north")
    assert [row.select("td")[1].text for row in page.html.select("table.table-stack tbody tr")] == ["钱立", "孙涛"]
    assert browser.send("/control/units/north/appointments", {**appoint, "until": "2026-02-01"}).status == 422
    browser.get("/control/units/north")
    assert browser.send("/control/units/north/appointments", {**appoint, "since": "soon"}).status == 422
    browser.get("/control/units/north")
    page = browser.send("/control/units/north?_method=PUT", {"name": "城北分理处", "name_en": "", "products": ""})
    assert "城北分理处" in page.text
    browser.send("/control/units/north?_method=DELETE")
    assert "城北分理处" not in browser.get("/control/units").text
    assert browser.get("/control/units/none").status == 404


def test_the_calendar_tells_official_from_provisional_years(bank) -> None:
    browser = bank.as_("admin")
    page = browser.get("/control/calendar")
    assert "2026" in page.text
    assert "正式" in page.text
    assert "暂定" in page.text
    assert "2026-01-01" in browser.get("/control/calendar/2026").text
    assert browser.get("/control/calendar/1999").status == 404
    browser.get("/control/calendar")
    page = browser.send("/control/calendar/2019", {"reason": "补录旧案"})
    assert "已载入" in page.text
    for year in (2019, 2016, 2027, 2040, 1999):
        browser.get("/control/calendar")
        assert browser.send(f"/control/calendar/{year}").status == 409, year


def test_settings_are_checked_and_kept_with_their_history(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control/settings")
    page = browser.send("/control/settings/bank-name?_method=PUT", {"value": "江城银行", "reason": "更名"})
    assert page.html.select_one("#bank-name input[name=value]")["value"] == "江城银行"
    wrong = {"service-hours": "9-5", "survey-days": "many", "public-url": "ftp://x", "hotline": ""}
    for key, value in wrong.items():
        browser.get("/control/settings")
        assert browser.send(f"/control/settings/{key}?_method=PUT", {"value": value}).status == 422, key
    browser.get("/control/settings")
    assert browser.send("/control/settings/no-such?_method=PUT", {"value": "1"}).status == 404
    with bank.environment.read() as connection:
        assert settings.get(connection, "bank-name") == "江城银行"
        assert settings.get(connection, "survey-days") == settings.DEFAULTS["survey-days"]


def test_the_pages_speak_english_too(bank) -> None:
    browser = bank.as_("admin")
    browser.get("/control")
    browser.send("/language", {"locale": "en", "next": "/control"})
    for path in ("", "/versions", "/incidents", "/work", "/accounts", "/accounts/lin", "/units", "/units/west"):
        page = browser.get(f"/control{path}")
        assert page.status == 200
        left = re.sub(
            r"中文|总行|客户服务中心|工会\(消保\)|城西支行|城东支行", "", page.html.select_one("nav, .nav-tabs").text
        )
        assert not re.search("[\u4e00-\u9fff]", left), path
