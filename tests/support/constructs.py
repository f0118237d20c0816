"""Every construct of BPMN 2.0 that a diagram can hold, each as the smallest diagram in which it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from support import data_constructs
from support.diagrams import border, boundary, call, catch, fork, multiple, node, script, service, subprocess, times
from support.engine import chain, diagram, flow, process, timer, user

DECLARED = (
    '<bpmn:message id="M" name="answered"/><bpmn:message id="B" name="begin"/>'
    '<bpmn:signal id="S" name="alarm"/><bpmn:error id="E" errorCode="broken"/>'
    '<bpmn:escalation id="C" escalationCode="late"/>'
)
DEFINITIONS = {
    "message": '<bpmn:messageEventDefinition messageRef="M"/>',
    "timer": timer("duration", "PT1H"),
    "signal": '<bpmn:signalEventDefinition signalRef="S"/>',
    "error": '<bpmn:errorEventDefinition errorRef="E"/>',
    "terminate": "<bpmn:terminateEventDefinition/>",
    "escalation": '<bpmn:escalationEventDefinition escalationRef="C"/>',
    "conditional": (
        "<bpmn:conditionalEventDefinition><bpmn:condition>x = 1</bpmn:condition></bpmn:conditionalEventDefinition>"
    ),
    "compensation": "<bpmn:compensateEventDefinition/>",
    "cancel": "<bpmn:cancelEventDefinition/>",
    "link": '<bpmn:linkEventDefinition name="there"/>',
}
DEFINITIONS["multiple"] = DEFINITIONS["message"] + DEFINITIONS["signal"]
AHEAD = ("message", "timer", "signal", "conditional")
DECISION = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="R" name="R" namespace="n">'
    b'<decision id="rate" name="rate"><variable name="rate"/><literalExpression><text>1</text></literalExpression>'
    b"</decision></definitions>"
)
CALLED = process(chain(("inside", user("inside")), prefix="q"), "called")


@dataclass(frozen=True)
class Construct:
    """`standard` is the chapter of BPMN 2.0, `element` what must be seen in a run, `process` which one is started."""

    group: str
    name: str
    standard: str
    content: bytes
    element: str = "x"
    start: str = "p"
    by_event: bool = False
    files: dict[str, bytes] = field(default_factory=dict)


def call_bound(binding: str) -> str:
    return call("x", "called").replace("<bpmn:callActivity ", f"<bpmn:callActivity {binding} ")


def inside(xml: str, extra: str = "") -> bytes:
    return diagram(process(xml), CALLED, extra=DECLARED + extra)


def single(xml: str) -> bytes:
    return inside(chain(("x", xml)))


def compensated(handler: str, thrower: str, definition: str = DEFINITIONS["compensation"]) -> str:
    """A task that is undone by `handler` when `thrower` is reached."""
    undo = node("task", handler, "", 'isForCompensation="true"')
    line = f'<bpmn:association id="line" sourceRef="border" targetRef="{handler}"/>'
    thrown = node("intermediateThrowEvent", thrower, definition)
    border_ = boundary("border", "a", DEFINITIONS["compensation"])
    return chain(("a", node("task", "a")), (thrower, thrown)) + border_ + undo + line


def cancelled(body: str) -> str:
    """A transaction whose end cancels it, with the way on from its cancel border to `fx`."""
    inner = body.replace('<bpmn:endEvent id="ie"/>', node("endEvent", "ie", DEFINITIONS["cancel"]))
    return chain(("x", node("transaction", "x", inner))) + border("b", "x", DEFINITIONS["cancel"], "fx") + user("fx")


def linked() -> str:
    """A way that jumps from the link event `x` to the link event `y`."""
    return (
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
        + node("intermediateThrowEvent", "x", DEFINITIONS["link"])
        + catch("y", DEFINITIONS["link"])
        + flow("f1", "s", "x")
        + flow("f2", "y", "e")
    )


def activities() -> Iterator[Construct]:
    group, given = "Activities", {"rate.dmn": DECISION}
    rule = 'camunda:decisionRef="rate" camunda:resultVariable="found"'
    for name, standard, xml in (
        ("task", "10.3.3", node("task", "x")),
        ("manual task", "10.3.3", node("manualTask", "x")),
        ("user task", "10.3.3", user("x")),
        ("service task with an operation", "10.3.3", service("x", "note")),
        ("service task with an operation of an interface", "10.3.3", node("serviceTask", "x", "", 'operationRef="o"')),
        ("send task with an operation", "10.3.3", node("sendTask", "x", "", 'camunda:topic="note"')),
        ("send task with a message", "10.3.3", node("sendTask", "x", "", 'messageRef="M"')),
        ("receive task", "10.3.3", node("receiveTask", "x", "", 'messageRef="M"')),
        ("script task in FEEL", "10.3.3", script("x", "1 + 1", "y")),
        ("script task in another language", "10.3.3", script("x", "1 + 1", "y").replace('"feel"', '"groovy"')),
        ("business rule task with a decision", "10.3.3", node("businessRuleTask", "x", "", rule)),
        ("call activity of a process", "10.3.6", call("x", "called")),
        ("call activity of the latest version", "10.3.6", call_bound('camunda:calledElementBinding="latest"')),
        (
            "call activity of a version",
            "10.3.6",
            call_bound('camunda:calledElementBinding="version" camunda:calledElementVersion="1"'),
        ),
        ("call activity of a version tag", "10.3.6", call_bound('camunda:calledElementBinding="versionTag"')),
        ("call activity of a process that an expression names", "10.3.6", call("x", "=&quot;called&quot;")),
        ("call activity of a global task", "10.3.6", call("x", "global")),
        ("embedded subprocess", "10.3.5", subprocess("x", chain(("a", user("a")), prefix="i"))),
        ("transaction", "10.3.5", node("transaction", "x", chain(("a", user("a")), prefix="i"))),
        ("ad-hoc subprocess", "10.3.5", node("adHocSubProcess", "x", user("a"))),
        ("start quantity other than 1", "10.3.1", node("task", "x", "", 'startQuantity="2"')),
        ("completion quantity other than 1", "10.3.1", node("task", "x", "", 'completionQuantity="2"')),
    ):
        extra = '<bpmn:globalUserTask id="global"/>' if "global" in name else ""
        yield Construct(group, name, standard, inside(chain(("x", xml)), extra), files=given)
    yield Construct(group, "compensation activity", "10.7", inside(compensated("x", "thrown")), files=given)
    body = chain(("a", node("task", "a")), prefix="i")
    yield Construct(group, "transaction that is cancelled", "10.3.5", inside(cancelled(body)), "fx")
    for name, attributes, inner in (
        ("ad-hoc subprocess, sequential", 'ordering="Sequential"', ""),
        (
            "ad-hoc subprocess with a completion condition",
            "",
            "<bpmn:completionCondition>n = 2</bpmn:completionCondition>",
        ),
    ):
        adhoc = node("adHocSubProcess", "x", user("a") + user("b") + inner, attributes)
        yield Construct(group, name, "10.3.5", inside(chain(("x", adhoc))))
    first = node("receiveTask", "x", "", 'messageRef="M" instantiate="true"') + '<bpmn:endEvent id="e"/>'
    starting = inside(first + flow("f", "x", "e"))
    yield Construct(group, "receive task that starts the process", "10.3.3", starting, by_event=True)


def repetitions() -> Iterator[Construct]:
    group, given = "Repetition", "multiInstanceLoopCharacteristics"
    for name, loop in (
        (
            "standard loop",
            "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>n = 2</bpmn:loopCondition>"
            "</bpmn:standardLoopCharacteristics>",
        ),
        (
            "standard loop, tested before, with a maximum",
            '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3"/>',
        ),
        ("multi-instance, parallel, over a collection", multiple("[1, 2]")),
        ("multi-instance, sequential, over a collection", multiple("[1, 2]", sequential=True)),
        ("multi-instance with a cardinality", times(2)),
        ("multi-instance with a completion condition", multiple("[1, 2]", condition="nrOfCompletedInstances = 1")),
        (
            "multi-instance throwing an event for none",
            times(2).replace(f"<bpmn:{given} ", f'<bpmn:{given} behavior="None" '),
        ),
        (
            "multi-instance throwing an event for one",
            times(2).replace(f"<bpmn:{given} ", f'<bpmn:{given} behavior="One" '),
        ),
        (
            "multi-instance with a complex behaviour",
            times(2).replace(f"<bpmn:{given} ", f'<bpmn:{given} behavior="Complex" '),
        ),
        ("multi-instance without collection and cardinality", f"<bpmn:{given}/>"),
    ):
        yield Construct(group, name, "10.3.8", single(user("x", inner=loop)))


def forked_and_joined() -> str:
    """A complex join `k` that goes on with the first of two."""
    condition = "<bpmn:activationCondition>activationCount = 1</bpmn:activationCondition>"
    xml = fork(("a", user("a")), ("b", user("b")), then="k", prefix="g")
    return xml + node("complexGateway", "k", condition) + '<bpmn:endEvent id="e"/>' + flow("f", "k", "e")


def gateways() -> Iterator[Construct]:
    group = "Gateways"
    conditions = {"exclusive": 'default="k_b"', "inclusive": 'default="k_b"', "complex": 'default="k_b"'}
    for kind, standard in (
        ("exclusive", "10.6.2"),
        ("parallel", "10.6.4"),
        ("inclusive", "10.6.3"),
        ("complex", "10.6.5"),
    ):
        xml = fork(("a", user("a")), ("b", user("b")))
        xml = xml.replace('<bpmn:parallelGateway id="k"/>', node(f"{kind}Gateway", "k", "", conditions.get(kind, "")))
        if kind == "complex":
            xml = forked_and_joined()
        elif kind in conditions:
            xml = xml.replace(flow("k_a", "k", "a"), flow("k_a", "k", "a", "n = 1"))
        yield Construct(group, f"{kind} gateway", standard, inside(xml), "k")
    both, second = 'instantiate="true" eventGatewayType="Parallel"', '<bpmn:messageEventDefinition messageRef="B"/>'
    for name, attributes, other in (
        ("event-based gateway", "", DEFINITIONS["timer"]),
        ("event-based gateway that starts the process", 'instantiate="true"', DEFINITIONS["timer"]),
        ("parallel event-based gateway that starts the process", both, second),
        ("parallel event-based gateway with other events than messages", both, DEFINITIONS["timer"]),
        ("parallel event-based gateway in the flow", 'eventGatewayType="Parallel"', second),
    ):
        xml = fork(("t", catch("t", other)), ("m", catch("m", DEFINITIONS["message"])))
        xml = xml.replace('<bpmn:parallelGateway id="k"/>', node("eventBasedGateway", "k", "", attributes))
        if "instantiate" in attributes:
            xml = xml.replace('<bpmn:startEvent id="ks"/>', "").replace(flow("k0", "ks", "k"), "")
        yield Construct(group, name, "10.6.6", inside(xml), "k", by_event="instantiate" in attributes)


def start_events() -> Iterator[Construct]:
    group = "Start events"
    yield Construct(group, "none start event", "10.5.2", single(user("x")), "fs")
    for kind in ("message", "signal", "timer", "conditional", "error", "escalation", "compensation", "multiple"):
        xml = chain(("a", user("a"))).replace(
            '<bpmn:startEvent id="fs"/>', f'<bpmn:startEvent id="fs">{DEFINITIONS[kind]}</bpmn:startEvent>'
        )
        yield Construct(group, f"{kind} start event", "10.5.2", inside(xml), "fs", by_event=True)
    parallel = xml.replace('id="fs"', 'id="fs" parallelMultiple="true"')
    yield Construct(group, "parallel multiple start event", "10.5.2", inside(parallel), "fs")
    for name, given in (("date", '=now() + duration("PT1H")'), ("cycle", "R3/PT1H")):
        xml = chain(("a", user("a"))).replace(
            '<bpmn:startEvent id="fs"/>', f'<bpmn:startEvent id="fs">{timer(name, given)}</bpmn:startEvent>'
        )
        yield Construct(group, f"timer start event with a {name}", "10.5.2", inside(xml), "fs", by_event=True)
    several = chain(("a", user("a"))) + f'<bpmn:startEvent id="x">{DEFINITIONS["message"]}</bpmn:startEvent>'
    yield Construct(group, "several start events", "10.5.2", inside(several + flow("g", "x", "a")), "fs")
    plain = chain(("a", user("a"))) + '<bpmn:startEvent id="x"/>' + flow("g", "x", "a")
    yield Construct(group, "several none start events", "10.5.2", inside(plain), "fs")
    for kind in (*AHEAD, "error", "escalation", "compensation"):
        for how, interrupting in (("interrupting", "true"), ("not interrupting", "false")):
            if interrupting == "false" and kind in ("error", "compensation"):
                continue
            start = node("startEvent", "ys", DEFINITIONS[kind], f'isInterrupting="{interrupting}"')
            body = start + user("y") + '<bpmn:endEvent id="ye"/>' + flow("y1", "ys", "y") + flow("y2", "y", "ye")
            xml = chain(("a", user("a"))) + node("subProcess", "x", body, 'triggeredByEvent="true"')
            if kind in ("error", "escalation"):
                ends = node("endEvent", "fe", DEFINITIONS[kind])
                xml = xml.replace('<bpmn:endEvent id="fe"/>', ends)
            if kind == "compensation":
                held = chain(("a", node("task", "a")), prefix="i") + node(
                    "subProcess", "x", body, 'triggeredByEvent="true"'
                )
                thrown = node("intermediateThrowEvent", "t", DEFINITIONS["compensation"])
                xml = chain(("held", subprocess("held", held)), ("t", thrown))
            yield Construct("Event subprocesses", f"{kind} event subprocess, {how}", "10.3.5", inside(xml), "ys")


def other_events() -> Iterator[Construct]:
    for kind in (*AHEAD, "multiple"):
        yield Construct("Intermediate events", f"{kind} catch event", "10.5.4", single(catch("x", DEFINITIONS[kind])))
    yield Construct("Intermediate events", "link catch event", "10.5.4", inside(linked()), "y")
    parallel = node("intermediateCatchEvent", "x", DEFINITIONS["multiple"], 'parallelMultiple="true"')
    yield Construct("Intermediate events", "parallel multiple catch event", "10.5.4", single(parallel))
    for name, kind, text in (("date", "date", '=date and time("2026-06-01T09:00:00")'), ("cycle", "cycle", "R3/PT1H")):
        yield Construct(
            "Intermediate events", f"timer catch event with a {name}", "10.5.5", single(catch("x", timer(kind, text)))
        )
    yield Construct("Intermediate events", "link throw event", "10.5.4", inside(linked()))
    for name, definition in (
        ("compensation throw event", DEFINITIONS["compensation"]),
        ("compensation throw event for one activity", '<bpmn:compensateEventDefinition activityRef="a"/>'),
        (
            "compensation throw event that does not wait",
            '<bpmn:compensateEventDefinition waitForCompletion="false"/>',
        ),
    ):
        yield Construct("Intermediate events", name, "10.5.4", inside(compensated("undo", "x", definition)))
    for kind in ("none", "message", "signal", "escalation", "multiple"):
        thrown = node("intermediateThrowEvent", "x", DEFINITIONS.get(kind, ""))
        yield Construct("Intermediate events", f"{kind} throw event", "10.5.4", single(thrown))
    for kind in (*AHEAD, "error", "escalation", "compensation", "cancel", "multiple", "none"):
        xml = chain(("a", user("a"))) + border("x", "a", DEFINITIONS.get(kind, ""), "y") + user("y")
        if kind == "compensation":
            xml = compensated("undo", "t")
        if kind == "cancel":
            xml = cancelled(chain(("a", node("task", "a")), prefix="i"))
        yield Construct("Boundary events", f"{kind} boundary event, interrupting", "10.5.4", inside(xml), "a")
    for kind in (*AHEAD, "error", "escalation", "multiple"):
        xml = chain(("a", user("a"))) + border("x", "a", DEFINITIONS[kind], "y", False) + user("y")
        yield Construct("Boundary events", f"{kind} boundary event, not interrupting", "10.5.4", inside(xml), "a")
    on_event = chain(("x", catch("x", DEFINITIONS["timer"]))) + boundary("b", "x", DEFINITIONS["message"])
    yield Construct("Boundary events", "boundary event on an event", "10.5.4", inside(on_event))
    for kind in ("none", "message", "signal", "error", "terminate", "escalation", "compensation", "cancel", "multiple"):
        xml = chain(("a", node("task", "a"))).replace(
            '<bpmn:endEvent id="fe"/>', node("endEvent", "fe", DEFINITIONS.get(kind, ""))
        )
        if kind == "cancel":
            xml = cancelled(chain(("a", node("task", "a")), prefix="i"))
        if kind == "error":
            xml = (
                chain(("x", subprocess("x", xml)), prefix="o")
                + border("eb", "x", DEFINITIONS["error"], "y")
                + user("y")
            )
        yield Construct(
            "End events", f"{kind} end event", "10.5.3", inside(xml), {"error": "y", "cancel": "fx"}.get(kind, "fe")
        )


def flows_and_data() -> Iterator[Construct]:
    group, task = "Flows", node("task", "x")
    two = task + user("a") + user("b") + '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>' + flow("f", "s", "x")
    ends = flow("f3", "a", "e") + flow("f4", "b", "e")
    conditional = two.replace('id="x" ', 'id="x" default="f2" ') + flow("f1", "x", "a", "n = 1") + flow("f2", "x", "b")
    yield Construct(group, "sequence flow", "8.3.13", single(task))
    yield Construct(group, "conditional and default flow out of an activity", "8.3.13", inside(conditional + ends), "b")
    yield Construct(
        group,
        "several flows out of an activity",
        "13.3.1",
        inside(two + flow("f1", "x", "a") + flow("f2", "x", "b") + ends),
        "b",
    )
    merged = fork(("a", node("task", "a")), ("b", node("task", "b")), then="x") + user("x") + '<bpmn:endEvent id="e"/>'
    yield Construct(group, "several flows into an activity", "13.3.1", inside(merged + flow("f9", "x", "e")))
    group = "Data, lanes and pools"
    partner = (
        '<bpmn:collaboration id="k"><bpmn:participant id="k1" processRef="p"/><bpmn:participant id="k2" name="bank"/>'
    )
    message = '<bpmn:messageFlow id="k3" sourceRef="x" targetRef="k2"/></bpmn:collaboration>'
    drawn = '<bpmn:textAnnotation id="o"/><bpmn:group id="g"/>'
    plain = chain(("x", user("x")))
    for name, standard, xml, extra in (
        *data_constructs.lanes(),
        ("an executable pool with a black-box partner and message flow", "9.3", plain, partner + message),
        ("several executable pools in one file", "9.3", plain, ""),
        *data_constructs.data(),
        ("resource roles (potential owner)", "10.3.1", chain(("x", user("x", inner="<bpmn:potentialOwner/>"))), ""),
        ("correlation property", "8.3.2", plain, '<bpmn:correlationProperty id="o"/>'),
        ("text annotation, group, association", "8.3.1", drawn + plain, ""),
        ("choreography", "11", plain, '<bpmn:choreography id="o"/>'),
        ("conversation", "9.4", plain, '<bpmn:conversation id="o"/>'),
    ):  # fmt: skip
        yield Construct(group, name, standard, inside(xml, extra))


def message_flows() -> Iterator[Construct]:
    group, sending = "Data, lanes and pools", node("intermediateThrowEvent", "x", "<bpmn:messageEventDefinition/>")
    asked = chain(("asked", user("asked")), prefix="g")
    asked = asked.replace('"gs"/>', '"gs"><bpmn:messageEventDefinition/></bpmn:startEvent>')
    for name, source, target in (
        ("a message flow between executable pools", "x", "gs"),
        ("a message flow to what waits for no message", "x", "ge"),
        ("a message flow from what sends no message", "fs", "gs"),
        ("a message flow within a pool", "x", "fe"),
    ):
        drawn = (
            '<bpmn:collaboration id="k"><bpmn:participant id="k1" processRef="p"/><bpmn:participant id="k2" '
            f'processRef="partner"/><bpmn:messageFlow id="k3" sourceRef="{source}" targetRef="{target}" '
            'messageRef="B"/></bpmn:collaboration>'
        )
        xml = diagram(process(chain(("x", sending))), process(asked, "partner"), extra=DECLARED + drawn)
        yield Construct(group, name, "9.4", xml)


CONSTRUCTS = [
    *activities(),
    *repetitions(),
    *gateways(),
    *start_events(),
    *other_events(),
    *flows_and_data(),
    *message_flows(),
]
