"""XML to decision table, with every problem of its columns and rules."""

from __future__ import annotations

from engine import feel
from engine.dmn import types, xml
from engine.dmn.policies import NAMES, SUMMARIES, Policy
from engine.dmn.reading import EVERYTHING, NOTHING, Reading
from engine.dmn.table import Input, Output, Rule, Table

Names = frozenset[str]
ORIENTATIONS = frozenset({"Rule-as-Row", "Rule-as-Column", "CrossTable"})  # how it is drawn, never what it means


def read(reading: Reading, element: xml.Element, owner: str, names: Names) -> Table:
    """The table of an element."""
    policy = _policy(reading, element)
    inputs = tuple(_input(reading, one, names) for one in xml.children(element, "input"))
    found = list(xml.children(element, "output"))
    outputs = tuple(_output(reading, one, names, policy, len(found) == 1) for one in found)
    if not outputs:
        reading.problem(element, "Expected an output, but the table has none")
    if len({output.name for output in outputs}) < len(outputs):
        reading.problem(element, "Expected different names of the outputs")
    if policy.aggregation and len(outputs) > 1:
        reading.problem(element, "Expected one output to aggregate, but found {count}", count=len(outputs))
    if (drawn := element.get("preferredOrientation", "Rule-as-Row")) not in ORIENTATIONS:
        reading.problem(element, "Expected an orientation, but '{name}' is none", name=drawn)
    headings = [one.get("name", "") for one in xml.children(element, "annotation")]
    rows = enumerate(xml.children(element, "rule"), 1)
    rules = tuple(_rule(reading, number, row, (len(inputs), len(outputs)), headings, names) for number, row in rows)
    return Table(xml.identity(element), owner, policy, inputs, outputs, rules)


def _policy(reading: Reading, element: xml.Element) -> Policy:
    name = element.get("hitPolicy", "UNIQUE")
    aggregation = element.get("aggregation")
    if name not in NAMES:
        reading.problem(element, "Expected a hit policy, but '{name}' is none", name=name)
    if aggregation is not None and name != "COLLECT":
        reading.problem(element, "Expected an aggregation at COLLECT only, but the hit policy is {name}", name=name)
    if aggregation is not None and aggregation not in SUMMARIES:
        reading.problem(element, "Expected an aggregation, but '{name}' is none", name=aggregation)
        aggregation = None
    return Policy(name, aggregation)


def _input(reading: Reading, element: xml.Element, names: Names) -> Input:
    asked = xml.child(element, "inputExpression")
    if not xml.text(asked).strip():
        reading.problem(element, "Expected an input expression, but it is empty")
    expression = reading.expression(asked, element, names)
    type = reading.type(element, asked.get("typeRef") if asked is not None else None)
    allowed = reading.tests(xml.child(element, "inputValues"), names)
    label = element.get("label") or expression.text.strip()
    return Input(xml.identity(element), label, expression, type.allowing(allowed), allowed)


def _output(reading: Reading, element: xml.Element, names: Names, policy: Policy, single: bool) -> Output:
    name = element.get("name") or (element.get("label") if not single else None) or "result"
    if not single and not (element.get("name") or element.get("label")):
        reading.problem(element, "Expected a name, because the table has several outputs")
    listed = xml.child(element, "outputValues")
    allowed = reading.tests(listed, names)
    type = reading.type(element, element.get("typeRef")).allowing(allowed)
    order = _order(reading, element, listed, policy, type)
    default = xml.child(element, "defaultOutputEntry")
    value = reading.expression(default, element, names) if default is not None else None
    return Output(xml.identity(element), " ".join(name.split()), type, allowed, order, value)


def _order(
    reading: Reading, element: xml.Element, listed: xml.Element | None, policy: Policy, type: types.Type
) -> feel.Expression | None:
    """The output values as a list by priority, for the policies that need it."""
    if not policy.ordered:
        return None
    text = xml.text(listed) or (type.tests[-1].text if type.tests else "")
    if not text.strip():
        reading.problem(
            element, "Expected output values by priority, because the hit policy is {name}", name=policy.name
        )
        return None
    return reading.compiled(f"[{text}]", element)


def _rule(
    reading: Reading, number: int, element: xml.Element, widths: tuple[int, int], headings: list[str], names: Names
) -> Rule:
    cells = list(xml.children(element, "inputEntry"))
    results = list(xml.children(element, "outputEntry"))
    for kind, wanted, found in (("input", widths[0], cells), ("output", widths[1], results)):
        if len(found) != wanted:
            reading.problem(
                element,
                "Expected {wanted} {kind} cells in rule {number}, but found {count}",
                wanted=wanted,
                kind=kind,
                number=number,
                count=len(found),
            )
    notes = [xml.text(one) for one in xml.children(element, "annotationEntry")]
    headings = [*headings, *(f"annotation {at}" for at in range(len(headings) + 1, len(notes) + 1))]
    description = xml.child(element, "description")
    annotations = {heading or "annotation": note for heading, note in zip(headings, notes, strict=False) if note}
    if description is not None and (description.text or "").strip():
        annotations["description"] = (description.text or "").strip()
    return Rule(
        number,
        element.get("id") or str(number),
        tuple(reading.tests(cell, names) or EVERYTHING for cell in cells),
        tuple(reading.expression(cell, element, names) if xml.text(cell).strip() else NOTHING for cell in results),
        annotations,
    )
