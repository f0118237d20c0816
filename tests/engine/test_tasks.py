"""User tasks: who may do what when; every change is told in history with old and new."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.diagrams import call, property_
from support.engine import AMY, START, Story, chain, diagram, process, user

from engine import queries, tables, tasks
from engine.environment import SYSTEM, Actor
from engine.errors import Conflict, Forbidden, NotFound

BOB = Actor("bob", frozenset({"clerks"}))
EVE = Actor("eve")
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def task(story: Story) -> str:
    """An open task of the clerks."""
    attributes = (
        'camunda:candidateGroups="clerks, leaders" camunda:candidateUsers="=[&quot;zoe&quot;]" '
        'camunda:priority="=6 * 10.0" '
        'camunda:dueDate="=duration(&quot;P1D&quot;)" camunda:followUpDate="2026-05-09" camunda:formRef="sheet"'
    )
    inner = "<bpmn:documentation>Be kind.</bpmn:documentation>" + (
        f"<bpmn:extensionElements>{property_('dueKey', 'clock:governing')}</bpmn:extensionElements>"
    )
    sheet = b'{"type": "default", "id": "sheet", "components": []}'
    story.deploy(diagram(process(chain(("a", user("a", attributes, inner)), ("b", user("b"))))), sheet_form=sheet)
    story.start()
    return str(story.task("a").id)


def test_a_task_says_everything_that_the_diagram_says(story: Story, task: str) -> None:
    row = story.task("a")
    assert (row.name, row.priority, row.form_key, row.documentation) == ("a", 60, "sheet", "Be kind.")
    assert (row.due_key, row.created_at, row.assignee) == ("clock:governing", START, None)
    assert (row.due_at.isoformat(), row.follow_up_at.isoformat()) == (
        "2026-05-09T01:00:00+00:00",
        "2026-05-08T16:00:00+00:00",
    )
    candidates = {(row.kind, row.value, row.claimed) for row in story.rows(tables.candidate)}
    assert candidates == {("group", "clerks", False), ("group", "leaders", False), ("user", "zoe", False)}
    (fact,) = story.facts("task-created")
    assert (fact["groups"], fact["users"], fact["due"]) == (["clerks", "leaders"], ["zoe"], "2026-05-09T01:00:00+00:00")


ALLOWED = {
    ("open", "claim"): "assigned",
    ("open", "assign"): "assigned",
    ("assigned", "claim"): "assigned",
    ("assigned", "release"): "open",
    ("assigned", "assign"): "assigned",
    ("assigned", "delegate"): "delegated",
    ("delegated", "assign"): "assigned",
    ("delegated", "give_back"): "assigned",
    ("delegated", "claim"): "delegated",
}
MOVES: dict[str, Any] = {
    "claim": tasks.claim,
    "release": tasks.release,
    "assign": lambda tx, key: tasks.assign(tx, key, "bob"),
    "delegate": lambda tx, key: tasks.delegate(tx, key, "bob"),
    "give_back": tasks.give_back,
}


@pytest.mark.parametrize("before", ["open", "assigned", "delegated"])
@pytest.mark.parametrize("move", MOVES)
def test_the_table_of_allowed_transitions(story: Story, task: str, before: str, move: str) -> None:
    person = AMY
    if before != "open":
        story.run(lambda tx: tasks.claim(tx, task))
    if before == "delegated":
        story.run(lambda tx: tasks.delegate(tx, task, "bob"))
        person = BOB
    history = story.history()
    after = ALLOWED.get((before, move))
    if after is None:
        with pytest.raises(Conflict):
            story.run(lambda tx: MOVES[move](tx, task), by=person)
        assert (tasks.state(story.task("a")), story.history()) == (before, history)
    else:
        story.run(lambda tx: MOVES[move](tx, task), by=person)
        assert tasks.state(story.task("a")) == after
        assert {row.claimed for row in story.rows(tables.candidate) if row.task_id == task} == {after != "open"}
        told = len(story.history()) - len(history)
        assert told == (0 if move == "claim" and before != "open" else 1)
        assert after == before or after in tasks.MAY_BECOME[before]


def test_only_who_has_a_task_may_pass_it_on(story: Story, task: str) -> None:
    story.run(lambda tx: tasks.claim(tx, task))
    for work in (tasks.release, lambda tx, key: tasks.delegate(tx, key, "eve")):
        with pytest.raises(Forbidden, match="is with amy"):
            story.run(lambda tx, work=work: work(tx, task), by=BOB)
    story.run(lambda tx: tasks.delegate(tx, task, "bob"))
    with pytest.raises(Forbidden, match="is with bob"):
        story.run(lambda tx: tasks.give_back(tx, task), by=AMY)
    assert (story.task("a").assignee, story.task("a").owner) == ("bob", "amy")


def test_candidates_by_name_and_by_group_and_nobody_else(story: Story, task: str) -> None:
    with pytest.raises(Forbidden, match="not for you"):
        story.run(lambda tx: tasks.complete(tx, task), by=Actor("zoe's friend", frozenset({"zoe"})))
    with pytest.raises(Forbidden, match="not for you"):
        story.run(lambda tx: tasks.save_draft(tx, task, {}), by=EVE)
    story.run(lambda tx: tasks.add_candidate(tx, task, "user", "eve"))
    story.run(lambda tx: tasks.claim(tx, task), by=EVE)
    assert story.facts("task-candidate-added") == [{"candidate": "eve", "candidate_kind": "user"}]


def test_a_group_that_is_called_like_an_excluded_person_opens_no_door(story: Story) -> None:
    excluded = f"<bpmn:extensionElements>{property_('excludedUsers', 'amy, bob')}</bpmn:extensionElements>"
    story.deploy(diagram(process(chain(("a", user("a", 'camunda:candidateGroups="leaders"', excluded))))))
    story.start()
    with pytest.raises(Forbidden, match="not for you"):
        story.run(lambda tx: tasks.claim(tx, story.task("a").id), by=Actor("eve", frozenset({"bob"})))


def test_a_draft_is_kept_overwritten_and_goes_with_its_task(story: Story, task: str) -> None:
    for text in ("half", "more"):
        story.run(lambda tx, text=text: tasks.save_draft(tx, task, {"text": text}))
    with story.environment.read() as connection:
        assert queries.draft(connection, task) == {"text": "more"}
    story.complete("a")
    with story.environment.read() as connection:
        assert queries.draft(connection, task) is None


def test_dates_and_priority_are_changed_with_old_and_new(story: Story, task: str) -> None:
    story.run(lambda tx: tasks.set_due(tx, task, LATER))
    story.run(lambda tx: tasks.set_follow_up(tx, task, None))
    story.run(lambda tx: tasks.set_priority(tx, task, 70))
    story.run(lambda tx: tasks.set_priority(tx, task, 70))
    row = story.task("a")
    assert (row.due_at, row.follow_up_at, row.priority) == (LATER, None, 70)
    assert {row.due_at for row in story.rows(tables.candidate) if row.task_id == task} == {LATER}
    assert [(fact["old"], fact["new"]) for fact in story.facts("task-priority-changed")] == [(60, 70)]
    assert story.facts("task-due-changed")[0]["new"].startswith("2026-06-01T00:00:00")


def test_due_dates_move_by_key_in_the_whole_case(story: Story, task: str) -> None:
    story.start()
    assert story.run(lambda tx: tasks.move_due(tx, "clock:governing", "K-1", LATER)) == 2
    assert story.run(lambda tx: tasks.move_due(tx, "clock:other", "K-1", LATER)) == 0
    assert {row.due_at for row in story.rows(tables.task)} == {LATER}


def test_who_is_late_is_told_by_whom_it_was_done(story: Story, task: str) -> None:
    story.complete("a", by=BOB)
    for work in (*MOVES.values(), lambda tx, key: tasks.save_draft(tx, key, {})):
        with pytest.raises(Conflict, match="done by bob at 2026-05-08"):
            story.run(lambda tx, work=work: work(tx, task))
    with pytest.raises(NotFound, match="task"):
        story.run(lambda tx: tasks.claim(tx, "nothing"))


def test_a_task_that_goes_while_we_wait_for_the_lock_is_done(story: Story, task: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(tasks, "lock", lambda tx, root: tx.connection.execute(tables.task.delete()))
    with pytest.raises(NotFound, match="task"):
        story.run(lambda tx: tasks.claim(tx, task))


def test_four_eyes_reach_into_called_processes(story: Story) -> None:
    four_eyes = f"<bpmn:extensionElements>{property_('notSameAs', 'a')}</bpmn:extensionElements>"
    inner = process(chain(("b", user("b", inner=four_eyes)), prefix="g"), "q")
    middle = process(chain(("d", call("d", "q")), prefix="h"), "r")
    story.deploy(diagram(process(chain(("a", user("a")), ("c", call("c", "r")))), middle, inner))
    story.start()
    story.complete("a")
    with pytest.raises(Forbidden, match="Whoever has done 'a' may not do 'b'"):
        story.complete("b")
    story.complete("b", by=BOB)
    assert [row.user_id for row in story.rows(tables.performer)] == ["amy"]


def test_the_machine_may_complete_what_is_assigned_but_not_what_is_delegated(story: Story, task: str) -> None:
    story.run(lambda tx: tasks.claim(tx, task))
    story.run(lambda tx: tasks.delegate(tx, task, "bob"))
    with pytest.raises(Conflict, match="delegated by amy"):
        story.complete("a", by=SYSTEM)
    story.run(lambda tx: tasks.give_back(tx, task), by=BOB)
    story.complete("a", by=SYSTEM)
    assert story.open() == ["b"]


@pytest.mark.parametrize("attributes", ['camunda:assignee="=who"', 'camunda:candidateUsers="=who"'])
def test_a_name_that_does_not_fit_is_an_incident(story: Story, attributes: str) -> None:
    story.deploy(diagram(process(chain(("a", user("a", attributes))))))
    story.start(who="x" * 300)
    (incident,) = story.rows(tables.incident)
    assert "but got 300" in incident.message


def test_a_task_assigned_by_the_diagram_is_nobody_elses(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", user("a", 'camunda:assignee="amy" camunda:candidateGroups="clerks"'))))))
    story.start()
    with pytest.raises(Conflict, match="already with amy"):
        story.run(lambda tx: tasks.claim(tx, story.task("a").id), by=BOB)
    assert [row.claimed for row in story.rows(tables.candidate)] == [True]


def test_an_excluded_person_is_nobodys_choice_as_assignee(story: Story) -> None:
    excluded = f"<bpmn:extensionElements>{property_('excludedUsers', 'amy, bob')}</bpmn:extensionElements>"
    people = 'camunda:assignee="bob" camunda:candidateGroups="leaders"'
    story.deploy(diagram(process(chain(("a", user("a", people, excluded))))))
    story.start()
    assert story.task("a").assignee is None
    assert "assignee" not in story.facts("task-created")[0]
    story.run(lambda tx: tasks.claim(tx, story.task("a").id), by=Actor("eve", frozenset({"leaders"})))


def test_a_task_is_taken_from_its_assignee_and_offered_again(story: Story, task: str) -> None:
    story.run(lambda tx: tasks.assign(tx, task, "amy"))
    story.run(lambda tx: tasks.unassign(tx, task))
    story.run(lambda tx: tasks.unassign(tx, task))
    assert story.task("a").assignee is None
    assert [facts["old"] for facts in story.facts("task-released")] == ["amy"]
