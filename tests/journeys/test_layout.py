"""A diagram that comes without a layout is arranged when it is opened in the designer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.drawing import Drawing

JOURNEY = 0
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROCESSES = Path(__file__).parents[2] / "processes"
RARE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.com">
  <signal id="G" name="alarm"/>
  <process id="rare" name="少见" isExecutable="true">
    <startEvent id="S"/> <sequenceFlow id="F1" sourceRef="S" targetRef="Sub"/>
    <subProcess id="Sub" name="核对">
      <startEvent id="SS"/> <sequenceFlow id="F2" sourceRef="SS" targetRef="Fork"/>
      <parallelGateway id="Fork"/>
      <sequenceFlow id="F3" sourceRef="Fork" targetRef="Work"/>
      <sequenceFlow id="F4" sourceRef="Fork" targetRef="Check"/>
      <userTask id="Work"/> <userTask id="Check"/>
      <sequenceFlow id="F5" sourceRef="Work" targetRef="WE"/>
      <sequenceFlow id="F6" sourceRef="Check" targetRef="CE"/>
      <endEvent id="WE"/> <endEvent id="CE"/>
      <subProcess id="Aside" triggeredByEvent="true">
        <startEvent id="AS"><signalEventDefinition signalRef="G"/></startEvent>
        <sequenceFlow id="F7" sourceRef="AS" targetRef="AE"/> <endEvent id="AE"/>
      </subProcess>
    </subProcess>
    <boundaryEvent id="Alarm" attachedToRef="Sub"><signalEventDefinition signalRef="G"/></boundaryEvent>
    <boundaryEvent id="Undone" attachedToRef="Pay"><compensateEventDefinition/></boundaryEvent>
    <sequenceFlow id="F8" sourceRef="Sub" targetRef="Pay"/>
    <serviceTask id="Pay" name="赔付">
      <dataOutputAssociation id="Out"><targetRef>Receipt</targetRef></dataOutputAssociation>
    </serviceTask>
    <dataObject id="D"/> <dataObjectReference id="Receipt" name="回执" dataObjectRef="D"/>
    <serviceTask id="Refund" name="追回" isForCompensation="true"/>
    <association id="As" associationDirection="One" sourceRef="Undone" targetRef="Refund"/>
    <sequenceFlow id="F9" sourceRef="Alarm" targetRef="Look"/> <userTask id="Look"/>
    <sequenceFlow id="F10" sourceRef="Look" targetRef="Again"/>
    <exclusiveGateway id="Again" default="F11"/>
    <sequenceFlow id="F11" sourceRef="Again" targetRef="Pay"/>
    <sequenceFlow id="F12" sourceRef="Again" targetRef="Look"/>
    <sequenceFlow id="F13" sourceRef="Pay" targetRef="E"/> <endEvent id="E"/>
    <textAnnotation id="Note"><text>由人核对</text></textAnnotation>
    <association id="NA" sourceRef="Look" targetRef="Note"/>
  </process>
</definitions>"""
TWO = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.com">
  <message id="M" name="asked"/>
  <collaboration id="C"><participant id="Us" name="我行" processRef="us"/><participant id="Them" name="客户"/>
    <messageFlow id="MF" sourceRef="Ask" targetRef="Them"/></collaboration>
  <process id="us" isExecutable="true"><startEvent id="S"/><sequenceFlow id="F1" sourceRef="S" targetRef="Ask"/>
    <sendTask id="Ask"/><sequenceFlow id="F2" sourceRef="Ask" targetRef="E"/><endEvent id="E"/></process>
</definitions>"""
NOT_DRAWN = {"D", "G", "M", "C", "us", "rare"}
DRAWN = """
const registry = document.querySelector('[data-designer]').huiyinEditor.modeler.get('elementRegistry');
return registry.filter((each) => !each.labelTarget).map((each) => ({
  id: each.id, parent: each.parent && each.parent.id, host: each.host && each.host.id, flow: Boolean(each.waypoints),
  lane: /Lane|Participant/.test(each.type), box: [each.x, each.y, each.x + each.width, each.y + each.height] }));
"""


def undrawn(name: str) -> str:
    """A shipped diagram without its layout."""
    text = (PROCESSES / name).read_text("utf-8")
    return re.sub("<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.DOTALL)


def overlapping(elements):
    """Pairs of shapes of one parent that lie over each other; events on a border do, and lanes hold the others."""
    shapes = [each for each in elements if not (each["flow"] or each["host"] or each["lane"] or not each["parent"])]
    for number, one in enumerate(shapes):
        for other in shapes[number + 1 :]:
            (a, b, c, d), (e, f, g, h) = one["box"], other["box"]
            if one["parent"] == other["parent"] and a < g and e < c and b < h and f < d:
                yield one["id"], other["id"]


@pytest.mark.parametrize(
    "text",
    [RARE, TWO, *(undrawn(f"{name}.bpmn") for name in ("ordinary", "unit-handling", "first-contact"))],
    ids=["rare", "two-pools", "ordinary", "unit-handling", "first-contact"],
)
def test_it_is_arranged(browser, cast, tmp_path, text):
    name = "arranged.bpmn"
    (tmp_path / name).write_text(text, "utf-8")
    browser.become(cast.owner)
    browser.follow("流程设计")
    browser.fill(name="没有布局")
    browser.press("#new-draft button")
    browser.find("input[name=files]").send_keys(str(tmp_path / name))
    browser.press("form[action$='/files'] button")
    browser.press(f"a[href$='/{name}/edit']")
    hand = Drawing(browser)
    hand.opened()
    browser.sees("已自动排列")
    hand.fit()
    browser.shot("designer-arranged")

    found = browser.driver.execute_script(DRAWN)
    kinds = (
        "process|participant|lane|[a-zA-Z]*(?:[tT]ask|Event|Gateway|Flow|Process|[aA]ssociation|Reference|Annotation)"
    )
    expected = set(re.findall(rf'<(?:bpmn:)?(?:{kinds}|callActivity) [^>]*?\bid="([^"]+)"', text))
    missing = expected - {each["id"] for each in found} - NOT_DRAWN
    assert {each for each in missing if f'process id="{each}"' not in text} == set()
    assert list(overlapping(found)) == []

    saved = hand.text()
    assert "BPMNShape" in saved
