"""Stories about order: what runs before what, told plainly and by a process that knows nothing but the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from support.diagrams import boundary, conditional, draw, node
from support.engine import START, Story, diagram, process, timer, user
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
HEARD = ("message M", "signal S", "timer PT1H", "conditional x = 1")
"""What an event can wait for."""
UNDOING = 'isForCompensation="true"'


class Told(Story):
    """One instance; what is restored is dumped to the same bytes before every step."""

    root = ""
    activities: frozenset[str] = frozenset()

    def begin(self, way: str, /, *pieces: str, beside: str = "", **variables: object) -> None:
        """Deploy a process (see `draw`), and others beside it, and start it."""
        content = diagram(process(draw(way, *pieces), "order"), beside, extra=DECLARED)
        self.activities = frozenset(ACTIVITY.findall(content.decode()))
        self.deploy(content)
        self._step()
        self.root = self.start("order", **variables)

    def do(self, *tasks: str, **variables: object) -> None:
        """Complete tasks, one after the other."""
        for task in tasks:
            self._step()
            self.complete(task, **variables)

    def happen(self, event: str) -> None:
        """What an event waits for happens: one of `HEARD`."""
        kind, _, name = event.partition(" ")
        self._step()
        if kind == "timer":
            self.clock.travel(timedelta(hours=1))
            scheduler.work(self.environment)
        elif kind == "conditional":
            self.run(lambda tx: change(tx, self.root, {"x": 1}))
        elif kind == "signal":
            self.run(lambda tx: messages.signal(tx, name))
        else:
            self.run(lambda tx: messages.publish(tx, name, business_key="K-1"))

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


def start(identity: str, *events: str, attributes: str = "") -> str:
    return node("startEvent", identity, definitions(events), attributes)


def tasks(names: str) -> str:
    """Tasks that do themselves, by their ids."""
    return "".join(node("task", name) for name in names.split())


def users(names: str) -> str:
    """Tasks of people, by their ids."""
    return "".join(user(name) for name in names.split())


def gateways(kind: str, names: str, default: str = "") -> str:
    """The default is named by source and target of its flow, the number of its path in the way and its place there."""
    attributes = f'default="{default}"' if default else ""
    return "".join(node(f"{kind}Gateway", name, "", attributes) for name in names.split())


def ends(names: str, *events: str) -> str:
    """End events, plain or throwing: `ends("e1", "error E")`."""
    return "".join(node("endEvent", name, definitions(events)) for name in names.split())


def throw(identity: str, *events: str) -> str:
    return node("intermediateThrowEvent", identity, definitions(events))


def catch(identity: str, *events: str, attributes: str = "") -> str:
    return node("intermediateCatchEvent", identity, definitions(events), attributes)


def at(host: str, identity: str, event: str, interrupting: bool = True) -> str:
    """A boundary event; its flow is drawn by the story."""
    return boundary(identity, host, definitions([event]), interrupting)


def definitions(events: Iterable[str]) -> str:
    """Event definitions: `message M`, `conditional x = 1`, `timer PT1H`, `compensate`."""
    return "".join(_definition(*event.partition(" ")[::2]) for event in events)


def _definition(kind: str, reference: str) -> str:
    if kind == "timer":
        return timer("duration", reference)
    if kind == "conditional":
        return conditional(reference)
    attribute = {"compensate": "activityRef", "link": "name"}.get(kind, f"{kind}Ref")
    given = f' {attribute}="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{given}/>"


def subprocess(identity: str, way: str, *pieces: str, kind: str = "subProcess", attributes: str = "") -> str:
    return node(kind, identity, draw(way, *pieces), attributes)


def on_event(identity: str, event: str, way: str, *pieces: str, interrupting: bool = True) -> str:
    """An event subprocess; its way leads from `<identity>_s`."""
    begun = start(f"{identity}_s", event, attributes=f'isInterrupting="{str(interrupting).lower()}"')
    return subprocess(identity, way, begun, *pieces, attributes='triggeredByEvent="true"')


def undo(hosts: str, handler: str = "") -> str:
    """Compensation events at the borders of `hosts`, each with the handler `undo_<host>` or the one that is given."""
    return "".join(_undo(host, handler or node("task", f"undo_{host}", "", UNDOING)) for host in hosts.split())


def person(hosts: str) -> str:
    """The same, with handlers that a person does."""
    return "".join(
        _undo(host, user(f"undo_{host}", f'{UNDOING} camunda:candidateGroups="clerks"')) for host in hosts.split()
    )


def _undo(host: str, handler: str) -> str:
    line = f'id="asc_{host}" sourceRef="c_{host}" targetRef="undo_{host}" associationDirection="One"'
    return at(host, f"c_{host}", "compensate") + handler + f"<bpmn:association {line}/>"
