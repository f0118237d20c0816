"""Blocks of events in the flow: what waits, what throws, what ends abruptly."""

from __future__ import annotations

from support.blocks.flows import row, task
from support.blocks.names import Block, Names, Part
from support.diagrams import node
from support.engine import flow


def catch(kind: str, which: int) -> Block:
    def make(names: Names) -> Part:
        identity = names("w")
        if kind == "receive":
            return identity, identity, node("receiveTask", identity, "", f'messageRef="{names.message()}"')
        every = 'parallelMultiple="true"' if kind == "parallel multiple" else ""
        definition = names.definition(kind.removeprefix("parallel "), which)
        return identity, identity, node("intermediateCatchEvent", identity, definition, every)

    return make


def choice(events: list[tuple[str, int]], block: Block) -> Block:
    """An event-based gateway; the first way leads over the block.

    It has one timer at most, and messages come to events or to receive tasks, but not to both.
    """
    received = "receive" in dict(events)

    def make(names: Names) -> Part:
        opening, closing, xml = names("g"), names("g"), ""
        kinds = {(kind, 0 if kind == "timer" else which): which for kind, which in events}
        for number, ((kind, _), which) in enumerate(kinds.items()):
            event, _, drawn = catch("receive" if received and kind == "message" else kind, which)(names)
            first, last, way = (block if number == 0 else task)(names)
            xml += drawn + way + flow(names("f"), opening, event) + flow(names("f"), event, first)
            xml += flow(names("f"), last, closing)
        return opening, closing, xml + node("eventBasedGateway", opening) + node("exclusiveGateway", closing)

    return make


def throw(kinds: list[str], which: int, by_name: bool, before: Block = task) -> Block:
    """An event that throws one thing or several, after a block. Compensation is thrown alone."""
    alone = ["compensate"] if "compensate" in kinds else kinds

    def make(names: Names) -> Part:
        identity = names("x")
        definitions = "".join(_thrown(kind, which, by_name, names) for kind in dict.fromkeys(alone))
        return identity, identity, node("intermediateThrowEvent", identity, definitions)

    return row([before, make])


def _thrown(kind: str, which: int, by_name: bool, names: Names) -> str:
    if kind == "none":
        return ""
    undoable = names.levels[-1].undoable
    if kind == "compensate" and by_name and undoable:
        return f'<bpmn:compensateEventDefinition activityRef="{undoable[which % len(undoable)]}"/>'
    return names.definition(kind, which)


def abrupt(kind: str, which: int, before: Block = task) -> Block:
    """A choice after a block: one way goes on, the other ends with an event. Only a transaction is cancelled."""

    def make(names: Names) -> Part:
        opening, after, end, on, off = names("g"), names("a"), names("e"), names("f"), names("f")
        actual = "terminate" if kind == "cancel" and names.levels[-1].kind != "transaction" else kind
        first, last, xml = before(names)
        xml += node("exclusiveGateway", opening, "", f'default="{on}"') + f'<bpmn:task id="{after}"/>'
        xml += node("endEvent", end, names.definition(actual, which))
        xml += flow(names("f"), last, opening) + flow(on, opening, after) + flow(off, opening, end, "pick = 2")
        return first, after, xml

    return make
