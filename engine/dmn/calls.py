"""Calls of knowledge models and services in the texts of a decision: their arguments are known before they run."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.dmn import syntax, xml
from engine.dmn.logic import Logic
from engine.dmn.model import Knowledge, Link, Service
from engine.dmn.reading import Reading
from engine.feel import nodes


def check(reading: Reading, element: xml.Element, logic: Logic, links: tuple[Link, ...]) -> None:
    """A call with other arguments than there are parameters would be null in silence: it is a problem."""
    parameters = {link.path: found for link in links if (found := _parameters(link)) is not None}
    if not parameters:
        return
    for call in _calls(reading, logic):
        known = parameters.get(_path(call.function))
        if known is None:
            continue
        named = [argument.name for argument in call.arguments if argument.name is not None]
        if len(call.arguments) != len(known) or (named and set(named) != set(known)):
            reading.problem(
                element,
                "Expected the arguments ({known}) of '{name}', but got {found}",
                known=", ".join(known),
                name=".".join(_path(call.function)),
                found=", ".join(named) or len(call.arguments),
            )


def _parameters(link: Link) -> tuple[str, ...] | None:
    if isinstance(link.target, Service):
        return link.target.parameters
    return link.target.function.parameters if isinstance(link.target, Knowledge) else None


def _calls(reading: Reading, logic: Logic) -> Iterator[nodes.Call]:
    names = reading.names | reading.functions
    for part in syntax.inside(logic):
        if isinstance(part, feel.Expression | feel.UnaryTests):
            read = syntax.expression if isinstance(part, feel.Expression) else syntax.tests
            yield from (node for node in syntax.walk(read(part.text, names)) if isinstance(node, nodes.Call))


def _path(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Path) and isinstance(node.value, nodes.Name):
        return (node.value.name, node.name)
    return (node.name,) if isinstance(node, nodes.Name) else ()
