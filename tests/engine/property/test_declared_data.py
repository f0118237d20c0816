"""Random nests of subprocesses and repetitions that declare, write and copy data: what is declared never leaks.

A few lines of Python play the same with dictionaries. Every command works with everything compiled anew and restored.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st
from support.diagrams import script, subprocess, times
from support.engine import Story, chain, diagram, process, user
from support.items import prop

from engine import bundle, instances, tables
from engine.environment import SYSTEM

NAMES = ("a", "b", "c")
Scopes = list[dict[str, Any]]
Block = Callable[["Drawing"], tuple[str, str]]
"""Draws itself: the id of its element and its XML."""


class Drawing:
    """Fresh ids, and what the same means in Python, in the order of the flow."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.play: Callable[[Scopes], None] = lambda scopes: None

    def __call__(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"


def put(scopes: Scopes, name: str, value: Any) -> None:
    """The nearest scope that holds the name, else the process."""
    next((scope for scope in reversed(scopes) if name in scope), scopes[0])[name] = value


def get(scopes: Scopes, name: str) -> Any:
    return next((scope[name] for scope in reversed(scopes) if name in scope), None)


def write(name: str) -> Block:
    def draw(drawing: Drawing) -> tuple[str, str]:
        identity = drawing("w")
        value = int(identity[1:])
        drawing.play = lambda scopes: put(scopes, name, value)
        return identity, script(identity, str(value), name)

    return draw


def copy(source: str, target: str) -> Block:
    def draw(drawing: Drawing) -> tuple[str, str]:
        identity = drawing("k")
        drawing.play = lambda scopes: put(scopes, target, get(scopes, source))
        return identity, script(identity, source, target)

    return draw


def pause() -> Block:
    def draw(drawing: Drawing) -> tuple[str, str]:
        identity = drawing("u")
        drawing.play = lambda scopes: None
        return identity, user(identity)

    return draw


def inside(blocks: list[Block], declared: frozenset[str], rounds: int) -> Block:
    """A subprocess, repeated one after the other when `rounds` is not 0."""

    def draw(drawing: Drawing) -> tuple[str, str]:
        identity, plays, parts = drawing("s"), [], []
        for block in blocks:
            parts.append(block(drawing))
            plays.append(drawing.play)
        held = "".join(prop(name, f"{identity}_{name}") for name in sorted(declared))
        loop = times(rounds, sequential=True) if rounds else ""

        def play(scopes: Scopes) -> None:
            for _ in range(rounds or 1):
                inner = [*scopes, dict.fromkeys(declared)]
                for each in plays:
                    each(inner)

        drawing.play = play
        return identity, subprocess(identity, held + loop + chain(*parts, prefix=f"{identity}f"))

    return draw


names = st.sampled_from(NAMES)
SIMPLE = st.builds(write, names) | st.builds(copy, names, names) | st.builds(pause)
BLOCKS = st.recursive(
    SIMPLE,
    lambda inner: st.builds(inside, st.lists(inner, min_size=1, max_size=4), st.frozensets(names), st.integers(0, 2)),
    max_leaves=10,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(blocks=st.lists(BLOCKS, min_size=1, max_size=4), declared=st.frozensets(names))
def test_declared_names_stay_where_they_are_declared(
    story: Story, blocks: list[Block], declared: frozenset[str]
) -> None:
    for row in story.rows(tables.instance):
        if row.outcome is None:  # of an example that failed
            story.run(lambda tx, left=row.id: instances.cancel(tx, left, "the example is over"), by=SYSTEM)
    drawing, scopes = Drawing(), [dict.fromkeys(declared)]
    parts = []
    for block in blocks:
        parts.append(block(drawing))
        drawing.play(scopes)
    held = "".join(prop(name, f"p_{name}") for name in sorted(declared))
    content = diagram(process(held + chain(*parts, ("z", user("z")))))
    note(content.decode())
    story.clock.travel(timedelta(seconds=1))  # the newest of two deployments is the later one
    story.deploy(content)
    root = story.start(by=SYSTEM)
    while (open_tasks := story.open()) != ["z"]:
        bundle._compiled.cache_clear()
        story.environment.deployments.clear()
        story.complete(open_tasks[0], by=SYSTEM)
    expected = {name: None if value is None else str(value) for name, value in scopes[0].items()}
    assert story.variables(root) == expected
    assert {row.scope_id for row in story.rows(tables.variable)} <= {root}
    event("declared outside" if declared else "declared inside only")
    story.complete("z", by=SYSTEM)
    assert story.rows(tables.variable) == []
