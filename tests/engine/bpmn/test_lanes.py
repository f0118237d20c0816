"""Lanes as they are read: the innermost counts, what lies in a subprocess is where the subprocess is."""

from __future__ import annotations

from support.diagrams import subprocess
from support.engine import chain, diagram, process, user

from engine import xml
from engine.bpmn import dialect, lanes


def read(drawn: str) -> lanes.Lanes:
    inner = chain(("b", user("b")), ("c", user("c")), prefix="i")
    body = f'<bpmn:laneSet id="l">{drawn}</bpmn:laneSet>' + chain(("a", user("a")), ("sp", subprocess("sp", inner)))
    return lanes.read(xml.read(diagram(process(body)), frozenset({dialect.ROOT})))


def lane(name: str, *held: str, inner: str = "") -> str:
    refs = "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in held)
    nested = f'<bpmn:childLaneSet id="s{name}">{inner}</bpmn:childLaneSet>' if inner else ""
    return f'<bpmn:lane id="{name}" name="{name}">{refs}{nested}</bpmn:lane>'


def test_the_innermost_lane_counts_and_a_subprocess_hands_its_lane_on() -> None:
    found = read(lane("outer", "a", "sp", "c", inner=lane("inner", "a", "c")))
    assert found.of == {"a": "inner", "sp": "outer", "b": "outer", "c": "inner", "is": "outer", "ie": "outer"}
    assert found.torn == {}


def test_lanes_beside_each_other_tear_a_node() -> None:
    found = read(lane("one", "a") + lane("two", "b", inner=lane("three", "a")))
    assert found.torn == {"a": "one, three"}
    assert read(lane("one", "a", "a")).torn == {}


def test_without_lanes_there_are_none() -> None:
    assert read("") == lanes.Lanes()
