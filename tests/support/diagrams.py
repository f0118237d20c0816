"""More pieces of diagrams for the tests of the engine: activities, events and loops in one line each."""

from __future__ import annotations

from support.engine import chain, flow

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


def fork(*branches: tuple[str, str], then: str = "", prefix: str = "k") -> str:
    """Start, a parallel fork over single nodes, each to an end of its own (or all to `then`, drawn by the caller)."""
    parts = [
        f'<bpmn:startEvent id="{prefix}s"/><bpmn:parallelGateway id="{prefix}"/>',
        flow(f"{prefix}0", f"{prefix}s", prefix),
    ]
    for identity, xml in branches:
        end = then or f"{identity}_e"
        parts.append(xml + flow(f"{prefix}_{identity}", prefix, identity) + flow(f"{identity}_{prefix}", identity, end))
        if not then:
            parts.append(f'<bpmn:endEvent id="{end}"/>')
    return "".join(parts)


def raising(prefix: str, definition: str, *nodes: tuple[str, str]) -> str:
    """A chain whose end event throws."""
    plain = f'<bpmn:endEvent id="{prefix}e"/>'
    return chain(*nodes, prefix=prefix).replace(plain, f'<bpmn:endEvent id="{prefix}e">{definition}</bpmn:endEvent>')
