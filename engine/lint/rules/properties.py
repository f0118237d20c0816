"""Properties that are misspelt or stand where nobody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.instantiating import instantiates
from engine.bpmn.model import Node
from engine.lint.findings import Finding
from engine.lint.rules.report import Report, nodes
from engine.operations import Operations

if TYPE_CHECKING:
    from engine.bundle import Bundle

report = Report("properties")
GOOD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks"><extensionElements><camunda:properties>
  <camunda:property name="dueKey" value="limit"/>
</camunda:properties></extensionElements></userTask>
s -> a -> e
"""
BAD = """
<startEvent id="s"/> <endEvent id="e"/>
<userTask id="a" camunda:candidateGroups="clerks"><extensionElements><camunda:properties>
  <camunda:property name="due-key" value="limit"/>
</camunda:properties></extensionElements></userTask>
s -> a -> e
"""
AT = "a"
PLACES = {
    "notSameAs": frozenset({"userTask"}),
    "excludedUsers": frozenset({"userTask"}),
    "dueKey": frozenset({"userTask"}),
    "timerKey": frozenset({"timer"}),
    "correlationKey": frozenset({"message"}),
}
WAITING = frozenset({"timerKey", "correlationKey"})
"""By these something is found that waits."""


def rule(bundle: Bundle, operations: Operations) -> Iterator[Finding]:
    """A misspelt rule is a rule that does not hold: properties that mean something to the engine are checked by name
    and place.
    """
    for process, node in nodes(bundle):
        kinds = {node.kind} | {event.kind for event in node.events}
        written = dict(node.properties)
        for event in node.events:
            written |= event.properties
        for name in written:
            known = SPELLING.get(_plain(name))
            if known is not None and known != name:
                yield report.error(
                    process, node, "The property '{name}' is not known", "Write it '{known}'.", name=name, known=known
                )
            elif known is not None and (not kinds & PLACES[known] or (known in WAITING and _begins(node))):
                yield report.error(
                    process,
                    node,
                    "The property '{name}' has no effect here",
                    "It is read at: {places}.",
                    name=name,
                    places=", ".join(sorted(PLACES[known])),
                )


def _begins(node: Node) -> bool:
    """Does the node start an instance, so that nothing waits there?"""
    return (node.kind == "startEvent" and node.scope is None) or instantiates(node)


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(" ", "").casefold()


SPELLING = {_plain(name): name for name in PLACES}
