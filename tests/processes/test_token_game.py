"""Every diagram is sound: from whatever the tokens may do, the process can still end, and ends with nothing left over.

The token game is played on the drawing alone (BPMN 13.2): tasks and calls take a token from any incoming flow,
a choice picks any outgoing flow, a parallel join waits for all incoming flows. What watches a step without ending it
may act as long as the step is there, once at a time; a terminate end event takes all tokens. Each of several start
events begins an instance of its own.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

DIAGRAMS = sorted((Path(__file__).parents[2] / "processes").glob("*.bpmn"))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CHOICES = {BPMN + "exclusiveGateway", BPMN + "eventBasedGateway"}
Marking = frozenset[str]  # the flows that carry a token


class Level:
    """One process or embedded subprocess as a net of flows."""

    def __init__(self, parent: ElementTree.Element) -> None:
        children = {e.get("id", ""): e for e in parent if e.get("id")}
        self.flows = {i: e for i, e in children.items() if e.tag == BPMN + "sequenceFlow"}
        self.nodes = {i: e for i, e in children.items() if i not in self.flows and e.tag != BPMN + "laneSet"}

    def leaving(self, node: str) -> list[str]:
        return [i for i, flow in self.flows.items() if flow.get("sourceRef") == node]

    def entering(self, node: str) -> list[str]:
        return [i for i, flow in self.flows.items() if flow.get("targetRef") == node]

    def starts(self) -> list[Marking]:
        return [frozenset(self.leaving(i)) for i, node in self.nodes.items() if node.tag == BPMN + "startEvent"]

    def after(self, flows: set[str]) -> set[str]:
        """These flows and all that come after them."""
        found, new = set[str](), set(flows)
        while new - found:
            found |= new
            new = {way for flow in new for way in self.leaving(self.flows[flow].get("targetRef", ""))}
        return found

    def moves(self, marking: Marking) -> Iterator[tuple[Marking, set[str]]]:
        """What may happen next: the tokens that stay and the flows that get one."""
        for node_id, node in self.nodes.items():
            entering, leaving = self.entering(node_id), self.leaving(node_id)
            if node.tag == BPMN + "parallelGateway":
                if entering and set(entering) <= marking:
                    yield marking - set(entering), set(leaving)
                continue
            attached = [(set(self.leaving(i)), e) for i, e in self.nodes.items() if e.get("attachedToRef") == node_id]
            watching = [way for way, e in attached if e.get("cancelActivity") == "false"]
            ways = [{flow} for flow in leaving] if node.tag in CHOICES else [set(leaving)]
            ways += [way for way, e in attached if way not in watching]
            for flow, way in itertools.product(marking.intersection(entering), ways):
                ends = node.find(BPMN + "terminateEventDefinition") is not None
                yield frozenset() if ends else marking - {flow}, way
            if marking.intersection(entering):
                yield from ((marking, way) for way in watching if not marking & self.after(way))


def levels(path: Path) -> list[tuple[str, Level]]:
    root = ElementTree.parse(path).getroot()
    parents = [e for e in root.iter() if e.tag in (BPMN + "process", BPMN + "subProcess")]
    return [(parent.get("id", ""), Level(parent)) for parent in parents]


LEVELS = [found for path in DIAGRAMS for found in levels(path)]


@pytest.mark.parametrize("level", [level for _, level in LEVELS], ids=[name for name, _ in LEVELS])
def test_whatever_happens_the_process_ends_with_nothing_left(level: Level) -> None:
    waiting, came_from = deque(level.starts()), {start: set[Marking]() for start in level.starts()}
    while waiting:
        marking = waiting.popleft()
        for rest, gained in level.moves(marking):
            assert not rest & gained, f"a second token on {rest & gained}"
            following = rest | gained
            if following not in came_from:
                came_from[following] = set()
                waiting.append(following)
            came_from[following].add(marking)
    can_end, checking = {frozenset[str]()}, [frozenset[str]()]
    while checking:
        for earlier in came_from.get(checking.pop(), set()) - can_end:
            can_end.add(earlier)
            checking.append(earlier)
    assert set(came_from) == can_end
    visited = frozenset[str]().union(*came_from)
    assert visited == set(level.flows)
