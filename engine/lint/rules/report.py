"""What all rules share: a way through the diagrams of a bundle, and findings said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.model import Flow, MessageFlow, Node, Process
from engine.lint.findings import Finding

if TYPE_CHECKING:
    from engine.bundle import Bundle


class Report:
    """Makes the findings of one rule."""

    def __init__(self, rule: str) -> None:
        self.rule = rule

    def error(
        self,
        process: Process,
        element: Node | Flow | MessageFlow | Process | str,
        template: str,
        advice: str,
        **parameters: object,
    ) -> Finding:
        """A finding that refuses the deployment, at a node, a flow, the process, or an id."""
        return self._finding("error", process, element, template, advice, parameters)

    def warning(
        self,
        process: Process,
        element: Node | Flow | MessageFlow | Process | str,
        template: str,
        advice: str,
        **parameters: object,
    ) -> Finding:
        """A finding that is told and does not refuse."""
        return self._finding("warning", process, element, template, advice, parameters)

    def _finding(
        self,
        severity: str,
        process: Process,
        element: Node | Flow | MessageFlow | Process | str,
        template: str,
        advice: str,
        parameters: dict[str, object],
    ) -> Finding:
        found = find(process, element) if isinstance(element, str) else element
        name = "" if found is None else found.name
        identity = element if isinstance(element, str) else element.id
        line = process.line if found is None else found.line
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


def is_expression(text: str) -> bool:
    """Whether a text that the engine takes literally was meant as an expression."""
    return text.strip().startswith(("=", "${", "#{"))
