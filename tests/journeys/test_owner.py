"""Journey 2: an owner changes a process, an administrator deploys it, running cases finish on theirs, and back again.

Everything is done by mouse and keyboard in the designer, the decision table and the form editor of the pages.
"""

from __future__ import annotations

import pytest
from support.drawing import Drawing

JOURNEY = 2
pytestmark = [pytest.mark.browser, pytest.mark.slow]

STEP = "法务提示"
WHY = "一般投诉两个工作日办结;转办前由纪检监察给出法务提示,一个工作日未提示的自动继续。"


def test_change_deploy_and_roll_back(desk, browser, cast):
    desk.register()
    desk.contact()
    desk.distribute()
    before = desk.number

    browser.become(cast.owner)
    propose(browser)
    browser.become(cast.administrator)
    deploy(browser)

    desk.answer()
    desk.close()
    desk.look("/process")
    browser.sees("第 1 版")
    browser.misses(STEP, within="main")
    desk.look()
    browser.sees("内部时限 · 3个工作日")

    desk.register()
    assert desk.number != before
    desk.distribute()
    desk.look("/process")
    browser.sees("第 2 版", STEP)
    browser.find(".djs-element.active[data-element-id=LegalAdvice]")
    browser.shot("08-new-case")
    desk.look()
    browser.sees("内部时限 · 2个工作日")
    desk.pictures = {STEP: "09-new-task"}
    desk.do(STEP, cast.inspector, legal_advice="请注意答复中不得承诺收益。")
    desk.take("接收", cast.contact_a)

    browser.become(cast.administrator)
    roll_back(browser)
    desk.register()
    desk.look("/process")
    browser.sees("第 1 版")


def propose(browser) -> None:
    """A draft with a new form, a new task with its timer, and another number in the decision table."""
    browser.follow("流程设计")
    browser.fill(name="两日办结与法务提示")
    browser.press("#new-draft button")
    hand = Drawing(browser)

    browser.fill(kind="form", stem="legal-advice", title=STEP)
    browser.press("main form[action$='/new'] button")
    hand.opened()
    hand.field("textarea", "法务提示内容", "legal_advice")
    hand.saved()
    browser.shot("01-form")

    browser.follow("返回草稿")
    browser.follow("ordinary.bpmn")
    hand.opened()
    draw(hand)
    hand.saved()
    hand.show("LegalAdvice")
    browser.shot("02-designer")

    browser.follow("返回草稿")
    browser.follow("time-limits.dmn")
    hand.opened()
    hand.cell("Rule_1_out_target_days", "2")
    hand.cell("Rule_1_out_limit_days", "2")
    hand.saved()
    browser.shot("03-decision")

    browser.follow("返回草稿")
    browser.shot("04-draft")
    browser.fill(comment=WHY)
    browser.press("main form[action$='/proposal'] .btn-primary")
    browser.sees(STEP, "LegalAdvice")
    browser.forgive("ContextPad#getPad is deprecated")  # the library's own words about itself


def draw(hand: Drawing) -> None:
    """Drop the task on the way from the slips to the units; after a working day the case goes on without it."""
    hand.show("UnitHandling")
    hand.take("create.task", 2100, 400)
    hand.type(STEP)
    hand.panel(name_en="Legal advice", id="LegalAdvice")
    hand.panel(candidateGroups="discipline", dueDate="=working days after(1)", formRef="legal-advice")
    hand.take("create.intermediate-event", 2070, 440)
    hand.become("replace-with-timer-boundary")
    hand.panel(name="一个工作日未提示", name_en="No advice for a working day", id="NoAdvice")
    hand.panel(timerKind="timeDate")
    hand.panel(timerValue="=working days after(1)")
    hand.pad("connect")
    hand.click(2070, 580)


def deploy(browser) -> None:
    """The difference first; then approve and deploy."""
    browser.follow("两日办结与法务提示")
    browser.sees("LegalAdvice", "time-limits.dmn", "legal-advice.form", WHY)
    browser.find(".djs-container .djs-element")
    browser.shot("05-difference", full=True)
    browser.click(browser.find("main form[action$='/approval'] button"))
    browser.press("dialog [value=ok]")
    browser.sees(WHY)
    browser.shot("06-versions", full=True)


def roll_back(browser) -> None:
    """Make the first deployment current again."""
    browser.open("/control/versions")
    browser.click(browser.find("main tbody details.dropdown summary"))
    browser.fill(reason="先恢复原流程,再研究。")
    browser.press("main tbody details[open] .btn-primary")
    browser.shot("10-rolled-back")
