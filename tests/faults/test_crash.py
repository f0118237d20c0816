"""kill -9 at random instants, 50 times: nothing is lost, nothing is doubled, and the history verifies."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.engine import START, Story, chain, diagram, process, timer, user

from engine import tables, verify

KILLS, INSTANCES = 50, 250
FEW_KILLS, FEW_INSTANCES = 30, 60
"""For the broken engine: most of the time of a step lies between its two commits."""
SERVICE = '<bpmn:serviceTask id="n" camunda:topic="note"/>'
WAIT = f'<bpmn:intermediateCatchEvent id="t">{timer("duration", "PT1H")}</bpmn:intermediateCatchEvent>'
STEPS = ("a", "b", "c")


@pytest.fixture
def crowd(story: Story, request: pytest.FixtureRequest) -> Story:
    """Many instances, each with three tasks, a timer and a service on its way."""
    story.environment.operations.operation("note")(lambda call: None)
    nodes = [("a", user("a")), ("n", SERVICE), ("b", user("b")), ("t", WAIT), ("c", user("c"))]
    story.deploy(diagram(process(chain(*nodes))))
    for _ in range(getattr(request, "param", INSTANCES)):
        story.start()
    assert story.clock.now() == START
    return story


def kill_and_restart(url: str, folder: Path, kills: int, *mode: str) -> int:
    """Let two nodes work, kill them at random, until all is done; returns how many were killed."""
    acknowledged = folder / "acknowledged"
    acknowledged.touch()
    command = [sys.executable, str(Path(__file__).parent / "worker.py"), url, str(acknowledged), str(kills), *mode]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=240).stdout)


def invariants(story: Story, acknowledged: Path) -> Iterator[str]:
    """What is wrong after the storm, if anything."""
    completed = Counter(
        (row.instance_id, row.element_id) for row in story.rows(tables.event) if row.kind == "task-completed"
    )
    instances = [row.id for row in story.rows(tables.instance)]
    for step in [(instance, element) for instance in instances for element in STEPS]:
        if completed[step] != 1:
            yield f"{step} was completed {completed[step]} times in history"
    done = {row.task_id for row in story.rows(tables.event) if row.kind == "task-completed"}
    for task in set(acknowledged.read_text().split()) - done:
        yield f"{task} was acknowledged, but history does not know it"
    fired = Counter(row.instance_id for row in story.rows(tables.event) if row.kind == "timer-fired")
    noted = Counter(row.instance_id for row in story.rows(tables.event) if row.kind == "noted")
    for instance in instances:
        if (fired[instance], noted[instance]) != (1, 1):
            yield f"{instance}: fired {fired[instance]} times, noted {noted[instance]} times"
    if {row.outcome for row in story.rows(tables.instance)} != {"completed"}:
        yield "not every instance has completed"
    report = verify.verify(story.environment)
    yield from (str(found) for found in report.breaks)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled(crowd: Story, database_url: str, tmp_path: Path) -> None:
    kills = kill_and_restart(database_url, tmp_path, KILLS)
    assert list(invariants(crowd, tmp_path / "acknowledged")) == []
    assert kills == KILLS


@pytest.mark.slow
@pytest.mark.parametrize("crowd", [FEW_INSTANCES], indirect=True)
def test_the_harness_finds_a_broken_engine(crowd: Story, database_url: str, tmp_path: Path) -> None:
    kill_and_restart(database_url, tmp_path, FEW_KILLS, "broken")
    assert list(invariants(crowd, tmp_path / "acknowledged")) != []
