"""What the rules about decisions share: a way through the models of a bundle, and findings said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import feel
from engine.dmn import syntax
from engine.dmn.analysis import Analysis, analyse
from engine.dmn.iteration import Filter
from engine.dmn.model import Decision, Knowledge, Model
from engine.dmn.table import Table
from engine.feel import nodes
from engine.feel.expression import WORDS
from engine.lint.findings import Finding

if TYPE_CHECKING:
    from engine.bundle import Bundle


@dataclass(frozen=True)
class Place:
    """A table and where it stands. `given` says whether all that it asks for comes from the caller as it likes."""

    file: str
    model: Model
    owner: Decision | Knowledge
    table: Table

    @property
    def analysis(self) -> Analysis:
        """What is certain about the table."""
        return analyse(self.table, self.model.names | self.model.functions)

    @property
    def given(self) -> bool:
        """Whether all inputs of the table are the caller's own: what other decisions make may never come together."""
        owner = self.owner
        if not isinstance(owner, Decision) or owner.table is not self.table:
            return False
        made = {link.path[0] for link in owner.links if isinstance(link.target, Decision)}
        return not self.analysis.roots & made

    def at(self, element: str) -> Spot:
        """A rule or column of the table, or the table itself, by its id."""
        return spot(self.file, self.model, element, self.owner.name)


@dataclass(frozen=True)
class Spot:
    """Where something is found: an element of a file, and what people call the decision it belongs to."""

    file: str
    element: str
    name: str
    line: int


def spot(file: str, model: Model, element: str, name: str) -> Spot:
    """The spot of an element by its id."""
    return Spot(file, element, name, model.lines.get(element.partition("/")[0], 0))


class Report:
    """Makes the findings of one rule."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def error(self, at: Spot, template: str, advice: str, /, **parameters: object) -> Finding:
        """A finding that refuses the deployment."""
        return Finding(self.rule, "error", at.file, at.element, at.name, template, advice, parameters, at.line)

    def warning(self, at: Spot, template: str, advice: str, /, **parameters: object) -> Finding:
        """A finding that is told and does not refuse."""
        return Finding(self.rule, "warning", at.file, at.element, at.name, template, advice, parameters, at.line)


def tables(bundle: Bundle) -> Iterator[Place]:
    """Every decision table of the bundle, also those inside other expressions."""
    for file, model in bundle.models.items():
        for owner in model.elements.values():
            if isinstance(owner, Decision | Knowledge):
                logic = owner.logic if isinstance(owner, Decision) else owner.function
                found = (part for part in syntax.inside(logic) if isinstance(part, Table))
                yield from (Place(file, model, owner, table) for table in found)


def names_for_sure(decision: Decision, model: Model) -> frozenset[str]:
    """The free names of a decision that cannot be entries of the items of a filter, nor functions."""
    perhaps = set(WORDS | model.functions)
    for part in syntax.inside(decision.logic):
        if isinstance(part, feel.Expression | feel.UnaryTests):
            read = syntax.expression if isinstance(part, feel.Expression) else syntax.tests
            for node in syntax.walk(read(part.text, model.names | model.functions)):
                if isinstance(node, nodes.Filter):
                    perhaps |= {one.name for one in syntax.walk(node.condition) if isinstance(one, nodes.Name)}
        elif isinstance(part, Filter):
            perhaps |= part.condition.names
    return decision.logic.names - perhaps
