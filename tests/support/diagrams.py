"""More pieces of diagrams for the tests of the engine: activities, events and loops in one line each."""

from __future__ import annotations

from itertools import pairwise

from support.engine import event, flow

NAMES = (
    '<bpmn:message id="M" name="answered"/><bpmn:message id="B" name="begin"/><bpmn:signal id="S" name="alarm"/>'
    '<bpmn:error id="E" errorCode="broken"/><bpmn:error id="F" errorCode="other"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="M"/>'
BEGIN = '<bpmn:messageEventDefinition messageRef="B"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="E"/>'
OTHER = '<bpmn:errorEventDefinition errorRef="F"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"
ONCE = "<camunda:failedJobRetryTimeCycle>R0/PT1M</camunda:failedJobRetryTimeCycle>"
"""A failure is an incident at once."""


def conditional(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def node(kind: str, identity: str, inner: str = "", attributes: str = "", extensions: str = "") -> str:
    if extensions:
        inner = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>{inner}"
    return f'<bpmn:{kind} id="{identity}" {attributes}>{inner}</bpmn:{kind}>'


def property_(name: str, value: str) -> str:
    return f'<camunda:properties><camunda:property name="{name}" value="{value}"/></camunda:properties>'


def parameters(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    parts = "".join(
        f'<camunda:{kind} name="{name}">{text}</camunda:{kind}>'
        for kind, given in (("inputParameter", inputs), ("outputParameter", outputs))
        for name, text in (given or {}).items()
    )
    return f"<camunda:inputOutput>{parts}</camunda:inputOutput>"


def service(identity: str, topic: str, extensions: str = "", attributes: str = "", inner: str = "") -> str:
    return node("serviceTask", identity, inner, f'camunda:topic="{topic}" {attributes}', extensions)


def script(identity: str, text: str, variable: str, inner: str = "") -> str:
    attributes = f'scriptFormat="feel" camunda:resultVariable="{variable}"'
    return node("scriptTask", identity, f"<bpmn:script>{text}</bpmn:script>{inner}", attributes)


def call(identity: str, called: str, extensions: str = "", inner: str = "") -> str:
    return node("callActivity", identity, inner, f'calledElement="{called}"', extensions)


def catch(identity: str, definition: str, extensions: str = "") -> str:
    return node("intermediateCatchEvent", identity, definition, "", extensions)


def boundary(identity: str, host: str, definition: str, interrupting: bool = True, extensions: str = "") -> str:
    """Without its way on; see `border`."""
    cancel = "" if interrupting else ' cancelActivity="false"'
    return node("boundaryEvent", identity, definition, f'attachedToRef="{host}"{cancel}', extensions)


def border(
    identity: str, host: str, definition: str, target: str, interrupting: bool = True, extensions: str = ""
) -> str:
    """A boundary event whose way leads over `target` (drawn by the caller) to an end of its own."""
    return (
        boundary(identity, host, definition, interrupting, extensions)
        + f'<bpmn:endEvent id="{identity}_end"/>'
        + flow(f"{identity}_1", identity, target)
        + flow(f"{identity}_2", target, f"{identity}_end")
    )


def subprocess(identity: str, inner: str, extensions: str = "") -> str:
    return node("subProcess", identity, inner, "", extensions)


def multiple(collection: str, item: str = "item", *, sequential: bool = False, condition: str = "") -> str:
    inner = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" '
        f'camunda:collection="={collection}" camunda:elementVariable="{item}">{inner}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def times(count: int, sequential: bool = False) -> str:
    """So many items, without a collection."""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )


def fork(*branches: tuple[str, ...], then: str = "", prefix: str = "k") -> str:
    """Start, a parallel fork over single nodes, each to an end of its own (or all to `then`, drawn by the caller).

    A branch is the id and the drawing of its node, and what its end throws if it is not a plain one.
    """
    parts = [
        f'<bpmn:startEvent id="{prefix}s"/><bpmn:parallelGateway id="{prefix}"/>',
        flow(f"{prefix}0", f"{prefix}s", prefix),
    ]
    for identity, xml, *thrown in branches:
        end = then or f"{identity}_e"
        parts.append(xml + flow(f"{prefix}_{identity}", prefix, identity) + flow(f"{identity}_{prefix}", identity, end))
        if not then:
            parts.append(event("endEvent", end, *thrown))
    return "".join(parts)


def draw(way: str, *pieces: str) -> str:
    """What lies on a way: the pieces, and what the way names without one: `draw("s g, g a e, g b e", …)`.

    That is drawn by its place: nothing leads to a start event, nothing leads on from an end event, all between are
    tasks that do themselves.
    """
    paths = [path.partition("[")[0].split() for path in way.split(",")]
    sources = {name for path in paths for name in path[:-1]}
    targets = {name for path in paths for name in path[1:]}
    drawn = "".join(pieces)
    for name in dict.fromkeys(name for path in paths for name in path):
        if f' id="{name}"' not in drawn:
            kind = "task" if name in sources & targets else "endEvent" if name in targets else "startEvent"
            drawn += event(kind, name)
    return drawn + flows(way)


def flows(text: str) -> str:
    """Sequence flows in a line: `s a b, b c d [x = 1], b d`; a condition (no comma in it) is that of its first flow."""
    found = []
    for number, path in enumerate(text.split(",")):
        names, _, condition = path.strip().partition("[")
        ways = names.split()
        for step, (source, target) in enumerate(pairwise(ways)):
            asked = condition.rstrip("] ") if step == 0 else ""
            found.append(flow(f"{source}_{target}_{number}_{step}", source, target, asked or None))
    return "".join(found)
