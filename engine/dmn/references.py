"""References between the elements of a file, and to those of imported files."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn import xml
from engine.dmn.model import Decision, Element, InputData, Knowledge, Service
from engine.dmn.reading import Reading, result_name

KNOWN: dict[str, type[Element]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}
ROLES = {
    "requiredDecision": ("decision",),
    "requiredInput": ("inputData",),
    "requiredKnowledge": ("businessKnowledgeModel", "decisionService"),
    "outputDecision": ("decision",),
    "encapsulatedDecision": ("decision",),
    "inputDecision": ("decision",),
    "inputData": ("inputData",),
}


@dataclass(frozen=True)
class Reference:
    """A reference: the path by which texts see it, and its id in the file, or the imported element itself."""

    path: tuple[str, ...]
    id: str | None
    target: Element | None


def references(
    reading: Reading, elements: dict[str, xml.Element], element: xml.Element, *requirements: str
) -> tuple[Reference, ...]:
    """What the requirements of an element point to."""
    found = [
        resolve(reading, elements, element, one)
        for requirement in xml.children(element, *requirements)
        for one in xml.children(requirement)
        if xml.local(one) in ROLES
    ]
    own = tuple(dict.fromkeys(one for one in found if one is not None))
    paths = [one.path for one in own]
    for path in dict.fromkeys(path for path in paths if paths.count(path) > 1):
        reading.problem(
            element, "Expected different names of what is required, but '{name}' stands twice", name=".".join(path)
        )
    return own


def resolve(
    reading: Reading, elements: dict[str, xml.Element], owner: xml.Element, element: xml.Element
) -> Reference | None:
    """What one reference points to; a problem of its owner when that is not there or of another kind."""
    kinds, href = ROLES[xml.local(element)], element.get("href") or ""
    namespace, _, id = href.rpartition("#")
    if namespace in ("", reading.namespace):
        id = id or href
        if id in elements and xml.local(elements[id]) in kinds:
            return Reference((result_name(elements[id]),), id, None)
    found = reading.imports.find(href)
    if found and isinstance(found[1], tuple(KNOWN[kind] for kind in kinds)):
        return Reference(found[0], None, found[1])
    if reading.imports.whole or namespace in ("", reading.namespace):  # else that is what is wrong
        reading.problem(owner, "Expected a {kind} of this file, but '{id}' is none", kind=kinds[0], id=id)
    return None
