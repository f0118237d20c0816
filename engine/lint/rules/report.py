"""What all rules share: a way through the diagrams of a bundle, and findings said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Flow, MessageFlow, Node, Oddity, Process
from engine.lint.findings import Finding

if TYPE_CHECKING:
    from engine.bundle import Bundle


Place = Node | Flow | MessageFlow | Process | Oddity | str


class Report:
    """Makes the findings of one rule."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def error(self, process: Process, element: Place, template: str, advice: str, **parameters: object) -> Finding:
        """A finding that refuses the deployment, at a node, a flow, the process, an oddity, or an id."""
        return self._finding("error", process, element, template, advice, parameters)

    def warning(self, process: Process, element: Place, template: str, advice: str, **parameters: object) -> Finding:
        """A finding that is told and does not refuse."""
        return self._finding("warning", process, element, template, advice, parameters)

    def _finding(
        self,
        severity: str,
        process: Process,
        element: Place,
        template: str,
        advice: str,
        parameters: dict[str, object],
    ) -> Finding:
        identity = element if isinstance(element, str) else element.id
        found = find(process, identity) if isinstance(element, str | Oddity) else element
        name = "" if found is None else found.name
        line = (element.line if isinstance(element, Oddity) else 0) or (found or process).line
        return Finding(self.rule, severity, process.file, identity, name, template, advice, parameters, line)


def find(process: Process, identity: str) -> Node | Flow | MessageFlow | Process | None:
    """The node or flow of a process with this id, or the process itself."""
    known = process if identity == process.id else None
    return process.nodes.get(identity) or process.flows.get(identity) or known


def elements(process: Process) -> list[Node | Flow]:
    """The nodes and flows of a process."""
    return [*process.nodes.values(), *process.flows.values()]


def processes(bundle: Bundle) -> Iterator[Process]:
    """Every process of the bundle."""
    for compiled in bundle.processes.values():
        yield compiled.process


def nodes(bundle: Bundle, *kinds: str) -> Iterator[tuple[Process, Node]]:
    """Every node of these kinds (of all, when none is given) with its process."""
    for process in processes(bundle):
        for node in process.nodes.values():
            if not kinds or node.kind in kinds:
                yield process, node


def around(process: Process, node: Node) -> Iterator[Node]:
    """The subprocesses around a node, innermost first."""
    while node.scope is not None:
        node = process.nodes[node.scope]
        yield node


def is_expression(text: str) -> bool:
    """Whether a text that the engine takes literally was meant as an expression."""
    return text.strip().startswith(("=", "${", "#{"))
