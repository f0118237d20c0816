"""Which spec class stands for which BPMN element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.activities import (
    AdHocSubProcess,
    BusinessRuleTask,
    CallActivity,
    EventSubProcess,
    LoopBody,
    PassThrough,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from engine.bpmn.elements import Element
from engine.bpmn.events import BoundaryEvent, CatchEvent, EndEvent, StartEvent, ThrowEvent
from engine.bpmn.gateways import ComplexGateway, EventBasedGateway, ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.bpmn.instantiating import InstantiatingGateway, instantiates
from engine.bpmn.loops import ITEM
from engine.bpmn.model import ACTIVITIES, Node

if TYPE_CHECKING:
    from engine.bpmn.compiler import Compiled

KINDS: dict[str, type[Element]] = {
    "task": PassThrough,
    "manualTask": PassThrough,
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "scriptTask": ScriptTask,
    "businessRuleTask": BusinessRuleTask,
    "callActivity": CallActivity,
    "subProcess": SubProcess,
    "transaction": SubProcess,
    "adHocSubProcess": AdHocSubProcess,
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": EventBasedGateway,
}


def build(compiled: Compiled, node: Node) -> None:
    """Make the spec, or the two specs of a repeated one, of a node."""
    kind = EventSubProcess if node.by_event else KINDS[node.kind]
    if node.kind == "eventBasedGateway" and instantiates(node):
        kind = InstantiatingGateway
    if node.loop is not None and node.kind in ACTIVITIES:
        LoopBody(compiled, node)
        kind(compiled, node, node.id + ITEM)
    else:
        kind(compiled, node)
