"""XML to logic: every boxed expression we execute; any other is a problem that names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.dmn import logic, tables, xml
from engine.dmn.reading import NOTHING, Reading

DEEPEST = 30  # boxed expressions inside each other
Names = frozenset[str]
Reader = Callable[[Reading, Any, str, Names], logic.Logic]


def read(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    """The logic of a boxed expression; `names` are local ones (parameters, entries) around it."""
    reader = READERS.get(xml.local(element))
    if reader is None:
        reading.problem(element, "Expected an expression that is supported, but found {kind}", kind=xml.local(element))
        return logic.Literal(NOTHING)
    if reading.depth >= DEEPEST:
        reading.problem(element, "Expected at most {limit} expressions inside each other", limit=DEEPEST)
        return logic.Literal(NOTHING)
    reading.depth += 1
    made = reader(reading, element, owner, names)
    reading.depth -= 1
    return made


def inside(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    """The one boxed expression right inside an element; a problem when there is none."""
    found = [child for child in xml.children(element) if xml.local(child) in READERS or xml.local(child) in REFUSED]
    if len(found) != 1:
        reading.problem(element, "Expected one expression, but found {count}", count=len(found))
        return logic.Literal(NOTHING)
    return read(reading, found[0], owner, names)


def _literal(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    if not xml.text(element).strip():
        reading.problem(element, "Expected the text of an expression, but it is empty")
    return logic.Literal(reading.expression(element, element, names))


def _context(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    entries: list[tuple[str | None, logic.Logic]] = []
    known = names
    for entry in xml.children(element, "contextEntry"):
        variable = xml.child(entry, "variable")
        name = " ".join((variable.get("name") or "").split()) if variable is not None else None
        entries.append((name, inside(reading, entry, owner, known)))
        known = known | {name} if name else known
    if any(name is None for name, _ in entries[:-1]):
        reading.problem(element, "Expected a variable in each entry but the last")
    return logic.Context(tuple(entries))


def _list(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Items:
    return logic.Items(tuple(read(reading, child, owner, names) for child in xml.children(element) if _is_logic(child)))


def _is_logic(element: xml.Element) -> bool:
    return xml.local(element) in READERS or xml.local(element) in REFUSED


def _relation(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    columns = tuple(column.get("name", "") for column in xml.children(element, "column"))
    rows = []
    for row in xml.children(element, "row"):
        items = _list(reading, row, owner, names)
        if len(items.items) != len(columns):
            reading.problem(
                row, "Expected {wanted} cells, but found {count}", wanted=len(columns), count=len(items.items)
            )
        rows.append(items)
    return logic.Relation(columns, tuple(rows))


def function(reading: Reading, element: xml.Element, owner: str, names: Names = frozenset()) -> logic.Function:
    """A function definition, or the encapsulated logic of a knowledge model."""
    if element.get("kind", "FEEL") != "FEEL":
        reading.problem(element, "Expected a FEEL function, but found {kind}", kind=element.get("kind"))
    parameters = tuple(" ".join(one.get("name", "").split()) for one in xml.children(element, "formalParameter"))
    return logic.Function(owner, parameters, inside(reading, element, owner, names.union(parameters)))


def _invocation(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    called = xml.child(element, "literalExpression")
    bindings = []
    for binding in xml.children(element, "binding"):
        parameter = xml.child(binding, "parameter")
        name = " ".join((parameter.get("name") or "").split()) if parameter is not None else ""
        bindings.append((name, inside(reading, binding, owner, names)))
    return logic.Invocation(logic.Literal(reading.expression(called, element, names)), tuple(bindings))


READERS: dict[str, Reader] = {
    "literalExpression": _literal,
    "decisionTable": tables.read,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": function,
    "invocation": _invocation,
}
REFUSED = frozenset({"conditional", "filter", "for", "some", "every"})
