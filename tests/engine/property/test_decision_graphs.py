"""Random requirements over random files: however decisions are spread over files that import each other, and whether
they are asked for or called as services, they come to what adding up by hand gives, each made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from engine import dmn, feel, xml

SCOPE = feel.Scope(datetime(2026, 5, 31, 18, 0, tzinfo=UTC))
SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


@dataclass(frozen=True)
class Graph:
    """Each decision adds its number to what it requires, all of smaller numbers, and perhaps the input `x`."""

    requires: tuple[frozenset[int], ...]
    asks: tuple[bool, ...]
    files: tuple[int, ...]  # never smaller than those of the decisions before

    def value(self, at: int, x: int) -> int:
        return at + sum(self.value(one, x) for one in self.requires[at]) + (x if self.asks[at] else 0)

    def needed(self, at: int) -> set[int]:
        return {at}.union(*(self.needed(one) for one in self.requires[at]))

    def name(self, file: int, at: int) -> str:
        """How the text of a file writes a decision, and in `href` how it refers to it."""
        return f"d{at}" if self.files[at] == file else f"f{self.files[at]}.d{at}"

    def decision(self, at: int) -> str:
        needs = "".join(self.need("requiredDecision", at, one) for one in self.requires[at])
        if self.asks[at]:
            needs += '<informationRequirement><requiredInput href="#x"/></informationRequirement>'
        terms = [str(at), *(self.name(self.files[at], one) for one in sorted(self.requires[at]))]
        text = " + ".join([*terms, "x"] if self.asks[at] else terms)
        body = f"<literalExpression><text>{text}</text></literalExpression>"
        return f'<decision id="d{at}" name="d{at}"><variable name="d{at}"/>{needs}{body}</decision>'

    def need(self, role: str, at: int, one: int) -> str:
        return f'<informationRequirement><{role} href="{self.href(self.files[at], one)}"/></informationRequirement>'

    def href(self, file: int, one: int) -> str:
        return f"#d{one}" if self.files[one] == file else f"urn:f{self.files[one]}#d{one}"

    def read(self, *more: str) -> dmn.Read:
        """All files; `more` stands in that of the last decision."""
        found = {}
        for file in sorted(set(self.files)):
            inside = "".join(
                f'<import namespace="urn:f{other}" name="f{other}" importType="{SPACE}"/>' for other in range(file)
                if other in self.files
            )  # fmt: skip
            inside += '<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>'
            inside += "".join(self.decision(at) for at in range(len(self.files)) if self.files[at] == file)
            inside += "".join(more) if file == self.files[-1] else ""
            text = f'<definitions xmlns="{SPACE}" id="f" name="f" namespace="urn:f{file}">{inside}</definitions>'
            found[f"f{file}.dmn"] = xml.read(text.encode(), dmn.ROOTS)
        return dmn.read_files(found)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 8))
    requires = tuple(
        frozenset(draw(st.lists(st.integers(0, at - 1), max_size=3))) if at else frozenset() for at in range(size)
    )
    asks = tuple(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    files = tuple(sorted(draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))))
    return Graph(requires, asks, files)


@given(graph=graphs(), x=st.integers(-9, 9))
def test_every_decision_comes_to_what_adding_up_gives(graph: Graph, x: int) -> None:
    read = graph.read()
    assert read.problems == {}
    for at, file in enumerate(graph.files):
        result = dmn.decide(read.models[f"f{file}.dmn"], f"d{at}", {"x": x}, SCOPE)
        assert result.value == graph.value(at, x)
        made = [entry["decision"] for entry in result.trace]
        assert sorted(made) == sorted(f"d{one}" for one in graph.needed(at))
        assert made[-1] == f"d{at}"


@given(graph=graphs(), x=st.integers(-9, 9))
def test_a_service_around_a_decision_gives_what_it_gives(graph: Graph, x: int) -> None:
    """One file, since a service has one input of each name."""
    flat = Graph(graph.requires, graph.asks, (0,) * len(graph.files))
    at = len(flat.files) - 1
    asks = any(flat.asks[one] for one in flat.needed(at))
    inner = "".join(f'<encapsulatedDecision href="#d{one}"/>' for one in flat.needed(at) - {at})
    data = '<inputData href="#x"/>' if asks else ""
    service = f'<decisionService id="s" name="s"><outputDecision href="#d{at}"/>{inner}{data}</decisionService>'
    called = f"s({'x' if asks else ''})"
    caller = (
        '<decision id="d" name="d"><knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'
        f"<literalExpression><text>{called}</text></literalExpression></decision>"
    )
    model = flat.read(service, caller).models["f0.dmn"]
    for id in ("s", "d"):
        assert dmn.decide(model, id, {"x": x}, SCOPE).value == flat.value(at, x)
