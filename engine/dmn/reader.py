"""A DMN file to a model, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from engine.dmn import boxed, calls, circles, logic, services, types, xml
from engine.dmn.errors import ModelError
from engine.dmn.model import Decision, Element, InputData, Knowledge, Link, Model
from engine.dmn.reading import Reading, result_name
from engine.dmn.references import KNOWN, Reference, references
from engine.errors import Problem

MOST_ELEMENTS = 1_000  # decisions, inputs, knowledge models and services of a file


@dataclass(frozen=True)
class Draft:
    """An element that is read but not yet linked: what it refers to, and how to make it of the links."""

    element: xml.Element
    references: tuple[Reference, ...]
    make: Callable[[tuple[Link, ...]], Element]


def read(
    source: bytes | xml.Element,
    names: Iterable[str] = (),
    functions: Iterable[str] = (),
    imported: Sequence[Model | Problem] = (),
) -> Model:
    """The model of a DMN 1.1 to 1.5 file, given as bytes or as an element that engine/xml.py has parsed.

    `names` are variables of the process with spaces or symbols, `functions` the host functions, `imported` the models
    of its imports in their order, or what is wrong with them. Raises ModelError with all problems, each with the id of
    its element: nothing in the file is silently ignored.
    """
    root = xml.root(source)
    reading = Reading(root, names, functions, imported)
    elements = _elements(reading, root)
    drafts = {id: DRAFTS[xml.local(element)](reading, elements, element) for id, element in elements.items()}
    graph = {id: {one.id for one in draft.references if one.id} for id, draft in drafts.items()}
    for id in circles.circular(graph):
        reading.problem(elements[id], "Expected requirements without a circle, but '{id}' requires itself", id=id)
    if xml.child(root, *KNOWN) is None and not reading.items.made:
        reading.problem(root, "Expected a decision, but the file has none")
    _stop(reading)
    made: dict[str, Element] = {}
    for id in TopologicalSorter(graph).static_order():
        links = tuple(Link(one.path, one.target or made[one.id or ""]) for one in drafts[id].references)
        made[id] = drafts[id].make(links)
    _stop(reading)
    return Model(
        root.get("id") or root.get("name") or "",
        root.get("name") or "",
        root.get("namespace") or "",
        {id: made[id] for id in elements},
        reading.items.made,
        reading.names,
        reading.functions,
        xml.lines(root),
    )


def _stop(reading: Reading) -> None:
    if reading.problems:
        raise ModelError(problems=tuple(reading.problems))


def _elements(reading: Reading, root: xml.Element) -> dict[str, xml.Element]:
    """The elements that others may refer to, by id."""
    elements: dict[str, xml.Element] = {}
    for element in xml.children(root, *KNOWN):
        id = element.get("id")
        if not id:
            reading.problem(element, "Expected an id, but the {kind} has none", kind=xml.local(element))
        elif id in elements:
            reading.problem(element, "Expected different ids, but '{id}' stands twice", id=id)
        else:
            elements[id] = element
    if len(elements) > MOST_ELEMENTS:
        template = "Expected at most {limit} elements, but found {count}"
        reading.problem(root, template, limit=MOST_ELEMENTS, count=len(elements))
        _stop(reading)
    return elements


def _input(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> Draft:
    type = _type(reading, element)
    return Draft(element, (), lambda links: InputData(element.get("id") or "", result_name(element), type))


def _type(reading: Reading, element: xml.Element) -> types.Type:
    variable = xml.child(element, "variable")
    return reading.type(element, variable.get("typeRef")) if variable is not None else types.ANY


def _knowledge(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> Draft:
    name, type = result_name(element), _type(reading, element)
    found = references(reading, elements, element, "knowledgeRequirement")
    body = xml.child(element, "encapsulatedLogic")
    if body is None:
        reading.problem(element, "Expected encapsulated logic, but there is none")
        function = logic.Function(name, (), logic.Items(()))
    else:
        reading.members.clear()
        function = boxed.function(reading, body, name)
        _members(reading, element, found)
    if not type.any:
        function = logic.Function(
            name, function.parameters, logic.Typed(function.body, type, name, name), function.types
        )
    foreign = function.names - {one.path[0] for one in found}
    if foreign:
        template = "Expected only parameters and required knowledge, but found {names}"
        reading.problem(element, template, names=", ".join(sorted(foreign)))

    def make(links: tuple[Link, ...]) -> Knowledge:
        calls.check(reading, element, function, links)
        return Knowledge(element.get("id") or "", name, function, links)

    return Draft(element, found, make)


def _decision(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> Draft:
    found = references(reading, elements, element, "informationRequirement", "knowledgeRequirement")
    owner = element.get("name") or element.get("id") or ""
    type = _type(reading, element)
    reading.members.clear()
    body = boxed.inside(reading, element, owner, frozenset())
    _members(reading, element, found)
    given = {one.path[0] for one in found}
    for name in sorted((body.names & reading.made) - given):
        reading.problem(element, "Expected a requirement, because '{name}' is used", name=name)

    def make(links: tuple[Link, ...]) -> Decision:
        calls.check(reading, element, body, links)
        inputs = set(body.names - given)
        for link in links:
            if isinstance(link.target, InputData):
                inputs.add(link.target.name)
            elif isinstance(link.target, Decision):
                inputs |= link.target.inputs
        return Decision(element.get("id") or "", owner, result_name(element), type, body, links, frozenset(inputs))

    return Draft(element, found, make)


def _members(reading: Reading, element: xml.Element, found: tuple[Reference, ...]) -> None:
    """Whatever is said as `import.element` has to be required, else it would be null in silence."""
    given = {one.path for one in found}
    for path in sorted(reading.members):
        if path[0] in reading.imports.by_name and path not in given:
            reading.problem(element, "Expected a requirement, because '{name}' is used", name=".".join(path))


def _service(reading: Reading, elements: dict[str, xml.Element], element: xml.Element) -> Draft:
    found, make = services.read(reading, elements, element, _type(reading, element))
    return Draft(element, found, make)


DRAFTS: dict[str, Callable[[Reading, dict[str, xml.Element], xml.Element], Draft]] = {
    "inputData": _input,
    "businessKnowledgeModel": _knowledge,
    "decision": _decision,
    "decisionService": _service,
}
