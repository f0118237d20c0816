"""docs/bpmn-coverage.md: every construct of BPMN is executed or refused by name. There is no third state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby

import pytest
from support import source
from support.constructs import CONSTRUCTS, Construct
from support.engine import Story

from engine import bundle, definitions, instances, messages, tables
from engine.bpmn.kinds import KINDS
from engine.bpmn.model import FLOW_NODES
from engine.environment import SYSTEM
from engine.functions import Functions
from engine.lint import Finding
from engine.operations import Operations

PAGE = source.ROOT / "docs" / "bpmn-coverage.md"
SINCE = "0.1"
HEAD = """# BPMN: executed or refused

Made from `tests/support/constructs.py`, a smallest diagram for each construct. This command writes the page anew:
`RENEW=1 .venv/bin/pytest tests/engine/test_bpmn_coverage.py`. What is *executed* was run by that test. What is
*refused* is an error of the named rule ([lint.md](lint.md)) at deployment, and nothing is deployed. There is no third
state: nothing is ignored in silence. Chapters are those of BPMN 2.0.2.
"""


def operations() -> Operations:
    made = Operations()
    made.operation("note")(lambda call: None)
    return made


def errors(construct: Construct) -> list[Finding]:
    files = {"diagram.bpmn": construct.content, **construct.files}
    return [f for f in bundle.read(files, Functions(), operations())[1] if f.severity == "error"]


def page() -> str:
    return HEAD + "".join(lines())


def lines() -> Iterator[str]:
    for group, constructs in groupby(CONSTRUCTS, lambda construct: construct.group):
        yield f"\n## {group}\n\n| construct | BPMN | state | since / refused by |\n|---|---|---|---|\n"
        for construct in constructs:
            rules = sorted({f"`{finding.rule}`" for finding in errors(construct)})
            state, why = ("refused", ", ".join(rules)) if rules else ("executed", SINCE)
            yield f"| {construct.name} | {construct.standard} | {state} | {why} |\n"


def test_the_page_says_what_is_so() -> None:
    if os.environ.get("RENEW"):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()


def test_every_node_of_bpmn_is_in_the_catalogue() -> None:
    drawn = {kind for kind in FLOW_NODES if any(f"<bpmn:{kind} ".encode() in c.content for c in CONSTRUCTS)}
    assert drawn == FLOW_NODES
    assert len({(construct.group, construct.name) for construct in CONSTRUCTS}) == len(CONSTRUCTS)
    refused = b"".join(construct.content for construct in CONSTRUCTS if errors(construct))
    for kind in FLOW_NODES - KINDS.keys():
        assert f"<bpmn:{kind} ".encode() in refused


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_executed_runs(story: Story) -> None:
    story.environment.operations = operations()
    for construct in CONSTRUCTS:
        if errors(construct):
            continue
        files = {"diagram.bpmn": construct.content, **construct.files}
        story.run(lambda tx, files=files: definitions.deploy(tx, "test", files), by=SYSTEM)
        if construct.by_event:
            story.run(lambda tx: messages.publish(tx, "answered", business_key="K-1"), by=SYSTEM)
            story.run(lambda tx: messages.signal(tx, "alarm"), by=SYSTEM)
            story.run(lambda tx: instances.start_when(tx, {"x": 1}), by=SYSTEM)
            story.travel(hours=1)
        else:
            story.start(by=SYSTEM, n=2, x=0)
        for work in (
            lambda tx: messages.publish(tx, "answered", business_key="K-1"),
            lambda tx: messages.signal(tx, "alarm"),
        ):
            story.run(work, by=SYSTEM)
        story.travel(hours=1)
        for _ in range(5):
            for element in {*story.open()}:
                story.complete(element, by=SYSTEM, x=1, n=0)
        assert [row.message for row in story.rows(tables.incident)] == [], construct.name
        seen = {row.element_id for row in story.rows(tables.event)}
        assert construct.element in seen, construct.name
