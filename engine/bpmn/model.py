"""What a diagram says, as plain values: read once from the XML, shared read-only by lint, compiler and pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from engine.bpmn.items import NOTHING, Data

K = TypeVar("K")
V = TypeVar("V")

ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    }
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
COUNTERS = frozenset({"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is its FEEL text."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass(frozen=True)
class EventDefinition:
    """What an event reacts to or throws: `name` is the message, signal or error code; timers have `timer`, `text`.

    `refers_to` is the kind of element that `reference` names, None when there is no such element; `timers` are all of
    date, duration and cycle that are written, of which there may be one.
    """

    kind: str
    name: str | None = None
    reference: str | None = None
    refers_to: str | None = None
    timer: str | None = None
    text: str | None = None
    timers: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    activity: str | None = None
    """Of a compensation event: the activity that is to be compensated, all of its scope when there is none."""
    waits: bool = True
    """Of a compensation event: does the thrower wait until all is compensated?"""


@dataclass(frozen=True)
class Loop:
    """Multi-instance (BPMN 13.3.7) or, with `standard`, a standard loop (BPMN 13.3.6).

    `condition` is the completion condition, of a standard loop the condition to go on; `maximum` is text as written.
    """

    sequential: bool
    collection: str | None
    cardinality: str | None
    item: str | None
    condition: str | None
    output_collection: str | None
    output_item: str | None
    standard: bool = False
    test_before: bool = False
    maximum: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The variables that it has itself, or gives to each item."""
        return COUNTERS | {self.item} if self.item else COUNTERS


@dataclass(frozen=True)
class Transfer:
    """One `camunda:in` or `camunda:out` of a call activity."""

    source: str
    target: str
    expression: bool


@dataclass(frozen=True)
class Node:
    """A flow node with everything that execution and lint need from the diagram."""

    id: str
    kind: str
    name: str
    scope: str | None
    line: int
    attributes: Mapping[str, str]
    plain: Mapping[str, str]
    properties: Mapping[str, str]
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    events: tuple[EventDefinition, ...] = ()
    loop: Loop | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default: str | None = None
    documentation: str | None = None
    lane: str | None = None
    called: str | None = None
    calls_in: tuple[Transfer, ...] = ()
    calls_out: tuple[Transfer, ...] = ()
    script: str | None = None
    retry_cycle: str | None = None
    condition: str | None = None
    """The completion condition of an ad-hoc subprocess, the activation condition of a complex gateway."""
    handler: str | None = None
    """The compensation handler that an association joins to a compensation boundary event."""
    data: Data = NOTHING
    whole: Data = NOTHING
    """Of a repeated activity: what belongs to the whole, the collections; `data` belongs to each item."""
    sends_to: tuple[str, ...] = ()
    """The processes to whose pools message flows lead from here."""

    def says(self, attribute: str, default: str = "false") -> bool:
        """Is this attribute of BPMN true?"""
        return self.plain.get(attribute, default) in ("true", "1")

    @property
    def by_event(self) -> bool:
        """An event subprocess: begun by its start event instead of the flow (BPMN 10.3.5)."""
        return self.kind == "subProcess" and self.says("triggeredByEvent")

    @property
    def for_compensation(self) -> bool:
        """A compensation handler: runs only when what it is joined to is compensated (BPMN 10.7)."""
        return self.says("isForCompensation")

    @property
    def begins(self) -> bool:
        """An activity that an event begins, or a compensation: no flow leads to it, none leaves it."""
        return self.by_event or self.for_compensation

    def catches(self, kind: str) -> bool:
        """Does the event wait for this kind, perhaps among others?"""
        return any(event.kind == kind for event in self.events)

    @property
    def event(self) -> EventDefinition | None:
        """The event definition of an event that has exactly one."""
        return self.events[0] if len(self.events) == 1 else None


@dataclass(frozen=True)
class Association:
    """A line between two things that is no flow; it joins compensation handlers to their events (BPMN 10.7)."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class MessageFlow:
    """A message flow between two ends (nodes or pools); `sender` and `receiver` are the executable processes there.

    `message` is the name of the message that the flow itself refers to, `lost` the end that is not in the file.
    """

    id: str
    name: str
    source: str
    target: str
    message: str | None
    sender: str | None
    receiver: str | None
    lost: str | None
    line: int


@dataclass(frozen=True)
class Oddity:
    """Something in the file that the reader did not take over; `id` is the node, flow or process around it.

    `kind` is duplicate-id, reference (to what is not there), lanes (several around one node), value (that an attribute
    may not have), repeated (what may stand once), pool (of a process that has one), attribute, element or foreign (of
    another namespace); `what` is its name, `value` that of an attribute.
    """

    id: str
    kind: str
    what: str
    value: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Process:
    """A process: its nodes and flows in document order, embedded subprocesses flattened by `Node.scope`.

    `drawn` are the elements that have a shape or an edge in the file's layout, `lanes` the lanes' properties by name.
    """

    id: str
    name: str
    file: str
    executable: bool
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    properties: Mapping[str, str]
    oddities: tuple[Oddity, ...] = ()
    drawn: frozenset[str] = frozenset()
    associations: tuple[Association, ...] = ()
    line: int = 0
    data: Data = NOTHING
    lanes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    messages: tuple[MessageFlow, ...] = ()
    """The message flows that begin here, or else end here; those without a process at either end are of the first."""

    @property
    def declared(self) -> Iterator[str]:
        """The names of everything that holds data anywhere in the process."""
        for data in (self.data, *(data for node in self.nodes.values() for data in (node.data, node.whole))):
            yield from (item.name for item in data.items)

    @cached_property
    def waits_for_data(self) -> bool:
        """Does an activity require data inputs, so that it has to wait for them?"""
        return any(node.data.required or node.whole.required for node in self.nodes.values())

    def incoming(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that lead to a node, as written."""
        return self._incoming.get(node_id, ())

    def outgoing(self, node_id: str) -> tuple[Flow, ...]:
        """The flows that leave a node, as written."""
        return self._outgoing.get(node_id, ())

    def boundaries(self, node_id: str) -> tuple[Node, ...]:
        """The boundary events attached to a node."""
        return self._attached.get(node_id, ())

    def associated(self, node_id: str) -> tuple[Association, ...]:
        """The associations that lead from or to a node, as written."""
        return self._associated.get(node_id, ())

    def inside(self, scope: str | None = None) -> tuple[Node, ...]:
        """The nodes of the process itself or of one embedded subprocess, without those further inside."""
        return self._inside.get(scope, ())

    def starts(self, scope: str | None = None) -> tuple[Node, ...]:
        """The start events of the process or of one embedded subprocess."""
        return self._starts.get(scope, ())

    @cached_property
    def _incoming(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.target, flow) for flow in self.flows.values())

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.source, flow) for flow in self.flows.values())

    @cached_property
    def _attached(self) -> dict[str, tuple[Node, ...]]:
        return _grouped((node.attached_to, node) for node in self.nodes.values() if node.attached_to is not None)

    @cached_property
    def _associated(self) -> dict[str, tuple[Association, ...]]:
        return _grouped((end, line) for line in self.associations for end in {line.source, line.target})

    @cached_property
    def _inside(self) -> dict[str | None, tuple[Node, ...]]:
        return _grouped((node.scope, node) for node in self.nodes.values())

    @cached_property
    def _starts(self) -> dict[str | None, tuple[Node, ...]]:
        return _grouped((node.scope, node) for node in self.nodes.values() if node.kind == "startEvent")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in found.items()}
