"""Input data and requirements that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.dmn.model import Decision, InputData, Knowledge, Model, Service
from engine.lint.decisions import Report, spot
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-unused")
GOOD = """
<inputData id="a" name="amount"/>
<decision id="d" name="share">
  <informationRequirement><requiredInput href="#a"/></informationRequirement>
  <literalExpression><text>amount / 10</text></literalExpression>
</decision>
"""
BAD = """
<inputData id="a" name="amount"/>
<decision id="d" name="share">
  <literalExpression><text>10</text></literalExpression>
</decision>
"""
AT = "a"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """The drawing tells people what a decision depends on; what it does not depend on misleads them (DMN 6)."""
    required = {one for model in bundle.models.values() for one in _required(model)}
    for file, model in bundle.models.items():
        for element in model.elements.values():
            if isinstance(element, InputData) and element not in required:
                yield report.warning(
                    spot(file, model, element.id, element.name),
                    "No decision requires the input data '{name}'",
                    "Draw the requirement, or remove it.",
                    name=element.name,
                )
            elif isinstance(element, Decision | Knowledge):
                names = element.logic.names if isinstance(element, Decision) else element.function.names
                for path in sorted({link.path for link in element.links if link.path[0] not in names}):
                    yield report.warning(
                        spot(file, model, element.id, element.name),
                        "'{name}' is required, but not used",
                        "Use it, or remove the requirement.",
                        name=".".join(path),
                    )


def _required(model: Model) -> Iterator[object]:
    for element in model.elements.values():
        if isinstance(element, Service):
            yield from element.data
        elif isinstance(element, Decision | Knowledge):
            yield from (link.target for link in element.links)
