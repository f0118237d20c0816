"""Every form has somebody who fills it in, and a simulated bank lives through all kinds of complaints."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from sqlalchemy import func, select

import engine.tables
from complaints import catalogue, house, simulate, tables
from complaints.simulation import answers, policy, year

USER_TASK = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
FORM_REF = "{http://camunda.org/schema/1.0/bpmn}formRef"
OFTEN = {
    "material_missing": 1,
    "press_only": 0.5,
    "comes_in_a_group": 1,
    "many_people": 1,
    "promises": 0.3,
    "action_ineffective": 0.3,
    "complains_again": 1,
    "asks_for_review": 0.3,
    "decision_changed": 0.5,
    "withdraws": 0.4,
    "withdrawal_taken_back": 0.3,
    "customer_pressed": 0.3,
}
MIXED = {
    "channels": {"PHONE": 4, "WEB": 3, "VISIT": 3, "MEDIA": 2, "FORWARDED": 2},
    "repeats": 0.4,
}


def test_every_form_of_a_user_task_has_an_answer():
    asked = {
        task.get(FORM_REF)
        for path in catalogue.FOLDER.glob("*.bpmn")
        for task in ElementTree.parse(path).iter(USER_TASK)
    } - {None}
    assert len(asked) > 40
    assert asked <= answers.FORMS.keys()


@pytest.fixture
def lively(tmp_path, monkeypatch):
    """A bank in which much of what is rare happens often."""
    usual = json.loads(policy.USUAL.read_text("utf-8"))
    usual["shares"] |= OFTEN
    usual["kinds"] = {"complex": 0.1, "ordinary": 0.2, "media": 0.1}
    shares, mix = tmp_path / "policy.json", tmp_path / "year.json"
    shares.write_text(json.dumps(usual), "utf-8")
    mix.write_text(json.dumps(year.mix() | MIXED), "utf-8")
    monkeypatch.setattr(year, "SHIPPED", mix)
    monkeypatch.setattr(year, "LOOKS_BACK", 2)  # the one before has come a day or two ago
    return simulate.Options(seed=1, days=6, cases=24, policy=shares)


def test_all_kinds_occur_and_every_case_ends(database_url, tmp_path, lively):
    here = simulate.Place(database_url, tmp_path, b"k" * 32)
    told = simulate.run(here, lively)
    assert (told["cases"], told["archived"], told["open_tasks"], told["incidents"]) == (24, 24, 0, 0)
    assert (told["violations_found"], told["unattended"], told["verified"]) == ([], 0, True)
    assert told["by_kind"].keys() >= {"ordinary", "complex", "media", "re-complaint"}
    assert min(told["withdrawals"], told["reviews"], told["kind_changes"]) > 0
    environment = house.environment(here.url, seal_key=here.seal_key)
    event = engine.tables.event
    done = select(event.c.element_id).where(event.c.kind == "task-completed").distinct()
    outcomes = select(tables.withdrawal.c.outcome, func.count()).group_by(tables.withdrawal.c.outcome)
    with environment.read() as connection:
        steps = set(connection.scalars(done))
        ended = dict(map(tuple, connection.execute(outcomes)))
        kept = set(connection.scalars(select(tables.promise.c.state)))
    environment.store.close()
    assert steps >= {"NewFacts", "Decide", "CallCustomer", "CarryOut", "CheckEffect", "KeepPromise", "FactSheet"}
    assert steps >= {"JointConclusion", "DetermineNature", "Improve", "ApproveReply", "ReportArticle"}
    assert steps >= {"RequestMaterial", "AwaitMaterial"}
    assert steps >= {"EmergencyPlan", "RegulatorReport"}
    assert None not in ended
    assert ended["confirmed"] > 0
    assert kept <= {"kept", "mended"}
