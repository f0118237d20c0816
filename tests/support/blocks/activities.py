"""Blocks of activities: subprocesses of each kind, repetition, what stands at the border, compensation."""

from __future__ import annotations

from dataclasses import dataclass

from support.blocks.flows import automatic, task
from support.blocks.names import CLERKS, DEEPER, WHERE, Block, Level, Names, Part
from support.diagrams import boundary, node, times
from support.engine import flow, user

Event = tuple[str, int, bool]
"""The kind, which one of the kind, and whether it interrupts."""


@dataclass(frozen=True)
class Loop:
    """`parallel` and `sequential` are multi-instance, `while` and `until` standard loops."""

    kind: str
    count: int
    one_is_enough: bool = False

    def xml(self) -> str:
        if self.kind in ("parallel", "sequential"):
            enough = "<bpmn:completionCondition>nrOfCompletedInstances = 1</bpmn:completionCondition>"
            end = "</bpmn:multiInstanceLoopCharacteristics>"
            whole = times(self.count, self.kind == "sequential")
            return whole.replace(end, enough + end) if self.one_is_enough else whole
        before = str(self.kind == "while").lower()
        return (
            f'<bpmn:standardLoopCharacteristics testBefore="{before}" loopMaximum="{self.count}">'
            "<bpmn:loopCondition>pick = 1</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
        )


def inside(block: Block, names: Names, kind: str, listeners: list[tuple[Event, Block]] = []) -> str:  # noqa: B006
    """A whole level: start, the block, end, and its event subprocesses."""
    names.levels.append(Level(kind))
    first, last, xml = block(names)
    start, end = names("s"), names("e")
    xml += f'<bpmn:startEvent id="{start}"/><bpmn:endEvent id="{end}"/>'
    xml += flow(names("f"), start, first) + flow(names("f"), last, end)
    heard: set[tuple[str, int]] = set()
    for event, then in listeners:
        if event[:2] not in heard:  # two of a level for one error are refused
            heard.add(event[:2])
            xml += event_subprocess(event, then, names)
    names.levels.pop()
    return xml


def event_subprocess(event: Event, block: Block, names: Names) -> str:
    kind, which, interrupting = event
    identity, start, end = names("v"), names("s"), names("e")
    names.levels.append(Level("event", [*names.levels[-1].undoable]))
    first, last, xml = block(names)
    names.levels.pop()
    interrupts = interrupting or kind in ("error", "any error", "compensate")
    attribute = f'isInterrupting="{str(interrupts).lower()}"'
    xml += node("startEvent", start, names.definition(kind, which), attribute) + f'<bpmn:endEvent id="{end}"/>'
    xml += flow(names("f"), start, first) + flow(names("f"), last, end)
    return node("subProcess", identity, xml, 'triggeredByEvent="true"')


def activity(
    block: Block | None,
    borders: list[Event],
    loop: Loop | None,
    undo: str = "",
    kind: str = "subProcess",
    listeners: list[tuple[Event, Block]] = [],  # noqa: B006
) -> Block:
    """A task or subprocess with borders: interrupting ones lead over a task to what follows, others to an end."""

    def make(names: Names) -> Part:
        identity, after = names("t" if block is None else "p"), names("g")
        repeated = "" if loop is None else loop.xml()
        deeper = DEEPER if loop else ""
        if block is None:
            xml = user(identity, inner=f"<bpmn:extensionElements>{WHERE}{deeper}</bpmn:extensionElements>{repeated}")
        else:
            xml = node(kind, identity, inside(block, names, kind, listeners) + repeated, "", deeper)
        xml += node("exclusiveGateway", after) + flow(names("f"), identity, after)
        events = [*borders, ("cancel", 0, True)] if kind == "transaction" else borders
        xml += bordered(identity, after, events, names) + undone(identity, undo, names)
        if any(event[0] == "compensate" for event, _ in listeners):
            names.levels[-1].undoable.append(identity)
        return identity, after, xml

    return make


def bordered(host: str, after: str, events: list[Event], names: Names) -> str:
    """The boundary events, each once."""
    xml, seen = "", set()
    for kind, which, interrupting in events:
        if (kind, which) in seen:
            continue
        seen.add((kind, which))
        identity = names("b")
        interrupts = interrupting or kind in ("error", "any error", "cancel")
        then, _, way = task(names)
        target = after if interrupts else names("e")
        xml += boundary(identity, host, names.definition(kind, which), interrupts) + way
        xml += flow(names("f"), identity, then) + flow(names("f"), then, target)
        xml += "" if interrupts else f'<bpmn:endEvent id="{target}"/>'
    return xml


def undone(host: str, undo: str, names: Names) -> str:
    """A compensation handler at the border: a task of a person, one that does itself, or a subprocess."""
    if not undo:
        return ""
    names.levels[-1].undoable.append(host)
    border, handler = names("c"), names("u")
    asked, where = 'isForCompensation="true"', f"<bpmn:extensionElements>{WHERE}</bpmn:extensionElements>"
    if undo == "task":
        xml = user(handler, f"{CLERKS} {asked}", where)
    elif undo == "automatic":
        xml = node("task", handler, "", asked)
    else:
        xml = node("subProcess", handler, inside(task, names, "subProcess"), asked)
    association = f'<bpmn:association id="{names("n")}" sourceRef="{border}" targetRef="{handler}" '
    return (
        xml
        + boundary(border, host, "<bpmn:compensateEventDefinition/>")
        + association
        + ('associationDirection="One"/>')
    )


def ad_hoc(blocks: list[Block | None], ordering: str, condition: str, cancel: bool) -> Block:
    """Activities without order; a None is a task, a block the inside of a subprocess."""

    def make(names: Names) -> Part:
        identity = names("p")
        names.levels.append(Level("adHocSubProcess"))
        xml = ""
        for block in blocks:
            if block is None:
                xml += task(names)[2]
            else:
                xml += node("subProcess", names("p"), inside(block, names, "subProcess"))
        xml += automatic(names)[2]
        names.levels.pop()
        if condition:
            xml += f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"
        attributes = f'ordering="{ordering}" cancelRemainingInstances="{str(cancel).lower()}"'
        return identity, identity, node("adHocSubProcess", identity, xml, attributes)

    return make
