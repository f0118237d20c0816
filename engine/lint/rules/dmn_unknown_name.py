"""Names in a decision that nothing gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.dmn.model import InputData
from engine.lint.decisions import Report, names_for_sure, spot
from engine.lint.findings import Finding
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("dmn-unknown-name")
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
  <informationRequirement><requiredInput href="#a"/></informationRequirement>
  <literalExpression><text>amount / days</text></literalExpression>
</decision>
"""
AT = "d"


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """Who draws the input data of a decision draws all of them: another name is misspelt, or its requirement is missing
    (DMN 6). A decision without input data takes what the process has.
    """
    for file, model in bundle.models.items():
        for decision in model.decisions.values():
            if not any(isinstance(link.target, InputData) for link in decision.links):
                continue
            given = {link.path[0] for link in decision.links}
            for name in sorted(names_for_sure(decision, model) - given):
                yield report.warning(
                    spot(file, model, decision.id, decision.name),
                    "The name '{name}' is not among the input data of the decision",
                    "Draw the input data and its requirement, or correct the name.",
                    name=name,
                )
