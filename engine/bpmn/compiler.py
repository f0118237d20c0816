"""From the model to something that runs: expressions compiled, SpiffWorkflow specs built, everything frozen and shared.

A compiled process is read-only; all threads and instances of one version share it. The specs are connected here and
never touched again, which is what makes caching safe (notes on SpiffWorkflow 3.2.0, §4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import feel
from engine.bpmn import compensating, expressions, inclusive, kinds
from engine.bpmn.expressions import Value
from engine.bpmn.listening import slot
from engine.bpmn.model import Node, Process
from engine.errors import Problem

LITERALS = (
    "assignee",
    "candidateGroups",
    "candidateUsers",
    "dueDate",
    "followUpDate",
    "priority",
    "calledElementVersion",
)
ISO_START = ("P", "R", "-P")


@dataclass
class Compiled:
    """One process of one version, ready to run."""

    process: Process
    spec: WorkflowSpec
    values: dict[tuple[str, str], Value] = field(default_factory=dict)
    listeners: dict[str | None, tuple[Node, ...]] = field(default_factory=dict)
    """Scope → the event subprocesses that listen in it."""
    links: dict[tuple[str | None, str], Node] = field(default_factory=dict)
    """Scope and name → the link event that catches."""
    handlers: dict[str, str] = field(default_factory=dict)
    """Activity → its compensation handler."""
    upstream: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    """Inclusive or complex join → flow into it → the nodes from which a token may still come by that flow."""
    watches: bool = False
    """Are there conditional events or required data inputs, so that changed variables matter?"""

    def value(self, element: str, slot: str) -> Value | None:
        """The compiled text of an element's slot (`assignee`, `input:level`, `condition`, …), if there is one."""
        return self.values.get((element, slot))


def compile_process(process: Process, functions: frozenset[str]) -> tuple[Compiled, list[Problem]]:
    """Compile everything and report all expressions that do not parse, each with element, slot and position."""
    compiled = Compiled(process, WorkflowSpec(process.id), watches=process.waits_for_data)
    problems: list[Problem] = []
    known = frozenset(process.declared)
    for element, name, text, compile_text in _texts(process):
        try:
            compiled.values[element, name] = compile_text(text, functions, known)
        except feel.FeelError as error:
            problems.append(
                Problem(
                    f"{process.file}#{element}",
                    "The expression '{text}' ({slot}) is not valid FEEL: {reason}",
                    {"text": text, "slot": name, "reason": str(error)},
                )
            )
    for node in process.nodes.values():
        if node.kind == "intermediateCatchEvent" and node.catches("link"):
            compiled.links[node.scope, node.events[0].name or ""] = node
        if node.by_event and any(not start.catches("compensate") for start in process.starts(node.id)):
            compiled.listeners[node.scope] = (*compiled.listeners.get(node.scope, ()), node)
        if node.kind in ("inclusiveGateway", "complexGateway") and len(process.incoming(node.id)) > 1:
            compiled.upstream[node.id] = inclusive.sources(process, node.id)
        compiled.watches = compiled.watches or node.catches("conditional")
        kinds.build(compiled, node)
    compiled.handlers = compensating.handlers(process.nodes)
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
        for data in (node.data, node.whole):
            for association in (*data.inputs, *data.outputs):
                for name, text, _ in association.texts():
                    yield node.id, name, text, expressions.expression


def _node_texts(node: Node) -> Iterator[Text]:
    for name in LITERALS:
        if name in node.attributes:
            yield node.id, name, node.attributes[name], expressions.text_or_expression
    for name, text in node.inputs:
        yield node.id, f"input:{name}", text, expressions.text_or_expression
    for name, text in node.outputs:
        yield node.id, f"output:{name}", text, expressions.text_or_expression
    if node.called:
        yield node.id, "called", node.called.strip(), expressions.text_or_expression
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
    for index, event in enumerate(node.events):
        properties = {**node.properties, **event.properties}
        for name in ("timerKey", "correlationKey"):
            if name in properties:
                yield node.id, slot(name, index), properties[name], expressions.text_or_expression
        if event.text:
            literal = event.kind == "timer" and event.text.startswith(ISO_START) and event.timer != "date"
            yield node.id, slot(event.kind, index), event.text, (_literal if literal else expressions.expression)


def _literal(text: str, functions: frozenset[str], names: frozenset[str]) -> Value:
    return Value(text)


def _loop_texts(node: Node) -> Iterator[Text]:
    if node.condition:
        slot_name = "activation" if node.kind == "complexGateway" else "completion"
        yield node.id, slot_name, node.condition, expressions.expression
    if node.loop is None:
        return
    for name in ("collection", "cardinality", "condition", "maximum"):
        text = getattr(node.loop, name)
        if text:
            yield node.id, f"loop:{name}", text, expressions.expression
