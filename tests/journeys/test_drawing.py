"""An owner draws what BPMN has for rare cases, by mouse and keyboard, and the check has nothing against it."""

from __future__ import annotations

import pytest
from lxml import etree
from support.drawing import Drawing

JOURNEY = 0
pytestmark = [pytest.mark.browser, pytest.mark.slow]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@pytest.fixture
def hand(browser, cast):
    """A new diagram of one task, open in the designer: Begun → FirstTask → Done."""
    browser.become(cast.owner)
    browser.follow("流程设计")
    browser.fill(name="赔付")
    browser.press("#new-draft button")
    browser.fill(kind="bpmn", stem="payout", title="核对金额")
    browser.press("main form[action$='/new'] button")
    made = Drawing(browser)
    made.opened()
    return made


def test_choices_loops_compensation_and_an_event_subprocess(browser, hand):
    repeat(hand)
    choose(hand)
    undo(hand)
    listen(hand)
    hand.saved()
    hand.show("OverTenThousand")
    browser.shot("designer-rare")
    assert browser.all(".studio-finding") == []

    process = etree.fromstring(hand.text().encode())
    loop = one(process, "standardLoopCharacteristics")
    assert loop.attrib == {"testBefore": "true", "loopMaximum": "3"}
    assert one(loop, "loopCondition").text == "not(matched)"

    split = one(process, "inclusiveGateway[@id='Needs']")
    assert split.get("default") == flow(process, "Needs", "Explain").get("id")
    assert one(flow(process, "Needs", "Pay"), "conditionExpression").text == "amount > 0"

    event = one(process, "boundaryEvent")
    handler = one(process, f"association[@sourceRef='{event.get('id')}']").get("targetRef")
    assert event.get("attachedToRef") == "Pay"
    assert one(process, f"userTask[@id='{handler}']").get("isForCompensation") == "true"
    assert one(process, "intermediateThrowEvent/compensateEventDefinition").get("activityRef") == "Pay"

    aside = one(process, "subProcess")
    assert aside.get("triggeredByEvent") == "true"
    assert one(aside, "startEvent").get("isInterrupting") == "false"
    assert one(aside, "condition").text == "amount > 10000"
    browser.forgive("ContextPad#getPad is deprecated")  # the library's own words about itself


def test_fields_of_the_other_rare_elements(browser, hand):
    before = hand.text()
    hand.click(442, 160)
    hand.become("replace-with-escalation-end")
    hand.panel(escalationRef="+", escalationName="超时", escalationCode="late")

    hand.take("create.intermediate-event", 210, 300)
    hand.become("replace-with-link-intermediate-catch")
    hand.panel(linkName="收尾")
    hand.take("create.intermediate-event", 310, 300)
    hand.become("replace-with-link-intermediate-throw")
    hand.panel(linkPartner="收尾")

    hand.take("create.exclusive-gateway", 410, 300)
    hand.become("replace-with-complex-gateway")
    hand.panel(activationCondition="activationCount >= 2")

    hand.take("create.intermediate-event", 510, 300)
    hand.become("replace-with-message-intermediate-catch")
    hand.panel(messageRef="+", messageName="answer")
    hand.add("furtherEvents")
    hand.panel(**{"further-0-timerKind": "timeDuration", "further-0-timerValue": "P3D"})
    hand.panel(**{"further-0-parallelMultiple": True})

    hand.click(178, 160)
    hand.become("replace-with-timer-start")
    hand.panel(timerKind="timeCycle", timerValue="R/P1D")
    hand.add("furtherEvents")
    hand.panel(**{"further-0-kind": "bpmn:SignalEventDefinition"})  # what has a name stands first
    hand.panel(signalRef="+", signalName="alarm")

    hand.click(310, 160)
    hand.become("replace-with-ad-hoc-subprocess")
    hand.panel(ordering="Sequential", adhocCompletion="enough", cancelRemainingInstances=True)

    hand.take("create.data-object", 310, 20)
    hand.panel(name="letter")
    hand.pad("connect")
    hand.click(310, 160)
    hand.panel(transformation="upper case(letter)")

    process = etree.fromstring(hand.text().encode())
    assert one(process, "dataInputAssociation/transformation").text == "upper case(letter)"
    begin = one(process, "startEvent")
    assert one(begin, "timerEventDefinition/timeCycle").text == "R/P1D"
    assert one(begin, "signalEventDefinition").get("signalRef") == one(process, "signal").get("id")
    escalation = one(process, "escalation")
    assert (escalation.get("name"), escalation.get("escalationCode")) == ("超时", "late")
    assert one(process, "endEvent/escalationEventDefinition").get("escalationRef") == escalation.get("id")
    names = [link.get("name") for link in process.iter(BPMN + "linkEventDefinition")]
    assert names == ["收尾", "收尾"]
    assert one(process, "complexGateway/activationCondition").text == "activationCount >= 2"
    several = one(process, "intermediateCatchEvent[@parallelMultiple='true']")
    assert one(several, "messageEventDefinition").get("messageRef") == one(process, "message").get("id")
    assert one(several, "timerEventDefinition/timeDuration").text == "P3D"
    adhoc = one(process, "adHocSubProcess")
    assert (adhoc.get("ordering"), adhoc.get("cancelRemainingInstances")) == ("Sequential", "false")
    assert one(adhoc, "completionCondition").text == "enough"

    assert browser.driver.execute_script("return [...(window.HuiyinMissing || [])]") == []  # without a Chinese word

    hand.undo_all()
    assert sorted(hand.text().splitlines()) == sorted(before.splitlines())  # only the order of flows has changed
    browser.forgive("ContextPad#getPad is deprecated")


def test_a_subprocess_that_becomes_adhoc_loses_its_start_event(browser, hand):
    hand.click(310, 160)
    hand.become("replace-with-expanded-subprocess")
    inside = one(etree.fromstring(hand.text().encode()), "subProcess/startEvent").get("id")
    hand.become("replace-with-ad-hoc-subprocess")
    adhoc = one(etree.fromstring(hand.text().encode()), "adHocSubProcess")
    assert [part.tag for part in adhoc if part.tag in (BPMN + "startEvent", BPMN + "endEvent")] == []
    hand.undo()
    assert one(etree.fromstring(hand.text().encode()), "subProcess/startEvent").get("id") == inside
    browser.forgive("ContextPad#getPad is deprecated")


def repeat(hand: Drawing) -> None:
    """The first task is done again and again until the amounts match, three times at most."""
    hand.click(310, 160)
    hand.panel(id="Check", name_en="Check the amount", candidateGroups="95566")
    hand.toggle("toggle-loop")
    hand.panel(loopCondition="not(matched)", testBefore=True, loopMaximum="3")


def choose(hand: Drawing) -> None:
    """Money, a letter, or both."""
    hand.click(442, 160)
    hand.pad("delete")
    hand.click(310, 160)
    hand.pad("append.gateway")
    hand.become("replace-with-inclusive-gateway")
    hand.panel(name="需要什么", name_en="What is needed", id="Needs")
    hand.take("create.task", 620, 160)
    hand.type("赔付")
    hand.panel(name_en="Pay", id="Pay", candidateGroups="95566")
    hand.take("create.task", 620, 20)
    hand.type("书面说明")
    hand.panel(name_en="Explain in writing", id="Explain", candidateGroups="95566")
    hand.take("create.exclusive-gateway", 790, 160)
    hand.become("replace-with-inclusive-gateway")
    hand.panel(name="都已办", name_en="All done", id="AllDone")
    for source, target in (
        ((435, 160), (620, 160)),
        ((435, 160), (620, 20)),
        ((620, 160), (790, 160)),
        ((620, 20), (790, 160)),
    ):
        hand.connect(source, target)
    hand.click(500, 160)
    hand.panel(name="有损失", name_en="There is a loss", condition="amount > 0")
    hand.click(435, 160)
    hand.panel(defaultFlow=hand.browser.find("[name=defaultFlow] option:last-child").get_attribute("value"))


def undo(hand: Drawing) -> None:
    """The payment can be undone, and is."""
    hand.take("create.intermediate-event", 600, 200)
    hand.become("replace-with-compensation-boundary")
    hand.panel(name="可追回", name_en="Can be recovered", id="Recoverable")
    hand.pad("append.compensation-activity")
    hand.type("追回赔付")
    hand.panel(name_en="Recover the payment", id="Recover", candidateGroups="95566")
    hand.click(790, 160)
    hand.pad("append.intermediate-event")
    hand.become("replace-with-compensation-intermediate-throw")
    hand.panel(name="撤销", name_en="Undo", id="Undo", activityRef="Pay")
    hand.pad("append.end-event")
    hand.panel(name="办结", name_en="Done", id="Finished")


def listen(hand: Drawing) -> None:
    """Beside all this somebody is told when the amount is large."""
    hand.show("Begun")
    hand.panel(name="接到申请", name_en="Asked for")
    hand.fit()
    hand.take("create.subprocess-expanded", 330, 470)
    hand.type("大额")
    hand.become("replace-with-event-subprocess")
    hand.panel(name_en="Large amount", id="Large")
    hand.click(213, 470)
    hand.become("replace-with-non-interrupting-conditional-start")
    hand.panel(name="超过一万", name_en="Over ten thousand", id="OverTenThousand", eventCondition="amount > 10000")
    hand.pad("append.append-task")
    hand.type("报告负责人")
    hand.panel(name_en="Tell the head", id="Tell", candidateGroups="95566")
    hand.pad("append.end-event")
    hand.panel(name="已报告", name_en="Told", id="Told")


def one(parent: etree._Element, path: str) -> etree._Element:
    """The only element of this path, anywhere inside."""
    found = parent.findall(".//" + "/".join(BPMN + part for part in path.split("/")))
    assert len(found) == 1, (path, found)
    return found[0]


def flow(process: etree._Element, source: str, target: str) -> etree._Element:
    return one(process, f"sequenceFlow[@sourceRef='{source}'][@targetRef='{target}']")
