"""The engine's test kit: small diagrams in one line each, and a story that starts, completes, travels and looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from engine import definitions, tables, testing
from engine.environment import Actor

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


class Story(testing.Story):
    """The engine's own kit, with the words in which its tests are short: one process `p`, one key, one person."""

    def deploy(self, *files: bytes, **named: bytes) -> definitions.Deployment:
        """Deploy diagrams (positional) and named files (`table_dmn=` becomes table.dmn)."""
        bundle = {f"diagram{n}.bpmn": content for n, content in enumerate(files)}
        bundle |= {name.replace("_", "."): content for name, content in named.items()}
        return self.deploy_files(bundle)

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
