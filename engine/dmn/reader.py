"""A DMN file to a model, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn import boxed, logic, xml
from engine.dmn.errors import ModelError
from engine.dmn.model import Decision, Knowledge, Model
from engine.dmn.reading import Reading, result_name

IGNORED = frozenset(
    {"description", "extensionElements", "itemDefinition", "inputData", "knowledgeSource", "artifact", "textAnnotation",
     "association", "group", "elementCollection", "performanceIndicator", "organizationUnit", "DMNDI"}
)  # fmt: skip
MOST_ELEMENTS = 1_000  # decisions, inputs and knowledge models of a file
EXECUTED = frozenset({"decision", "businessKnowledgeModel"})


def read(source: bytes | xml.Element, names: Iterable[str] = (), functions: Iterable[str] = ()) -> Model:
    """The model of a DMN 1.2 to 1.5 file, given as bytes or as an element that was parsed safely.

    `names` are variables of the process with spaces or symbols, `functions` the host functions. Raises ModelError
    with all problems, each with the id of its element: nothing in the file is silently ignored.
    """
    root = xml.root(source)
    reading = Reading(root, names, functions)
    elements: dict[str, xml.Element] = {}
    for element in xml.children(root):
        kind = xml.local(element)
        if kind not in EXECUTED | IGNORED:
            reading.problem(element, "Expected elements that are supported, but found {kind}", kind=kind)
        if kind in EXECUTED or kind == "inputData":
            _register(reading, elements, element)
    if len(elements) > MOST_ELEMENTS:
        reading.problem(
            root, "Expected at most {limit} elements, but found {count}", limit=MOST_ELEMENTS, count=len(elements)
        )
        raise ModelError(problems=tuple(reading.problems))
    knowledge = {id: _knowledge(reading, elements, one) for id, one in _of(elements, "businessKnowledgeModel")}
    drafts = {id: _decision(reading, elements, knowledge, one) for id, one in _of(elements, "decision")}
    _refuse_circles(reading, elements, {id: one.knows for id, one in knowledge.items()})
    _refuse_circles(reading, elements, {id: one.requires for id, one in drafts.items()})
    if not drafts:
        reading.problem(root, "Expected a decision, but the file has none")
    if reading.problems:
        raise ModelError(problems=tuple(reading.problems))
    decisions = {id: _with_inputs(drafts, id) for id in drafts}
    return Model(root.get("id") or root.get("name") or "", root.get("name") or "", decisions, knowledge)


def _register(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> None:
    id = element.get("id")
    if not id:
        reading.problem(element, "Expected an id, but the {kind} has none", kind=xml.local(element))
    elif id in elements:
        reading.problem(element, "Expected different ids, but '{id}' stands twice", id=id)
    else:
        elements[id] = element


def _of(elements: dict[str, xml.Element], kind: str) -> list[tuple[str, xml.Element]]:
    return [(id, element) for id, element in elements.items() if xml.local(element) == kind]


def _references(
    reading: Reading, elements: dict[str, xml.Element], element: xml.Element, requirement: str, role: str, kind: str
) -> tuple[str, ...]:
    """The ids that the requirements of one kind point to."""
    found = []
    for one in xml.children(element, requirement):
        for reference in xml.children(one, role):
            id = (reference.get("href") or "").removeprefix("#")
            if id not in elements or xml.local(elements[id]) != kind:
                reading.problem(element, "Expected a {kind} of this file, but '{id}' is none", kind=kind, id=id)
            else:
                found.append(id)
    return tuple(found)


def _knowledge(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> Knowledge:
    name = result_name(element)
    body = xml.child(element, "encapsulatedLogic")
    if body is None:
        reading.problem(element, "Expected encapsulated logic, but there is none")
        function = logic.Function(name, (), logic.Items(()))
    else:
        function = boxed.function(reading, body, name)
    knows = _references(
        reading, elements, element, "knowledgeRequirement", "requiredKnowledge", "businessKnowledgeModel"
    )
    foreign = function.names - {result_name(elements[id]) for id in knows}
    if foreign:
        reading.problem(
            element,
            "Expected only parameters and required knowledge, but found {names}",
            names=", ".join(sorted(foreign)),
        )
    return Knowledge(element.get("id") or "", name, function, knows)


def _decision(
    reading: Reading, elements: dict[str, xml.Element], knowledge: dict[str, Knowledge], element: xml.Element
) -> Decision:
    requires = _references(reading, elements, element, "informationRequirement", "requiredDecision", "decision")
    _references(reading, elements, element, "informationRequirement", "requiredInput", "inputData")
    knows = _references(
        reading, elements, element, "knowledgeRequirement", "requiredKnowledge", "businessKnowledgeModel"
    )
    owner = element.get("name") or element.get("id") or ""
    body = boxed.inside(reading, element, owner, frozenset())
    given = {result_name(elements[id]) for id in requires} | {knowledge[id].name for id in knows}
    for name in sorted((body.names & reading.made) - given):
        reading.problem(element, "Expected a requirement, because '{name}' is used", name=name)
    return Decision(
        element.get("id") or "", owner, result_name(element), body, requires, knows, frozenset(body.names - given)
    )


def _refuse_circles(reading: Reading, elements: dict[str, xml.Element], graph: dict[str, tuple[str, ...]]) -> None:
    """Take away what requires nothing, again and again; what stays goes round in a circle."""
    left = dict(graph)
    while free := [id for id, needs in left.items() if not any(need in left for need in needs)]:
        for id in free:
            del left[id]
    for id in left:
        reading.problem(elements[id], "Expected requirements without a circle, but '{id}' requires itself", id=id)


def _with_inputs(drafts: dict[str, Decision], id: str) -> Decision:
    """The decision with the names that it and all it requires need from the caller."""
    draft = drafts[id]
    needed, waiting, seen = set(draft.inputs), list(draft.requires), {id}
    while waiting:
        if (other := waiting.pop()) not in seen:
            seen.add(other)
            needed |= drafts[other].inputs
            waiting += drafts[other].requires
    return Decision(draft.id, draft.name, draft.result, draft.logic, draft.requires, draft.knows, frozenset(needed))
