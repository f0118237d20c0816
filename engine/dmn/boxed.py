"""XML to logic: the boxed expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.dmn import iteration, logic, tables, xml
from engine.dmn.reading import NOTHING, Reading

DEEPEST = 30  # boxed expressions inside each other
Names = frozenset[str]
Reader = Callable[[Reading, Any, str, Names], logic.Logic]


def read(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    """The logic of a boxed expression; `names` are local ones (parameters, entries) around it."""
    if reading.depth >= DEEPEST:
        reading.problem(element, "Expected at most {limit} expressions inside each other", limit=DEEPEST)
        return logic.Literal(NOTHING)
    reading.depth += 1
    made = READERS[xml.local(element)](reading, element, owner, names)
    reading.depth -= 1
    return _typed(reading, element, made, element.get("label") or owner, owner)


def _typed(reading: Reading, element: xml.Element, made: logic.Logic, name: str, owner: str) -> logic.Logic:
    """The logic with a check of its value, where the element declares a type."""
    reference = element.get("typeRef")
    if not reference or isinstance(made, logic.Function):  # a function checks what its calls give
        return made
    type = reading.type(element, reference)
    return made if type.any else logic.Typed(made, type, name, owner)


def inside(reading: Reading, element: xml.Element | None, owner: str, names: Names) -> logic.Logic:
    """The one boxed expression right inside an element; a problem when there is none."""
    if element is None:
        return logic.Literal(NOTHING)
    found = list(_expressions(element))
    if len(found) != 1:
        reading.problem(element, "Expected one expression, but found {count}", count=len(found))
        return logic.Literal(NOTHING)
    return _typed(reading, element, read(reading, found[0], owner, names), xml.local(element), owner)


def _expressions(element: xml.Element) -> Iterator[xml.Element]:
    return (child for child in xml.children(element) if xml.local(child) in READERS)


def _literal(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    if not xml.text(element).strip():
        reading.problem(element, "Expected the text of an expression, but it is empty")
    return logic.Literal(reading.expression(element, element, names))


def _context(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    entries: list[tuple[str | None, logic.Logic]] = []
    known = names
    for entry in xml.children(element, "contextEntry"):
        variable = xml.child(entry, "variable")
        name = xml.name(variable) if variable is not None else None
        value = inside(reading, entry, name or owner, known)
        entries.append((name, value if variable is None else _typed(reading, variable, value, name or "", owner)))
        known = known | {name} if name else known
    if any(name is None for name, _ in entries[:-1]):
        reading.problem(element, "Expected a variable in each entry but the last")
    _different(reading, element, [name for name, _ in entries if name])
    return logic.Context(tuple(entries))


def _different(reading: Reading, element: xml.Element, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        reading.problem(element, "Expected different names, but some stand twice: {names}", names=", ".join(names))


def _list(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Items:
    return logic.Items(tuple(read(reading, child, owner, names) for child in _expressions(element)))


def _relation(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    columns = tuple(xml.children(element, "column"))
    _different(reading, element, [xml.name(column) for column in columns])
    rows = []
    for row in xml.children(element, "row"):
        cells = _list(reading, row, owner, names).items
        if len(cells) != len(columns):
            reading.problem(row, "Expected {wanted} cells, but found {count}", wanted=len(columns), count=len(cells))
        typed = (
            _typed(reading, column, cell, xml.name(column), owner) for column, cell in zip(columns, cells, strict=False)
        )
        rows.append(logic.Items(tuple(typed)))
    return logic.Relation(tuple(xml.name(column) for column in columns), tuple(rows))


def function(reading: Reading, element: xml.Element, owner: str, names: Names = frozenset()) -> logic.Function:
    """A function definition, or the encapsulated logic of a knowledge model; its type is that of its results."""
    if element.get("kind", "FEEL") != "FEEL":
        reading.problem(element, "Expected a FEEL function, but found {kind}", kind=element.get("kind"))
    formal = list(xml.children(element, "formalParameter"))
    parameters = tuple(map(xml.name, formal))
    _different(reading, element, parameters)
    types = tuple(reading.type(one, one.get("typeRef")) for one in formal)
    body = inside(reading, element, owner, names.union(parameters))
    return logic.Function(owner, parameters, body, types)


def _invocation(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    called = inside(reading, element, owner, names)
    bindings: dict[str, logic.Logic] = {}
    for binding in xml.children(element, "binding"):
        parameter = xml.child(binding, "parameter")
        name = xml.name(parameter) if parameter is not None else ""
        if not name or name in bindings:
            reading.problem(binding, "Expected a parameter that is bound once, but found '{name}'", name=name)
        value = inside(reading, binding, owner, names)
        bindings[name] = value if parameter is None else _typed(reading, parameter, value, name, owner)
    text = xml.text(xml.child(element, "literalExpression")).strip()
    return logic.Invocation(called, tuple(bindings.items()), text or xml.local(element), owner)


def _conditional(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    parts = (inside(reading, _part(reading, element, kind), owner, names) for kind in ("if", "then", "else"))
    return iteration.Conditional(*parts)


def _filter(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    domain = inside(reading, _part(reading, element, "in"), owner, names)
    condition = inside(reading, _part(reading, element, "match"), owner, names | {"item"})
    return iteration.Filter(domain, condition)


def _loop(reading: Reading, element: xml.Element, owner: str, names: Names) -> logic.Logic:
    kind = xml.local(element)
    variable = " ".join(element.get("iteratorVariable", "").split())
    if not variable:
        reading.problem(element, "Expected the name of the iterator variable, but there is none")
    domain = inside(reading, _part(reading, element, "in"), owner, names)
    part = _part(reading, element, "return" if kind == "for" else "satisfies")
    body = inside(reading, part, owner, names | {variable, *(("partial",) if kind == "for" else ())})
    return iteration.Loop(kind, variable, domain, body)


def _part(reading: Reading, element: xml.Element, kind: str) -> xml.Element | None:
    found = xml.child(element, kind)
    if found is None:
        reading.problem(element, "Expected the part '{kind}', but there is none", kind=kind)
    return found


READERS: dict[str, Reader] = {
    "literalExpression": _literal,
    "decisionTable": tables.read,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
