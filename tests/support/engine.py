"""The engine's test kit: small diagrams in one line each, and a story that starts, completes, travels and looks."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from engine import compose, definitions, tables, testing
from engine.environment import Actor, Environment
from engine.errors import BpmnError
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


def event(kind: str, identity: str, definition: str = "") -> str:
    return f'<bpmn:{kind} id="{identity}"' + (f">{definition}</bpmn:{kind}>" if definition else "/>")


def chain(*nodes: tuple[str, str], prefix: str = "f", start: str = "", end: str = "") -> str:
    """Start, the nodes in a row, end; what starts it and what its end throws are event definitions."""
    ids = [f"{prefix}s", *(identity for identity, _ in nodes), f"{prefix}e"]
    flows = "".join(flow(f"{prefix}{n}", a, b) for n, (a, b) in enumerate(pairwise(ids)))
    inner = "".join(xml for _, xml in nodes)
    return event("startEvent", ids[0], start) + inner + event("endEvent", ids[-1], end) + flows


def process(body: str, identity: str = "p") -> str:
    return f'<bpmn:process id="{identity}" name="{identity}" isExecutable="true">{body}</bpmn:process>'


def diagram(*processes: str, extra: str = "") -> bytes:
    parts = "".join(processes)
    return f'<bpmn:definitions {NAMESPACES} id="D" targetNamespace="t">{extra}{parts}</bpmn:definitions>'.encode()


class Story(testing.Story):
    """The engine's own kit, with the words in which its tests are short: one process `p`, one key, one person."""

    def deploy(self, *files: bytes, **named: bytes) -> definitions.Deployment:
        """Deploy diagrams (positional) and named files (`table_dmn=` becomes table.dmn)."""
        bundle = {f"diagram{n}.bpmn": content for n, content in enumerate(files)}
        bundle |= {name.replace("_", "."): content for name, content in named.items()}
        return self.deploy_files(bundle)

    def launch(self, body: str, *beside: str, extra: str = "", by: Actor = AMY, **variables: object) -> str:
        """Deploy the process `p` with this body, and processes beside it, and start it."""
        self.deploy(diagram(process(body), *beside, extra=extra))
        return self.start(by=by, **variables)

    def start(self, key: str = "p", by: Actor = AMY, **variables: object) -> str:
        return super().start(key, variables, by=by, business_key="K-1")

    def complete(self, element: str, by: Actor = AMY, index: int = 0, **variables: object) -> None:
        super().complete(element, variables, by=by, index=index)

    def run(self, work: Any, by: Actor = AMY) -> Any:
        return super().run(work, by)

    def history(self, *kinds: str, stream: str = "K-1") -> list[str]:
        return super().history(*kinds, stream=stream)

    def facts(self, kind: str, stream: str = "K-1") -> list[Mapping[str, Any]]:
        return super().facts(kind, stream)

    def variables(self, instance_id: str) -> dict[str, object]:
        """The variables of an instance's own scope, as text."""
        rows = [row for row in self.rows(tables.variable) if row.scope_id == instance_id]
        return {row.name: row.text for row in rows}


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    """An empty engine on each database, its clock at Friday 2026-05-08 09:00 in Shanghai."""
    with testing.story(database_url, at=START, kind=Story) as found:
        yield found


@pytest.fixture
def noted(story: Story) -> list[str]:
    """Where the operation `note` ran; the operation `fail` throws the error `broken`."""
    ran: list[str] = []

    @story.environment.operations.operation("note")
    def note(call: Any) -> None:
        ran.append(call.element_id)

    @story.environment.operations.operation("fail")
    def fail(call: Any) -> None:
        raise BpmnError("broken", "it broke")

    return ran


def on_nodes(story: Story, url: str, count: int, work: Callable[[int, Environment], None]) -> None:
    """So many nodes of the installation begin to work at the same instant, each in a thread of its own."""
    gate = threading.Barrier(count, timeout=20)

    def join_in(number: int) -> None:
        with contextlib.closing(Store(url, pool_size=4)) as store:
            node = compose.environment(store, clock=story.clock, seal_key=b"test")
            gate.wait()
            work(number, node)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(join_in, range(count)))  # what one raises is raised here
