"""The shipped diagrams hold together and can be read by people: checked without an engine."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
DIAGRAMS = sorted((ROOT / "processes").glob("*.bpmn"))
TABLES = sorted((ROOT / "processes").glob("*.dmn"))
FORMS = sorted((ROOT / "forms").glob("*.form"))
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
}
CAMUNDA = "{" + NS["camunda"] + "}"
NODES = re.compile(r"(.*Event|.*Gateway|.*[tT]ask|callActivity|subProcess)$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Opened by a page, not by a user task.
PAGES = {"portal-complaint", "add-material", "note", "survey"}

each_diagram = pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)
Element = ElementTree.Element


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box, margin: float = 0) -> bool:
        return (
            self.x < other.x + other.width + margin
            and other.x < self.x + self.width + margin
            and self.y < other.y + other.height + margin
            and other.y < self.y + self.height + margin
        )

    def touches(self, x: float, y: float) -> bool:
        return self.x - 1 <= x <= self.x + self.width + 1 and self.y - 1 <= y <= self.y + self.height + 1


class Diagram:
    """One process with its drawing."""

    def __init__(self, path: Path) -> None:
        self.root = ElementTree.parse(path).getroot()
        self.process = self.root.find("bpmn:process", NS)
        assert self.process is not None
        self.parents = {child: parent for parent in self.process.iter() for child in parent}
        self.nodes = {e.get("id", ""): e for e in self.process.iter() if NODES.match(tag(e)) and e.get("id")}
        self.flows = {e.get("id", ""): e for e in self.process.iter(q("bpmn", "sequenceFlow"))}
        shapes = list(self.root.iter(q("bpmndi", "BPMNShape")))
        self.boxes = {shape.get("bpmnElement", ""): box(shape) for shape in shapes}
        drawn = [*shapes, *self.root.iter(q("bpmndi", "BPMNEdge"))]
        self.labels = {e.get("bpmnElement", ""): box(e[-1]) for e in drawn if tag(e[-1]) == "BPMNLabel"}
        self.edges = {
            edge.get("bpmnElement", ""): [
                (float(p.get("x", "")), float(p.get("y", ""))) for p in edge.findall("di:waypoint", NS)
            ]
            for edge in self.root.iter(q("bpmndi", "BPMNEdge"))
        }

    def related(self, one: str, other: str) -> bool:
        """A boundary event sits on its host, a node inside its subprocesses."""
        a, b = self.nodes[one], self.nodes[other]
        return other in {a.get("attachedToRef"), *self.around(a)} or one in {b.get("attachedToRef"), *self.around(b)}

    def around(self, element: Element) -> set[str]:
        """The subprocesses, one in the other, in which something is drawn."""
        parent = self.parents.get(element)
        return set() if parent is None else {parent.get("id", ""), *self.around(parent)}

    def outgoing(self, node: str) -> list[Element]:
        return [flow for flow in self.flows.values() if flow.get("sourceRef") == node]


def q(prefix: str, name: str) -> str:
    return "{" + NS[prefix] + "}" + name


def tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def box(holder: Element) -> Box:
    bounds = holder.find("dc:Bounds", NS)
    assert bounds is not None
    return Box(*(float(bounds.get(name, "")) for name in ("x", "y", "width", "height")))


@cache
def read(path: Path) -> Diagram:
    return Diagram(path)


@each_diagram
def test_process_is_named_like_its_file(diagram: Path) -> None:
    process = read(diagram).process
    assert process is not None
    assert process.get("id") == diagram.stem
    assert process.get("isExecutable") == "true"


@each_diagram
def test_every_reference_resolves(diagram: Path) -> None:
    drawing = read(diagram)
    for flow in drawing.flows.values():
        assert {flow.get("sourceRef"), flow.get("targetRef")} <= set(drawing.nodes)
    for node_id, node in drawing.nodes.items():
        leaving = {ref.text for ref in node.findall("bpmn:outgoing", NS)}
        assert leaving == {flow.get("id") for flow in drawing.outgoing(node_id)}
    messages = {message.get("id") for message in drawing.root.findall("bpmn:message", NS)}
    used = {event.get("messageRef") for event in drawing.root.iter(q("bpmn", "messageEventDefinition"))}
    assert used == messages
    lanes = [ref.text for ref in drawing.root.iter(q("bpmn", "flowNodeRef"))]
    top = [node_id for node_id, node in drawing.nodes.items() if drawing.parents.get(node) is drawing.process]
    assert not lanes or sorted(map(str, lanes)) == sorted(top), "what is in a subprocess is in the lane of it"


@each_diagram
def test_every_node_has_a_chinese_and_an_english_name(diagram: Path) -> None:
    for node_id, node in read(diagram).nodes.items():
        properties = {p.get("name"): p.get("value") for p in node.iter(CAMUNDA + "property")}
        assert CHINESE.search(node.get("name", "")), node_id
        assert properties.get("name_en"), node_id


@each_diagram
def test_a_choice_has_a_default_and_names_on_its_flows(diagram: Path) -> None:
    drawing = read(diagram)
    for node_id, node in drawing.nodes.items():
        flows = drawing.outgoing(node_id)
        if tag(node) != "exclusiveGateway" or len(flows) < 2:
            assert all(flow.find("bpmn:conditionExpression", NS) is None for flow in flows), node_id
            continue
        assert node.get("default") in {flow.get("id") for flow in flows}, node_id
        for flow in flows:
            assert CHINESE.search(flow.get("name", "")), flow.get("id")
            has_condition = flow.find("bpmn:conditionExpression", NS) is not None
            assert has_condition != (flow.get("id") == node.get("default")), flow.get("id")


@each_diagram
def test_ids_are_english_and_none_is_reserved(diagram: Path) -> None:
    for node_id in read(diagram).nodes:
        assert re.fullmatch(r"[A-Z][A-Za-z]+", node_id)
        assert node_id not in {"Start", "End", "Root"}
        assert not node_id.endswith("EndJoin")


@each_diagram
def test_a_level_has_at_most_thirty_nodes(diagram: Path) -> None:
    drawing = read(diagram)
    levels = [drawing.parents[node].get("id") for node in drawing.nodes.values()]
    assert max(levels.count(level) for level in set(levels)) <= 30


@each_diagram
def test_everything_is_drawn(diagram: Path) -> None:
    drawing = read(diagram)
    assert set(drawing.nodes) <= set(drawing.boxes)
    assert set(drawing.edges) == set(drawing.flows)
    for flow_id, points in drawing.edges.items():
        flow = drawing.flows[flow_id]
        assert len(points) >= 2
        assert drawing.boxes[flow.get("sourceRef", "")].touches(*points[0]), flow_id
        assert drawing.boxes[flow.get("targetRef", "")].touches(*points[-1]), flow_id
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(points)), flow_id


@each_diagram
def test_nothing_overlaps(diagram: Path) -> None:
    drawing = read(diagram)
    for one, other in itertools.combinations(drawing.nodes, 2):
        if not drawing.related(one, other):
            assert not drawing.boxes[one].overlaps(drawing.boxes[other]), (one, other)
    for (owner, label), (node_id, node) in itertools.product(drawing.labels.items(), drawing.nodes.items()):
        if tag(node) != "subProcess" and owner != node_id:
            assert not label.overlaps(drawing.boxes[node_id]), (owner, node_id)
    for one, other in itertools.combinations(drawing.labels, 2):
        assert not drawing.labels[one].overlaps(drawing.labels[other]), (one, other)


@each_diagram
def test_no_flow_runs_through_a_node(diagram: Path) -> None:
    drawing = read(diagram)
    for flow_id, points in drawing.edges.items():
        flow = drawing.flows[flow_id]
        ends = {flow.get("sourceRef"), flow.get("targetRef")}
        inside = drawing.around(flow)
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            line = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
            for node_id in drawing.nodes.keys() - ends - inside:
                assert not line.overlaps(drawing.boxes[node_id], margin=3), (flow_id, node_id)


@each_diagram
def test_the_happy_path_runs_from_left_to_right(diagram: Path) -> None:
    """Every end event can be reached from a start by flows that never turn left."""
    drawing = read(diagram)
    middle = {node: shape.x + shape.width / 2 for node, shape in drawing.boxes.items()}
    reached = [node_id for node_id, node in drawing.nodes.items() if tag(node) == "startEvent"]
    for node_id in reached:
        attached = [n for n, e in drawing.nodes.items() if e.get("attachedToRef") == node_id]
        targets = [flow.get("targetRef", "") for flow in drawing.outgoing(node_id)]
        reached += [n for n in attached if n not in reached]
        reached += [n for n in targets if n not in reached and middle[n] >= middle[node_id]]
    ends = {node_id for node_id, node in drawing.nodes.items() if tag(node) == "endEvent"}
    assert ends <= set(reached)


@each_diagram
def test_every_user_task_has_a_form_instructions_and_somebody_to_do_it(diagram: Path) -> None:
    for node_id, node in read(diagram).nodes.items():
        if tag(node) != "userTask":
            continue
        assert (ROOT / "forms" / f"{node.get(CAMUNDA + 'formRef')}.form").exists(), node_id
        assert node.findtext("bpmn:documentation", namespaces=NS), node_id
        assert node.get(CAMUNDA + "candidateGroups") or node.get(CAMUNDA + "candidateUsers"), node_id


def test_the_bundle_is_complete() -> None:
    nodes = [node for path in DIAGRAMS for node in read(path).nodes.values()]
    decisions = {d.get("id") for path in TABLES for d in ElementTree.parse(path).iter(q("dmn", "decision"))}
    required = {
        r.get("href", "")[1:] for path in TABLES for r in ElementTree.parse(path).iter(q("dmn", "requiredDecision"))
    }
    asked = {node.get(CAMUNDA + "decisionRef") for node in nodes} - {None} | required
    assert asked | {"intake-routing", "special-limits", "dossier-checklist"} == decisions
    assert {node.get("calledElement") for node in nodes} - {None} <= {path.stem for path in DIAGRAMS}
    assert {node.get(CAMUNDA + "formRef") for node in nodes} - {None} | PAGES == {path.stem for path in FORMS}


def test_every_operation_is_described() -> None:
    page = (ROOT / "docs" / "processes.md").read_text()
    nodes = [node for path in DIAGRAMS for node in read(path).nodes.values()]
    topics = {str(node.get(CAMUNDA + "topic")) for node in nodes if node.get(CAMUNDA + "topic")}
    described = set(re.findall(r"^\| `([a-z-]+)` \| (?:`\w+: |–)", page, re.MULTILINE))
    assert topics == described
    assert all(f"`{path.stem}`" in page for path in [*DIAGRAMS, *TABLES])


@each_diagram
def test_every_node_is_described(diagram: Path) -> None:
    page = (ROOT / "docs" / "processes.md").read_text()
    chapter = next(text for text in page.split("\n### ") if text.startswith(f"`{diagram.stem}` ·"))
    assert [node for node in read(diagram).nodes if f"`{node}`" not in chapter] == []


@pytest.mark.proves("R7")
@pytest.mark.parametrize("step", ["Register", "ReviewRecord", "Classify"])
def test_no_way_leads_from_the_receipt_to_the_distribution_but_through_the_intake_department(step: str) -> None:
    drawing = read(ROOT / "processes" / "ordinary.bpmn")
    flows = [flow for flow in drawing.flows.values() if "entry !=" not in "".join(flow.itertext())]  # changes of kind
    lane = next(lane for lane in drawing.root.iter(q("bpmn", "lane")) if lane.get("name") == "受理部门")
    assert {"Received", step, "Distribution"} <= {ref.text for ref in lane.findall("bpmn:flowNodeRef", NS)}
    reached, new = set[str](), {"Received"}
    while new:
        reached |= new
        leaving = {flow.get("targetRef", "") for flow in flows if flow.get("sourceRef") in reached}
        new = leaving - reached - {step}
    assert step in leaving
    assert "Distribution" not in reached
