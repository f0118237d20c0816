"""Waiting for events: each definition of an event waits by itself, together they are the event (BPMN 10.5, 13.5).

A token remembers what it waits for: `heard` (messages and signals by position), `watch` (conditions by position, with
what they were last), `came` (of a parallel multiple event) and `spent` (timers that cannot come again).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn import parking
from engine.bpmn.model import Node
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.bpmn.execution import Execution
    from engine.bpmn.tokens import Token

Hearer = tuple[str, str, int]
"""Who hears something: token id, element, position."""


def slot(name: str, index: int) -> str:
    """The slot of an expression of the definition at `index` of an event."""
    return name if index == 0 else f"{name}:{index}"


def listen(x: Execution, token: Token, node: Node, first: int = 0, only: int | None = None) -> None:
    """Begin to wait for every definition of `node` (or one of them); positions count from `first`."""
    for index, event in enumerate(node.events):
        if only not in (None, index):
            continue
        if event.kind in ("timer", "message", "signal"):
            x.host.wait_rows(x, token, node, index, first + index)
        elif event.kind == "conditional":
            token.internal_data.setdefault("watch", {})[str(first + index)] = [node.id, index, False]
            x.stirred = True


def hearers(x: Execution, kind: str, name: str, key: str | None) -> list[Hearer]:
    """The tokens that wait for a message or signal of this name, oldest first; one who named no key hears any."""
    return [
        (token.key, element, int(position))
        for token in x.live()
        for position, (element, its_kind, its_name, its_key) in token.internal_data.get("heard", {}).items()
        if (its_kind, its_name) == (kind, name) and (its_key is None or its_key == key)
    ]


def complete(x: Execution, token: Token, node: Node, index: int, last: bool) -> bool:
    """The definition at `index` has come: is the event there? A parallel multiple one needs all (BPMN 10.5.6).

    `last` says that a timer cannot come again.
    """
    if last and node.events[index].kind == "timer":
        token.internal_data.setdefault("spent", []).append(index)
    if not node.says("parallelMultiple"):
        return True
    came: list[int] = token.internal_data.setdefault("came", [])
    if index not in came:
        came.append(index)
    if len(came) == len(node.events):
        return True
    token.internal_data.get("watch", {}).pop(str(index), None)
    if token.internal_data.get("heard", {}).pop(str(index), None):
        x.effects.forget(token, index)
    return False


def wait_again(x: Execution, token: Token, node: Node) -> bool:
    """After an event that does not interrupt: can it come again? Timers that are over cannot."""
    spent = token.internal_data.get("spent", [])
    if len(spent) == len(node.events):
        return False
    if came := token.internal_data.pop("came", None):
        token.internal_data["came"] = [*spent]
        for index in came:
            if node.events[index].kind != "timer" and str(index) not in token.internal_data.get("heard", {}):
                listen(x, token, node, only=index)
    return True


def look(x: Execution) -> bool:
    """Look at all conditions that are waited for; True when one has become true (BPMN 10.5.5), which then has fired."""
    x.stirred = False
    for token in x.live():
        if "parked" in token.internal_data:
            continue
        for position, watched in [*token.internal_data.get("watch", {}).items()]:
            try:
                holds = x.value(token, slot("conditional", watched[1]), x.compiled.process.nodes[watched[0]]) is True
            except EngineError as error:
                parking.park(x, token, error, "watch")
                break
            before, watched[2] = watched[2], holds
            if holds and not before:
                x.stirred = True  # the others see what this one changes
                x.record("condition-met", token)
                x.trigger(token.key, watched[0], {}, position=int(position))
                return True
    return False


def outwards(x: Execution, token: Token) -> Iterator[list[Token]]:
    """Who may catch what a token throws, from the nearest level outwards (BPMN 10.5.7).

    Levels: the borders of the activity itself, the event subprocesses of the scope that it runs in, the borders of that
    scope, and so on. An event subprocess is not its own handler.
    """
    current: Token | None = token
    while current is not None:
        yield [other for other in x.live() if other.internal_data.get("host") == current.key]
        up = current.internal_data.get("body")
        if up is None:
            up = current.internal_data.get("scope")
            yield [
                other
                for other in x.live()
                if "listens" in other.internal_data
                and other.internal_data.get("scope") == up
                and other.task_spec is not current.task_spec
            ]
        current = None if up is None else x.holder(up)


def catcher(x: Execution, token: Token, kind: str, code: str | None) -> Token | None:
    """The nearest event that catches an error or escalation; one that names the code goes before one for all."""
    for level in outwards(x, token):
        catching = [(other, event.name) for other in level for event in caught(x, other).events if event.kind == kind]
        for wanted in (code, None):
            for other, name in catching:
                if (name or None) == wanted:
                    return other
    return None


def caught(x: Execution, token: Token) -> Node:
    """The event that a token waits for: its own node, of an event subprocess the start event in it."""
    node: Node = token.task_spec.node
    return x.compiled.process.starts(node.id)[0] if "listens" in token.internal_data else node
