"""A case asks decisions: over files that import each other, and history tells what was decided, by which version."""

from __future__ import annotations

import pytest
from support.engine import Story, chain, diagram, process, user

from engine import tables
from engine.lint import Refused

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
RISK = f"""<definitions xmlns="{DMN}" id="risk" name="Risk" namespace="urn:risk">
  <inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="risk" name="Risk"><variable name="risk"/>
    <informationRequirement><requiredInput href="#amount"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
      <output id="o" name="risk" typeRef="string"/><annotation name="Why"/>
      <rule id="r1"><inputEntry><text>&lt; 100</text></inputEntry><outputEntry><text>"low"</text></outputEntry>
        <annotationEntry><text>petty</text></annotationEntry></rule>
      <rule id="r2"><inputEntry><text>&gt;= 100</text></inputEntry><outputEntry><text>"high"</text></outputEntry>
        <annotationEntry><text>§ 7</text></annotationEntry></rule>
    </decisionTable></decision></definitions>""".encode()
PLAN = f"""<definitions xmlns="{DMN}" id="plan" name="Plan" namespace="urn:plan">
  <import namespace="urn:risk" name="r" importType="{DMN}" locationURI="risk.dmn"/>
  <decision id="days" name="Days"><variable name="days"/>
    <informationRequirement><requiredDecision href="urn:risk#risk"/></informationRequirement>
    <conditional><if><literalExpression><text>r.risk = "high"</text></literalExpression></if>
      <then><literalExpression><text>DAYS</text></literalExpression></then>
      <else><literalExpression><text>30</text></literalExpression></else></conditional></decision>
  <decisionService id="plan" name="plan"><outputDecision href="#days"/><encapsulatedDecision href="urn:risk#risk"/>
    <inputData href="urn:risk#amount"/></decisionService></definitions>"""
RULE = '<bpmn:businessRuleTask id="r" camunda:decisionRef="plan" camunda:resultVariable="days" '
RULE += 'camunda:mapDecisionResult="singleEntry"/>'
DIAGRAM = diagram(process(chain(("r", RULE), ("a", user("a")))))


def deploy(story: Story, days: int) -> str:
    files = {"risk_dmn": RISK, "plan_dmn": PLAN.replace("DAYS", str(days)).encode()}
    return story.deploy(DIAGRAM, **files).id


def test_a_decision_over_two_files_is_told_with_inputs_rules_outputs_and_version(story: Story) -> None:
    first = deploy(story, 5)
    instance = story.start(amount=250)
    second = deploy(story, 3)
    story.start(amount=250)
    assert story.variables(instance)["days"] == "5"
    old, new = story.facts("decision-evaluated")
    assert [(one["decision"], one["version"], one["deployment"]) for one in (old, new)] == [
        ("plan", 1, first),
        ("plan", 2, second),
    ]
    risk, days, plan = old["trace"]
    assert risk == {
        "decision": "risk",
        "name": "Risk",
        "inputs": [{"name": "amount", "value": 250}],
        "rules": [{"number": 2, "id": "r2", "annotations": {"Why": "§ 7"}}],
        "outputs": "high",
    }
    assert (days["decision"], days["outputs"]) == ("days", 5)
    assert (plan["inputs"], plan["outputs"]) == ([{"name": "amount", "value": 250}], 5)
    assert new["trace"][-1]["outputs"] == 3
    assert story.history("decision-evaluated", "task-created") == ["decision-evaluated r", "task-created a"] * 2


def test_a_table_whose_rules_overlap_is_not_deployed(story: Story) -> None:
    overlapping = RISK.replace(b"&lt; 100", b"&lt;= 100")
    with pytest.raises(Refused) as refused:
        story.deploy(DIAGRAM, risk_dmn=overlapping, plan_dmn=PLAN.replace("DAYS", "1").encode())
    assert [str(problem) for problem in refused.value.problems] == [
        "risk.dmn#r2: Rule 2 matches together with 1, e.g. amount = 100"
    ]
    assert story.rows(tables.deployment) == []


def test_an_input_that_is_not_allowed_is_an_incident_that_names_it(story: Story) -> None:
    deploy(story, 5)
    story.start(amount="much")
    assert story.open() == []
    assert "Expected a number as 'amount'" in story.rows(tables.incident)[0].message
    assert story.history("decision-evaluated") == []
