"""Decision services: output decisions as a function of input data and input decisions."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn import types, xml
from engine.dmn.model import Decision, InputData, Link, Service
from engine.dmn.reading import Reading, result_name
from engine.dmn.references import Reference, resolve

ROLES = ("outputDecision", "encapsulatedDecision", "inputData", "inputDecision")


def read(
    reading: Reading, elements: dict[str, xml.Element], element: xml.Element, type: types.Type
) -> tuple[tuple[Reference, ...], Callable[[tuple[Link, ...]], Service]]:
    """The references of a service, and how it is made of the links to them."""
    found: list[Reference] = []
    roles: list[str] = []
    for one in xml.children(element, *ROLES):
        if (reference := resolve(reading, elements, element, one)) is not None:
            found.append(reference)
            roles.append(xml.local(one))
    if not any(xml.local(one) == "outputDecision" for one in xml.children(element)):
        reading.problem(element, "Expected an output decision, but the service has none")

    def make(links: tuple[Link, ...]) -> Service:
        targets = {role: [link.target for link, own in zip(links, roles, strict=True) if own == role] for role in ROLES}
        outputs, inner, decisions = (
            tuple(one for one in targets[role] if isinstance(one, Decision))
            for role in ("outputDecision", "encapsulatedDecision", "inputDecision")
        )
        data = tuple(one for one in targets["inputData"] if isinstance(one, InputData))
        id, name = element.get("id") or "", element.get("name") or result_name(element)
        made = Service(id, name, result_name(element), type, outputs, data, decisions)
        _check(reading, element, made, inner)
        return made

    return tuple(found), make


def _check(reading: Reading, element: xml.Element, service: Service, encapsulated: tuple[Decision, ...]) -> None:
    """A service must say all that goes into it and all that is made inside: nothing reaches in from outside."""
    inside = {*service.outputs, *encapsulated}
    for decision in {one: None for output in service.outputs for one in output.chain(service.decisions)}:
        if decision not in inside:
            reading.problem(
                element, "Expected '{name}' among the encapsulated or the input decisions", name=decision.result
            )
            continue
        links = {link.target for link in decision.links if isinstance(link.target, InputData)}
        linked = {one.name for one in links}
        seen = {link.path[0] for link in decision.links}
        missing = {one.name for one in links - set(service.data)} | (decision.logic.names - seen - linked)
        if missing:
            reading.problem(
                element,
                "Expected {names} among the inputs of the service, because '{decision}' uses them",
                names=", ".join(sorted(missing)),
                decision=decision.name,
            )
    for names in (service.parameters, tuple(one.result for one in service.outputs)):
        if len(set(names)) < len(names):
            reading.problem(element, "Expected different names, but some stand twice: {names}", names=", ".join(names))
