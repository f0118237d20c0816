"""Deployments: all or nothing, kept byte for byte, versions per process, bindings to the own deployment."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import delete
from support.diagrams import NAMES, call
from support.engine import Story, chain, diagram, process, user

from engine import definitions, queries, tables
from engine.environment import SYSTEM
from engine.errors import Conflict, NotFound
from engine.lint import Refused

PLAIN = diagram(process(chain(("a", user("a")))))
CALLED = process(chain(("inside", user("inside")), prefix="g"), "q")


def version(story: Story) -> int:
    with story.environment.read() as connection:
        return definitions.current(story.environment, connection, "p").version


def test_a_bundle_with_an_error_changes_nothing_and_tells_everything(story: Story) -> None:
    broken = diagram(process('<bpmn:startEvent id="s"/><bpmn:inclusiveGateway id="g"/>', "other"))
    with pytest.raises(Refused) as refused:
        story.deploy(PLAIN, broken)
    assert {f.file for f in refused.value.findings if f.severity == "error"} == {"diagram1.bpmn"}
    assert len([finding for finding in refused.value.findings if finding.severity == "error"]) > 1
    assert story.rows(tables.deployment) == story.rows(tables.definition) == story.rows(tables.event) == []
    assert definitions.check(story.environment, {"a.bpmn": broken})


def test_what_was_uploaded_is_kept_byte_for_byte(story: Story) -> None:
    content = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- kept -->' + PLAIN
    deployment = story.deploy(content, letter_txt="您好".encode())
    with story.environment.read() as connection:
        assert queries.files(connection, deployment.id) == {"diagram0.bpmn": content, "letter.txt": "您好".encode()}
        assert queries.resource(connection, deployment.definitions["p"]) == ("diagram0.bpmn", content)
        assert queries.resource(connection, "nothing") is None
    kinds = {row.name: (row.kind, row.sha256) for row in story.rows(tables.resource)}
    assert kinds["diagram0.bpmn"] == ("bpmn", hashlib.sha256(content).hexdigest())
    assert kinds["letter.txt"][0] == "other"


def test_the_same_bundle_is_not_deployed_again(story: Story) -> None:
    first = story.deploy(PLAIN)
    again = story.deploy(PLAIN)
    assert (first.new, again.new, again.id, again.definitions) == (True, False, first.id, first.definitions)
    story.travel(hours=1)
    other = story.deploy(PLAIN, note_txt=b"changed")
    assert (other.new, version(story)) == (True, 2)


def test_versions_go_on_and_an_earlier_one_can_be_made_current(story: Story) -> None:
    first = story.deploy(PLAIN).definitions["p"]
    story.start()
    story.travel(hours=1)
    second = story.deploy(diagram(process(chain(("b", user("b")))))).definitions["p"]
    story.start()
    assert (story.open(), version(story)) == (["a", "b"], 2)
    story.run(lambda tx: definitions.make_current(tx, first))
    assert version(story) == 1
    made = story.facts("made-current", "deployment")
    assert [(fact["version"], fact["old"]) for fact in made] == [(1, None), (2, first), (1, second)]
    with pytest.raises(NotFound):
        story.run(lambda tx: definitions.make_current(tx, "nothing"))


def test_a_suspended_version_neither_starts_nor_goes_on(story: Story) -> None:
    deployed = story.deploy(PLAIN).definitions["p"]
    story.start()
    story.run(lambda tx: definitions.suspend(tx, deployed))
    with pytest.raises(Conflict, match="'p' is suspended"):
        story.start()
    with pytest.raises(Conflict, match="suspended"):
        story.complete("a")
    story.run(lambda tx: definitions.activate(tx, deployed))
    story.complete("a")
    kinds = ("definition-suspended", "definition-activated")
    assert story.history(*kinds, stream="deployment") == [*kinds]
    with pytest.raises(NotFound):
        story.run(lambda tx: definitions.suspend(tx, "nothing"))


def test_a_call_stays_in_its_own_deployment(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a")), ("c", call("c", "q")))), CALLED))
    story.start()
    newer = process(chain(("newer", user("newer")), prefix="g"), "q")
    story.deploy(diagram(process(chain(("c", call("c", "q")))), newer))
    story.complete("a")
    assert story.open() == ["inside"]
    story.start()
    assert story.open() == ["inside", "newer"]


def test_another_node_compiles_from_the_stored_bytes(story: Story) -> None:
    story.deploy(diagram(process(chain(("c", call("c", "q")))), CALLED, extra=NAMES))
    story.start()
    story.environment.deployments.clear()
    story.complete("inside")
    assert story.open() == []
    assert {definition.key for definition in story.environment.deployments.values()} == {"p", "q"}


def test_a_called_process_that_is_missing_is_an_incident(story: Story) -> None:
    deployed = story.deploy(diagram(process(chain(("a", user("a")), ("c", call("c", "q")))), CALLED))
    story.start()
    story.environment.deployments.clear()
    missing = delete(tables.current_definition).where(tables.current_definition.c.key == "q")
    story.run(lambda tx: tx.connection.execute(missing))
    story.run(lambda tx: tx.connection.execute(delete(tables.definition).where(tables.definition.c.key == "q")))
    story.complete("a", by=SYSTEM)
    (incident,) = story.rows(tables.incident)
    assert "process 'q' in the deployment" in incident.message
    with story.environment.read() as connection, pytest.raises(NotFound):
        definitions.by_id(story.environment, connection, deployed.definitions["q"])


def test_a_decision_that_is_missing_is_an_incident(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    table = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="D" name="D" namespace="n">'
        b'<decision id="rate" name="rate"><variable name="rate"/><literalExpression><text>amount * 2</text>'
        b"</literalExpression></decision></definitions>"
    )
    rule = '<bpmn:businessRuleTask id="r" camunda:decisionRef="rate" camunda:resultVariable="found"/>'
    story.deploy(diagram(process(chain(("a", user("a")), ("r", rule), ("z", user("z"))))), rate_dmn=table)
    root, other = story.start(amount=4), story.start(amount=5)
    story.complete("a")
    assert story.open() == ["a", "z"]
    assert {story.variables(root).get("found"), story.variables(other).get("found")} in (
        {None, '[{"rate":8}]'},
        {None, '[{"rate":10}]'},
    )
    for definition in story.environment.deployments.values():
        monkeypatch.setattr(definition.bundle, "decisions", {})
    story.complete("a", by=SYSTEM)
    assert "decision 'rate' in the deployment" in story.rows(tables.incident)[0].message
