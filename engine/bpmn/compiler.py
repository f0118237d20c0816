"""From the model to something that runs: expressions compiled, SpiffWorkflow specs built, everything frozen and shared.

A compiled process is read-only; all threads and instances of one version share it. The specs are connected here and
never touched again, which is what makes caching safe (notes on SpiffWorkflow 3.2.0, §4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import feel
from engine.bpmn import expressions, kinds
from engine.bpmn.expressions import Value
from engine.bpmn.model import Flow, Node, Process
from engine.errors import Problem

LITERALS = ("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority")
ISO_START = ("P", "R", "-P")


@dataclass
class Compiled:
    """One process of one version, ready to run."""

    process: Process
    spec: WorkflowSpec
    values: dict[tuple[str, str], Value] = field(default_factory=dict)
    incoming: dict[str, tuple[Flow, ...]] = field(default_factory=dict)
    outgoing: dict[str, tuple[Flow, ...]] = field(default_factory=dict)
    boundaries: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    starts: dict[str | None, tuple[Node, ...]] = field(default_factory=dict)

    def value(self, element: str, slot: str) -> Value | None:
        """The compiled text of an element's slot (`assignee`, `input:level`, `condition`, …), if there is one."""
        return self.values.get((element, slot))


def compile_process(process: Process, functions: frozenset[str]) -> tuple[Compiled, list[Problem]]:
    """Compile everything and report all expressions that do not parse, each with element, slot and position."""
    compiled = Compiled(process, WorkflowSpec(process.id))
    problems: list[Problem] = []
    for element, slot, text, compile_text in _texts(process):
        try:
            compiled.values[element, slot] = compile_text(text, functions)
        except feel.FeelError as error:
            problems.append(
                Problem(
                    f"{process.file}#{element}",
                    "The expression '{text}' ({slot}) is not valid FEEL: {reason}",
                    {"text": text, "slot": slot, "reason": str(error)},
                )
            )
    for node in process.nodes.values():
        compiled.incoming[node.id] = tuple(process.incoming(node.id))
        compiled.outgoing[node.id] = tuple(process.outgoing(node.id))
        compiled.boundaries[node.id] = tuple(process.boundaries(node.id))
        if node.kind == "startEvent":
            compiled.starts[node.scope] = (*compiled.starts.get(node.scope, ()), node)
        kinds.build(compiled, node)
    return compiled, problems


Text = tuple[str, str, str, Callable[..., Value]]


def _texts(process: Process) -> Iterator[Text]:
    for flow in process.flows.values():
        if flow.condition is not None:
            yield flow.id, "condition", flow.condition, expressions.expression
    for node in process.nodes.values():
        yield from _node_texts(node)
        yield from _event_texts(node)
        yield from _loop_texts(node)


def _node_texts(node: Node) -> Iterator[Text]:
    for name in LITERALS:
        if name in node.attributes:
            yield node.id, name, node.attributes[name], expressions.text_or_expression
    for name, text in node.inputs:
        yield node.id, f"input:{name}", text, expressions.text_or_expression
    for name, text in node.outputs:
        yield node.id, f"output:{name}", text, expressions.text_or_expression
    for direction, transfers in (("in", node.calls_in), ("out", node.calls_out)):
        for transfer in transfers:
            if transfer.source != "all":
                yield node.id, f"{direction}:{transfer.target}", transfer.source, expressions.expression
    if node.kind == "scriptTask" and node.script:
        yield node.id, "script", node.script, expressions.expression
    for name in ("dueKey", "excludedUsers"):
        if name in node.properties:
            yield node.id, name, node.properties[name], expressions.text_or_expression


def _event_texts(node: Node) -> Iterator[Text]:
    properties = {**node.properties, **(node.event.properties if node.event else {})}
    for name in ("timerKey", "correlationKey"):
        if name in properties:
            yield node.id, name, properties[name], expressions.text_or_expression
    event = node.event
    if event is None or not event.text:
        return
    literal = event.kind == "timer" and event.text.startswith(ISO_START) and event.timer != "date"
    yield node.id, event.kind, event.text, (_literal if literal else expressions.expression)


def _literal(text: str, functions: frozenset[str]) -> Value:
    return Value(text)


def _loop_texts(node: Node) -> Iterator[Text]:
    if node.loop is None:
        return
    for slot in ("collection", "cardinality", "condition"):
        text = getattr(node.loop, slot)
        if text:
            yield node.id, f"loop:{slot}", text, expressions.expression
