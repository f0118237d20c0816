"""The engine's test kit: small diagrams in one line each, and a story that starts, completes, travels and looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine import compose, definitions, instances, scheduler, tables, tasks
from engine.clock import TravelClock
from engine.environment import SYSTEM, Actor, Environment
from engine.store import Store

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
)
START = datetime(2026, 5, 8, 1, 0, tzinfo=UTC)  # a Friday, 09:00 in Shanghai
AMY = Actor("amy", frozenset({"clerks"}))


def flow(identity: str, source: str, target: str, condition: str | None = None) -> str:
    inner = ""
    if condition:
        text = condition.replace("&", "&amp;").replace("<", "&lt;")
        inner = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression>'
    return f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def user(identity: str, attributes: str = 'camunda:candidateGroups="clerks"', inner: str = "") -> str:
    return f'<bpmn:userTask id="{identity}" name="{identity}" {attributes}>{inner}</bpmn:userTask>'


def timer(kind: str, text: str) -> str:
    name = {"duration": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}[kind]
    return f"<bpmn:timerEventDefinition><bpmn:{name}>{text}</bpmn:{name}></bpmn:timerEventDefinition>"


def chain(*nodes: tuple[str, str], prefix: str = "f") -> str:
    """Start, the nodes in a row, end."""
    ids = [f"{prefix}s", *(identity for identity, _ in nodes), f"{prefix}e"]
    flows = "".join(flow(f"{prefix}{n}", a, b) for n, (a, b) in enumerate(pairwise(ids)))
    inner = "".join(xml for _, xml in nodes)
    return f'<bpmn:startEvent id="{prefix}s"/>{inner}<bpmn:endEvent id="{prefix}e"/>{flows}'


def process(body: str, identity: str = "p") -> str:
    return f'<bpmn:process id="{identity}" name="{identity}" isExecutable="true">{body}</bpmn:process>'


def diagram(*processes: str, extra: str = "") -> bytes:
    parts = "".join(processes)
    return f'<bpmn:definitions {NAMESPACES} id="D" targetNamespace="t">{extra}{parts}</bpmn:definitions>'.encode()


class Story:
    """One environment and what a test does in it."""

    def __init__(self, environment: Environment, clock: TravelClock) -> None:
        self.environment = environment
        self.clock = clock

    def deploy(self, *files: bytes, **named: bytes) -> definitions.Deployment:
        """Deploy diagrams (positional) and named files (`table_dmn=` becomes table.dmn)."""
        bundle = {f"diagram{n}.bpmn": content for n, content in enumerate(files)}
        bundle |= {name.replace("_", "."): content for name, content in named.items()}
        return self.environment.run(SYSTEM, lambda tx: definitions.deploy(tx, "test", bundle))

    def start(self, key: str = "p", by: Actor = AMY, **variables: object) -> str:
        return self.environment.run(
            by, lambda tx: instances.start(tx, key, business_key="K-1", variables=variables, stream="K-1")
        )

    def open(self) -> list[str]:
        """The element ids of all open tasks, sorted."""
        return sorted(row.element_id for row in self.rows(tables.task))

    def task(self, element: str, index: int = 0) -> Any:
        found = [row for row in self.rows(tables.task) if row.element_id == element]
        assert found, f"expected an open task at {element}, but open are {self.open()}"
        return sorted(found, key=lambda row: (row.created_at, row.id))[index]

    def complete(self, element: str, by: Actor = AMY, index: int = 0, **variables: object) -> None:
        task = self.task(element, index)
        self.environment.run(by, lambda tx: tasks.complete(tx, task.id, variables))

    def run(self, work: Any, by: Actor = AMY) -> Any:
        return self.environment.run(by, work)

    def travel(self, **delta: float) -> int:
        """Travel in time and let the scheduler do what is due; returns how much it did."""
        self.clock.travel(timedelta(**delta))
        return scheduler.work(self.environment)

    def rows(self, table: Any) -> list[Any]:
        with self.environment.read() as connection:
            return list(connection.execute(select(table)))

    def history(self, *kinds: str, stream: str = "K-1") -> list[str]:
        """`kind element` of the events of the stream, in order, only of the given kinds if any."""
        event = tables.event
        with self.environment.read() as connection:
            query = select(event.c.kind, event.c.element_id).where(event.c.stream == stream).order_by(event.c.seq)
            rows = connection.execute(query).all()
        return [f"{kind} {element or ''}".strip() for kind, element in rows if not kinds or kind in kinds]

    def facts(self, kind: str, stream: str = "K-1") -> list[Mapping[str, Any]]:
        """The bodies of the events of a kind, in order."""
        event = tables.event
        with self.environment.read() as connection:
            query = select(event.c.body).where(event.c.stream == stream, event.c.kind == kind).order_by(event.c.seq)
            return [orjson.loads(body) for body in connection.execute(query).scalars()]

    def variables(self, instance_id: str) -> dict[str, object]:
        """The variables of an instance's own scope, as text."""
        rows = [row for row in self.rows(tables.variable) if row.scope_id == instance_id]
        return {row.name: row.text for row in rows}

    def outcome(self, instance_id: str) -> str | None:
        return next(row.outcome for row in self.rows(tables.instance) if row.id == instance_id)


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """An empty engine on each database, its clock at Friday 2026-05-08 09:00 in Shanghai."""
    clock = TravelClock(START)
    store = Store(database_url, pool_size=4)
    tables.metadata.create_all(store.database)
    yield Story(compose.environment(store, clock=clock, seal_key=b"test"), clock)
    store.close()
