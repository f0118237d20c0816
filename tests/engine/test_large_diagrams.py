"""Diagrams of 2,000 nodes are read, checked and run; what is larger than the bounds is refused with the bound."""

from __future__ import annotations

import re

import pytest
from support.engine import Story
from support.lint import check

from engine import tables, xml
from engine.environment import Limits
from engine.lint import notation

NODES = 2_000
DEEP = xml.MAX_DEPTH - 3  # definitions, process and an event inside of the innermost subprocess


def line(inner: list[str]) -> str:
    """Start, all of these in a row, end."""
    drawn = "".join(f'<task id="{identity}"/>' for identity in inner)
    return f'<startEvent id="s"/>{drawn}<endEvent id="e"/>\n{" -> ".join(["s", *inner, "e"])}\n'


def fork(inner: list[str], kind: str) -> str:
    """All of these beside each other, between two gateways of a kind."""
    drawn = "".join(f'<task id="{identity}"/>' for identity in inner)
    condition = ": true" if kind == "inclusiveGateway" else ""
    ways = "".join(f"f -> {identity}{condition}\n{identity} -> j\n" for identity in inner)
    default = ' default="f-j"' if condition else ""
    return (
        f'<startEvent id="s"/><{kind} id="f"{default}/><{kind} id="j"/><endEvent id="e"/>{drawn}\n'
        f"s -> f -> j -> e\n{ways}"
    )


def nest(depth: int, width: int) -> str:
    """Subprocesses inside each other, each with tasks before the next."""
    text, row = "", []
    for level in range(depth):
        tasks = [f"t{level}-{number}" for number in range(width)]
        drawn = "".join(f'<task id="{identity}"/>' for identity in tasks)
        row = [f"s{level}", *tasks, *([f"p{level - 1}"] if level else []), f"e{level}"]
        inside = f'<startEvent id="s{level}"/>{drawn}{text}<endEvent id="e{level}"/>\n{" -> ".join(row)}\n'
        text = f'<subProcess id="p{level}">{inside}</subProcess>'
    return f'<startEvent id="s"/>{text}<endEvent id="e"/>\ns -> p{depth - 1} -> e\n'


def ids(count: int) -> list[str]:
    return [f"t{number}" for number in range(count)]


SHAPES: dict[str, tuple[str, int]] = {
    "in a row": (line(ids(NODES - 2)), NODES),
    "beside each other": (fork(ids(NODES - 4), "parallelGateway"), NODES),
    "beside each other, each if its condition holds": (fork(ids(NODES - 4), "inclusiveGateway"), NODES),
    "inside each other": (nest(DEEP, NODES // DEEP - 2), 2 + DEEP * (NODES // DEEP + 1)),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shape", SHAPES)
def test_two_thousand_nodes_are_deployed_and_run(story: Story, shape: str) -> None:
    text, nodes = SHAPES[shape]
    assert nodes >= NODES - DEEP
    story.deploy(notation.diagram(text))
    assert story.outcome(story.start()) == "completed"
    drawn = set(re.findall(r'<\w+ id="([^"]+)"', text))
    seen = {row.element_id for row in story.rows(tables.event) if row.element_id in drawn}
    assert len(drawn) == nodes
    assert seen == drawn


@pytest.mark.parametrize(
    ("text", "bound"),
    [(nest(DEEP + 1, 1), xml.MAX_DEPTH), (line(ids(xml.MAX_ELEMENTS // 2)), xml.MAX_ELEMENTS)],
)
def test_what_is_larger_is_refused_with_the_bound(text: str, bound: int) -> None:
    (finding,) = check(notation.diagram(text))
    assert (finding.rule, finding.parameters["limit"]) == ("unreadable", bound)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_more_steps_than_a_command_may_take_are_an_incident(story: Story) -> None:
    story.environment.limits = Limits(steps=NODES // 2)
    story.deploy(notation.diagram(line(ids(NODES))))
    story.start()
    (incident,) = story.rows(tables.incident)
    assert str(NODES // 2) in incident.message
