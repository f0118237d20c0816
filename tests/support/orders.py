"""Stories about order: what runs before what, told plainly and by a process that knows nothing but the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from support.diagrams import boundary
from support.engine import START, Story, diagram, flow, process, timer, user
from support.players import change, restore

from engine import messages, scheduler, tables, testing

ACTIVITY = re.compile(
    r'<bpmn:(?:\w*[tT]ask|subProcess|transaction|adHocSubProcess|callActivity) id="(\w+)"(?![^>]*triggeredByEvent)'
)
DONE = ("element-passed", "element-left", "task-completed")
DECLARED = (
    '<bpmn:message id="M" name="M"/><bpmn:message id="N" name="N"/><bpmn:signal id="S" name="S"/>'
    '<bpmn:error id="E" errorCode="E"/><bpmn:error id="F" errorCode="F"/>'
    '<bpmn:escalation id="C" escalationCode="C"/><bpmn:escalation id="W" escalationCode="W"/>'
)


class Told(Story):
    """One instance; what is restored is dumped to the same bytes before every step."""

    root = ""
    activities: frozenset[str] = frozenset()

    def begin(self, body: str, *more: str, **variables: object) -> None:
        """Deploy a process (and more beside it) and start it."""
        content = diagram(process(body, "order"), *more, extra=DECLARED)
        self.activities = frozenset(ACTIVITY.findall(content.decode()))
        self.deploy(content)
        self._step()
        self.root = self.start("order", **variables)

    def do(self, *tasks: str, **variables: object) -> None:
        """Complete tasks, one after the other."""
        for task in tasks:
            self._step()
            self.complete(task, **variables)

    def hear(self, kind: str, name: str, **payload: object) -> None:
        self._step()
        if kind == "signal":
            self.run(lambda tx: messages.signal(tx, name, payload))
        else:
            self.run(lambda tx: messages.publish(tx, name, business_key="K-1", payload=payload))

    def change(self, **variables: object) -> None:
        self._step()
        self.run(lambda tx: change(tx, self.root, variables))

    def happen(self, kind: str, reference: str) -> None:
        """What an event waits for happens: `timer PT1H`, `conditional x = 1`, `message M`, `signal S`."""
        if kind == "timer":
            self.wait(hours=1)
        elif kind == "conditional":
            self.change(x=1)
        else:
            self.hear(kind, reference)

    def wait(self, **delta: float) -> None:
        self._step()
        self.clock.travel(timedelta(**delta))
        scheduler.work(self.environment)

    def _step(self) -> None:
        if self.root:
            restore(self, self.root)

    def order(self) -> str:
        """The activities in the order in which they were done; a cancelled one has a minus."""
        lines = [line.split(" ") for line in self.history(*DONE, "element-cancelled")]
        found = [("-" if kind == "element-cancelled" else "") + name for kind, name in lines if name in self.activities]
        return " ".join(found)

    @property
    def ended(self) -> bool:
        """Completed, with nothing left over and no incident on the way."""
        left = [row for table in (tables.task, tables.timer, tables.subscription) for row in self.rows(table)]
        return self.outcome(self.root) == "completed" and not left and not self.history("incident-created")


@pytest.fixture(params=["plainly", "restored"])
def told(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Told]:
    with testing.story(sqlite_url, at=START, kind=Told, forget=request.param == "restored") as made:
        yield made


def flows(text: str) -> str:
    """Sequence flows in a line: `s a b, b c d [x = 1], b d`; a condition is that of the first flow of its line."""
    found = []
    for number, path in enumerate(text.split(",")):
        names, _, condition = path.strip().partition("[")
        ways = names.split()
        for step, (source, target) in enumerate(pairwise(ways)):
            asked = condition.rstrip("] ") if step == 0 else ""
            found.append(flow(f"{source}_{target}_{number}_{step}", source, target, asked or None))
    return "".join(found)


def tasks(names: str) -> str:
    """Tasks that do themselves, by their ids."""
    return "".join(f'<bpmn:task id="{name}"/>' for name in names.split())


def users(names: str) -> str:
    """Tasks of people, by their ids."""
    return "".join(user(name) for name in names.split())


def gateway(kind: str, identity: str, default: str = "") -> str:
    """The default is named by source and target of its flow and the number of its line in `flows`."""
    given = f' default="{default}"' if default else ""
    return f'<bpmn:{kind}Gateway id="{identity}"{given}/>'


def ends(names: str, kind: str = "", reference: str = "") -> str:
    """End events, plain or throwing: `ends("e1", "error", "E")`."""
    return "".join(f'<bpmn:endEvent id="{name}">{event(kind, reference)}</bpmn:endEvent>' for name in names.split())


def throw(identity: str, kind: str = "", reference: str = "") -> str:
    return f'<bpmn:intermediateThrowEvent id="{identity}">{event(kind, reference)}</bpmn:intermediateThrowEvent>'


def event(kind: str, reference: str = "") -> str:
    """An event definition: `message M`, `conditional x = 1`, `timer PT1H`, `compensate`, nothing."""
    if kind == "timer":
        return timer("duration", reference)
    if kind == "conditional":
        condition = f"<bpmn:condition>{reference}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
    attribute = {"compensate": "activityRef", "link": "name"}.get(kind, f"{kind}Ref")
    given = f' {attribute}="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{given}/>" if kind else ""


def on_event(identity: str, definition: str, body: str, interrupting: bool = True) -> str:
    """An event subprocess; its body leads from `<identity>_s`."""
    attribute = f'isInterrupting="{str(interrupting).lower()}"'
    start = f'<bpmn:startEvent id="{identity}_s" {attribute}>{definition}</bpmn:startEvent>'
    return f'<bpmn:subProcess id="{identity}" triggeredByEvent="true">{start}{body}</bpmn:subProcess>'


def at(host: str, identity: str, definition: str, interrupting: bool = True) -> str:
    """A boundary event; its flow is drawn by the story."""
    return boundary(identity, host, definition, interrupting)


def undo(host: str, handler: str = "") -> str:
    """A compensation event at the border of `host`, with the handler `undo_<host>` or one that is given."""
    drawn = handler or f'<bpmn:task id="undo_{host}" isForCompensation="true"/>'
    association = (
        f'<bpmn:association id="asc_{host}" sourceRef="c_{host}" targetRef="undo_{host}" associationDirection="One"/>'
    )
    return boundary(f"c_{host}", host, event("compensate")) + drawn + association


def person(host: str) -> str:
    """A compensation event at the border of `host`, with a handler that a person does."""
    return undo(host, f'<bpmn:userTask id="undo_{host}" isForCompensation="true" camunda:candidateGroups="clerks"/>')


def subprocess(identity: str, body: str, kind: str = "subProcess", attributes: str = "") -> str:
    return f'<bpmn:{kind} id="{identity}" {attributes}>{body}</bpmn:{kind}>'


START_EVENT = '<bpmn:startEvent id="s"/>'


def inner(prefix: str, body: str, way: str) -> str:
    """The inside of a subprocess: `way` leads from `<prefix>s` over the body to `<prefix>e`."""
    return f'<bpmn:startEvent id="{prefix}s"/><bpmn:endEvent id="{prefix}e"/>{body}{flows(way)}'
