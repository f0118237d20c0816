"""Lanes: who does what stands in them (BPMN 10.8). The innermost lane of a node counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.leftovers import BPMN
from engine.bpmn.model import FLOW_NODES


@dataclass(frozen=True)
class Lanes:
    """The lane of each node by its name, and the nodes that stand in lanes of which none lies in the other."""

    of: dict[str, str] = field(default_factory=dict)
    torn: dict[str, str] = field(default_factory=dict)


def read(root: Any) -> Lanes:
    """All lanes of a file. What stands in a subprocess stands in its lane, unless it has one of its own."""
    found: dict[str, list[Any]] = {}
    for lane in root.iter(BPMN + "lane"):
        for reference in lane.findall(BPMN + "flowNodeRef"):
            found.setdefault((reference.text or "").strip(), []).append(lane)
    lanes = Lanes()
    for element in root.iter(*(BPMN + kind for kind in FLOW_NODES)):
        identity = element.get("id", "")
        around = sorted(found.get(identity, ()), key=lambda lane: len([*lane.iterancestors()]))
        inherited = lanes.of.get(element.getparent().get("id", ""))
        if around:
            lanes.of[identity] = name(around[-1])
        elif inherited:
            lanes.of[identity] = inherited
        if around and not {*around} <= {around[-1], *around[-1].iterancestors()}:
            lanes.torn[identity] = ", ".join(map(name, around))
    return lanes


def name(lane: Any) -> str:
    """What a lane is called: its name, else its id."""
    return " ".join((lane.get("name") or lane.get("id", "")).split())
