"""Every step has a named responsible person (R75): the table comes from the deployed diagrams."""

import csv
import io

import pytest

from complaints import raci
from engine import definitions
from engine.environment import SYSTEM
from engine.lint.findings import Refused


def duties(bank):
    with bank.environment.read() as connection:
        return raci.table(bank.environment, connection)


@pytest.mark.proves("R75")
def test_no_shipped_user_task_is_without_a_role_or_a_person(bank):
    found = duties(bank)
    assert len(found) > 20
    assert raci.incomplete(found) == []
    assert [duty.element for duty in found if not duty.deputy and not duty.users] == []
    accept = next(duty for duty in found if duty.element == "Accept")
    assert (accept.process, accept.deputy, accept.excluded) == ("unit-handling", "contact-b", "persons complained of()")
    assert (accept.lane, accept.lane_en) == ("承办单位", "Unit")
    assert accept.assignee == 'contact(unit, "A")'


@pytest.mark.proves("R75")
def test_the_sheet_holds_every_task_and_no_formula(bank):
    found = duties(bank)
    rows = list(csv.DictReader(io.StringIO(raci.sheet(found).removeprefix("\ufeff"))))
    assert [row["element"] for row in rows] == [duty.element for duty in found]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]


@pytest.mark.proves("R75")
def test_a_task_without_anybody_cannot_be_deployed(bank):
    with pytest.raises(Refused) as refused:
        bank.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "bare", {"bare.bpmn": BARE}))
    assert "Do" in [finding.element for finding in refused.value.findings if finding.severity == "error"]
    assert raci.incomplete(duties(bank)) == []


BARE = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="http://t">
  <bpmn:process id="bare" name="Bare" isExecutable="true">
    <bpmn:startEvent id="S"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Do" name="Do it"><bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="E"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="S" targetRef="Do" />
    <bpmn:sequenceFlow id="b" sourceRef="Do" targetRef="E" />
  </bpmn:process>
</bpmn:definitions>
"""
