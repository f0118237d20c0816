"""What pages ask: paged by key, sorted by urgency, the state for what is and history for what was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.diagrams import border, call, subprocess
from support.engine import AMY, START, Story, chain, diagram, process, timer, user

from engine import queries, tables, tasks
from engine.environment import Actor

LIMITED = user("a", 'camunda:candidateGroups="clerks" camunda:dueDate="=limit"')


def ask(story: Story, query: Any, *given: Any, **options: Any) -> Any:
    with story.environment.read() as connection:
        return query(connection, *given, **options)


@pytest.fixture
def inbox(story: Story) -> Story:
    """Seven tasks of the clerks, two of them without a limit."""
    story.deploy(diagram(process(chain(("a", LIMITED)))))
    for hours in (5, 1, 3, 2, 4):
        story.start(limit=timedelta(hours=hours))
    story.start()
    story.start()
    return story


def pages(story: Story, query: Any, *given: Any) -> list[list[Any]]:
    found, after = [], None
    while True:
        page = ask(story, query, *given, after=after, limit=3)
        found.append([None if task.due_at is None else (task.due_at - START).seconds // 3600 for task in page.tasks])
        after = page.following
        if after is None:
            return found


def test_the_inbox_of_a_group_is_paged_by_urgency(inbox: Story) -> None:
    assert pages(inbox, queries.offered_tasks, "amy", ["clerks", "leaders"]) == [[1, 2, 3], [4, 5, None], [None]]
    assert pages(inbox, queries.offered_tasks, "amy", []) == [[]]
    assert ask(inbox, queries.count_offered, ["clerks"]) == 7
    assert ask(inbox, queries.count_offered, ["clerks"], most=5) == 5


def test_claimed_tasks_are_ones_own_and_no_longer_offered(inbox: Story) -> None:
    for task in inbox.rows(tables.task)[:5]:
        inbox.run(lambda tx, task=task: tasks.claim(tx, task.id))
    own = [hours for page in pages(inbox, queries.my_tasks, "amy") for hours in page]
    offered = [hours for page in pages(inbox, queries.offered_tasks, "bob", ["clerks"]) for hours in page]
    assert (len(own), len(offered)) == (5, 2)
    assert sorted(own + offered, key=lambda hours: hours or 99) == [1, 2, 3, 4, 5, None, None]


def test_a_task_offered_twice_is_shown_once(story: Story) -> None:
    offer = 'camunda:candidateGroups="clerks,leaders" camunda:candidateUsers="amy"'
    story.deploy(diagram(process(chain(("a", user("a", offer))))))
    story.start()
    (task,) = ask(story, queries.offered_tasks, "amy", ["clerks", "leaders"]).tasks
    assert ask(story, queries.open_task, task.id) == task
    assert ask(story, queries.open_task, "nothing") is None
    assert ask(story, queries.tasks_of, "K-1") == (task,)


def test_a_lane_offers_its_tasks(story: Story) -> None:
    inside = '<bpmn:lane id="l1" name="desk"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
    lane = f'<bpmn:laneSet id="l">{inside}</bpmn:laneSet>'
    story.deploy(diagram(process(lane + chain(("a", user("a", ""))))))
    story.start()
    assert len(ask(story, queries.offered_tasks, "joe", ["desk"]).tasks) == 1


def test_a_diagram_shows_what_was_and_what_is(story: Story) -> None:
    inner = chain(("b", user("b")), prefix="i")
    late = border("late", "a", timer("duration", "PT1H"), "esc") + user("esc")
    story.deploy(diagram(process(chain(("a", user("a")), ("sp", subprocess("sp", inner))) + late)))
    root = story.start()
    story.complete("a")
    found, flows = ask(story, queries.activities, root)
    shown = {view.element_id: (view.state, view.tokens, view.count, view.actor) for view in found}
    assert shown == {
        "fs": ("done", 0, 1, "amy"),
        "a": ("done", 0, 1, "amy"),
        "sp": ("active", 1, 0, None),
        "is": ("done", 0, 1, "amy"),
        "b": ("active", 1, 0, None),
    }
    assert flows == ["f0", "f1", "i0"]
    story.start()
    other = story.start()
    story.travel(hours=1)
    shown = {view.element_id: view.state for view in ask(story, queries.activities, other)[0]}
    assert (shown["a"], shown["late"], shown["esc"]) == ("cancelled", "done", "active")


def test_an_incident_is_shown_where_it_stands(story: Story) -> None:
    story.deploy(diagram(process(chain(("a", LIMITED)))))
    root = story.start(limit="soon")
    (view,) = [view for view in ask(story, queries.activities, root)[0] if view.element_id == "a"]
    assert (view.state, view.tokens, view.ended_at) == ("incident", 1, None)
    (incident,) = ask(story, queries.incidents)
    assert (incident.key, incident.version, incident.business_key) == ("p", 1, "K-1")
    assert ask(story, queries.variables, root) == {"limit": "soon"}


def test_instances_of_a_case_and_versions(story: Story) -> None:
    story.deploy(diagram(process(chain(("c", call("c", "q")))), process(chain(("a", user("a")), prefix="g"), "q")))
    root = story.start()
    found = {row.key: (row.parent_id, row.outcome, row.version) for row in ask(story, queries.instances_of, "K-1")}
    assert found == {"p": (None, None, 1), "q": (root, None, 1)}
    story.travel(hours=1)
    story.deploy(diagram(process(chain(("a", user("a"))))))
    story.complete("a", by=Actor("bob", AMY.groups))
    listed = [(row.key, row.version, bool(row.is_current), row.running) for row in ask(story, queries.definitions)]
    assert listed == [("p", 2, True, 0), ("p", 1, False, 0), ("q", 1, True, 0)]


def test_the_body_of_a_multi_instance_is_no_token_beside_its_items(story: Story) -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="=items" camunda:elementVariable="item"/>'
    story.deploy(diagram(process(chain(("v", user("v", inner=loop)), ("z", user("z"))))))
    root = story.start(items=["x"])

    def seen() -> tuple[str, int, int]:
        with story.environment.read() as connection:
            (view,) = (one for one in queries.activities(connection, root)[0] if one.element_id == "v")
        return view.state, view.tokens, view.count

    assert seen() == ("active", 1, 0)
    story.complete("v")
    assert seen() == ("done", 0, 1)
